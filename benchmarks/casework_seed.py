"""A casebook of hundreds of thousands of cases: copies of some made by the real assembly, put down in bulk.

Every copy has its own institution, person, days, amounts, state and clock, its own sealed dossier and its own part
of the trail, whose chain holds. The templates are the synthetic stays of the pages' tests.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import sys
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lianshen.agency import agencies
from lianshen.cases import tables as t
from lianshen.cases.events import event_hash
from lianshen.cases.store import writing

Row = dict[str, Any]
STATES = {
    "new": 25, "released": 20, "misrouted": 1, "accepted": 30, "hearing": 6, "evidence": 4, "submitted": 15,
    "returned": 6, "closed": 560, "appealed": 3, "archived": 180, "dropped": 150,
}  # fmt: skip
"""Of a thousand cases of a year, how many stand where."""
WAY = {
    "new": (), "released": ("release",), "misrouted": ("release", "reject_scope"), "accepted": ("release", "accept"),
    "hearing": ("release", "accept", "ask_institution"), "evidence": ("release", "accept", "ask_evidence"),
    "submitted": ("release", "accept", "submit"), "returned": ("release", "accept", "submit", "return"),
    "closed": ("release", "accept", "submit", "confirm"),
    "appealed": ("release", "accept", "submit", "confirm", "appeal"),
    "archived": ("release", "accept", "submit", "confirm", "archive"), "dropped": ("drop",),
}  # fmt: skip
ON_CLOCK = ("released", "accepted", "hearing", "returned", "appealed")
DECIDED = ("submitted", "closed", "appealed", "archived")
HOSPITALS = ("人民医院", "中医医院", "中心医院", "骨科医院", "妇幼保健院", "第二人民医院", "康复医院")
TOWNS = ("东城", "西城", "新区", "江北", "江南", "城厢", "高新")
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
BATCH = 20_000


def make_casebook(path: Path, cases: int, lines: int, today: date, seed: int = 20261122) -> None:
    """Write a casebook with so many cases and about so many lines; deadlines lie around ``today``."""
    templates = _templates(path)
    draw = random.Random(seed)
    extra = max(0, round(lines / cases - sum(len(one["lines"]) for one in templates) / len(templates)))
    with sqlite3.connect(path, isolation_level=None) as con:
        con.execute("PRAGMA synchronous=OFF")
        con.execute("PRAGMA cache_size=-200000")
        con.execute("BEGIN")
        for table in ("case_line", "case_finding", "case_settlement", "dossier", "notice", "appeal", "archive_item",
                      "recovery", "cases"):  # fmt: skip
            con.execute(f"DELETE FROM {table}")
        # The trail is append-only: it goes on after what made the templates.
        chain = Chain(*con.execute("SELECT seq, hash FROM event_head").fetchone())
        copies = (_copy(templates, number, draw, today, extra, chain) for number in range(cases))
        while batch := list(islice(copies, BATCH)):
            for table in ("cases", "case_settlement", "case_finding", "case_line", "dossier", "event"):
                _insert(con, table, (row for copy in batch for row in copy[table]))
        con.execute("UPDATE event_head SET seq = ?, hash = ?", (chain.seq, chain.last))
        con.execute("COMMIT")
        con.execute("ANALYZE")
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _templates(path: Path) -> list[Row]:
    """Return cases of the pages' tests with all that belongs to them; the casebook is left at ``path``."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from dashboards.seed import seed

    seed(path, 84)
    with sqlite3.connect(path) as con:
        con.row_factory = sqlite3.Row

        def rows(table: str, case_no: str) -> list[Row]:
            return [dict(row) for row in con.execute(f"SELECT * FROM {table} WHERE case_no = ?", (case_no,))]

        found = []
        for case in con.execute("SELECT * FROM cases ORDER BY case_no").fetchall():
            own = {name: rows(f"case_{name}", case["case_no"]) for name in ("settlement", "finding", "line")}
            body = zlib.decompress(rows("dossier", case["case_no"])[0]["body"]).decode()
            found.append({"case": dict(case), "body": body, "lines": own["line"], "findings": own["finding"],
                          "settlements": own["settlement"], "others": _others(body, own["line"])})  # fmt: skip
    return found


