"""Accounts and sessions: who gets in, for how long, and what a copy of the casebook gives away."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from cases.warehouse_rows import Clock

from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, Refused, SignInFailed
from lianshen.cases.events import verify_events

PASSWORD = "mulberry-2026"
ROOT = services.OPERATOR


@pytest.fixture
def handler(book: Casebook) -> str:
    services.add_user(ROOT, book, "chengdu01", "成都经办1", "handler", "510100", PASSWORD)
    return "chengdu01"


def test_the_right_password_opens_a_session_of_that_principal(book: Casebook, handler: str) -> None:
    signed = services.sign_in(book, " Chengdu01 ", PASSWORD, "10.0.0.7")
    found = services.principal_for(book, signed.token, "10.0.0.7")
    assert found == signed.principal
    assert found is not None
    assert (found.login, found.role, found.agency, found.ip) == ("chengdu01", "handler", "510100", "10.0.0.7")
    assert len(found.csrf) >= 24


def test_neither_password_nor_token_lies_in_the_casebook(book: Casebook, handler: str) -> None:
    signed = services.sign_in(book, handler, PASSWORD)
    with book.engine.connect() as con:
        kept = str([con.execute(sa.select(table)).all() for table in (t.users, t.sessions, t.event)])
    assert PASSWORD not in kept
    assert signed.token not in kept
    assert "$argon2id$" in kept


def test_every_failure_reads_the_same(book: Casebook, handler: str) -> None:
    services.add_user(ROOT, book, "gone01", "离职", "reviewer", None, PASSWORD)
    services.disable_user(ROOT, book, "gone01")
    told = set()
    for login, password in ((handler, "wrong"), ("nobody", PASSWORD), ("gone01", PASSWORD), ("' OR 1=1 --", "x")):
        with pytest.raises(SignInFailed) as error:
            services.sign_in(book, login, password)
        told.add(str(error.value))
    assert len(told) == 1


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(
    book: Casebook, handler: str, clock: Clock
) -> None:
    for _ in range(4):
        with pytest.raises(SignInFailed, match="不正确"):
            services.sign_in(book, handler, "wrong")
    with pytest.raises(SignInFailed, match="锁定"):
        services.sign_in(book, handler, "wrong")
    with pytest.raises(SignInFailed, match="锁定"):
        services.sign_in(book, handler, PASSWORD)
    clock.forward(minutes=14, seconds=59)
    with pytest.raises(SignInFailed):
        services.sign_in(book, handler, PASSWORD)
    clock.forward(seconds=2)
    assert services.sign_in(book, handler, PASSWORD).principal.login == handler


def test_failures_long_ago_do_not_add_up(book: Casebook, handler: str, clock: Clock) -> None:
    for _ in range(8):
        with pytest.raises(SignInFailed, match="不正确"):
            services.sign_in(book, handler, "wrong")
        clock.forward(minutes=16)
    assert services.sign_in(book, handler, PASSWORD).principal.login == handler


def test_a_session_ends_after_half_an_hour_of_silence(book: Casebook, handler: str, clock: Clock) -> None:
    token = services.sign_in(book, handler, PASSWORD).token
    for _ in range(3):
        clock.forward(minutes=29)
        assert services.principal_for(book, token) is not None
    clock.forward(minutes=30)
    assert services.principal_for(book, token) is None


def test_a_session_ends_after_eight_hours_however_busy(book: Casebook, handler: str, clock: Clock) -> None:
    token = services.sign_in(book, handler, PASSWORD).token
    for _ in range(23):
        clock.forward(minutes=20)
        assert services.principal_for(book, token) is not None
    clock.forward(minutes=20)
    assert services.principal_for(book, token) is None
    assert services.prune_sessions(book) == 1


def test_signing_out_disabling_and_a_new_password_end_sessions(book: Casebook, handler: str) -> None:
    token = services.sign_in(book, handler, PASSWORD).token
    services.sign_out(book, token)
    assert services.principal_for(book, token) is None
    token = services.sign_in(book, handler, PASSWORD).token
    services.set_password(ROOT, book, handler, "another-2026")
    assert services.principal_for(book, token) is None
    token = services.sign_in(book, handler, "another-2026").token
    services.disable_user(ROOT, book, handler)
    assert services.principal_for(book, token) is None
    assert services.principal_for(book, None) is None
    assert services.principal_for(book, "guess") is None


def test_changing_the_own_password_takes_the_old_one_and_keeps_this_session(book: Casebook, handler: str) -> None:
    here, there = (services.sign_in(book, handler, PASSWORD) for _ in range(2))
    with pytest.raises(Refused, match="原密码"):
        services.change_password(here.principal, book, "wrong", "another-2026")
    services.change_password(here.principal, book, PASSWORD, "another-2026", here.token)
    assert services.principal_for(book, here.token) is not None
    assert services.principal_for(book, there.token) is None
    assert services.sign_in(book, handler, "another-2026").principal.login == handler


@pytest.mark.parametrize(
    ("login", "role", "agency", "password"),
    [
        ("X y", "reviewer", None, PASSWORD),
        ("system", "reviewer", None, PASSWORD),
        ("ok01", "king", None, PASSWORD),
        ("ok01", "handler", None, PASSWORD),
        ("ok01", "handler", "999999", PASSWORD),
        ("ok01", "reviewer", "510100", PASSWORD),
        ("ok01", "reviewer", None, "short"),
        ("ok01", "reviewer", None, "aaaaaaaaaaaaaa"),
        ("chengdu01", "reviewer", None, PASSWORD),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    book: Casebook, handler: str, login: str, role: str, agency: str | None, password: str
) -> None:
    with pytest.raises(Refused):
        services.add_user(ROOT, book, login, "某", role, agency, password)


def test_only_administrators_handle_accounts(book: Casebook, handler: str, lead: Principal) -> None:
    with pytest.raises(Forbidden):
        services.add_user(lead, book, "new01", "某", "reviewer", None, PASSWORD)
    with pytest.raises(Forbidden):
        services.list_users(lead, book)
    with pytest.raises(Forbidden):
        services.set_password(Principal(9, "shenji01", "审计", "auditor"), book, handler, PASSWORD)
    with pytest.raises(Refused, match="no account"):
        services.disable_user(ROOT, book, "nobody")
    rows = services.list_users(Principal(9, "shenji01", "审计", "auditor"), book)
    assert [row["login"] for row in rows] == [handler]
    assert "password_hash" not in rows[0]


def test_a_manager_may_belong_to_an_agency(book: Casebook) -> None:
    services.add_user(ROOT, book, "guanli02", "管理", "manager", "510700", PASSWORD)
    assert not services.sign_in(book, "guanli02", PASSWORD).principal.sees_province


def test_what_happens_to_accounts_is_in_the_trail(book: Casebook, handler: str) -> None:
    services.sign_in(book, handler, PASSWORD)
    services.disable_user(ROOT, book, handler)
    with book.engine.connect() as con:
        told = list(con.execute(sa.select(t.event.c.action, t.event.c.actor).order_by(t.event.c.seq)).tuples())
    assert told == [("user_added", "operator"), ("sign_in", handler), ("user_disabled", "operator")]
    assert verify_events(book.engine) is None
