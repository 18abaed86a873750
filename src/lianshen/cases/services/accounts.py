"""Accounts: who may sign in, as what, and who decides that.

Three administrators keep one another in check, and none of them sees a case. The system administrator makes
accounts and places them in an agency; the security administrator gives each its role; the auditor reads. One person
is never two of them, nor one of them and somebody who works on cases. Only the command line of the server, where
the machine's own access control has let somebody in, does both: somebody has to make the first accounts.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.agency import agencies
from lianshen.cases import tables as t
from lianshen.cases.domain import REGIONAL, ROLES, SEPARATED, Principal
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.events import SYSTEM, Event, append
from lianshen.cases.services import passwords
from lianshen.cases.store import Casebook, writing

LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}")
NO_ROLE = ""
"""The role of an account that the security administrator has not given one yet: it cannot sign in."""
NO_ROLE_NAME = "待授权"
OPERATOR = Principal(0, "operator", "命令行", "sysadmin")
"""Whoever may run commands on the server."""


def add_user(
    p: Principal, book: Casebook, login: str, name: str, role: str, agency: str | None, password: str,
    *, sees_insured: bool = False, must_change: bool | None = None,
) -> int:  # fmt: skip
    """Create an account and return its id.

    ``agency`` is one of the 22, or the six digits of a county below one of them; ``sees_insured`` lets a regional
    account also read what became of its own insured persons' cases elsewhere. ``must_change`` asks for a new
    password at the first sign-in; by default of everybody but whom the command line adds.

    A system administrator passes :data:`NO_ROLE`: the account waits for :func:`grant_role`.

    :raises Forbidden: unless the principal is a system administrator.
    :raises Refused: for a bad login, role, agency or password, a login that is taken, or a second office.
    """
    _only_sysadmin(p)
    login, name = login.strip().lower(), name.strip() or login.strip().lower()
    if not LOGIN.fullmatch(login) or login in (SYSTEM[0], OPERATOR.login):
        raise Refused(
            f"login {login!r}: 2 to 40 of a–z, 0–9, '.', '_', '-', beginning with a letter, not a reserved name"
        )
    if role == NO_ROLE:
        check_agency(agency)
    elif not _is_operator(p):
        raise Refused("角色由安全管理员授予：请先建立账号，再由安全管理员授权")
    else:
        _check_place(role, agency, sees_insured)
    passwords.check_new(password)
    now = book.now()
    chosen_by_other = must_change if must_change is not None else not _is_operator(p)
    values = {"login": login, "name": name, "role": role, "agency": agency, "is_active": True,
              "sees_insured": sees_insured, "failures": 0, "password_hash": passwords.hash_password(password),
              "password_set_at": None if chosen_by_other else now, "created_at": now}  # fmt: skip
    try:
        with writing(book.engine) as con:
            _refuse_second_office(con, login, name, role)
            con.execute(t.users.insert().values(**values))
            _note(con, p, book, "user_added", login, role=role, agency=agency)
            return int(_row(con, login).id)
    except sa.exc.IntegrityError as error:
        raise Refused(f"login {login!r} is taken: choose another, or use 'lianshen users passwd {login}'") from error


def grant_role(p: Principal, book: Casebook, login: str, role: str) -> None:
    """Give an account its role, or take it away with :data:`NO_ROLE`, and end its sessions.

    :raises Forbidden: unless the principal is a security administrator and the account somebody else's.
    :raises Refused: for an unknown role, one that does not fit the account's agency, or a second office.
    """
    _only_secadmin(p)
    with writing(book.engine) as con:
        user = _row(con, login)
        if user.id == p.user_id:
            raise Forbidden("不能为自己的账号授予或撤销角色")
        if role != NO_ROLE:
            _check_place(role, user.agency, user.sees_insured and role in REGIONAL)
        _refuse_second_office(con, user.login, user.name, role)
        con.execute(
            t.users.update()
            .where(t.users.c.id == user.id)
            .values(role=role, sees_insured=user.sees_insured and role in REGIONAL)
        )
        _end_sessions(con, user.id)
        _note(con, p, book, "role_granted", user.login, before=user.role, role=role)


def place_user(p: Principal, book: Casebook, login: str, agency: str | None, *, sees_insured: bool = False) -> None:
    """Move an account to another agency; its role is taken away until the security administrator gives one again.

    :raises Forbidden: unless the principal is a system administrator.
    """
    _only_sysadmin(p)
    check_agency(agency)
    with writing(book.engine) as con:
        user = _row(con, login)
        role = user.role if _is_operator(p) else NO_ROLE
        if role != NO_ROLE:
            _check_place(role, agency, sees_insured)
        con.execute(
            t.users.update().where(t.users.c.id == user.id).values(agency=agency, sees_insured=sees_insured, role=role)
        )
        _end_sessions(con, user.id)
        _note(con, p, book, "user_placed", user.login, before=user.agency, agency=agency)


def list_users(p: Principal, book: Casebook) -> list[dict[str, Any]]:
    """Return the accounts without their passwords.

    :raises Forbidden: unless the principal is one of the three administrators.
    """
    if p.sees_cases:
        raise Forbidden(f"{p.role_name} 不能查看账号")
    c = t.users.c
    columns = (
        c.id, c.login, c.name, c.role, c.agency, c.is_active, c.sees_insured, c.locked_until, c.created_at,
        c.password_set_at, c.subject,
    )  # fmt: skip
    now, days = book.now(), book.terms.password_days
    with book.engine.connect() as con:
        rows = [dict(row) for row in con.execute(sa.select(*columns).order_by(c.login)).mappings()]
    for row in rows:
        row["role_name"] = ROLES.get(row["role"], NO_ROLE_NAME)
        row["is_locked"] = row["locked_until"] is not None and row["locked_until"] > now
        row["is_due"] = passwords.is_due(row["password_set_at"], now, days)
    return rows


def disable_user(p: Principal, book: Casebook, login: str) -> None:
    """Disable an account and end its sessions."""
    _only_sysadmin(p)
    with writing(book.engine) as con:
        user = _row(con, login)
        con.execute(t.users.update().where(t.users.c.id == user.id).values(is_active=False))
        _end_sessions(con, user.id)
        _note(con, p, book, "user_disabled", login)


def unlock_user(p: Principal, book: Casebook, login: str) -> None:
    """Lift the lock of wrong passwords before its time; the password stays."""
    _only_sysadmin(p)
    with writing(book.engine) as con:
        user = _row(con, login)
        con.execute(
            t.users.update().where(t.users.c.id == user.id).values(failures=0, failed_at=None, locked_until=None)
        )
        _note(con, p, book, "user_unlocked", login)


def set_password(p: Principal, book: Casebook, login: str, password: str, *, must_change: bool | None = None) -> None:
    """Set a new password, end the account's sessions and lift a lock and a disabling.

    An administrator's password is set on the server's command line only: who could set it could sign in as the
    administrator who keeps them in check.

    :raises Forbidden: unless the principal is a system administrator, and for another administrator's account.
    """
    _only_sysadmin(p)
    passwords.check_new(password)
    chosen_by_other = must_change if must_change is not None else not _is_operator(p)
    values = {"password_hash": passwords.hash_password(password), "failures": 0, "failed_at": None,
              "locked_until": None, "is_active": True,
              "password_set_at": None if chosen_by_other else book.now()}  # fmt: skip
    with writing(book.engine) as con:
        user = _row(con, login)
        if user.role in SEPARATED and not _is_operator(p):
            raise Forbidden("三员账号的密码只能在服务器命令行上重置")
        _refuse_second_office(con, user.login, user.name, user.role)
        con.execute(t.users.update().where(t.users.c.id == user.id).values(**values))
        _end_sessions(con, user.id)
        _note(con, p, book, "password_set", login)


def check_agency(code: str | None) -> None:
    """Refuse a code that is neither of the 22 agencies nor of a county below one of them; None is the province.

    :raises Refused: with the codes there are.
    """
    if code is None or code in agencies():
        return
    pools = {agency.pool for agency in agencies().values()}
    if not (len(code) == 6 and code.isdigit() and code[:4] in pools):
        raise Refused(f"agency {code!r} is unknown; a county below, or one of {', '.join(agencies())}")


def _check_place(role: str, agency: str | None, sees_insured: bool) -> None:
    if role not in ROLES:
        raise Refused(f"role {role!r} is unknown; one of {', '.join(ROLES)}")
    check_agency(agency)
    if sees_insured and role not in REGIONAL:
        raise Refused(f"role {role}: only a regional account has insured persons")
    if (role in REGIONAL) != (agency is not None) and not (role == "manager" and agency):
        raise Refused(f"role {role}: {'name its --agency' if role in REGIONAL else 'it belongs to no agency'}")


def _refuse_second_office(con: Connection, login: str, name: str, role: str) -> None:
    """Refuse a role that would make one person two administrators, or an administrator who works on cases.

    A person is told by the name: two people who share one are told apart in it, as 张伟（信息处）.
    """
    c = t.users.c
    others = con.execute(
        sa.select(c.login, c.role).where(c.name == name, c.login != login, c.is_active, c.role != NO_ROLE)
    ).all()
    for other in others:
        if role != NO_ROLE and other.role != role and (role in SEPARATED or other.role in SEPARATED):
            raise Refused(
                f"{name} 已是{ROLES[other.role]}（{other.login}），不能再任{ROLES[role]}：三员不得由同一人兼任，"
                "也不得兼办案件；如系同名，请在姓名中注明部门"
            )


def _is_operator(p: Principal) -> bool:
    return p.user_id == OPERATOR.user_id and p.login == OPERATOR.login


def _only_sysadmin(p: Principal) -> None:
    if p.role != "sysadmin":
        raise Forbidden(f"{p.role_name} 不能管理账号；请系统管理员操作")


def _only_secadmin(p: Principal) -> None:
    if p.role != "secadmin" and not _is_operator(p):
        raise Forbidden(f"{p.role_name} 不能授予角色；请安全管理员操作")


def _row(con: Connection, login: str) -> sa.Row[Any]:
    found = con.execute(sa.select(t.users).where(t.users.c.login == login.strip().lower())).one_or_none()
    if found is None:
        raise Refused(f"no account {login!r}; see 'lianshen users list'")
    return found


def _end_sessions(con: Connection, user_id: int) -> None:
    con.execute(t.sessions.delete().where(t.sessions.c.user_id == user_id))


def _note(con: Connection, p: Principal, book: Casebook, action: str, login: str, **detail: Any) -> None:
    append(con, book.now(), [Event(action, p.login, p.name, detail={"login": login, **detail}, ip=p.ip)])
