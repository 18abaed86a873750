"""The stay that an inquiry is about: from a case, or from a settlement of a dossier or of the published snapshot."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import tables as t
from lianshen.cases.services.scope import LEVELS


@dataclass(frozen=True)
class Stay:
    """Whose stay, insured and treated where, and the facts that a letter names; amounts in fen, dates as ISO text."""

    person: str
    insu_pool: str
    treating_agency: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    setl_id: str | None = None
    case_no: str | None = None


def of_case(row: sa.RowMapping) -> Stay:
    """Return the stay of a case: all of its settlements together."""
    facts = {
        "institution": row["fixmedins_name"],
        "level": LEVELS.get(row["hosp_lv"], row["hosp_lv"]),
        "diagnosis": row["diag_name"],
        "admit": row["admit"].isoformat(),
        "discharge": row["discharge"].isoformat(),
        "total_fee": row["total_fee"],
        "fund_fee": row["fund_fee"],
        "treating_agency": row["treating_agency"],
    }
    return Stay(row["person"], row["insu_pool"], row["county"] or row["treating_agency"], facts, None, row["case_no"])


def of_settlement(row: Mapping[str, Any], case_no: str | None = None) -> Stay:
    """Return the stay of one settlement as the warehouse has it, its cells typed or as text."""
    facts = {
        "institution": row["fixmedins_name"] or row["fixmedins_code"],
        "level": LEVELS.get(str(row["hosp_lv"]), row["hosp_lv"]),
        "diagnosis": row["main_diag_name"],
        "admit": str(row["begndate"])[:10],
        "discharge": str(row["enddate"])[:10],
        "settled": str(row["setl_date"])[:10],
        "total_fee": _fen(row["medfee_sumamt"]),
        "fund_fee": _fen(row["fund_pay_sumamt"]),
        "treating_agency": row["treating_agency"],
    }
    return Stay(row["person"], row["insu_pool"], row["treating_agency"], facts, row["setl_id"], case_no)


def of_known_settlement(con: Connection, setl_id: str) -> Stay | None:
    """Return the stay of a settlement that a case holds, from its dossier; None where no case does."""
    case_no = con.scalar(sa.select(t.case_settlement.c.case_no).where(t.case_settlement.c.setl_id == setl_id))
    if case_no is None:
        return None
    row = exhibits(con, case_no, setl_id)["settlement"]
    return of_settlement(row, case_no) if row else None


def exhibits(con: Connection, case_no: str, setl_id: str) -> dict[str, Any]:
    """Return what the dossier of a case holds on one settlement: ``settlement``, ``recomputed`` and ``steps``."""
    packed = con.scalar(sa.select(t.dossier.c.body).where(t.dossier.c.case_no == case_no))
    body = json.loads(zlib.decompress(packed)) if packed else {}

    def one(name: str) -> dict[str, Any]:
        table = body.get(name) or {"columns": [], "rows": []}
        rows = (dict(zip(table["columns"], values, strict=True)) for values in table["rows"])
        return next((row for row in rows if row["setl_id"] == setl_id), {})

    return {
        "settlement": one("settlements"),
        "recomputed": one("recomputed"),
        "steps": (body.get("steps") or {}).get(setl_id, []),
    }


def _fen(value: Any) -> int:
    return int(Decimal(str(value)) * 100)
