"""Accounts and sessions: who is at the other end.

A password is kept as argon2id; a session's token only as its hash, so that a copy of the casebook opens no
session. Five wrong passwords lock the account for fifteen minutes. Every failure reads the same.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.engine import Connection

from lianshen.agency import agencies
from lianshen.cases import tables as t
from lianshen.cases.domain import REGIONAL, ROLES, Principal, Role
from lianshen.cases.errors import Forbidden, Refused, SignInFailed
from lianshen.cases.events import SYSTEM, Event, append
from lianshen.cases.store import Casebook, writing

LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,39}")
MIN_PASSWORD = 10
SEEN_EVERY = timedelta(seconds=60)
FAILED = "用户名或密码不正确"
LOCKED = "尝试次数过多，账号已暂时锁定，请稍后再试"


@dataclass(frozen=True)
class SignedIn:
    """A new session: ``token`` goes into the cookie and is kept nowhere else."""

    token: str
    principal: Principal


@cache
def _hasher() -> PasswordHasher:
    # RFC 9106's second recommendation, with the memory of the first server we would meet in an agency.
    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=2)


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_hex(16))


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(book: Casebook, login: str, password: str, ip: str = "") -> SignedIn:
    """Check name and password and open a session.

    :raises SignInFailed: for an unknown name, a wrong password, a disabled or a locked account.
    """
    now = book.now()
    with book.engine.connect() as con:
        found = sa.select(t.users).where(t.users.c.login == login.strip().lower())
        user = con.execute(found).mappings().one_or_none()
    # Outside any transaction: hashing takes as long as a hundred writes, and an unknown name takes as long as a known.
    right = _verify(user["password_hash"] if user else _nobody(), password)
    if user is not None and user["locked_until"] is not None and user["locked_until"] > now:
        raise SignInFailed(LOCKED)
    if user is None or not user["is_active"]:
        raise SignInFailed(FAILED)
    if not right:
        raise SignInFailed(LOCKED if _count_failure(book, user, now, ip) else FAILED)
    token = secrets.token_urlsafe(32)
    csrf = secrets.token_urlsafe(24)
    with writing(book.engine) as con:
        con.execute(
            t.users.update().where(t.users.c.id == user["id"]).values(failures=0, failed_at=None, locked_until=None)
        )
        if _hasher().check_needs_rehash(user["password_hash"]):
            con.execute(
                t.users.update().where(t.users.c.id == user["id"]).values(password_hash=_hasher().hash(password))
            )
        con.execute(
            t.sessions.insert().values(
                token_hash=_digest(token), user_id=user["id"], csrf=csrf, created_at=now, seen_at=now, ip=ip or None
            )
        )
        append(con, now, [Event("sign_in", user["login"], user["name"], ip=ip)])
    return SignedIn(token, _principal(user, csrf, ip))


def _count_failure(book: Casebook, user: sa.RowMapping, now: datetime, ip: str) -> bool:
    """Count a wrong password; return whether the account is locked by it."""
    window = timedelta(minutes=book.terms.lock_minutes)
    c = t.users.c
    with writing(book.engine) as con:
        # Counted in the database: attempts that run at once must not share a count.
        fresh = sa.or_(c.failed_at.is_(None), c.failed_at < now - window)
        counted = t.users.update().where(c.id == user["id"])
        con.execute(counted.values(failures=sa.case((fresh, 1), else_=c.failures + 1), failed_at=now))
        failures = con.scalar(sa.select(c.failures).where(c.id == user["id"])) or 0
        if failures < book.terms.lock_failures:
            return False
        con.execute(counted.values(failures=0, locked_until=now + window))
        append(con, now, [Event("locked", user["login"], user["name"], ip=ip, reason=f"{failures} 次密码错误")])
    return True


def _principal(user: sa.RowMapping, csrf: str, ip: str) -> Principal:
    return Principal(
        user["id"],
        user["login"],
        user["name"],
        cast(Role, user["role"]),
        user["agency"],
        csrf,
        ip,
        user["sees_insured"],
    )


def principal_for(book: Casebook, token: str | None, ip: str = "") -> Principal | None:
    """Return who holds the token, or None where it is unknown, idle for too long, too old or of a disabled account."""
    if not token:
        return None
    now = book.now()
    s, u = t.sessions.c, t.users
    query = (
        sa.select(u, s.csrf, s.seen_at)
        .join(t.sessions, s.user_id == u.c.id)
        .where(
            s.token_hash == _digest(token),
            u.c.is_active,
            s.created_at > now - timedelta(hours=book.terms.session_hours),
            s.seen_at > now - timedelta(minutes=book.terms.idle_minutes),
        )
    )
    with book.engine.connect() as con:
        row = con.execute(query).mappings().one_or_none()
    if row is None:
        return None
    if now - row["seen_at"] >= SEEN_EVERY:
        # Once a minute is enough to measure half an hour, and keeps reading requests from writing.
        with writing(book.engine) as con:
            con.execute(t.sessions.update().where(s.token_hash == _digest(token)).values(seen_at=now))
    return _principal(row, row["csrf"], ip)


def sign_out(book: Casebook, token: str) -> None:
    """End the session of a token; an unknown token is already signed out."""
    with writing(book.engine) as con:
        con.execute(t.sessions.delete().where(t.sessions.c.token_hash == _digest(token)))


def prune_sessions(book: Casebook) -> int:
    """Delete sessions that can no longer be used; return how many."""
    now = book.now()
    s = t.sessions.c
    too_old = s.created_at <= now - timedelta(hours=book.terms.session_hours)
    idle = s.seen_at <= now - timedelta(minutes=book.terms.idle_minutes)
    with writing(book.engine) as con:
        return con.execute(t.sessions.delete().where(sa.or_(too_old, idle))).rowcount


OPERATOR = Principal(0, "operator", "命令行", "sysadmin")
"""Whoever may run commands on the server: the machine's own access control has let them in."""


