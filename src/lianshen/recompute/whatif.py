"""What a changed policy would have cost: a past period settled again under two books.

Every settlement that counts is recomputed under the book in force and under the changed one, on the in-scope amount
and the filing of ``audit.recomputed``; what each pays is carried on to the later settlements of the same person-year.
The warehouse is only read.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import date
from multiprocessing import active_children, get_context
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from lianshen.errors import LianshenError, UsageError
from lianshen.policy import PolicyBook, codes
from lianshen.policy.shape import PERSON, PLACE
from lianshen.recompute.buckets import Dealt, dealt, open_bucket
from lianshen.recompute.effect import AMOUNTS, Effect, Sums
from lianshen.recompute.inputs import Inputs, recomputed_subject
from lianshen.recompute.right import RightTerms, outside_packs, right_terms
from lianshen.recompute.rounds import numbers, rounds, scope_and_total, settle_rounds
from lianshen.settlement import Ints

CHUNK = 500_000
"""Settlements read together, whole persons at a time; the memory does not grow with the period."""

PART = 100_000
"""Settlements computed together."""

WORKERS = 2
MEMORY = "700MB"
"""What DuckDB may hold for one bucket; the arrays come on top."""


class ProcessEnded(LianshenError):
    """A process that settled a part was ended from outside."""


def what_if(
    con: duckdb.DuckDBPyConnection,
    book: PolicyBook,
    changed: PolicyBook,
    *,
    start: date,
    end: date,
    chunk: int = CHUNK,
    workers: int = WORKERS,
    progress: Callable[[int, int], None] | None = None,
) -> Effect:
    """Return what ``changed`` instead of ``book`` would have meant for the settlements of ``[start, end)``.

    ``progress`` is called with the settlements done and to do. Works on a warehouse opened read-only; beside it stands
    a folder of temporary files as long as this runs. More than ``chunk`` settlements are computed by ``workers``
    processes. Raises :class:`UsageError` for a period without settlements, :class:`ProcessEnded`.
    """
    number = _settlements(con, start, end)
    tell = progress or (lambda done, total: None)
    tell(0, number)
    effect, done = Effect(start, end), 0
    with (
        dealt(con, start, end, -(-number // chunk)) as parts,
        _released(con),
        closing(_settled(parts, book, changed, workers)) as settled,
    ):
        for part, settlements in settled:
            effect.add(part)
            done += settlements
            tell(done, number)
    return effect


def _settled(
    parts: Dealt, book: PolicyBook, changed: PolicyBook, workers: int
) -> Generator[tuple[Effect, int], None, None]:
    """Yield the effect of each bucket and its settlements, in the order of the buckets."""
    if workers < 2 or parts.buckets < 2:
        for bucket in range(parts.buckets):
            yield _bucket(parts, bucket, book, changed)
        return
    # Spawned, since the threads of DuckDB do not survive a fork.
    others = set(active_children())
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _prepare, (parts, book, changed))
    try:
        yield from pool.map(_prepared_bucket, range(parts.buckets))
    except BrokenProcessPool as error:
        raise ProcessEnded(
            f"settling {parts.start} until {parts.end} again: the system ended one of {workers} processes, most likely "
            f"for want of memory; free some (4 GB are needed) or try a shorter period"
        ) from error
    except BaseException:
        # After an error or Ctrl-C nobody waits for the buckets under way.
        for process in set(active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


_prepared: list[Any] = []
"""In a worker process: what it was started with."""


def _prepare(*what: Any) -> None:
    # Ctrl-C goes to the process that waits, and that one stops this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prepared[:] = what


def _prepared_bucket(bucket: int) -> tuple[Effect, int]:
    parts, book, changed = _prepared
    return _bucket(parts, bucket, book, changed)


def _bucket(parts: Dealt, bucket: int, book: PolicyBook, changed: PolicyBook) -> tuple[Effect, int]:
    effect = Effect(parts.start, parts.end)
    with open_bucket(parts, bucket, memory_limit=MEMORY, threads=1) as con:
        inputs = recomputed_subject(con)
    for part in _parts(inputs):
        _add(effect, part, book, changed)
    return effect, len(inputs)


@contextmanager
def _released(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let DuckDB give back the memory of the warehouse's connection meanwhile: the workers need theirs."""
    (limit,) = con.execute("SELECT current_setting('memory_limit')").fetchone() or ("",)
    number, unit = limit.split()
    with suppress(duckdb.OutOfMemoryException):
        con.execute("SET memory_limit = '100MB'")
    try:
        yield
    finally:
        # The text is cut off after one digit: without a hundredth more it would say less every time.
        con.execute("SET memory_limit = ?", [f"{float(number) + 0.01:.2f} {unit}"])


