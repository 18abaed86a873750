"""Claims on paper for what was settled directly, as planted records want them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import coded, day, decimal, digits, moment, pick
from lianshen.province.bills import DAY, MED_TYPES, STAY
from lianshen.province.faults.planted import Claim, Directed
from lianshen.province.people import INSUTYPE, Names, People
from lianshen.province.places import Places
from lianshen.province.tables import Night

_SMALL_BILL = 38_000
"""Fen: a clinic bill beside a stay."""
_CLINIC = MED_TYPES.index("11")


@dataclass(frozen=True)
class PaperClaim:
    """One row of ``manl_claim_d`` in numbers; amounts in fen."""

    person: int
    place: int
    med_type: int
    begin: int
    end: int
    total: int
    fund: int
    reason: str
    invoice: int
    """Number of the settlement that the invoice belongs to, -1 for none."""
    paid: int
    """-1: on the day of arrival."""


def planted_claims(
    made: Night,
    directed: Sequence[Directed],
    claims: Sequence[Claim],
    night: int,
    nights: int,
    waiting: dict[int, list[PaperClaim]],
) -> list[PaperClaim]:
    """Return the planted claims that arrive this night, and put those that arrive later into ``waiting``."""
    numbers = {id(one): number for number, one in enumerate(directed)}
    for claim in claims:
        number = numbers.get(id(claim.of))
        if number is None:
            continue
        row = int(np.flatnonzero(made.bills.directed == number)[0])
        b, h = made.bills, made.header
        base = int(h.psn[row] if claim.of_person else h.fund[row])
        away = claim.elsewhere is not None
        waiting[min(night + claim.waits, nights - 1)].append(
            PaperClaim(
                person=int(b.person[row]),
                place=int(b.place[row]) if claim.elsewhere is None else claim.elsewhere,
                med_type=_CLINIC if away or int(b.care[row]) != STAY else int(b.med_type[row]),
                begin=int(b.begin[row]),
                end=int(b.begin[row] if away else b.end[row]),
                total=_SMALL_BILL if away else int(h.total[row]),
                fund=_SMALL_BILL // 2 if away else base * claim.share // 100,
                reason=claim.reason,
                invoice=int(made.settlement[row]) if claim.same_invoice else -1,
                paid=-1 if claim.paid is None else claim.paid,
            )
        )
    return waiting.pop(night, [])


def with_planted_claims(
    everyday: pa.Table,
    planted: Sequence[PaperClaim],
    on: int,
    serial: int,
    people: People,
    names: Names,
    places: Places,
) -> pa.Table:
    """Return ``manl_claim_d`` of a night with the planted claims; their numbers count from ``serial``."""

    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array([getattr(one, name) for one in planted], dtype=np.int64)

    n, who, invoice = len(planted), column("person"), column("invoice")
    take = pa.array(who)
    paid = np.where(column("paid") < 0, on, column("paid"))
    no_text = pa.scalar(None, pa.string())
    more = pa.table(
        {
            "manl_claim_no": digits(np.arange(serial, serial + n), 12, "C"),
            "psn_no": names.psn_no.take(take),
            "certno": names.certno.take(take),
            "psn_name": names.name.take(take),
            "insu_admdvs": names.county.take(take),
            "insutype": coded(people.insurance[who], INSUTYPE),
            "fixmedins_code": pick(column("place"), places.code),
            "med_type": coded(column("med_type"), MED_TYPES),
            "begndate": day(column("begin")),
            "enddate": day(column("end")),
            "medfee_sumamt": decimal(column("total")),
            "fund_pay_sumamt": decimal(column("fund")),
            "manl_reim_rea": pa.array([one.reason for one in planted], pa.string()),
            "invono": pa.compute.if_else(pa.array(invoice >= 0), digits(np.maximum(invoice, 0), 15, "I"), no_text),
            "appy_date": day(np.maximum(paid - 5, column("end"))),
            "paid_date": day(paid),
            "vali_flag": pa.array(["1"] * n, pa.string()),
            "updt_time": moment(np.full(n, on * DAY + 61_000)),
        }
    )
    extra = {name: pa.nulls(everyday.num_rows, more[name].type) for name in ("invono", "appy_date")}
    for name, nulls in extra.items():
        if name not in everyday.column_names:
            everyday = everyday.append_column(name, nulls)
    return pa.concat_tables([everyday.select(more.column_names).cast(more.schema), more])
