"""The lines of a night and what each fund paid, as tables of the landing contract."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.province.arrow import Ints, coded, decimal, digits, moment
from lianshen.province.bills import CHRONIC_VISIT, MED_TYPES, STAY
from lianshen.province.medicine import DEPARTMENTS
from lianshen.province.people import RESIDENT
from lianshen.province.places import DRUGSTORE, doctor_codes
from lianshen.province.tables import LINES_PER_BILL, Night, left, mdtrt_id, or_null, setl_id
from lianshen.settlement import UNLIMITED

_FUNDS = ["310100", "390100", "320100", "330100", "390200", "610100", "910100", "310200", "370100", "350100"]
_FUND_NAMES = [
    "职工基本医疗保险统筹基金",
    "城乡居民基本医疗保险基金",
    "公务员医疗补助",
    "职工大额医疗费用补助",
    "城乡居民大病保险",
    "医疗救助",
    "其他支付（异地就医平台返回）",
    "职工个人账户",
    "企业补充医疗保险",
    "一至六级残疾军人医疗补助",
]


def fee_line_table(night: Night) -> pa.Table:
    """Return ``fee_list_d``; lines must be sorted by bill."""
    b, x, s, catalogue = night.bills, night.lines, night.split, night.catalogue
    n, owner, item = len(x), x.owner, x.item
    minus = np.where(night.reverses >= 0, -1, 1)[owner]
    first = np.searchsorted(owner, np.arange(len(b)))
    serial = night.settlement[owner] * LINES_PER_BILL + (np.arange(n) - first[owner]) + 1
    items = catalogue.items
    code = [entry.code for entry in items] + [entry.code[:-3].lower() for entry in items]
    p = s.parts

    def fen(values: Ints) -> pa.Array:
        return decimal(values * minus)

    def per_bill(make: pa.Array) -> pa.Array:
        return make.take(pa.array(owner))

    doctor = np.where(x.flaw == 2, -1, night.doctor[owner])
    hospital = night.places.level[b.place] > DRUGSTORE
    department = np.where(hospital, b.department, -1)[owner]
    reversal = night.reverses >= 0
    original = or_null(
        np.where(reversal[owner], 0, -1),
        digits(np.maximum(night.reverses[owner], 0) * LINES_PER_BILL + serial % LINES_PER_BILL, 19, "F"),
    )
    uploaded = np.maximum(x.time + 3_600, b.begin_time[owner])
    supply = catalogue.supply_days[item] * (x.quantity / 10_000)
    return pa.table(
        {
            "bkkp_sn": digits(serial, 19, "B"),
            "feedetl_sn": digits(serial, 19, "F"),
            "init_feedetl_sn": original,
            "mdtrt_id": per_bill(mdtrt_id(night.visit)),
            "setl_id": per_bill(setl_id(night.settlement)),
            "psn_no": per_bill(night.names.psn_no.take(pa.array(b.person))),
            "fixmedins_code": coded(b.place[owner], night.places.code),
            "med_type": coded(b.med_type[owner], MED_TYPES),
            "rx_drord_no": digits(
                night.settlement[owner] * 1000 + np.clip(x.time // 86_400 - b.begin[owner], 0, 999), 18, "R"
            ),
            "fee_ocur_time": moment(x.time),
            "cnt": decimal(x.quantity * minus, 16, 4),
            "pric": decimal(x.price, 16, 6),
            "det_item_fee_sumamt": fen(s.amount),
            "pric_uplmt_amt": decimal(np.where(s.limit >= UNLIMITED, 999_999_000_000, s.limit), 16, 6),
            "selfpay_prop": decimal(s.share, 5, 4),
            "fulamt_ownpay_amt": fen(p.full_self_pay),
            "overlmt_selfpay": fen(p.over_ceiling),
            "preselfpay_amt": fen(p.pre_self_pay),
            "inscp_amt": fen(p.in_scope),
            "chrgitm_lv": coded(s.item_class - 1, ["01", "02", "03"]),
            "hilist_code": coded(np.where(x.flaw == 1, item + len(items), item), code),
            "hilist_name": coded(item, [entry.name for entry in items]),
            "list_type": coded(item, [entry.list_type for entry in items]),
            "med_chrgitm_type": coded(item, [entry.category for entry in items]),
            "prd_days": _some_decimal(supply),
            "bilg_dept_codg": coded(department, [c for c, _ in DEPARTMENTS]),
            "bilg_dept_name": coded(department, [name for _, name in DEPARTMENTS]),
            "bilg_dr_codg": doctor_codes(doctor),
            "lmt_used_flag": coded((x.restricted > 0).astype(np.int64), ["0", "1"]),
            "hosp_appr_flag": coded(x.restricted, ["0", "1", "2"]),
            "crte_time": moment(uploaded),
            "vali_flag": coded(night.valid[owner], ["0", "1"]),
            "updt_time": moment(night.updated[owner]),
        }
    )


def _some_decimal(supply: NDArray[np.float64]) -> pa.Array:
    values = np.clip(supply * 100, 0, 366_000).round().astype(np.int64)
    return pa.compute.if_else(pa.array(values > 0), decimal(values, 6, 2), pa.scalar(None, pa.decimal128(6, 2)))


def fund_table(night: Night) -> pa.Table:
    """Return ``setl_fund_d``: the pooled fund with what was left, the layers that matter, the account."""
    b, h, people = night.bills, night.header, night.people
    n, who = len(b), b.person
    minus = np.where(night.reverses >= 0, -1, 1)
    resident = people.insurance[who] == RESIDENT
    everyone = np.arange(n)
    pooled = np.where(resident, 1, 0)
    deep = (b.care == STAY) | (b.care == CHRONIC_VISIT)
    listed = people.special[who] >= 0
    civil = (h.civil != 0) | (deep & (people.civil[who] == 1))
    none = np.full(n, -1, dtype=np.int64)
    parts = [
        (everyone, pooled, h.hifp + h.fund_shift, h.scope, h.cap_room),
        (np.flatnonzero(civil), np.full(n, 2), h.civil, h.scope, h.civil_room),
        (np.flatnonzero(h.hifob != 0), np.full(n, 3), h.hifob, h.scope, none),
        (np.flatnonzero(resident & deep), np.full(n, 4), h.hifmi, h.burden_scope, none),
        (np.flatnonzero(listed & deep), np.full(n, 5), h.maf, h.scope - h.hifp, h.assist_room),
        (np.flatnonzero(h.other != 0), np.full(n, 6), h.other, h.scope, none),
        (np.flatnonzero(h.account != 0), np.full(n, 7), h.account, h.scope, none),
        (np.flatnonzero(h.hifes != 0), np.full(n, 8), h.hifes, h.scope, none),
        (np.flatnonzero(h.hifdm != 0), np.full(n, 9), h.hifdm, h.scope, none),
    ]
    row = np.concatenate([rows for rows, *_ in parts])
    fund = np.concatenate([kind[rows] for rows, kind, *_ in parts])
    paid = np.concatenate([amount[rows] for rows, _, amount, *_ in parts]) * minus[row]
    seen = np.concatenate([scope[rows] for rows, _, _, scope, _ in parts])
    room = np.concatenate([left[rows] for rows, *_, left in parts])
    order = np.argsort(row, kind="stable")
    row, fund, paid, seen, room = row[order], fund[order], paid[order], seen[order], room[order]
    return pa.table(
        {
            "setl_id": setl_id(night.settlement[row]),
            "fund_pay_type": coded(fund, _FUNDS),
            "fund_pay_type_name": coded(fund, _FUND_NAMES),
            "inscp_scp_amt": decimal(seen),
            "crt_payb_lmt_amt": left(room),
            "fund_payamt": decimal(paid),
            "updt_time": moment(night.updated[row]),
        }
    )
