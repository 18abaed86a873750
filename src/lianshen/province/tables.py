"""The settlements of a night as a table of the landing contract: headers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import Flags, Ints, coded, day, decimal, digits, moment, pick, same
from lianshen.province.bills import CHRONIC_VISIT, MED_TYPES, STAY, Bills, scope_of
from lianshen.province.catalogue import Catalogue
from lianshen.province.headers import Header, Split
from lianshen.province.lines import Lines
from lianshen.province.medicine import CHRONIC_CODE, DIAGNOSES
from lianshen.province.people import (
    IN_PROVINCE,
    INSUTYPE,
    LOCAL,
    PERSON_TYPES,
    SPECIAL,
    Names,
    People,
)
from lianshen.province.places import Places

LINES_PER_BILL = 10_000
CLEARING_TYPES = ["41", "11", "21", "9907", "9902", "9903", "9921", "9909", "9910"]


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


def sex_on_record(people: People, who: Ints) -> Ints:
    """Return the sex that the institution's records give: 0 male, 1 female; of a few it is the wrong one."""
    return np.where(people.twist[who] == 1, 2 - people.sex[who], people.sex[who] - 1)


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
    shown = np.searchsorted([13, 19], who % 20, side="right")
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
            "gend": pick(sex_on_record(people, who), ["1", "2"]),
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
            "mdtrt_cert_type": coded(shown, ["01", "03", "02"]),
            "mdtrt_cert_no": _credential(night, shown),
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
            "balc": left(h.balance),
            "refd_setl_flag": coded((night.reverses >= 0).astype(np.int64), ["0", "1"]),
            "mid_setl_flag": same("0", n),
            "acct_used_flag": coded((h.account > 0).astype(np.int64), ["0", "1"]),
            "cal_ipt_cnt": or_null(np.where(stay, b.nth, -1), pick(np.clip(b.nth, 0, 9), [str(k) for k in range(10)])),
            "year": pick(years - 2020, [str(year) for year in range(2020, 2040)]),
            "dise_no": coded(disease, [code for code, _ in CHRONIC_CODE.values()]),
            "invono": digits(night.settlement, 15, "I"),
            "opter_id": digits(place * 10 + _till(night), 6, "OP"),
            "dise_name": coded(disease, [name for _, name in CHRONIC_CODE.values()]),
            "vali_flag": coded(night.valid, ["0", "1"]),
            "updt_time": moment(night.updated),
        }
    )
    return _said(made, night.says)


def _credential(night: Night, shown: Ints) -> pa.Array:
    """Return the number of what was shown at the till: electronic credential, card or identity card."""
    who = pa.array(night.bills.person)
    card = digits(night.bills.person * 7_919 + 51_000_000_000, 14, "SC")
    electronic, identity = night.names.credential.take(who), night.names.certno.take(who)
    return pa.compute.choose(pa.array(shown), electronic, card, identity)


def _till(night: Night) -> Ints:
    """Return which of its operators an institution had at the till: by the hour, more in a large hospital."""
    b = night.bills
    many = np.array([2, 2, 4, 8])[night.places.level[b.place]]
    return np.asarray((b.settle_time // 3_600 + night.settlement) % many, dtype=np.int64)


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


def left(values: Ints) -> pa.Array:
    """Return amounts, null where they are negative."""
    return pa.compute.if_else(
        pa.array(values >= 0), decimal(np.maximum(values, 0)), pa.scalar(None, pa.decimal128(16, 2))
    )
