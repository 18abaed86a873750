"""The answer key: what was planted, what was spoiled, what was never sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lianshen.province.bills import CARES
from lianshen.province.catalogue import EPOCH
from lianshen.province.faults.known import AGENCY_RULES, CAUSES, CERTAINTY, SUBJECT_RULES
from lianshen.province.faults.planted import FAULT, RELATED, Directed
from lianshen.province.tables import LINES_PER_BILL, Night

PLANTED = pa.schema(
    [
        ("rule_id", pa.string()),
        ("kind", pa.string()),
        ("setl_id", pa.string()),
        ("linked_setl_id", pa.string()),
        ("bkkp_sn", pa.string()),
        ("certainty", pa.string()),
        ("a2_fen", pa.int64()),
        ("note", pa.string()),
        ("group_id", pa.int64()),
        ("business_date", pa.date32()),
        ("care", pa.string()),
        ("period", pa.string()),
        ("expected_cause", pa.string()),
    ]
)
DIRTY = pa.schema(
    [
        ("table_name", pa.string()),
        ("package", pa.string()),
        ("row_no", pa.int64()),
        ("key", pa.string()),
        ("column_name", pa.string()),
        ("trap", pa.string()),
        ("value", pa.string()),
        ("outcome", pa.string()),
    ]
)
WRONG_ENOUGH = 100
"""Fen: a benefit that differs by less is inside the rules' tolerance of one yuan."""
_FIRST_EXPLAINED = 2_000_000
_NEEDS_DIFFERENCE = {"XR-01", "XR-02", "XR-03", "XR-05", "XR-06", "XR-12", "XR-13", "ST-04"}


