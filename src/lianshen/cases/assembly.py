"""From a night's findings to cases: one per episode at an institution, each yuan counted once.

As long as a case is ``new`` it is a view of the findings: assembled again it is replaced, and where nothing is
left of it, it is removed. The trail keeps what was: its rows name cases and are never deleted. From its release
or its being dropped on, a case keeps the evidence it was sealed with and the settlements it holds; where the
findings about those move, the difference becomes one event and a mark on the case. Findings about other
settlements make cases of their own, even where they are linked to held ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from lianshen.cases import tables as t
from lianshen.cases.building import Built, Row, build
from lianshen.cases.events import Event, append
from lianshen.cases.gather import EXHIBITED, Gathered, Pair, dirty_settlements, exhibit_columns, exhibits, gather
from lianshen.cases.grouping import Episode, case_number, group
from lianshen.cases.held import CHUNK, Held, in_chunks, mark_moved, night_event
from lianshen.cases.store import writing
from lianshen.cases.texts import RuleText, require_texts
from lianshen.cases.vanishing import drop, files_of, give, let_go

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

INSERT_ROWS = 1_000


@dataclass(frozen=True)
class AssemblySettings:
    """``min_at_issue`` in fen: an episode below it, without exposure, is counted and raises no case. 0 raises all."""

    min_at_issue: int = 0


@dataclass
class AssemblyResult:
    """What the night did to the casebook. ``evidence_changed`` are cases beyond *new* whose findings moved."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    evidence_changed: int = 0
    small: int = 0
    at_issue: int = 0
    by_agency: dict[str, int] = field(default_factory=dict)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def assemble(
    con: DuckDBPyConnection,
    engine: Engine,
    *,
    texts: Mapping[str, RuleText],
    waits: Mapping[str, int] | None = None,
    settings: AssemblySettings | None = None,
    now: Callable[[], datetime] = _utc_now,
    progress: Callable[[str], None] | None = None,
) -> AssemblyResult:
    """Bring the cases of everything in ``work.dirty_settlement`` up to its findings, in one transaction.

    ``con`` is only read. Doing it twice changes nothing the second time. ``texts`` by rule or model id;
    ``waits`` are the days that findings of a rule wait after the settlement before they go into a case.
    ``by_agency`` and ``at_issue`` (fen) of the result are of the cases that are new or were replaced.

    :raises TextMissing: if a finding has no text, or its sentence asks for a fact that it does not state.
    :raises CasebookError: if findings, lines and settlements of the warehouse contradict one another.
    """
    tell = progress or (lambda _: None)
    dirty = sorted({*dirty_settlements(con), *_reopened(engine)})
    if not dirty:
        return AssemblyResult()
    gathered = gather(con, dirty, _pairs(engine, dirty), waits)
    tell(f"{len(gathered.findings)} findings about {len(gathered.settlements)} settlements")
    require_texts(texts, (found.source_id for found in gathered.findings))
    parts = exhibits(con)
    columns = {name: exhibit_columns(con, table) for name, table in EXHIBITED.items()}
    with writing(engine) as book:
        held = Held.read(book, {*dirty, *gathered.settlements})
        result, episodes = AssemblyResult(), []
        for episode in _open_episodes(gathered, held):
            if _is_small(episode, settings or AssemblySettings()):
                result.small += 1
            else:
                episodes.append(episode)
        numbers = _numbers(book, episodes, held)
        wanted = [
            build(episode, number, gathered.lines, texts, parts, columns)
            for episode, number in zip(episodes, numbers, strict=True)
        ]
        replaced = _replace(book, held, wanted, result, now())
        moved = mark_moved(book, held, gathered.findings)
        result.evidence_changed = len(moved)
        append(book, now(), [*replaced, *moved])
    tell(f"{result.new} new cases, {result.changed} changed, {result.removed} removed")
    return result


def _reopened(engine: Engine) -> list[str]:
    """Return the settlements of cases that came back to *new* while their evidence had moved."""
    query = (
        sa.select(t.case_settlement.c.setl_id)
        .join(t.cases, t.cases.c.case_no == t.case_settlement.c.case_no)
        .where(t.cases.c.state == "new", t.cases.c.changed_sha256.is_not(None))
    )
    with engine.connect() as book:
        return list(book.scalars(query))


def _pairs(engine: Engine, dirty: Sequence[str]) -> set[Pair]:
    """Return person and institution of the cases that hold a dirty settlement, which may have left the warehouse."""
    c, s = t.cases.c, t.case_settlement.c
    query = sa.select(c.person, c.fixmedins_code).join(t.case_settlement, s.case_no == c.case_no)
    with engine.connect() as book:
        return {(row.person, row.fixmedins_code) for row in in_chunks(book, query, s.setl_id, dirty)}


