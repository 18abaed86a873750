"""The settlements of a night as tables of the landing contract: headers, lines, funds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.province.arrow import Flags, Ints, coded, day, decimal, digits, moment, pick, same
from lianshen.province.bills import CHRONIC_VISIT, MED_TYPES, STAY, Bills, scope_of
from lianshen.province.catalogue import Catalogue
from lianshen.province.lines import Lines
from lianshen.province.medicine import CHRONIC_CODE, DEPARTMENTS, DIAGNOSES
from lianshen.province.money import Header, Split
from lianshen.province.people import (
    IN_PROVINCE,
    INSUTYPE,
    LOCAL,
    PERSON_TYPES,
    RESIDENT,
    SPECIAL,
    Names,
    People,
)
from lianshen.province.places import DRUGSTORE, Places, doctor_codes
from lianshen.settlement import UNLIMITED

LINES_PER_BILL = 10_000
CLEARING_TYPES = ["41", "11", "21", "9907", "9902", "9903", "9921", "9909", "9910"]
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


@dataclass(frozen=True)
class Night:
    """Everything about one night that the tables need."""

    bills: Bills
    lines: Lines
    split: Split
    header: Header
    names: Names
    people: People
    places: Places
    catalogue: Catalogue
    settlement: Ints
    """Number of each settlement, 15 digits: date and serial."""
    visit: Ints
    """Number of each visit; a settlement made again keeps the visit."""
    sender: Ints
    """Number of the institution's own message."""
    reverses: Ints
    """Number of the settlement that this one reverses, -1 for none."""
    is_planted: Flags
    """Planted, or a copy or reversal of a planted one: sent without delay."""
    after: Ints
    """Row that must have arrived before this one (a reversal comes after its original, a settlement made again after
    the reversal), -1 for none."""
    owns_visit: Flags
    """False for reversals and for a settlement made again: the visit has been sent."""
    newborn: Ints
    referred_from: Ints
    """Number of the visit before a transfer, -1 for none."""
    doctor: Ints
    updated: Ints
    valid: Ints
    says: tuple[tuple[int, str, str], ...] = ()
    """Row, column of ``setl_d`` and what stands there instead."""


def setl_id(numbers: Ints) -> pa.Array:
    """Return settlement ids."""
    return digits(numbers, 15, "51")


def mdtrt_id(numbers: Ints) -> pa.Array:
    """Return visit ids."""
    return digits(numbers, 15, "50")


def or_null(numbers: Ints, make: pa.Array) -> pa.Array:
    return pa.compute.if_else(pa.array(numbers >= 0), make, pa.scalar(None, pa.string()))


def clearing(scope: Ints, care: Ints) -> Ints:
    """Return the position in CLEARING_TYPES."""
    kind = np.select([care == STAY, care == 0], [2, 0], 1)
    return np.select([scope == LOCAL, scope == IN_PROVINCE], [kind, kind + 3], kind + 6)