def add_user(
    p: Principal, book: Casebook, login: str, name: str, role: str, agency: str | None, password: str,
    *, sees_insured: bool = False,
) -> int:  # fmt: skip
    """Create an account and return its id.

    ``agency`` is one of the 22, or the six digits of a county below one of them; ``sees_insured`` lets a regional
    account also read what became of its own insured persons' cases elsewhere.

    :raises Forbidden: unless the principal is a system administrator.
    :raises Refused: for a bad login, role, agency or password, or a login that is taken.
    """
    _only_sysadmin(p)
    login = login.strip().lower()
    if not LOGIN.fullmatch(login) or login in (SYSTEM[0], OPERATOR.login):
        raise Refused(
            f"login {login!r}: 2 to 40 of a–z, 0–9, '.', '_', '-', beginning with a letter, not a reserved name"
        )
    if role not in ROLES:
        raise Refused(f"role {role!r} is unknown; one of {', '.join(ROLES)}")
    if agency is not None and not _is_agency(agency):
        raise Refused(f"agency {agency!r} is unknown; a county below, or one of {', '.join(agencies())}")
    if sees_insured and role not in REGIONAL:
        raise Refused(f"role {role}: only a regional account has insured persons")
    if (role in REGIONAL) != (agency is not None) and not (role == "manager" and agency):
        raise Refused(f"role {role}: {'name its --agency' if role in REGIONAL else 'it belongs to no agency'}")
    _check_password(password)
    values = {"login": login, "name": name.strip() or login, "role": role, "agency": agency, "is_active": True,
              "sees_insured": sees_insured,
              "failures": 0, "password_hash": _hasher().hash(password), "created_at": book.now()}  # fmt: skip
    try:
        with writing(book.engine) as con:
            con.execute(t.users.insert().values(**values))
            _note(con, p, book, "user_added", login, role=role, agency=agency)
            return _user_id(con, login)
    except sa.exc.IntegrityError as error:
        raise Refused(f"login {login!r} is taken: choose another, or use 'lianshen users passwd {login}'") from error


def list_users(p: Principal, book: Casebook) -> list[dict[str, Any]]:
    """Return the accounts without their passwords.

    :raises Forbidden: unless the principal is one of the three administrators.
    """
    if p.sees_cases:
        raise Forbidden(f"{p.role_name} 不能查看账号")
    c = t.users.c
    columns = (c.id, c.login, c.name, c.role, c.agency, c.is_active, c.sees_insured, c.locked_until, c.created_at)
    with book.engine.connect() as con:
        return [dict(row) for row in con.execute(sa.select(*columns).order_by(c.login)).mappings()]


