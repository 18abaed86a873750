"""Signing in and staying signed in: who is at the other end.

A session's token is kept only as its hash, so that a copy of the casebook opens no session. Five wrong passwords
lock the account for fifteen minutes. Every failure reads the same, until the password was right.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import Principal, Role
from lianshen.cases.errors import PasswordDue, Refused, SignInFailed
from lianshen.cases.events import Event, append
from lianshen.cases.services import passwords
from lianshen.cases.store import Casebook, writing

SEEN_EVERY = timedelta(seconds=60)
FAILED = "用户名或密码不正确"
LOCKED = "尝试次数过多，账号已暂时锁定，请稍后再试"
NO_ROLE = "账号尚未授予角色，请联系安全管理员"
DUE = "密码已到期或由他人设置，请设置新密码后登录"


@dataclass(frozen=True)
class SignedIn:
    """A new session: ``token`` goes into the cookie and is kept nowhere else."""

    token: str
    principal: Principal


def token_digest(token: str) -> str:
    """Return what is kept of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(book: Casebook, login: str, password: str, ip: str = "", new_password: str | None = None) -> SignedIn:
    """Check name and password and open a session.

    ``new_password`` replaces a password that is due; where none is due it is left alone.

    :raises SignInFailed: for an unknown name, a wrong password, a disabled or a locked account, or one without role.
    :raises PasswordDue: where the password is right and has to be changed first.
    :raises Refused: where the new password is weak, or the old one over again.
    """
    now = book.now()
    with book.engine.connect() as con:
        found = sa.select(t.users).where(t.users.c.login == login.strip().lower())
        user = con.execute(found).mappings().one_or_none()
    # Outside any transaction: hashing takes as long as a hundred writes, and an unknown name takes as long as a known.
    right = passwords.is_right(user["password_hash"] if user else passwords.hash_of_nobody(), password)
    if user is not None and user["locked_until"] is not None and user["locked_until"] > now:
        raise SignInFailed(LOCKED)
    if user is None or not user["is_active"]:
        raise SignInFailed(FAILED)
    if not right:
        raise SignInFailed(LOCKED if _count_failure(book, user, now, ip) else FAILED)
    if not user["role"]:
        raise SignInFailed(NO_ROLE)
    due = passwords.is_due(user["password_set_at"], now, book.terms.password_days)
    if due and new_password is None:
        raise PasswordDue(DUE)
    _clear_failures(book, user, password, new_password if due else None, now, ip)
    return open_session(book, user, ip)


def open_session(book: Casebook, user: sa.RowMapping, ip: str = "", way: str = "password") -> SignedIn:
    """Open a session for a row of ``users`` whose identity was proved, by password or by single sign-on."""
    token, csrf, now = secrets.token_urlsafe(32), secrets.token_urlsafe(24), book.now()
    detail = None if way == "password" else {"way": way}
    with writing(book.engine) as con:
        con.execute(
            t.sessions.insert().values(
                token_hash=token_digest(token),
                user_id=user["id"],
                csrf=csrf,
                created_at=now,
                seen_at=now,
                ip=ip or None,
            )
        )
        append(con, now, [Event("sign_in", user["login"], user["name"], detail=detail, ip=ip)])
    return SignedIn(token, _principal(user, csrf, ip))


def _clear_failures(
    book: Casebook, user: sa.RowMapping, password: str, new_password: str | None, now: datetime, ip: str
) -> None:
    values: dict[str, object] = {"failures": 0, "failed_at": None, "locked_until": None}
    if new_password is not None:
        passwords.check_new(new_password, user["password_hash"])
        values |= {"password_hash": passwords.hash_password(new_password), "password_set_at": now}
    elif passwords.needs_rehash(user["password_hash"]):
        values["password_hash"] = passwords.hash_password(password)
    with writing(book.engine) as con:
        con.execute(t.users.update().where(t.users.c.id == user["id"]).values(**values))
        if new_password is not None:
            con.execute(t.sessions.delete().where(t.sessions.c.user_id == user["id"]))
            append(con, now, [Event("password_changed", user["login"], user["name"], ip=ip)])


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
            s.token_hash == token_digest(token),
            u.c.is_active,
            u.c.role != "",
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
            con.execute(t.sessions.update().where(s.token_hash == token_digest(token)).values(seen_at=now))
    return _principal(row, row["csrf"], ip)


def change_password(p: Principal, book: Casebook, old: str, new: str, keep_token: str | None = None) -> None:
    """Let the principal change the own password; other sessions than ``keep_token``'s end.

    :raises Refused: for a wrong old password, or a new one that is weak or the old one over again.
    """
    with book.engine.connect() as con:
        stored = con.scalar(sa.select(t.users.c.password_hash).where(t.users.c.id == p.user_id))
    if stored is None or not passwords.is_right(stored, old):
        raise Refused("原密码不正确")
    passwords.check_new(new, stored)
    values = {"password_hash": passwords.hash_password(new), "password_set_at": book.now()}
    with writing(book.engine) as con:
        con.execute(t.users.update().where(t.users.c.id == p.user_id).values(**values))
        kept = token_digest(keep_token) if keep_token else ""
        con.execute(t.sessions.delete().where(t.sessions.c.user_id == p.user_id, t.sessions.c.token_hash != kept))
        append(con, book.now(), [Event("password_changed", p.login, p.name, detail={"login": p.login}, ip=p.ip)])


def sign_out(book: Casebook, token: str) -> None:
    """End the session of a token; an unknown token is already signed out."""
    with writing(book.engine) as con:
        con.execute(t.sessions.delete().where(t.sessions.c.token_hash == token_digest(token)))


def prune_sessions(book: Casebook) -> int:
    """Delete sessions that can no longer be used; return how many."""
    now = book.now()
    s = t.sessions.c
    too_old = s.created_at <= now - timedelta(hours=book.terms.session_hours)
    idle = s.seen_at <= now - timedelta(minutes=book.terms.idle_minutes)
    with writing(book.engine) as con:
        return con.execute(t.sessions.delete().where(sa.or_(too_old, idle))).rowcount
