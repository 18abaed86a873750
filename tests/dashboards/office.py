"""One app for a whole module, with everybody signed in once and one case that is put into any state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from dashboards.described import client_hooks
from dashboards.seed import PASSWORD
from starlette.testclient import TestClient

from lianshen.cases import tables as t
from lianshen.cases.store import Casebook, writing

HOME, INSURED = "510700", "5119"
VERSION = 7


@dataclass
class Office:
    """The app of this module with everybody signed in once, and one case that is put into any state."""

    book: Casebook
    app: Any
    case_no: str
    clients: dict[str, TestClient] = field(default_factory=dict)

    def enter(self, login: str) -> TestClient:
        if login not in self.clients:
            client = TestClient(self.app, follow_redirects=False)
            client.event_hooks = client_hooks(self.app)
            answer = client.post("/login", data={"login": login, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
            client.headers["X-CSRFToken"] = client.cookies["_csrf_token"]
            self.clients[login] = client
        return self.clients[login]

    def put(self, state: str, **more: Any) -> None:
        """Put the case into a state as others left it, at :data:`VERSION`, with every line determined."""
        now = self.book.now()
        decided = state in ("submitted", "closed", "appealed", "archived")
        values = {
            "state": state, "version": VERSION, "treating_agency": HOME, "county": "", "insu_pool": INSURED,
            "severity": 2, "assignee": "mianyang", "moved_by": "other", "moved_action": "x", "moved_at": now,
            "released_at": now, "accept_by": self.book.today, "due_at": self.book.today + timedelta(days=30),
            "reply_by": None, "paused_on": None, "extension": None, "appeal_round": 0, "recovered": 0,
            "decision": "confirmed" if decided else None, "determined": 100 if decided else None,
            "closed_at": now, "archived_at": now if state == "archived" else None, **more,
        }  # fmt: skip
        with writing(self.book.engine) as con:
            con.execute(t.cases.update().where(t.cases.c.case_no == self.case_no).values(**values))
            con.execute(t.appeal.delete().where(t.appeal.c.case_no == self.case_no))
            lines = t.case_line.update().where(t.case_line.c.case_no == self.case_no)
            con.execute(lines.values(determined=t.case_line.c.at_most, reason="violation"))

    def stands(self) -> tuple[str, int]:
        with self.book.engine.connect() as con:
            c = t.cases.c
            row = con.execute(sa.select(c.state, c.version).where(c.case_no == self.case_no)).one()
        return row.state, row.version
