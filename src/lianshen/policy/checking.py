"""Whether the packs are sound: their files, their examples, and an example on either side of every change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from lianshen.errors import UsageError
from lianshen.policy.book import PolicyBook, read_packs
from lianshen.policy.codes import DEDC_OF_LEVEL
from lianshen.policy.examples import AMOUNTS, BILL, ROOMS, Example, read_examples
from lianshen.policy.reading import Problem, in_order
from lianshen.policy.reference import Reference
from lianshen.policy.resolve import resolve
from lianshen.policy.series import told
from lianshen.policy.shape import PolicyGap
from lianshen.policy.terms import PolicyTerms
from lianshen.settlement import UNLIMITED, Accumulators, OutOfBounds, Settlement, settle, tranches, yuan


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at all packs found."""

    packs: int
    pools: int
    changes: int
    examples: int
    problems: tuple[Problem, ...]


def check_folder(folder: Path) -> Checked:
    """Read every file of every pack and work the examples; everything wrong is told in one run.

    Examples are worked only where the files are sound: what a faulty pack comes to says nothing.
    """
    problems: list[Problem] = []
    packs = read_packs(folder, problems)
    resolve(packs, problems)
    examples = {name: read_examples(pack, problems) for name, pack in packs.items()}
    if not problems:
        problems = check_examples(PolicyBook(packs.values()), examples)
    return Checked(
        packs=len(packs),
        pools=sum(len(pack.pools) for pack in packs.values()),
        changes=sum(len(pack.changes) for pack in packs.values()),
        examples=sum(map(len, examples.values())),
        problems=tuple(in_order(problems)),
    )


def check_examples(book: PolicyBook, examples: Mapping[str, list[Example]] | None = None) -> list[Problem]:
    """Return what is wrong: examples that come out differently, and changes of a value without examples.

    Every change of a value needs an example on its day and one on the day before in which that value is used.
    """
    problems: list[Problem] = []
    if examples is None:
        examples = {name: read_examples(pack, problems) for name, pack in book.packs.items()}
    books = Books(book)
    for pack in book.packs.values():
        rows = examples[pack.id]
        problems += [Problem(f"{pack.id}/examples.yaml", None, f"'{example.name}'", text)
                     for example in rows if (text := mismatch(books, example))]  # fmt: skip
        used = {
            (example.day, reference.parameter)
            for example in rows
            for reference in _used(books, example)
            if reference.pack_id == pack.id
        }
        problems += [
            Problem(pack.id, None, name, f"changes on {start}: no example on {day} uses it; write one")
            for name, start in pack.changes
            for day in (start, start - timedelta(days=1))
            if (day, name) not in used
        ]
    return problems


class Books:
    """The book as each example wants it: as it is, or with practices switched on for the pool."""

    def __init__(self, book: PolicyBook) -> None:
        self.book = book
        self._made: dict[tuple[str, tuple[str, ...]], PolicyBook] = {}

    def of(self, example: Example) -> PolicyBook:
        """Return the book in which the example is worked."""
        practices = example.practices
        if practices is None:
            return self.book
        key = (example.settlement["pool"], practices)
        if key not in self._made:
            self._made[key] = self.book.practising(*key)
        return self._made[key]


def terms_of(book: PolicyBook, example: Example) -> PolicyTerms:
    """Return the policy's terms for an example that is a settlement."""
    s = example.settlement
    return book.terms(
        s["pool"], insutype=s["insutype"], psn_type=s["psn_type"], care=s["care"], day=np.array([example.day], "M8[D]"),
        scope=s["scope"], filing_type=s["filing"], nth_admission=s["nth"], dedc_hosp_lv=DEDC_OF_LEVEL[s["level"]],
        special_person=s["special"], is_civil_servant=bool(s["civil_servant"]), treat_pool=s["treat_pool"],
        age=-1 if s["age"] is None else s["age"], has_enterprise=bool(s["enterprise"]), is_veteran=bool(s["veteran"]),
    )  # fmt: skip


