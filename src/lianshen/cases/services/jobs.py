"""One action on every case of a filter: started with the number that was seen, done one by one, followed by its id.

A job lives in the process that runs it. Each case is a transition of its own, so what a job had done when its process
ended is done, and the same filter then names what is left.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from lianshen.cases import tables as t
from lianshen.cases.domain import BULK_ACTIONS, Principal
from lianshen.cases.errors import NotFound, Refused
from lianshen.cases.filters import DEFAULT_SORT, CaseFilter
from lianshen.cases.services.acting import bulk
from lianshen.cases.services.scope import Row, conditions, select_sort
from lianshen.cases.store import Casebook
from lianshen.errors import LianshenError

MOST_BY_LEAD = 5_000
AT_ONCE = 20
KEPT = 200


class CountMoved(LianshenError):
    """The filter has another number of cases than the person saw; nothing was done."""

    def __init__(self, expected: int, found: int) -> None:
        self.expected, self.found = expected, found
        super().__init__(f"符合条件的案件已从 {expected:,} 件变为 {found:,} 件，没有执行；请核对后重试")


@dataclass
class Job:
    """What became of it so far: case numbers as in :func:`~lianshen.cases.services.acting.bulk`."""

    id: str
    login: str
    action: str
    total: int
    state: Literal["running", "done", "failed"] = "running"
    ok: list[str] = field(default_factory=list)
    conflict: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    error: str | None = None

    @property
    def done(self) -> int:
        return len(self.ok) + len(self.conflict) + len(self.denied)

    def told(self) -> Row:
        """Return the job as people and programs read it."""
        names = ("id", "action", "total", "done", "state", "ok", "conflict", "denied", "error")
        return {name: getattr(self, name) for name in names}


class Jobs:
    """The jobs of one casebook in this process, the latest of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._every: OrderedDict[str, Job] = OrderedDict()

    def add(self, job: Job) -> None:
        """Keep a job, and forget the oldest that ended."""
        with self._lock:
            self._every[job.id] = job
            for old in [key for key, one in self._every.items() if one.state != "running"][: len(self._every) - KEPT]:
                del self._every[old]

    def get(self, key: str) -> Job | None:
        """Return a job, or None."""
        with self._lock:
            return self._every.get(key)

    def running(self, login: str) -> Job | None:
        """Return the job of a person that has not ended."""
        with self._lock:
            return next((job for job in self._every.values() if job.login == login and job.state == "running"), None)


_jobs: WeakKeyDictionary[Engine, Jobs] = WeakKeyDictionary()


def _of(book: Casebook) -> Jobs:
    return _jobs.setdefault(book.engine, Jobs())


def start_by_filter(
    p: Principal, book: Casebook, action: str, f: CaseFilter, expected: int, *,
    reason: str | None = None, text: str = "", run: Callable[[Callable[[], None]], None] | None = None,
) -> Row:  # fmt: skip
    """Begin one action on every case of a filter and return the job; ``expected`` is how many the person saw.

    ``run`` runs the work, in a thread of its own where nothing else is said.

    :raises CountMoved: if the filter has another number of cases by now.
    :raises Refused: for an action that is not for many, too many cases, a missing reason, or a job still running.
    """
    if action not in BULK_ACTIONS:
        raise Refused(f"“{action}”不能批量执行；可批量：{'、'.join(sorted(BULK_ACTIONS))}")
    c = t.cases.c
    where = conditions(p, book, f)
    most = MOST_BY_LEAD if p.role == "lead" else book.terms.bulk_reviewer
    with book.engine.connect() as con:
        found = con.scalar(sa.select(sa.func.count()).select_from(t.cases).where(*where)) or 0
        if found != expected:
            raise CountMoved(expected, found)
        if found > most:
            raise Refused(
                f"一次最多 {most} 件，现为 {found} 件；请缩小筛选范围"
                + ("" if p.role == "lead" else "，或由负责人执行")
            )
        order = select_sort(f.sort or DEFAULT_SORT)
        items = [dict(row) for row in con.execute(
            sa.select(c.case_no, c.version).where(*where).order_by(*order)).mappings()]  # fmt: skip
    bulk(p, book, action, [], reason=reason, text=text)
    jobs = _of(book)
    if running := jobs.running(p.login):
        raise Refused(f"上一个批量任务尚未完成（{running.done}/{running.total}），请稍候")
    job = Job(secrets.token_urlsafe(9), p.login, action, len(items))
    jobs.add(job)

    def work() -> None:
        try:
            for start in range(0, len(items), AT_ONCE):
                result = bulk(p, book, action, items[start : start + AT_ONCE], reason=reason, text=text)
                for name, numbers in result.items():
                    getattr(job, name).extend(numbers)
        except (LianshenError, sa.exc.SQLAlchemyError) as error:
            # Nobody waits for the thread: what stopped it is told to whoever asks for the job.
            job.error = str(error)
        finally:
            job.state = "done" if job.done == job.total else "failed"

    if run:
        run(work)
    else:
        threading.Thread(target=work, name=f"job {job.id}", daemon=True).start()
    return job.told()


def get_job(p: Principal, book: Casebook, key: str) -> Row:
    """Return one's own job.

    :raises NotFound: if there is none of that id, or it is somebody else's.
    """
    job = _of(book).get(key)
    if job is None or job.login != p.login:
        raise NotFound(key, "任务")
    return job.told()
