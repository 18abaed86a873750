"""Whatever people do in whatever order, a case keeps its invariants."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from cases.warehouse_rows import Clock, Warehouse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from lianshen.cases import Casebook, open_casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import STATES, TRANSITIONS, WAYS, Principal, allowed, in_scope
from lianshen.cases.errors import Conflict, Forbidden, NotFound, Refused
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.clocks import sweep
from lianshen.cases.services.scope import situation
from lianshen.cases.store import writing

PEOPLE = (
    Principal(1, "shenhe01", "周审核", "reviewer"),
    Principal(2, "shenhe02", "吴审核", "reviewer"),
    Principal(3, "fuze01", "郑负责", "lead"),
    Principal(4, "chengdu01", "成都经办1", "handler", "510100"),
    Principal(5, "chengdu02", "成都负责人", "region_lead", "510100"),
    Principal(6, "mianyang01", "绵阳经办1", "handler", "510700", sees_insured=True),
    Principal(7, "mianyang02", "绵阳负责人", "region_lead", "510700"),
    Principal(8, "guanli01", "管理", "manager"),
    Principal(9, "shenji01", "审计", "auditor"),
)
MOVES_VERSION = {*TRANSITIONS, "recover", "reverse"}
SETBACKS = {"undo", "withdraw", "drop", "transfer", "reject_scope"}
DAYS = ("accept_by", "due_at", "reply_by")
TEXTS = ("", "说明", "经核查病历与医嘱，情况与疑点描述一致，机构书面认可，无其他意见。")


@dataclass(frozen=True)
class Standing:
    """What the database says of the case."""

    row: sa.RowMapping
    ledger: list[sa.RowMapping]
    events: list[sa.RowMapping]


class LifeAtRandom(RuleBasedStateMachine):
    """One case, nine people, any action at any time with anything typed."""

    url: ClassVar[Callable[[], str]]

    @initialize(severity=st.sampled_from((2, 3)), at_issue=st.sampled_from(("90.00", "60000.00", "-90.00")))
    def raise_a_case(self, severity: int, at_issue: str) -> None:
        self.engine = open_casebook(type(self).url())
        self.clock = Clock(datetime(2026, 9, 14, 2, 0, tzinfo=UTC), timedelta())
        self.book = Casebook(self.engine, now=self.clock)
        with writing(self.engine) as con:
            con.execute(t.users.insert(), [
                {"login": p.login, "name": p.name, "role": p.role, "agency": p.agency, "is_active": True, "failures": 0,
                 "password_hash": "-", "created_at": self.clock()} for p in PEOPLE])  # fmt: skip
        with Warehouse.open() as warehouse:
            warehouse.settle("S1")
            warehouse.line("L1", "S1", "120.00")
            warehouse.line("L2", "S1", "80.00")
            warehouse.find("PL-11", "S1", at_issue, lines=("L1", "L2"), severity=severity)
            warehouse.assemble(self.engine)
        case = services.list_cases(PEOPLE[0], self.book, CaseFilter())["items"][0]
        self.case_no, self.first = case["case_no"], case["version"]

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()

    def stands(self) -> Standing:
        with self.engine.connect() as con:
            one = con.execute(sa.select(t.cases).where(t.cases.c.case_no == self.case_no)).mappings().one()
            ledger = con.execute(sa.select(t.recovery).order_by(t.recovery.c.id)).mappings().all()
            query = sa.select(t.event).where(t.event.c.case_no == self.case_no).order_by(t.event.c.seq)
            return Standing(one, list(ledger), list(con.execute(query).mappings()))

    @rule(days=st.integers(0, 9))
    def let_days_pass(self, days: int) -> None:
        self.clock.forward(days=days)

    @rule()
    def sweep_the_clocks(self) -> None:
        sweep(self.book)

    @rule(
        who=st.sampled_from(PEOPLE), action=st.sampled_from(sorted(TRANSITIONS)), text=st.sampled_from(TEXTS),
        reason=st.sampled_from((None, "edge", "timeout")), agency=st.sampled_from((None, "510100", "510700", "999999")),
        assignee=st.sampled_from((None, "chengdu01", "mianyang02", "shenhe01")), stale=st.integers(-1, 0),
    )  # fmt: skip
    def try_anything(
        self, who: Principal, action: str, text: str, reason: str | None, agency: str | None, assignee: str | None,
        stale: int,
    ) -> None:  # fmt: skip
        self.attempt(who, action, stale, text=text, reason=reason, agency=agency, assignee=assignee)

    @rule(choices=st.lists(st.integers(0, 2**20), min_size=4, max_size=14))
    def go_on(self, choices: list[int]) -> None:
        """Take allowed actions one after another, mostly forward, so that a random life gets somewhere."""
        for choice in choices:
            at = situation(self.stands().row)
            open_ones = [(p, action) for p in PEOPLE for action in TRANSITIONS if allowed(p, action, at)]
            forward = [one for one in open_ones if one[1] not in SETBACKS]
            draw = random.Random(choice + self.stands().row["version"])
            who, action = draw.choice(open_ones if draw.random() < 0.5 else forward or open_ones)
            if action == "submit":
                self.determine(who, ("full", "none")[choice % 2])
            agency = {"transfer": "510700", "ask_evidence": "511900"}.get(action)
            assignee = "chengdu02" if who.agency == "510100" else "mianyang02"
            reason = "edge" if action == "drop" else None
            self.attempt(who, action, 0, text=TEXTS[-1], reason=reason, agency=agency, assignee=assignee)
            self.it_holds_together()
            self.clock.forward(days=choice % 3)

    def attempt(self, who: Principal, action: str, stale: int, **said: Any) -> None:
        before = self.stands()
        version = before.row["version"] + stale
        may_see, may_do = in_scope(who, situation(before.row)), allowed(who, action, situation(before.row))
        try:
            services.transition(who, self.book, self.case_no, action, version, worth_checking=True, **said)
        except NotFound:
            assert not may_see
        except Conflict:
            assert may_see
            assert stale
        except Forbidden:
            assert may_see
        except Refused:
            assert may_do
        else:
            assert may_do
            assert not stale
            return
        after = self.stands()
        assert (dict(after.row), after.events) == (dict(before.row), before.events), "who was refused changed nothing"

    def determine(self, who: Principal, how: str) -> None:
        try:
            services.determine_rest(who, self.book, self.case_no, how, "violation" if how == "full" else "clinical")
        except (NotFound, Forbidden):
            return

    @rule(who=st.sampled_from(PEOPLE), fen=st.integers(-9000, 9000), way=st.sampled_from(sorted(WAYS)))
    def recover(self, who: Principal, fen: int, way: str) -> None:
        version = self.stands().row["version"]
        try:
            services.record_recovery(who, self.book, self.case_no, fen, way, "V1", self.book.today, version)
        except (NotFound, Forbidden, Refused):
            return

    @rule(who=st.sampled_from(PEOPLE), entry=st.integers(1, 6))
    def reverse(self, who: Principal, entry: int) -> None:
        version = self.stands().row["version"]
        try:
            services.reverse_recovery(who, self.book, self.case_no, entry, "录错", version)
        except (NotFound, Forbidden, Refused):
            return

    @invariant()
    def it_holds_together(self) -> None:
        if not hasattr(self, "case_no"):
            return
        at = self.stands()
        row = at.row
        moved = sum(event["action"] in MOVES_VERSION for event in at.events)
        assert row["version"] == self.first + moved
        states = [event["after"] for event in at.events if event["action"] in TRANSITIONS]
        assert row["state"] == (states[-1] if states else "new")
        # Steps of an inquiry stand in the trail of its case and say nothing of its state.
        own = [event for event in at.events if "." not in event["action"]]
        assert all(one["after"] == other["before"] for one, other in pairwise(own))
        assert row["recovered"] == sum(entry["amount"] for entry in at.ledger if entry["way"] != "penalty")
        for name in DAYS:
            assert row[name] is None or self.book.workdays.is_workday(row[name]), name
        assert (row["state"] in ("new", "dropped")) == (row["due_at"] is None)
        assert (row["paused_on"] is not None) == (row["state"] == "evidence")
        assert (row["reply_by"] is not None) == (row["state"] in ("hearing", "evidence"))
        assert (row["archived_at"] is not None) == (row["state"] == "archived")
        if row["state"] in ("submitted", "closed", "appealed", "archived"):
            assert row["decision"] is not None
            assert row["determined"] is not None
        assert row["state"] in STATES

    @invariant()
    def the_chain_holds(self) -> None:
        if hasattr(self, "case_no"):
            assert verify_events(self.engine) is None


QUICK = settings(
    max_examples=20, stateful_step_count=30, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)  # fmt: skip


def test_any_life_of_a_case_keeps_its_invariants_on_sqlite(tmp_path: Path) -> None:
    class OnSqlite(LifeAtRandom):
        url = staticmethod(lambda: f"sqlite:///{tempfile.mkdtemp(dir=tmp_path)}/casebook.sqlite")

    run_state_machine_as_test(OnSqlite, settings=QUICK)  # type: ignore[no-untyped-call]


@pytest.mark.postgres
def test_any_life_of_a_case_keeps_its_invariants_on_postgresql(postgres_url: str) -> None:
    def emptied() -> str:
        engine = open_casebook(postgres_url)
        with writing(engine) as con:
            con.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        engine.dispose()
        return postgres_url

    class OnPostgres(LifeAtRandom):
        url = staticmethod(emptied)

    run_state_machine_as_test(OnPostgres, settings=settings(QUICK, max_examples=5))  # type: ignore[no-untyped-call]