def _others(body: str, known: list[Row]) -> list[Row]:
    """Return the bill's lines that no finding names, as lines of the casebook."""
    have = {line["bkkp_sn"] for line in known}
    table = json.loads(body)["lines"]
    bill = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    fen = {line["bkkp_sn"]: round(float(line["det_item_fee_sumamt"]) * 100) for line in bill}
    empty = dict.fromkeys(column.name for column in t.case_line.columns)
    return [
        {**empty, "bkkp_sn": line["bkkp_sn"], "setl_id": line["setl_id"], "rules": known[0]["rules"], "is_fee_line": 1,
         "fee_date": line["fee_date"], "hilist_code": line["hilist_code"], "item_name": line["hilist_name"],
         "med_chrgitm_type": line["med_chrgitm_type"], "cnt": line["cnt"], "pric": line["pric"],
         "amount": fen[line["bkkp_sn"]], "inscp": fen[line["bkkp_sn"]], "at_issue": fen[line["bkkp_sn"]],
         "at_most": fen[line["bkkp_sn"]]}
        for line in bill if line["bkkp_sn"] not in have
    ]  # fmt: skip


class Chain:
    """The trail as it grows."""

    def __init__(self, seq: int, last: str) -> None:
        self.seq, self.last = seq, last

    def add(self, case_no: str, action: str, actor: str, before: str | None, after: str, at: datetime) -> Row:
        """Return the next row."""
        self.seq += 1
        row: Row = {"seq": self.seq, "at": at, "case_no": case_no, "actor": actor, "actor_name": actor,
                    "action": action, "before": before, "after": after, "reason": None, "detail": None, "ip": None,
                    "prev_hash": self.last}  # fmt: skip
        row["hash"] = self.last = event_hash(row)
        return {**row, "at": _moment(at)}


def _moment(at: datetime) -> str:
    return at.replace(tzinfo=None).strftime("%Y-%m-%d %H:%M:%S.%f")


def _copy(templates: list[Row], number: int, draw: random.Random, today: date, extra: int, chain: Chain) -> Row:
    template = templates[number % len(templates)]
    (state,) = draw.choices(list(STATES), list(STATES.values()))
    fresh = state in ("new", "released", "misrouted")
    night = today - timedelta(days=1 + int(draw.triangular(0, 12, 0) if fresh else draw.triangular(6, 365, 40)))
    case_no = f"SC{night:%Y%m%d}-" + "".join(LETTERS[(number >> shift) % 32] for shift in (25, 20, 15, 10, 5, 0))
    case = _case(template["case"], case_no, number, state, night, draw, today)
    old, new = template["case"]["first_setl_id"], f"52{number:012d}"
    body = template["body"].replace(old, new).replace(template["case"]["case_no"], case_no)
    for index, finding in enumerate(template["findings"]):
        body = body.replace(finding["finding_id"], f"{number:020x}{index:04x}")
    text = body.encode()
    ids = {finding["finding_id"]: f"{number:020x}{index:04x}" for index, finding in enumerate(template["findings"])}

    def moved(row: Row) -> Row:
        changed = {**row, "case_no": case_no}
        for name in ("setl_id", "linked_setl_id", "bkkp_sn", "finding_id"):
            if changed.get(name):
                changed[name] = ids.get(changed[name], changed[name].replace(old, new))
        return changed

    # A bill is soon at its end: what is asked for has to be a little more.
    more = min(len(template["others"]), int(draw.expovariate(0.8 / extra)) if extra else 0)
    lines = [moved(line) for line in (*template["lines"], *template["others"][:more])]
    if state in DECIDED:
        for line in lines:
            line |= {"determined": line["at_most"], "reason": "violation"}
    return {
        "cases": [case],
        "case_settlement": [moved(row) for row in template["settlements"]],
        "case_finding": [moved(row) for row in template["findings"]],
        "case_line": lines,
        "dossier": [{"case_no": case_no, "sha256": hashlib.sha256(text).hexdigest(), "bytes": len(text),
                     "body": zlib.compress(text, 1)}],
        "event": list(_events(chain, case, draw)),
    }  # fmt: skip