def settlement_table(night: Night) -> pa.Table:
    """Return ``setl_d``."""
    b, h, people, places = night.bills, night.header, night.people, night.places
    n, who, place = len(b), b.person, b.place
    scope = scope_of(b, people, places)
    minus = np.where(night.reverses >= 0, -1, 1)
    take = pa.array(who)
    years = (b.settle_time // 86_400).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970

    def fen(values: Ints) -> pa.Array:
        return decimal(values * minus)

    level = places.level[place]
    stay = b.care == STAY
    age = (np.maximum(b.begin - people.birth[who], 0) / 365.2425 * 10).astype(np.int64)
    chronic = np.array([list(CHRONIC_CODE).index(d.icd3) if d.icd3 in CHRONIC_CODE else -1 for d in DIAGNOSES])
    disease = np.where(b.care == CHRONIC_VISIT, chronic[np.maximum(b.diag, 0)], -1)
    account_type = pick(scope, ["2", "3", "4", "4"])
    made = pa.table(
        {
            "setl_id": setl_id(night.settlement),
            "mdtrt_id": mdtrt_id(night.visit),
            "init_setl_id": or_null(night.reverses, setl_id(np.maximum(night.reverses, 0))),
            "medins_setl_id": digits(night.sender, 15, "M"),
            "clr_optins": same("510000", n),
            "psn_no": night.names.psn_no.take(take),
            "psn_insu_rlts_id": night.names.relation.take(take),
            "psn_name": night.names.name.take(take),
            "psn_cert_type": same("01", n),
            "certno": night.names.certno.take(take),
            "gend": pick(np.where(people.twist[who] == 1, 2 - people.sex[who], people.sex[who] - 1), ["1", "2"]),
            "brdy": day(people.birth[who]),
            "age": decimal(age, 4, 1),
            "insutype": coded(people.insurance[who], INSUTYPE),
            "psn_type": coded(people.kind[who], PERSON_TYPES),
            "cvlserv_flag": coded(people.civil[who], ["0", "1"]),
            "sp_psn_type": coded(people.special[who], SPECIAL),
            "nwb_flag": coded(night.newborn, ["0", "1"]),
            "insu_admdvs": night.names.county.take(take),
            "pay_loc": account_type,
            "fixmedins_code": pick(place, places.code),
            "fixmedins_name": pick(place, places.name),
            "hosp_lv": pick(place, places.grade),
            "lmtpric_hosp_lv": coded(level, ["1", "1", "2", "3"]),
            "dedc_hosp_lv": pick(place, places.deductible_level),
            "fix_blng_admdvs": pick(place, places.agreement),
            "begndate": day(b.begin),
            "enddate": day(b.end),
            "setl_time": moment(b.settle_time),
            "mdtrt_cert_type": coded(np.searchsorted([13, 19], who % 20, side="right"), ["01", "03", "02"]),
            "med_type": coded(b.med_type, MED_TYPES),
            "setl_type": same("2", n),
            "clr_type": coded(clearing(scope, b.care), CLEARING_TYPES),
            "clr_way": coded(np.where(stay & (scope != LOCAL), 1, 0), ["10", "40"]),
            "psn_setlway": same("01", n),
            "medfee_sumamt": fen(h.total),
            "fulamt_ownpay_amt": fen(h.own),
            "overlmt_selfpay": fen(h.over),
            "preselfpay_amt": fen(h.pre),
            "inscp_amt": fen(h.scope),
            "dedc_std": decimal(h.deductible_standard),
            "crt_dedc": decimal(h.deductible_due),
            "act_pay_dedc": fen(h.deductible),
            "hifp_pay": fen(h.hifp),
            "pool_prop_selfpay": decimal(np.clip(h.ratio, 0, 9_999), 5, 4),
            "hi_agre_sumfee": fen(h.scope),
            "cvlserv_pay": fen(h.civil),
            "hifes_pay": fen(h.hifes),
            "hifmi_pay": fen(h.hifmi),
            "hifob_pay": fen(h.hifob),
            "hifdm_pay": fen(h.hifdm),
            "maf_pay": fen(h.maf),
            "othfund_pay": fen(h.other),
            "fund_pay_sumamt": fen(h.fund),
            "psn_pay": fen(h.psn),
            "acct_pay": fen(h.account),
            "acct_mulaid_pay": fen(h.family),
            "cash_payamt": fen(h.cash),
            "ownpay_hosp_part": decimal(np.zeros(n, dtype=np.int64)),
            "balc": _left(h.balance),
            "refd_setl_flag": coded((night.reverses >= 0).astype(np.int64), ["0", "1"]),
            "mid_setl_flag": same("0", n),
            "acct_used_flag": coded((h.account > 0).astype(np.int64), ["0", "1"]),
            "cal_ipt_cnt": or_null(np.where(stay, b.nth, -1), pick(np.clip(b.nth, 0, 9), [str(k) for k in range(10)])),
            "year": pick(years - 2020, [str(year) for year in range(2020, 2040)]),
            "dise_no": coded(disease, [code for code, _ in CHRONIC_CODE.values()]),
            "invono": digits(night.settlement, 15, "I"),
            "dise_name": coded(disease, [name for _, name in CHRONIC_CODE.values()]),
            "vali_flag": coded(night.valid, ["0", "1"]),
            "updt_time": moment(night.updated),
        }
    )
    return _said(made, night.says)


def _said(made: pa.Table, says: tuple[tuple[int, str, str], ...]) -> pa.Table:
    """Return the table with single cells of text columns replaced."""
    for name in dict.fromkeys(column for _, column, _ in says):
        words = made[name].to_pylist()
        for row, column, word in says:
            if column == name:
                words[row] = word
        changed = pa.array(words, pa.string())
        if pa.types.is_dictionary(made.schema.field(name).type):
            changed = changed.dictionary_encode()
        made = made.set_column(made.column_names.index(name), name, changed)
    return made


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


def _left(values: Ints) -> pa.Array:
    """Return amounts, null where they are negative."""
    return pa.compute.if_else(
        pa.array(values >= 0), decimal(np.maximum(values, 0)), pa.scalar(None, pa.decimal128(16, 2))
    )


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
            "crt_payb_lmt_amt": _left(room),
            "fund_payamt": decimal(paid),
            "updt_time": moment(night.updated[row]),
        }
    )