def settled(book: PolicyBook, example: Example) -> Settlement:
    """Return the example settled; :class:`PolicyGap` on a day without value."""
    s = example.settlement
    rooms = {key: UNLIMITED if s[key] is None else _fen(s[key]) for key in ROOMS}
    used = Accumulators.of(1, deductible_paid=_fen(s["deductible_paid"]), burden=_fen(s["burden_before"]), **rooms)
    bill = {key: _fen(s[key]) for key in BILL if s[key] is not None}
    return settle(_fen(s["in_scope"]), terms_of(book, example).terms, used, **bill)


def mismatch(books: Books, example: Example) -> str | None:
    """Return how the example comes out differently, or None."""
    wants_gap = example.expect is None and example.value is None
    try:
        book = books.of(example)
        wrong = (_wrong_values if example.is_look else _wrong_amounts)(book, example)
    except PolicyGap as gap:
        return None if wants_gap else str(gap)
    except (UsageError, OutOfBounds) as error:
        return f"cannot be worked: {error}"
    if wants_gap:
        return "a PolicyGap was expected, and there is a value"
    return "; ".join(wrong) or None


def _wrong_amounts(book: PolicyBook, example: Example) -> list[str]:
    done = settled(book, example)
    expect = dict(example.expect or {})
    got: dict[str, Any] = {part: yuan(int(getattr(done, part)[0])) for part in AMOUNTS}
    if "tranches" in expect:
        got["tranches"] = _tranches(book, example, int(done.accepted[0]))
    if {"provisional", "same_city"} & set(expect):
        terms = terms_of(book, example)
        got |= {"provisional": bool(terms.is_provisional[0]), "same_city": bool(terms.is_same_city[0])}
    return [f"{part} {got[part]}, expected {amount}" for part, amount in expect.items() if got[part] != amount]


def _tranches(book: PolicyBook, example: Example, accepted: int) -> list[str]:
    """Return the parts in which the accepted amount is paid: the first share, and the rest after the review."""
    in_force = {one.parameter: one.value for one in book.on(example.settlement["pool"], example.day)}
    first = int(Decimal(in_force["practice.first_tranche"]).scaleb(4))
    return [yuan(int(part)) for part in tranches(accepted, [first, 10_000 - first])[0]]


def _wrong_values(book: PolicyBook, example: Example) -> list[str]:
    found = book.on(example.settlement["pool"], example.day)
    values = {one.parameter: one for one in found if one.bound is None}
    beaten = {name: " ".join(text for one in found if one.parameter == name for text in one.won_over)
              for name in values}  # fmt: skip
    ranks = {name: min((one.source for one in found if one.parameter == name), key=lambda source: source.height).rank
             for name in values}  # fmt: skip
    wrong = []
    for name, wanted in (example.value or {}).items():
        got = values[name].value if name in values else None
        if not _holds(got, wanted):
            wrong.append(f"{name} is {told(got)}, expected {told(wanted)}")
    for name, rank in (example.rank or {}).items():
        if ranks.get(name) != rank:
            wrong.append(f"{name} is of rank {ranks.get(name)}, expected {rank}")
    for name, packs in (example.beats or {}).items():
        told_all = beaten.get(name) or "nothing"
        wrong += [f"{name} beats {told_all}, expected {pack}"
                  for pack in ([packs] if isinstance(packs, str) else packs) if pack not in told_all]  # fmt: skip
    return wrong


def _holds(got: Any, wanted: Any) -> bool:
    """Whether the value is as wanted; of a mapping the keys that are named, ``none`` for no value."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        return all(_holds(got.get(key), one) for key, one in wanted.items())
    return bool(wanted == ("none" if got is None else got))


def _used(books: Books, example: Example) -> list[Reference]:
    if example.expect is None and example.value is None:
        return []
    book = books.of(example)
    if example.is_look:
        return [
            one for one in book.on(example.settlement["pool"], example.day) if one.parameter in (example.value or {})
        ]
    found = [one for step in terms_of(book, example).references(0).values() for one in step]
    if "tranches" in (example.expect or {}):
        found += [one for one in book.on(example.settlement["pool"], example.day)
                  if one.parameter == "practice.first_tranche"]  # fmt: skip
    return found


def _fen(text: str) -> int:
    return int(Decimal(text).scaleb(2))