def _case(template: Row, case_no: str, number: int, state: str, night: date, draw: random.Random, today: date) -> Row:
    every = list(agencies().values())
    agency = every[min(int(draw.expovariate(0.16)), len(every) - 1)]
    home = draw.choice([one for one in every if one.code != agency.code])
    institution = int(draw.expovariate(0.12)) % 25
    place = agency.name_zh.removesuffix("市")
    at_issue = 0 if not template["at_issue"] else int(draw.lognormvariate(11.6, 1.3))
    due = today + timedelta(days=draw.choice((-9, -2, 1, 3, 4, 6, 9, 12, 18, 25, 32, 40)))
    worker = f"jb{agency.code}{draw.randint(1, 3)}"
    released = datetime(night.year, night.month, night.day, 1, 30, tzinfo=UTC) + timedelta(days=draw.randint(1, 4))
    key = hashlib.sha256(f"case {number}".encode()).hexdigest()
    case = {
        **template, "case_no": case_no, "case_key": key, "evidence_sha256": key, "first_setl_id": f"52{number:012d}",
        "night": night.isoformat(), "admit": (night - timedelta(days=draw.randint(4, 25))).isoformat(),
        "discharge": night.isoformat(), "treating_agency": agency.code, "insu_admdvs": home.code,
        "insu_pool": home.pool, "county": f"{agency.pool}{21 + institution % 4}" if institution % 5 == 4 else "",
        "fixmedins_code": f"H{agency.pool}{institution:05d}",
        "fixmedins_name": f"{place}{TOWNS[institution % 7]}{HOSPITALS[institution % 6]}",
        "hosp_lv": ("02", "05", "03", "06", "08", "02", "05")[institution % 7],
        "person": hashlib.sha256(f"person {draw.randint(0, 140_000)}".encode()).hexdigest()[:32],
        "at_issue": at_issue, "exposure": 0 if at_issue else int(draw.lognormvariate(12, 1)),
        "score": round(draw.betavariate(2, 5), 3), "state": state, "version": 1 + draw.getrandbits(28),
        "assignee": worker if len(WAY[state]) > 1 else None,
        "released_at": _moment(released) if "release" in WAY[state] else None,
        "accept_by": (night + timedelta(days=6)).isoformat() if "release" in WAY[state] else None,
        "due_at": due.isoformat() if state in (*ON_CLOCK, "evidence") else None,
        "decision": None, "determined": None, "conclusion": None, "worth_checking": None, "closed_at": None,
        "submitted_at": None, "moved_by": None, "moved_action": None, "moved_at": None,
    }  # fmt: skip
    if state in DECIDED:
        case["conclusion"] = "经核查病历与收费清单，情况属实，机构认可。"
        decision = draw.choices(("confirmed", "partial", "dismissed"), (6, 2, 2))[0]
        share = {"confirmed": 1.0, "partial": draw.random(), "dismissed": 0.0}[decision]
        case |= {"decision": decision, "determined": int(at_issue * share), "worth_checking": 1}
        case["submitted_at"] = _moment(released + timedelta(days=12))
        if state != "submitted":
            case |= {"closed_at": _moment(released + timedelta(days=15)),
                     "recovered": case["determined"] if draw.random() < 0.7 else 0}  # fmt: skip
    return case


def _events(chain: Chain, case: Row, draw: random.Random) -> Iterator[Row]:
    at = datetime.fromisoformat(case["night"] + "T19:00:00").replace(tzinfo=UTC)
    yield chain.add(case["case_no"], "raised", "system", None, "new", at)
    state = "new"
    after = {"release": "released", "reject_scope": "misrouted", "accept": "accepted", "ask_institution": "hearing",
             "ask_evidence": "evidence", "submit": "submitted", "return": "returned", "confirm": "closed",
             "appeal": "appealed", "archive": "archived", "drop": "dropped"}  # fmt: skip
    for action in WAY[case["state"]]:
        at += timedelta(hours=draw.randint(8, 60))
        centre = action in ("release", "drop", "return", "confirm")
        yield chain.add(case["case_no"], action, "sh01" if centre else str(case["assignee"]), state, after[action], at)
        state = after[action]


def _insert(con: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    names = [column.name for column in t.metadata.tables[table].columns]
    quoted = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" * len(names))
    con.executemany(
        f"INSERT INTO {table} ({quoted}) VALUES ({marks})", ([row.get(name) for name in names] for row in rows)
    )


def add_people(engine: sa.Engine, number: int) -> list[Row]:
    """Return people who are signed in already: ``login``, ``role``, ``token`` and ``csrf``; two in five at the centre.

    Their sessions are written down rather than opened: a hundred passwords take a hundred times 64 MB.
    """
    now = datetime.now(UTC)
    every = list(agencies())
    people = []
    with writing(engine) as con:
        con.execute(t.users.delete().where(t.users.c.login.startswith("many")))
        for index in range(number):
            centre = index % 5 < 2
            role = "reviewer" if centre else "handler"
            agency = None if centre else every[index % len(every)]
            login, token = f"many{index}", f"benchmark-{index}-{now.timestamp()}"
            made = con.execute(
                t.users.insert().values(
                    login=login, name=login, role=role, agency=agency, password_hash="none", is_active=True,
                    failures=0, created_at=now,
                )
            )  # fmt: skip
            (user,) = made.inserted_primary_key or (0,)
            con.execute(
                t.sessions.insert().values(
                    token_hash=hashlib.sha256(token.encode()).hexdigest(), user_id=user, csrf=f"csrf{index}",
                    created_at=now, seen_at=now,
                )
            )  # fmt: skip
            people.append({"login": login, "role": role, "token": token, "csrf": f"csrf{index}"})
    return people