def disable_user(p: Principal, book: Casebook, login: str) -> None:
    """Disable an account and end its sessions."""
    _only_sysadmin(p)
    with writing(book.engine) as con:
        user = _user_id(con, login)
        con.execute(t.users.update().where(t.users.c.id == user).values(is_active=False))
        con.execute(t.sessions.delete().where(t.sessions.c.user_id == user))
        _note(con, p, book, "user_disabled", login)


def set_password(p: Principal, book: Casebook, login: str, password: str) -> None:
    """Set a new password, end the account's sessions and lift a lock and a disabling."""
    _only_sysadmin(p)
    _check_password(password)
    hashed = _hasher().hash(password)
    with writing(book.engine) as con:
        user = _user_id(con, login)
        con.execute(
            t.users.update()
            .where(t.users.c.id == user)
            .values(password_hash=hashed, failures=0, failed_at=None, locked_until=None, is_active=True)
        )
        con.execute(t.sessions.delete().where(t.sessions.c.user_id == user))
        _note(con, p, book, "password_set", login)


def change_password(p: Principal, book: Casebook, old: str, new: str, keep_token: str | None = None) -> None:
    """Let the principal change the own password; other sessions than ``keep_token``'s end."""
    with book.engine.connect() as con:
        stored = con.scalar(sa.select(t.users.c.password_hash).where(t.users.c.id == p.user_id))
    if stored is None or not _verify(stored, old):
        raise Refused("原密码不正确")
    _check_password(new)
    with writing(book.engine) as con:
        con.execute(t.users.update().where(t.users.c.id == p.user_id).values(password_hash=_hasher().hash(new)))
        kept = _digest(keep_token) if keep_token else ""
        con.execute(t.sessions.delete().where(t.sessions.c.user_id == p.user_id, t.sessions.c.token_hash != kept))
        _note(con, p, book, "password_changed", p.login)


def _is_agency(code: str) -> bool:
    pools = {agency.pool for agency in agencies().values()}
    return code in agencies() or (len(code) == 6 and code.isdigit() and code[:4] in pools)


def _only_sysadmin(p: Principal) -> None:
    if p.role != "sysadmin":
        raise Forbidden(f"{p.role_name} 不能管理账号；请系统管理员操作")


def _check_password(password: str) -> None:
    if len(password) < MIN_PASSWORD or len(password) > 200 or len(set(password)) < 5:
        raise Refused(f"password: at least {MIN_PASSWORD} characters (at most 200), five of them different")


def _user_id(con: Connection, login: str) -> int:
    found = con.scalar(sa.select(t.users.c.id).where(t.users.c.login == login.strip().lower()))
    if found is None:
        raise Refused(f"no account {login!r}; see 'lianshen users list'")
    return int(found)


def _note(con: Connection, p: Principal, book: Casebook, action: str, login: str, **detail: Any) -> None:
    append(con, book.now(), [Event(action, p.login, p.name, detail={"login": login, **detail}, ip=p.ip)])


DEMO_USERS = (
    ("shenhe01", "周审核", "reviewer", None),
    ("shenhe02", "吴审核", "reviewer", None),
    ("fuze01", "郑负责", "lead", None),
    ("chengdu01", "成都经办1", "handler", "510100"),
    ("chengdu02", "成都负责人", "region_lead", "510100"),
    ("mianyang01", "绵阳经办1", "handler", "510700"),
    ("shengben01", "省本级经办1", "handler", "519900"),
    ("guanli01", "管理员甲", "manager", None),
    ("fenxi01", "分析员甲", "analyst", None),
    ("xitong01", "系统管理员甲", "sysadmin", None),
    ("anquan01", "安全管理员甲", "secadmin", None),
    ("shenji01", "审计员甲", "auditor", None),
)


def add_demo_users(p: Principal, book: Casebook) -> list[dict[str, str]]:
    """Create one account of each kind that is not there yet; return logins with passwords, which are shown only now."""
    made = []
    known = {user["login"] for user in list_users(p, book)}
    for login, name, role, agency in DEMO_USERS:
        if login not in known:
            password = secrets.token_urlsafe(9)
            add_user(p, book, login, name, role, agency, password)
            made.append({"login": login, "name": name, "role": role, "agency": agency or "", "password": password})
    return made
