"""Archives of settlements, requests to verify one in another region, and what was used before the history begins."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lianshen.province.arrow import Ints, day, decimal, digits, moment, pick, same
from lianshen.province.bills import DAY
from lianshen.province.faults.clearing import ARCHIVING
from lianshen.province.people import INSUTYPE, Names, People
from lianshen.province.places import Places
from lianshen.province.received import Received
from lianshen.province.regions import HOME_POOLS, Regions
from lianshen.province.tables import setl_id

ITEMS = ["SETL_LIST", "BILL", "FILING"]
"""What an archive of a cross-region settlement holds; the names are those of ``knowledge/arch_requirement.csv``."""
ANSWERED_AFTER = 6
_DUE_AFTER = 28


def archive_table(came: Received, places: Places, regions: Regions, on: int) -> pa.Table:
    """Return ``arch_d``: the archives of a few agencies, with what is planted to be missing left out."""
    kept = np.isin(came.treating, [regions.pool(code) for code in ARCHIVING])
    rows = np.flatnonzero(kept & came.is_remote & ~came.is_reversal & ~came.is_taken_back)
    missing = came.archive[rows]
    row, item = np.nonzero(np.arange(len(ITEMS))[None, :] != missing[:, None])
    at, n = rows[row], len(row)
    stamp = np.minimum(came.settled[at] + 1 + item, on) * DAY + 36_000
    return pa.table(
        {
            "obj_type": same("SETTLEMENT", n),
            "obj_id": setl_id(came.number[at]),
            "item_code": pick(item, ITEMS),
            "arch_time": moment(stamp),
            "keeper_admdvs": pick(came.place[at], places.agreement),
            "updt_time": moment(np.full(n, (on + 1) * DAY + 8_000)),
        }
    )


def request_table(
    asked: list[tuple[int, Received]], came: Received, places: Places, regions: Regions, per_night: int, on: int
) -> pa.Table:
    """Return ``coop_req_d``: new requests about stays elsewhere, and answers to those of six days ago.

    ``asked`` holds what has no answer yet and is kept from night to night.
    """
    fit = came.is_stay & came.is_remote & ~came.is_planted & ~came.is_reversal & ~came.is_taken_back
    fit &= (came.treating < HOME_POOLS) & (came.insured < HOME_POOLS)
    new = came.take(np.flatnonzero(fit)[: max(1, per_night // 1_500)])
    due = [(since, some) for since, some in asked if since + ANSWERED_AFTER <= on]
    asked[:] = [(since, some) for since, some in asked if since + ANSWERED_AFTER > on]
    parts = [_requests(some, since, on, places, regions) for since, some in due]
    if len(new):
        asked.append((on, new))
        parts.append(_requests(new, on, None, places, regions))
    return pa.concat_tables(parts) if parts else pa.table({})


def _requests(some: Received, since: int, answered: int | None, places: Places, regions: Regions) -> pa.Table:
    n = len(some)
    nothing = pa.nulls(n, pa.date32())
    return pa.table(
        {
            "req_id": digits(some.number, 15, "Q"),
            "from_admdvs": pick(some.insured, regions.city_code),
            "to_admdvs": pick(some.treating, regions.city_code),
            "fixmedins_code": pick(some.place, places.code),
            "setl_id": setl_id(some.number),
            "req_date": day(np.full(n, since)),
            "due_date": day(np.full(n, since + _DUE_AFTER)),
            "reply_date": nothing if answered is None else day(np.full(n, answered)),
            "result": pick(np.full(n, -1 if answered is None else 0), ["GENUINE"]),
            "amt": pa.nulls(n, pa.decimal128(16, 2)),
            "updt_time": moment(np.full(n, ((since if answered is None else answered) + 1) * DAY + 9_000)),
        }
    )


def opening_table(stated: dict[str, Ints], people: People, names: Names, on: int) -> pa.Table:
    """Return ``cum_d``: what :meth:`Balances.statement` says of some people, as of their first settlement."""
    who, n = stated["person"], len(stated["person"])
    years = stated["since"].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return pa.table(
        {
            "psn_no": names.psn_no.take(pa.array(who)),
            "insutype": pick(people.insurance[who], INSUTYPE),
            "year": pa.array([str(year) for year in years.tolist()], pa.string()),
            "as_of": moment(stated["since"] * DAY),
            **{
                name: decimal(stated[name])
                for name in ("hifp_stay", "hifp_clinic", "dedc_clinic", "burden", "hifmi", "civil", "assist")
            },
            "ipt_cnt": pa.array(stated["ipt_cnt"].astype(np.int32)),
            "updt_time": moment(np.full(n, (on + 1) * DAY + 3_000)),
        }
    )
