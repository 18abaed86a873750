"""Signing in where somebody else has proved who it is: accounts that are linked to a subject of an issuer.

An account is linked once, by its login, and from then on only the subject counts: a name that the issuer gives to
somebody else later opens nothing. The three administrators are never linked by name.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lianshen.cases import tables as t
from lianshen.cases.domain import SEPARATED
from lianshen.cases.errors import Refused, SignInFailed
from lianshen.cases.events import Event, append
from lianshen.cases.services.accounts import NO_ROLE, OPERATOR, add_user
from lianshen.cases.services.sessions import SignedIn, open_session
from lianshen.cases.store import Casebook, writing

NO_ACCOUNT = "身份已确认，但本系统没有与之对应的在用账号，请联系系统管理员"
WAITING = "账号已建立，待安全管理员授予角色后方可登录"
MOST = 200


@dataclass(frozen=True)
class Proved:
    """Who somebody is by the word of an issuer: its own ``subject``, and what it says of login, name and agency."""

    issuer: str
    subject: str
    login: str | None = None
    name: str | None = None
    agency: str | None = None

    @property
    def key(self) -> str:
        """The issuer and its subject as they are kept with the account."""
        return f"{self.issuer}#{self.subject}"


def sign_in_proved(book: Casebook, who: Proved, ip: str = "", *, provision: bool = False) -> SignedIn:
    """Open a session for the account of a subject; link it by its login the first time.

    ``provision``: make an account without role for whom there is none; the security administrator decides.

    :raises SignInFailed: where there is no such account, it is disabled, or it has no role yet.
    """
    if not who.subject or len(who.key) > MOST:
        raise SignInFailed(NO_ACCOUNT)
    with writing(book.engine) as con:
        user = _linked(con, who) or _link(con, book, who, ip)
    if user is None and provision and who.login:
        user = _make(book, who, ip)
    if user is None or not user["is_active"]:
        raise SignInFailed(NO_ACCOUNT)
    if user["role"] == NO_ROLE:
        raise SignInFailed(WAITING)
    return open_session(book, user, ip, way="single sign-on")


def _linked(con: Connection, who: Proved) -> sa.RowMapping | None:
    return con.execute(sa.select(t.users).where(t.users.c.subject == who.key)).mappings().one_or_none()


def _link(con: Connection, book: Casebook, who: Proved, ip: str) -> sa.RowMapping | None:
    """Link the account of the login, if it is there to be linked."""
    u = t.users.c
    if not who.login:
        return None
    free = (u.login == who.login.strip().lower(), u.subject.is_(None), u.is_active, u.role.notin_(SEPARATED))
    user = con.execute(sa.select(t.users).where(*free)).mappings().one_or_none()
    if user is None:
        return None
    con.execute(t.users.update().where(u.id == user["id"]).values(subject=who.key))
    detail = {"login": user["login"], "issuer": who.issuer}
    append(con, book.now(), [Event("sso_linked", user["login"], user["name"], detail=detail, ip=ip)])
    return user


def _make(book: Casebook, who: Proved, ip: str) -> sa.RowMapping | None:
    login = (who.login or "").strip().lower()
    with book.engine.connect() as con:
        if con.scalar(sa.select(t.users.c.id).where(t.users.c.login == login)) is not None:
            return None  # disabled, an administrator's, or linked to somebody else
    try:
        # Nobody knows the password: the account opens by single sign-on until somebody sets one.
        add_user(OPERATOR, book, login, (who.name or login)[:80], NO_ROLE, who.agency, secrets.token_urlsafe(32))
    except Refused as error:
        raise SignInFailed(NO_ACCOUNT) from error
    with writing(book.engine) as con:
        return _link(con, book, who, ip)
