"""Many processes on the same cases: nothing is lost, nothing happens twice, and whoever loses is told."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from cases.crowd import attempt
from cases.moving import STAFF
from cases.warehouse_rows import Warehouse
from sqlalchemy.engine import Engine

from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import TRANSITIONS
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter

PROCESSES, ATTEMPTS, CASES = 8, 1_000, 100
KILLS = int(os.environ.get("LIANSHEN_KILLS", "4"))
TESTS = Path(__file__).parents[1]


def released(warehouse: Warehouse, engine: Engine, count: int) -> dict[str, int]:
    """Release that many cases of Chengdu; return the version that each was raised at."""
    for number in range(count):
        warehouse.settle(f"S{number:03}", person=f"p{number:03}")
        warehouse.find("PL-11", f"S{number:03}", "1000.00")
    warehouse.assemble(engine)
    book = Casebook(engine)
    cases = services.list_cases(STAFF["reviewer"], book, CaseFilter(), 0, 500)["items"]
    assert services.bulk(STAFF["reviewer"], book, "release", cases)["denied"] == []
    return {case["case_no"]: case["version"] for case in cases}


def versions(engine: Engine) -> dict[str, int]:
    with engine.connect() as con:
        return {row.case_no: row.version for row in con.execute(sa.select(t.cases.c.case_no, t.cases.c.version))}


def moves(engine: Engine) -> Counter[str]:
    """Return how many events of each case moved it."""
    e = t.event.c
    moving = sa.select(e.case_no).where(e.action.in_([*TRANSITIONS, "recover", "reverse"]))
    with engine.connect() as con:
        return Counter(str(number) for number in con.scalars(moving))


def assert_sound(engine: Engine, first: dict[str, int]) -> None:
    """Assert what must hold whatever happened: versions count the moves, ledgers add up, states follow, chain whole."""
    assert verify_events(engine) is None
    assert versions(engine) == {number: at + moves(engine)[number] for number, at in first.items()}
    with engine.connect() as con:
        summed = sa.select(t.recovery.c.case_no, sa.func.sum(t.recovery.c.amount)).group_by(t.recovery.c.case_no)
        ledger = {number: int(fen) for number, fen in con.execute(summed)}
        rows = con.execute(sa.select(t.cases.c.case_no, t.cases.c.recovered, t.cases.c.state)).all()
        assert all(row.recovered == ledger.get(row.case_no, 0) for row in rows)
        states: dict[str, str] = {}
        e = t.event.c
        for number, before, after in con.execute(
            sa.select(e.case_no, e.before, e.after).where(e.case_no.is_not(None)).order_by(e.seq)
        ):
            assert states.get(number) == before, number
            states[number] = after
        assert states == {row.case_no: row.state for row in rows}
        if engine.dialect.name == "sqlite":
            assert con.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_thousand_attempts_of_eight_processes_lose_nothing_and_tell_every_loser(
    engine: Engine, warehouse: Warehouse, tmp_path: Path
) -> None:
    first = released(warehouse, engine, CASES)
    url = engine.url.render_as_string(hide_password=False)
    spawn = multiprocessing.get_context("spawn")
    outs = [tmp_path / f"{number}.jsonl" for number in range(PROCESSES)]
    workers = [
        spawn.Process(target=attempt, args=(url, number, ATTEMPTS // PROCESSES, out)) for number, out in enumerate(outs)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    results = [json.loads(line) for out in outs for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(results) == ATTEMPTS
    what = Counter(result["what"] for result in results)
    assert what["ok"] > 100
    assert what["conflict"] > 20
    assert what["ok"] + what["conflict"] == ATTEMPTS
    won = Counter((result["case"], result["version"]) for result in results if result["what"] == "ok")
    assert max(won.values()) == 1, "of those who read the same version one wins"
    for result in results:
        if result["what"] == "conflict":
            assert result["now"] > result["version"]
            assert result["by"]
            assert result["case"] in result["said"]
    done = Counter(result["case"] for result in results if result["what"] == "ok")
    assert moves(engine) == {number: 1 + done[number] for number in first}
    e = t.event.c
    with engine.connect() as con:
        told = Counter(con.execute(sa.select(e.case_no, e.actor, e.action).where(e.action.in_(TRANSITIONS))).tuples())
    wanted = Counter(
        (result["case"], result["login"], result["action"]) for result in results if result["what"] == "ok"
    )
    assert told - Counter({(number, "shenhe01", "release"): 1 for number in first}) == wanted
    assert_sound(engine, first)


def test_a_writer_that_is_killed_loses_nothing_that_it_confirmed(engine: Engine, warehouse: Warehouse) -> None:
    first = released(warehouse, engine, 12)
    url, draw, confirmed = engine.url.render_as_string(hide_password=False), random.Random(20261120), 0
    for kill in range(KILLS):
        worker = subprocess.Popen(
            [sys.executable, "-m", "cases.crowd", url, str(40 + kill)],
            cwd=TESTS,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        time.sleep(draw.uniform(0.02, 0.5))
        worker.kill()
        said = [line.split() for line in worker.stdout if line.endswith("\n")]
        worker.wait()
        confirmed += len(said)
        now = versions(engine)
        for case_no, version, _action in said:
            assert now[case_no] >= int(version)
        # What was confirmed is in the trail, and of what was cut off everything is or nothing.
        e = t.event.c
        with engine.connect() as con:
            by_me = [f"{login}{40 + kill}" for login in ("chengdu", "shenhe", "fuze")]
            mine = sa.select(e.case_no, e.action).where(e.actor.in_(by_me), e.action != "determine")
            done = Counter(con.execute(mine).tuples())
        wanted = Counter((case_no, action) for case_no, _, action in said)
        assert not wanted - done
        assert (done - wanted).total() <= 1, "only what was written and not yet confirmed"
        assert_sound(engine, first)
    assert confirmed > KILLS
