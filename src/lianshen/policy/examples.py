"""The worked examples of a pack: what makes a changed value visible before it reaches a settlement.

``examples.yaml`` lists settlements in yuan and what they come to. An example may state only what it is about; the
rest is an employee in service at a tertiary hospital at home.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from lianshen.policy.book import PolicyBook
from lianshen.policy.codes import DEDC_OF_LEVEL
from lianshen.policy.pack import Pack
from lianshen.policy.reading import Problem, read
from lianshen.policy.shape import PolicyError, PolicyGap
from lianshen.policy.terms import PolicyTerms
from lianshen.settlement import UNLIMITED, Accumulators, settle, yuan

_BASE: Mapping[str, Any] = {
    "pool": None, "insutype": "310", "psn_type": "11", "care": "IPT", "level": "tertiary", "scope": "LOCAL",
    "filing": None, "nth": 1, "special": None, "civil_servant": False, "cap_room": None, "deductible_paid": "0.00",
    "burden_before": "0.00", "day": None, "in_scope": None,
}  # fmt: skip
_PARTS = ("deductible", "hifp", "hifob", "hifmi", "cvlserv", "maf", "fund")


@dataclass(frozen=True, slots=True)
class Example:
    """One example: a settlement, and either the amounts expected (yuan as text) or ``PolicyGap``."""

    pack_id: str
    name: str
    settlement: Mapping[str, Any]
    expect: Mapping[str, str] | None

    @property
    def day(self) -> date:
        day = self.settlement["day"]
        if not isinstance(day, date):
            raise PolicyError(f"{self.pack_id}: example '{self.name}': day must be a date like 2026-01-01")
        return day


def read_examples(pack: Pack) -> list[Example]:
    """Return the examples of ``examples.yaml``; :class:`PolicyError` names what is wrong with one."""
    path = pack.folder / "examples.yaml"
    if not path.is_file():
        raise PolicyError(f"{path}: every pack has worked examples; write at least one")
    problems: list[Problem] = []
    rows, _ = read(path, problems)
    return [_example(pack, row) for row in rows]


def _example(pack: Pack, row: Any) -> Example:
    name = row.get("name") if isinstance(row, dict) else None
    where = f"{pack.id}: example '{name}'"
    if name is None or ("expect" in row) == (row.get("error") == "PolicyGap") or "settlement" not in row:
        raise PolicyError(f"{where}: name, settlement, and expect or error: PolicyGap are wanted")
    unknown = set(row["settlement"]) - set(_BASE) | set(row.get("expect", {})) - set(_PARTS)
    if unknown:
        raise PolicyError(f"{where}: unknown {', '.join(sorted(unknown))}")
    settlement = {**_BASE, "pool": pack.pools[0] if pack.pools else None, **row["settlement"]}
    if settlement["pool"] is None or settlement["in_scope"] is None:
        raise PolicyError(f"{where}: in_scope is wanted, and pool where the pack has none of its own")
    return Example(pack.id, str(name), settlement, row.get("expect"))


def terms_of(book: PolicyBook, example: Example) -> PolicyTerms:
    """Return the policy's terms for the example."""
    s = example.settlement
    return book.terms(
        s["pool"], insutype=s["insutype"], psn_type=s["psn_type"], care=s["care"], day=np.array([example.day], "M8[D]"),
        scope=s["scope"], filing_type=s["filing"], nth_admission=s["nth"], dedc_hosp_lv=DEDC_OF_LEVEL[s["level"]],
        special_person=s["special"], is_civil_servant=bool(s["civil_servant"]),
    )  # fmt: skip


def outcome(book: PolicyBook, example: Example) -> dict[str, str]:
    """Return what the example comes to, in yuan as text; :class:`PolicyGap` on a day without value."""
    s = example.settlement
    used = Accumulators.of(
        1,
        cap_room=UNLIMITED if s["cap_room"] is None else _fen(s["cap_room"]),
        deductible_paid=_fen(s["deductible_paid"]),
        burden=_fen(s["burden_before"]),
    )
    settled = settle(_fen(s["in_scope"]), terms_of(book, example).terms, used)
    return {part: yuan(int(getattr(settled, part)[0])) for part in _PARTS}


def check_examples(book: PolicyBook) -> list[str]:
    """Return what is wrong: examples that come out differently, and changes of a value without examples.

    Every change of a value needs an example on its day and one on the day before in which that value is used.
    """
    problems = []
    for pack in book.packs.values():
        examples = read_examples(pack)
        problems += [text for text in (mismatch(book, example) for example in examples) if text]
        used = {
            (example.day, reference.parameter)
            for example in examples
            if example.expect is not None
            for step in terms_of(book, example).references(0).values()
            for reference in step
            if reference.pack_id == pack.id
        }
        problems += [
            f"{pack.id}: {name} changes on {start}: no example on {day} uses it"
            for name, start in pack.changes
            for day in (start, start - timedelta(days=1))
            if (day, name) not in used
        ]
    return problems


def mismatch(book: PolicyBook, example: Example) -> str | None:
    """Return how the example comes out differently, or None."""
    where = f"{example.pack_id}: example '{example.name}'"
    try:
        got = outcome(book, example)
    except PolicyGap as gap:
        return None if example.expect is None else f"{where}: {gap}"
    if example.expect is None:
        return f"{where}: a PolicyGap was expected, it came to {got}"
    wrong = [f"{part} {got[part]}, expected {amount}" for part, amount in example.expect.items() if got[part] != amount]
    return f"{where}: {'; '.join(wrong)}" if wrong else None


def _fen(text: str) -> int:
    return int(Decimal(text).scaleb(2))