def _open_episodes(gathered: Gathered, held: Held) -> list[Episode]:
    settlements = {key: value for key, value in gathered.settlements.items() if not held.is_sealed(key)}
    return group((found for found in gathered.findings if found.setl_id in settlements), settlements)


def _is_small(episode: Episode, settings: AssemblySettings) -> bool:
    at_issue = sum(found.counted for found in episode.findings)
    return abs(at_issue) < settings.min_at_issue and not any(found.exposure for found in episode.findings)


def _numbers(book: Connection, episodes: Sequence[Episode], held: Held) -> list[str]:
    """Return the case numbers; where two keys of one day share six letters, the later key gets more."""
    standing = {row["case_no"]: row["case_key"] for row in held.rows.values()}
    c = t.cases.c
    wanted = [case_number(episode) for episode in episodes]
    standing |= {
        row.case_no: row.case_key for row in in_chunks(book, sa.select(c.case_no, c.case_key), c.case_no, wanted)
    }
    letters = {row.case_key: len(row.case_no) for row in in_chunks(
        book, sa.select(c.case_no, c.case_key), c.case_key, [episode.key for episode in episodes])}  # fmt: skip
    numbers: dict[str, str] = {}
    for episode in sorted(episodes, key=lambda one: (-(one.key in letters), one.key)):
        for size in (6, 8, 12):
            number = case_number(episode, size)
            if standing.setdefault(number, episode.key) == episode.key:
                numbers[episode.key] = number
                break
    return [numbers[episode.key] for episode in episodes]


def _replace(
    book: Connection, held: Held, wanted: Sequence[Built], result: AssemblyResult, now: datetime
) -> list[Event]:
    """Write the cases that are new or differ, remove what has no findings left, and return the events of it."""
    before = {number: row for number, row in held.rows.items() if row["state"] == "new"}
    write: list[Built] = []
    events: list[Event] = []
    for built in wanted:
        case = built.case
        was = before.pop(case["case_no"], None)
        if was is not None and was["evidence_sha256"] == case["evidence_sha256"] and was["changed_sha256"] is None:
            result.unchanged += 1
            continue
        write.append(built)
        if was is None:
            result.new += 1
            events.append(night_event("raised", case["case_no"], None, "new", {
                "rules": case["rules"].strip(","), "at_issue": case["at_issue"], "exposure": case["exposure"],
                "dossier": built.dossier["sha256"]}))  # fmt: skip
        else:
            result.changed += 1
            events.append(night_event("reassembled", case["case_no"], "new", "new", {
                "at_issue": [was["at_issue"], case["at_issue"]], "dossier": built.dossier["sha256"]}))  # fmt: skip
            _renew(book, case)
    now_in = {row["setl_id"]: row["case_no"] for built in wanted for row in built.settlements}
    with_files = files_of(book, sorted(before))
    files: dict[str, list[int]] = {}
    for number, was in sorted(before.items()):
        moved = sorted({now_in[key] for key, holder in held.holder.items() if holder == number and key in now_in})
        if number in with_files and not moved:
            events.append(drop(book, number, was["version"], was["at_issue"], now))
            del before[number]
            continue
        events.append(night_event("removed", number, "new", None, {"at_issue": was["at_issue"], "now_in": moved}))
        if number in with_files:
            files.setdefault(moved[0], []).extend(with_files[number])
    result.removed = len(before)
    let_go(book, (file for some in files.values() for file in some))
    _delete(book, sorted(before))
    _insert(book, write, held.rows)
    events += give(book, files)
    result.by_agency = dict(sorted(Counter(built.case["treating_agency"] for built in write).items()))
    result.at_issue = sum(built.case["at_issue"] for built in write)
    return events


def _delete(book: Connection, numbers: Sequence[str]) -> None:
    for start in range(0, len(numbers), CHUNK):
        book.execute(t.cases.delete().where(t.cases.c.case_no.in_(numbers[start : start + CHUNK])))


def _renew(book: Connection, case: Row) -> None:
    """Give a case that stays what it is made of now; what people added to it, a file or a remark, stays with it."""
    for table in (t.case_settlement, t.case_finding, t.case_line, t.dossier):
        book.execute(table.delete().where(table.c.case_no == case["case_no"]))
    renewed = t.cases.update().where(t.cases.c.case_no == case["case_no"])
    book.execute(renewed.values(**case, changed_sha256=None))


def _insert(book: Connection, write: Sequence[Built], standing: Collection[str]) -> None:
    for table, rows in (
        (t.cases, [built.case for built in write if built.case["case_no"] not in standing]),
        (t.case_settlement, [row for built in write for row in built.settlements]),
        (t.case_finding, [row for built in write for row in built.findings]),
        (t.case_line, [row for built in write for row in built.lines]),
        (t.dossier, [built.dossier for built in write]),
    ):
        for start in range(0, len(rows), INSERT_ROWS):
            book.execute(table.insert(), rows[start : start + INSERT_ROWS])
