"""From what cases are expected to bring back to their places before the desks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from lianshen.agency import CENTRE
from lianshen.cases.store import Casebook
from lianshen.ranking.allocating import Allocation, Waiting, allocate
from lianshen.ranking.expecting import Expected, kind_of
from lianshen.ranking.learning import Learned
from lianshen.ranking.reading import AT_AGENCY, AT_CENTRE, OpenCase
from lianshen.ranking.settings import RankingSettings
from lianshen.ranking.strangest import Spoken

Row = dict[str, Any]
Since = Mapping[str, tuple[str, date]]
"""Of cases that were ranked before: the desk they lay at, and since when."""


def rows_of(
    book: Casebook, settings: RankingSettings, cases: Sequence[OpenCase], expected: Expected, learned: Learned,
    models: Collection[str], percentiles: Mapping[str, float], since: Since, spoken: Spoken,
) -> dict[str, Row]:  # fmt: skip
    """Return the row of each case in ``case_rank``, still without a place."""
    places = {str(case_no): index for index, case_no in enumerate(expected.case_no)}
    rows: dict[str, Row] = {}
    for case in cases:
        at = places[case.case_no]
        kind = kind_of(case.rules, case.levels, case.certainty, models)
        centre, agency = settings.minutes.of(kind, case.findings)
        is_new = case.state in AT_CENTRE
        desk, waiting_since = since.get(case.case_no, ("", book.today))
        rows[case.case_no] = {
            "case_no": case.case_no,
            "desk": case.desk,
            "kind": kind,
            "minutes": centre + agency if is_new else agency,
            "here": centre if is_new else agency,
            # Digits beyond these differ between machines, and would write every row anew.
            "chance": round(float(expected.chance[at]), 6),
            "kept": round(float(expected.kept[at]), 6),
            "expected": int(expected.expected[at]),
            "low": int(expected.low[at]),
            "high": int(expected.high[at]),
            "worth": int(expected.worth[at]),
            "place": 0,
            "chosen": None,
            "waiting_since": waiting_since if desk == case.desk else book.today,
            "basis": _basis(case, learned, percentiles, spoken),
        }
    return rows


def _basis(case: OpenCase, learned: Learned, percentiles: Mapping[str, float], spoken: Spoken) -> Row:
    """Return why the probability is what it is, and what stands beside it: what is known of the check and of the
    institution, and which models' findings about institution or doctor name the case.
    """
    return {
        "source": learned.source,
        "rule": case.main_rule,
        "certainty": case.certainty,
        "rule_seen": list(learned.history.get(("rule", case.main_rule), (0, 0))),
        "institution_seen": list(learned.history.get(("institution", case.institution), (0, 0))),
        "percentile": percentiles.get(case.institution),
        "named_by": [model for model in spoken.named_by.get(case.case_no, ()) if model not in case.rules],
    }


def place(
    book: Casebook, settings: RankingSettings, cases: Sequence[OpenCase], rows: dict[str, Row], reserved: int,
    spoken: Spoken,
) -> dict[str, Row]:  # fmt: skip
    """Give every workable case its place in ``rows``; return of each desk what its night looks like, minutes and fen.

    ``reserved`` minutes of the centre are wanted for the tasks of the samples; they get no more than their share. Only
    the centre gives turns to models: once a case was sent out it has a deadline.
    """
    soon = book.workdays.add(book.today, settings.due_days)
    desks: dict[str, list[Waiting]] = defaultdict(list)
    desks[CENTRE] = []
    elsewhere: dict[str, int] = defaultdict(int)
    for case in cases:
        if not case.is_workable:
            elsewhere[case.agency] += 1
            continue
        row = rows[case.case_no]
        due = case.due if case.state in AT_AGENCY else None
        desks[case.desk].append(
            Waiting(case.case_no, row["worth"], row["minutes"], row["here"], row["waiting_since"], case.night, due)
        )
    told = {}
    for desk, waiting in sorted(desks.items()):
        hands = settings.capacity.of(desk)
        kept = min(reserved, int(hands.total * settings.exploration.samples)) if desk == CENTRE else 0
        allocation = allocate(
            waiting, hands.total - kept, soon=soon, oldest=settings.exploration.oldest,
            strangest=settings.exploration.strangest, turns=spoken.turns(book.today) if desk == CENTRE else (),
        )  # fmt: skip
        for one in allocation.listed:
            rows[one.case_no] |= {"place": one.place, "chosen": one.chosen}
        told[desk] = _told(allocation, rows, kept, elsewhere[desk])
    return told


def _told(allocation: Allocation, rows: Mapping[str, Row], reserved: int, elsewhere: int) -> Row:
    chosen = [one for one in allocation.listed if one.chosen]
    waits = [one for one in allocation.listed if not one.chosen]
    return {
        "minutes": allocation.capacity + reserved,
        "reserved": reserved,
        "used": allocation.used,
        "chosen": len(chosen),
        "due": sum(one.chosen == "due" for one in chosen),
        "oldest": sum(one.chosen == "oldest" for one in chosen),
        "strange": sum(one.chosen == "strange" for one in chosen),
        "waiting": len(waits),
        "elsewhere": elsewhere,
        "expected": sum(rows[one.case_no]["expected"] for one in chosen),
        "expected_waiting": sum(rows[one.case_no]["expected"] for one in waits),
    }


def per_hour(row: Mapping[str, Any]) -> int:
    """Return the fen that an hour of work on a case is worth in the order."""
    return int(row["worth"]) * 60 // max(1, int(row["minutes"]))
