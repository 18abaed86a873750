"""Accounts and sessions: who gets in, for how long, and what a copy of the casebook gives away."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from cases.warehouse_rows import Clock

from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, PasswordDue, Refused, SignInFailed
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


SYSADMIN = Principal(90, "xitong01", "系统甲", "sysadmin")
SECADMIN = Principal(91, "anquan01", "安全甲", "secadmin")
AUDITOR = Principal(92, "shenji01", "审计甲", "auditor")


def test_who_makes_an_account_is_not_who_gives_it_its_role(book: Casebook) -> None:
    with pytest.raises(Refused, match="安全管理员"):
        services.add_user(SYSADMIN, book, "new01", "新人", "lead", None, PASSWORD)
    services.add_user(SYSADMIN, book, "new01", "新人", services.NO_ROLE, None, PASSWORD)
    with pytest.raises(SignInFailed, match="尚未授予角色"):
        services.sign_in(book, "new01", PASSWORD)
    with pytest.raises(Forbidden):
        services.grant_role(SYSADMIN, book, "new01", "lead")
    with pytest.raises(Forbidden):
        services.grant_role(AUDITOR, book, "new01", "lead")
    services.grant_role(SECADMIN, book, "new01", "lead")
    assert services.sign_in(book, "new01", PASSWORD, new_password="another-2026").principal.role == "lead"
    for refused in (
        lambda: services.add_user(SECADMIN, book, "new02", "某", services.NO_ROLE, None, PASSWORD),
        lambda: services.disable_user(SECADMIN, book, "new01"),
        lambda: services.set_password(SECADMIN, book, "new01", PASSWORD),
        lambda: services.place_user(AUDITOR, book, "new01", None),
        lambda: services.unlock_user(AUDITOR, book, "new01"),
    ):
        with pytest.raises(Forbidden):
            refused()


def test_a_new_role_or_agency_ends_the_sessions_and_the_other_administrator_has_to_agree(
    book: Casebook, handler: str
) -> None:
    token = services.sign_in(book, handler, PASSWORD).token
    services.grant_role(SECADMIN, book, handler, "region_lead")
    assert services.principal_for(book, token) is None
    token = services.sign_in(book, handler, PASSWORD).token
    services.place_user(SYSADMIN, book, handler, "510700")
    assert services.principal_for(book, token) is None
    with pytest.raises(SignInFailed, match="尚未授予角色"):
        services.sign_in(book, handler, PASSWORD)
    with pytest.raises(Refused, match="belongs to no agency"):
        services.grant_role(SECADMIN, book, handler, "reviewer")
    services.grant_role(SECADMIN, book, handler, "handler")
    assert services.sign_in(book, handler, PASSWORD).principal.agency == "510700"


def test_one_person_is_never_two_administrators_nor_one_who_works_on_cases(book: Casebook) -> None:
    services.add_user(ROOT, book, "xitong01", "王某", "sysadmin", None, PASSWORD)
    for role, agency in (("secadmin", None), ("auditor", None), ("reviewer", None), ("handler", "510100")):
        with pytest.raises(Refused, match="兼任"):
            services.add_user(ROOT, book, "second01", "王某", role, agency, PASSWORD)
    services.add_user(ROOT, book, "second01", "王某", services.NO_ROLE, None, PASSWORD)
    with pytest.raises(Refused, match="兼任"):
        services.grant_role(SECADMIN, book, "second01", "auditor")
    services.add_user(ROOT, book, "shenhe01", "李某", "reviewer", None, PASSWORD)
    with pytest.raises(Refused, match="兼任"):
        services.add_user(ROOT, book, "shenji01", "李某", "auditor", None, PASSWORD)
    services.disable_user(ROOT, book, "xitong01")
    services.grant_role(SECADMIN, book, "second01", "auditor")
    with pytest.raises(Refused, match="兼任"):  # nor by being enabled again
        services.set_password(ROOT, book, "xitong01", PASSWORD)


def test_nobody_gives_the_own_account_a_role(book: Casebook) -> None:
    number = services.add_user(ROOT, book, "anquan01", "安全甲", "secadmin", None, PASSWORD)
    with pytest.raises(Forbidden, match="自己"):
        services.grant_role(Principal(number, "anquan01", "安全甲", "secadmin"), book, "anquan01", "lead")


def test_the_system_administrator_cannot_become_another_administrator_by_a_password(book: Casebook) -> None:
    services.add_user(ROOT, book, "shenji01", "审计甲", "auditor", None, PASSWORD)
    with pytest.raises(Forbidden, match="命令行"):
        services.set_password(SYSADMIN, book, "shenji01", "another-2026")
    assert services.sign_in(book, "shenji01", PASSWORD).principal.role == "auditor"


def test_after_ninety_days_a_password_opens_nothing_until_another_is_chosen(
    book: Casebook, handler: str, clock: Clock
) -> None:
    clock.forward(days=89)
    assert services.sign_in(book, handler, PASSWORD).principal.login == handler
    clock.forward(days=1)
    with pytest.raises(PasswordDue):
        services.sign_in(book, handler, PASSWORD)
    with pytest.raises(SignInFailed, match="不正确"):  # whoever does not know it is told nothing
        services.sign_in(book, handler, "wrong", new_password="another-2026")
    with pytest.raises(Refused, match="相同"):
        services.sign_in(book, handler, PASSWORD, new_password=PASSWORD)
    with pytest.raises(Refused, match="至少"):
        services.sign_in(book, handler, PASSWORD, new_password="short")
    signed = services.sign_in(book, handler, PASSWORD, new_password="another-2026")
    with pytest.raises(Refused, match="相同"):
        services.change_password(signed.principal, book, "another-2026", "another-2026")
    assert services.sign_in(book, handler, "another-2026").principal.login == handler
    with pytest.raises(SignInFailed):
        services.sign_in(book, handler, PASSWORD)


def test_a_password_that_somebody_else_chose_is_changed_first(book: Casebook, handler: str) -> None:
    services.set_password(SYSADMIN, book, handler, "chosen-by-him-1")
    with pytest.raises(PasswordDue):
        services.sign_in(book, handler, "chosen-by-him-1")
    (row,) = services.list_users(AUDITOR, book)
    assert row["is_due"]
    services.sign_in(book, handler, "chosen-by-him-1", new_password="mine-alone-2026")
    (row,) = services.list_users(AUDITOR, book)
    assert not row["is_due"]


def test_a_lock_can_be_lifted_before_its_time(book: Casebook, handler: str) -> None:
    for _ in range(5):
        with pytest.raises(SignInFailed):
            services.sign_in(book, handler, "wrong")
    assert services.list_users(AUDITOR, book)[0]["is_locked"]
    services.unlock_user(SYSADMIN, book, handler)
    assert services.sign_in(book, handler, PASSWORD).principal.login == handler


def test_a_county_has_accounts_of_its_own(book: Casebook) -> None:
    services.add_user(ROOT, book, "jinjiang01", "锦江经办", "handler", "510104", PASSWORD, sees_insured=True)
    signed = services.sign_in(book, "jinjiang01", PASSWORD).principal
    assert (signed.agency, signed.sees_insured) == ("510104", True)
    services.grant_role(SECADMIN, book, "jinjiang01", services.NO_ROLE)
    assert services.list_users(AUDITOR, book)[0]["role_name"] == "待授权"
