"""Processes that work on the same cases at once; each tells what became of everything it tried."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from lianshen.cases import Casebook, services
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Conflict, Forbidden
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import connect

LONG = "经核查病历与医嘱，情况与疑点描述一致，机构书面认可，无其他意见。"
ROUND = ("accept", "ask_institution", "statement", "ask_evidence", "provide", "submit", "confirm", "appeal", "reopen")
"""What they do: a case goes round and never ends."""
NEEDED: dict[str, dict[str, Any]] = {"submit": {"worth_checking": True}}


def people(number: int) -> dict[str, Principal]:
    """Return the three people of one process."""
    return {
        "reviewer": Principal(1, f"shenhe{number:02}", f"审核{number}", "reviewer"),
        "lead": Principal(2, f"fuze{number:02}", f"负责{number}", "lead"),
        "agency": Principal(3, f"chengdu{number:02}", f"成都{number}", "region_lead", "510100"),
    }


def step(staff: dict[str, Principal], book: Casebook, case: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """Try to take one case a step further from the version it was read at; return what became of it."""
    own = staff["agency"]
    open_ones = [
        (p, action)
        for p in staff.values()
        for action in services.get_case(p, book, case["case_no"])["actions"]
        if action in ROUND
    ]
    if not open_ones:
        return {"what": "idle"}
    p, action = (
        min(open_ones, key=lambda one: (ROUND.index(one[1]), one[0].login))
        if draw.random() < 0.7
        else draw.choice(open_ones)
    )
    told = {"case": case["case_no"], "version": case["version"], "action": action, "login": p.login}
    try:
        if action == "submit":
            services.determine_rest(own, book, case["case_no"], "full", "violation", version=case["version"])
        services.transition(p, book, case["case_no"], action, case["version"], text=LONG, **NEEDED.get(action, {}))
    except Conflict as error:
        return {**told, "what": "conflict", "now": error.version, "by": error.by, "said": str(error)}
    except Forbidden:
        # The state moved between reading and asking, but the version would have told as well.
        return {**told, "what": "forbidden"}
    return {**told, "what": "ok"}


def attempt(url: str, number: int, times: int, out: Path) -> None:
    """Make that many attempts on all cases of Chengdu, and write down what became of each."""
    engine = connect(url)
    book, staff, draw = Casebook(engine), people(number), random.Random(number)
    results: list[dict[str, Any]] = []
    while len(results) < times:
        cases = services.list_cases(staff["agency"], book, CaseFilter(), 0, 100, sort="case_no")["items"]
        # Each begins elsewhere and all meet again and again, with what they read at the start of the round.
        for case in draw.sample(cases, min(20, len(cases), times - len(results))):
            result = step(staff, book, case, draw)
            if result["what"] != "idle":
                results.append(result)
    out.write_text("\n".join(json.dumps(result, ensure_ascii=False) for result in results), encoding="utf-8")
    engine.dispose()


def go_on(url: str, number: int, acknowledge: Callable[[str], None]) -> None:
    """Work without end, and acknowledge each write once it was confirmed."""
    engine = connect(url)
    book, staff, draw = Casebook(engine), people(number), random.Random()
    acknowledge("ready")
    while True:
        cases = services.list_cases(staff["agency"], book, CaseFilter(), 0, 100, sort="case_no")["items"]
        case = draw.choice(cases)
        result = step(staff, book, case, draw)
        if result["what"] == "ok":
            acknowledge(f"{result['case']} {result['version'] + 1} {result['action']}")
        if case["state"] == "closed":
            fresh = services.get_case(staff["agency"], book, case["case_no"])
            if fresh["state"] == "closed" and fresh["recovered"] < fresh["determined"]:
                given = (staff["agency"], book, case["case_no"], 1, "refund", "V", date(2026, 11, 1), fresh["version"])
                services.record_recovery(*given)
                acknowledge(f"{case['case_no']} {fresh['version'] + 1} recover")


def main(url: str, number: int) -> None:
    """Work until killed; each acknowledgement is on its way before the next write begins."""
    go_on(url, number, lambda line: os.write(1, f"{line}\n".encode()) and None)  # type: ignore[func-returns-value]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