@dataclass
class Truth:
    """Collects the answer key while the nights are made."""

    planted: list[dict[str, Any]] = field(default_factory=list)
    dirty: list[dict[str, Any]] = field(default_factory=list)
    late: dict[int, int] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)
    """Ids of reversals and of what they take back: dirt on one side alone would leave the other without its pair."""
    unsent: set[str] = field(default_factory=set)
    spoiled: set[str] = field(default_factory=set)
    """Ids of settlements that dirt has had set aside."""
    _ids: dict[int, str] = field(default_factory=dict)

    def plant(
        self, night: Night, directed: list[Directed], rows: dict[int, int], expected: dict[int, int], on: date
    ) -> None:
        """Record the planted bills of one night."""
        first = np.searchsorted(night.lines.owner, np.arange(len(night.bills)))
        taken_back = night.reverses[night.reverses >= 0]
        for settlements in (taken_back, night.settlement[night.after >= 0]):
            self.linked.update(f"{settlement:015d}" for settlement in settlements.tolist())
        for number, one in enumerate(directed):
            row = rows[number]
            settlement = int(night.settlement[row])
            self._ids[id(one)] = f"51{settlement:015d}"
            lines = np.flatnonzero((night.lines.owner == row) & (night.lines.mark == 1))
            bkkp = f"B{settlement * LINES_PER_BILL + int(lines[0] - first[row]) + 1:019d}" if len(lines) else None
            a2 = int(night.header.fund[row]) - expected[number] if number in expected else None
            if one.fund_at_issue is not None:
                a2 = int(night.header.fund[row]) * one.fund_at_issue // 100
            kind, note = one.kind, one.note
            needs = one.rule in _NEEDS_DIFFERENCE and one.prices_a2
            if kind == FAULT and needs and (a2 is None or abs(a2) <= WRONG_ENOUGH):
                kind, note = RELATED, f"{note}（差异不足一元）"
            linked = self._ids.get(id(one.linked)) if one.linked is not None else None
            care = CARES[int(night.bills.care[row])]
            for rule, what in (*((r, FAULT) for r in one.also), *((r, RELATED) for r in one.maybe)):
                if rule in SUBJECT_RULES:
                    self._about_bill(night, row, one, rule, what, None, note, on, care)
                else:
                    self._add(rule, what, self._ids[id(one)], linked, bkkp, None, note, one.group, on, care)
            if one.rule in SUBJECT_RULES and not one.of_subject:
                self._about_bill(night, row, one, one.rule, kind, a2, note, on, care)
                continue
            cause = (one.expected_cause or CAUSES.get(one.rule)) if kind == FAULT and a2 else None
            self._add(one.rule, kind, self._ids[id(one)], linked, bkkp, a2, note, one.group, on, care, None, cause)
            if one.again == "twice":
                copy = int(night.settlement[np.flatnonzero(night.bills.directed < 0)][0])
                copies = np.flatnonzero(
                    (night.bills.person == night.bills.person[row]) & (night.settlement != settlement)
                )
                copy = int(night.settlement[copies[0]])
                self._add(
                    one.rule, RELATED, f"51{copy:015d}", self._ids[id(one)], None, None, note, one.group, on, care
                )
            elif one.again == "misnamed":
                wrong = np.flatnonzero((night.bills.person == night.bills.person[row]) & (night.reverses >= 0))
                for back in wrong:
                    same = f"51{int(night.settlement[back]):015d}"
                    self._add(one.rule, one.kind, same, None, None, None, note, one.group, on, care)
            elif one.again:
                others = np.flatnonzero(
                    (night.bills.person == night.bills.person[row])
                    & (night.settlement != settlement)
                    & (night.reverses < 0)
                    & (night.bills.begin == night.bills.begin[row])
                )
                for other in others:
                    same = f"51{int(night.settlement[other]):015d}"
                    self._add(one.rule, one.kind, same, self._ids[id(one)], None, None, note, one.group, on, care)

    def settlement_of(self, one: Directed) -> str | None:
        """Return the settlement of a planted bill, None before its night."""
        return self._ids.get(id(one))

    def _about_bill(
        self, night: Night, row: int, one: Directed, rule: str, kind: str, a2: int | None, note: str, on: date,
        care: str,
    ) -> None:  # fmt: skip
        """Record what a rule about an institution or a region says of one bill and of its month."""
        place = int(night.bills.place[row])
        code = one.says.get("fixmedins_code", night.places.code[place])
        month = np.datetime64(int(night.bills.settle_time[row]), "s").astype("datetime64[M]")
        if rule in AGENCY_RULES:
            code = night.places.agreement[place][:4] + "00"
        self._add(rule, kind, code, self._ids[id(one)], None, a2, note, one.group, on, care, str(month))

    def _add(
        self,
        rule: str,
        kind: str,
        setl: str,
        linked: str | None,
        bkkp: str | None,
        a2: int | None,
        note: str,
        group: int,
        on: date,
        care: str | None,
        period: str | None = None,
        cause: str | None = None,
    ) -> None:
        self.planted.append(
            {
                "rule_id": rule,
                "kind": kind,
                "setl_id": setl,
                "linked_setl_id": linked,
                "bkkp_sn": bkkp,
                "certainty": CERTAINTY[rule],
                "a2_fen": a2,
                "note": note,
                "group_id": group,
                "business_date": on,
                "care": care,
                "period": period,
                "expected_cause": cause,
            }
        )

    def about_subject(
        self, rule: str, kind: str, subject: str, period: str, note: str, day: int, *, group: int,
        settlement: int | None, a2: int | None,
    ) -> None:  # fmt: skip
        """Record what was planted about an institution or a region in a period; ``day`` is the night's, since 1970."""
        linked = None if settlement is None else f"51{settlement:015d}"
        if settlement is not None:
            self.linked.add(f"{settlement:015d}")
        on = EPOCH + timedelta(days=day)
        self._add(rule, kind, subject, linked, None, a2, note, group, on, None, period)

    def spoil(self, **row: Any) -> None:
        """Record one spoiled cell or row."""
        self.dirty.append(row)
        if row["table_name"] == "setl_d" and row["outcome"] == "set_aside":
            self.spoiled.add(row["key"])

    def explain(self, rule: str, subject: str, period: str, settlement: str | None, note: str, on: date) -> None:
        """Record a finding that is right though nothing was planted: the centre set a row aside."""
        group = _FIRST_EXPLAINED + len(self.planted)
        self._add(rule, RELATED, subject, settlement, None, None, note, group, on, None, period)

    def arrivals(self, late: dict[int, int]) -> None:
        """Remember which settlements arrive on a later night."""
        self.late.update(late)

    def never_sent(self, carried: dict[int, list[dict[str, pa.Table]]]) -> None:
        """Remember what would have arrived after the last night."""
        for parts in carried.values():
            for part in parts:
                if "setl_d" in part:
                    self.unsent.update(part["setl_d"]["setl_id"].to_pylist())

    def write(self, folder: Path) -> None:
        """Write ``planted.parquet``, ``dirty.parquet`` and ``unsent.parquet``."""
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(self.planted, PLANTED), folder / "planted.parquet")
        pq.write_table(pa.Table.from_pylist(self.dirty, DIRTY), folder / "dirty.parquet")
        unsent = pa.table({"setl_id": pa.array(sorted(self.unsent), pa.string())})
        pq.write_table(unsent, folder / "unsent.parquet")