def _parts(inputs: Inputs) -> Iterator[Inputs]:
    """Yield some persons at a time: the arrays of a settlement take ten times what its columns take."""
    person = numbers(inputs, "person")
    parts = -(-len(inputs) // PART)
    for place in range(parts):
        yield inputs if parts == 1 else inputs.take(np.flatnonzero(person % parts == place))


def _settlements(con: duckdb.DuckDBPyConnection, start: date, end: date) -> int:
    if start >= end:
        raise UsageError(f"the period ends on {end}, before it begins on {start}: give an earlier first day")
    number, first, last = con.execute(
        """
        SELECT COUNT(*) FILTER (WHERE setl_date >= ? AND setl_date < ?), MIN(setl_date), MAX(setl_date)
        FROM mart.settlement WHERE counts
        """,
        [start, end],
    ).fetchone() or (0, None, None)
    if not number:
        known = f"it holds settlements from {first} to {last}" if first else "it holds no settlements at all"
        raise UsageError(f"no settlement of the warehouse counts from {start} until {end}; {known}")
    return int(number)


def _add(effect: Effect, inputs: Inputs, book: PolicyBook, changed: PolicyBook) -> None:
    """Settle one chunk under both books and add it up."""
    now = right_terms(book, inputs)
    then = _changed_terms(changed, book, inputs, now)
    known = inputs.flags("was_recomputed")
    can = known & now.can_settle & then.can_settle
    why = np.where(now.can_settle, np.where(then.can_settle, "not recomputed so far", then.reason), now.reason)
    for reason, number in zip(*np.unique(why[~can].astype(str), return_counts=True), strict=True):
        effect.left_out[str(reason)] = effect.left_out.get(str(reason), 0) + int(number)
    rows = np.flatnonzero(can)
    if not len(rows):
        return
    order = rounds(inputs, rows)
    scope, total = scope_and_total(inputs)
    # Across provinces the layers may come back collapsed into "other funds": there these are what is recomputed.
    other = np.where(inputs.equals("scope", "CROSS_PROV"), 0, inputs.ints("other_funds"))
    fund = []
    for right in (now, then):
        paid = settle_rounds(inputs, order, scope, total, right.terms, right.accumulators)
        outside = outside_packs(inputs, right)
        fund.append(paid + outside["hifes"] + outside["hifdm"] + other)
    hospital = inputs.ints("hospital_share")
    columns = {
        "settlements": np.ones(len(inputs), np.int64), "changed": (fund[0] != fund[1]).astype(np.int64),
        "total": total, "now": fund[0], "then": fund[1],
        "patients_now": total - hospital - fund[0], "patients_then": total - hospital - fund[1],
    }  # fmt: skip
    for key, sums in _cells(inputs, rows, columns):
        effect.cells.setdefault(key, Sums()).add(sums)


def _changed_terms(changed: PolicyBook, book: PolicyBook, inputs: Inputs, now: RightTerms) -> RightTerms:
    """Return the terms of the changed book, with what was used measured by the book under which it was used."""
    policy = inputs.terms(changed, treat_pool=inputs.codes("treat_pool"))
    unclaimed = inputs.equals("care", "RX") & (inputs.ints("fund") == 0)
    terms = replace(policy.terms, slice_ratio=np.where(unclaimed[:, None], 0, policy.terms.slice_ratio))
    used = inputs.year.rebuilt(terms, book)
    # The part of the deductible that an admission transferred from elsewhere had paid is taken off as it was.
    used = replace(used, deductible_paid=now.accumulators.deductible_paid)
    reason = np.where(policy.has_terms, now.reason, policy.reason)
    return replace(now, policy=policy, terms=terms, accumulators=used, reason=reason)


def _cells(inputs: Inputs, rows: NDArray[np.intp], columns: dict[str, Ints]) -> Iterator[tuple[Any, Sums]]:
    """Yield the sums of ``rows`` by pool, level and person class; whole numbers, so the sums are exact."""
    n = len(inputs)
    places, pools = codes.distinct(inputs.codes("insu_pool"), n)
    level = codes.level_of(inputs.codes("dedc_hosp_lv"), inputs.codes("hosp_lv"), n)
    level = np.where(inputs.equals("care", "RX"), PLACE.index("drugstore"), level)
    person = codes.encode(inputs.codes("psn_type"), n, codes.person_of)
    person = np.where(inputs.equals("insutype", "390"), PERSON.index("resident"), person)
    key = ((places.astype(np.int64) * len(PLACE) + level) * len(PERSON) + person)[rows]
    order = np.argsort(key, kind="stable")
    key, sorted_rows = key[order], rows[order]
    begin = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    sums = {name: np.add.reduceat(values[sorted_rows], begin).tolist() for name, values in columns.items()}
    for place, number in enumerate(key[begin].tolist()):
        number, of_person = divmod(number, len(PERSON))
        pool, of_level = divmod(number, len(PLACE))
        yield (pools[pool], PLACE[of_level], PERSON[of_person]), Sums(**{name: sums[name][place] for name in AMOUNTS})
