"""Tokens of agencies' systems: a machine that works the queue of one agency in a role of that agency.

The token itself is shown once and kept only as its hash. In the trail the system appears as ``api:NAME``, and a
name is never given twice, so that an old entry always means the same system.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from lianshen.cases import tables as t
from lianshen.cases.domain import REGIONAL, ROLES, Principal, Role
from lianshen.cases.errors import Forbidden, Refused
from lianshen.cases.events import Event, append
from lianshen.cases.services.accounts import check_agency
from lianshen.cases.store import Casebook, writing

NAME = re.compile(r"[a-z][a-z0-9._-]{1,30}")
PREFIX = "lst_"
"""Tokens begin so that a scanner of repositories and logs can tell them from other text."""
USUAL_DAYS = 90
MOST_DAYS = 366
USED_EVERY = timedelta(seconds=60)


@dataclass(frozen=True)
class NewToken:
    """A new token: ``token`` is shown to whoever asked for it and kept nowhere."""

    name: str
    token: str
    expires_at: datetime


def system_login(name: str) -> str:
    """Return the login under which the system of a token stands in the trail."""
    return f"api:{name}"


def add_token(
    p: Principal, book: Casebook, name: str, role: str, agency: str, days: int = USUAL_DAYS, *,
    sees_insured: bool = False,
) -> NewToken:  # fmt: skip
    """Create a token that lets a system of ``agency`` act in ``role`` for ``days`` days.

    ``sees_insured`` lets it read, too, what comes of cases of the region's insured who were treated elsewhere.

    :raises Forbidden: unless the principal administers the system or its security.
    :raises Refused: for a bad name, role, agency or duration, or a name that was ever given.
    """
    _only_administrators(p)
    name = name.strip().lower()
    if not NAME.fullmatch(name):
        raise Refused(f"token {name!r}: 2 to 31 of a–z, 0–9, '.', '_', '-', beginning with a letter")
    if role not in REGIONAL:
        raise Refused(f"role {role!r}: a system acts as one of {', '.join(sorted(REGIONAL))}")
    check_agency(agency)
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"days {days}: between 1 and {MOST_DAYS}; make a new token before the old one ends")
    token = PREFIX + secrets.token_urlsafe(32)
    now = book.now()
    expires_at = now + timedelta(days=days)
    values = {"token_hash": _digest(token), "name": name, "role": role, "agency": agency, "created_by": p.login,
              "created_at": now, "expires_at": expires_at, "sees_insured": sees_insured}  # fmt: skip
    detail = {"name": name, "role": role, "agency": agency, "expires_at": expires_at.isoformat(),
              "sees_insured": sees_insured}  # fmt: skip
    try:
        with writing(book.engine) as con:
            con.execute(t.api_token.insert().values(**values))
            append(con, now, [Event("token_added", p.login, p.name, detail=detail, ip=p.ip)])
    except sa.exc.IntegrityError as error:
        raise Refused(f"token {name!r} exists or existed: choose another name, such as {name}-2") from error
    return NewToken(name, token, expires_at)


def list_tokens(p: Principal, book: Casebook) -> list[dict[str, Any]]:
    """Return every token without its hash, the newest first; ``is_valid`` says whether it still opens anything.

    :raises Forbidden: unless the principal is one of the three administrators.
    """
    if p.sees_cases:
        raise Forbidden(f"{p.role_name}不能查看接口令牌")
    now, c = book.now(), t.api_token.c
    query = sa.select(*(column for column in c if column.name != "token_hash")).order_by(c.id.desc())
    with book.engine.connect() as con:
        rows = [dict(row) for row in con.execute(query).mappings()]
    return [{**row, "is_valid": row["revoked_at"] is None and row["expires_at"] > now} for row in rows]


def revoke_token(p: Principal, book: Casebook, name: str) -> None:
    """End a token at once; one that has been revoked already stays so.

    :raises Refused: if no token has the name.
    """
    _only_administrators(p)
    now, c = book.now(), t.api_token.c
    with writing(book.engine) as con:
        found = con.execute(sa.select(c.revoked_at).where(c.name == name)).one_or_none()
        if found is None:
            raise Refused(f"no token {name!r}; see 'lianshen tokens list'")
        if found.revoked_at is None:
            con.execute(t.api_token.update().where(c.name == name).values(revoked_at=now))
            append(con, now, [Event("token_revoked", p.login, p.name, detail={"name": name}, ip=p.ip)])


def principal_of_token(book: Casebook, token: str, ip: str = "") -> Principal | None:
    """Return the system that holds the token, or None where it is unknown, revoked or past its end."""
    now, c = book.now(), t.api_token.c
    query = sa.select(t.api_token).where(
        c.token_hash == _digest(token), c.revoked_at.is_(None), c.expires_at > now
    )  # fmt: skip
    with book.engine.connect() as con:
        row = con.execute(query).mappings().one_or_none()
    if row is None:
        return None
    if row["used_at"] is None or now - row["used_at"] >= USED_EVERY:
        # Once a minute tells well enough which tokens are in use, and keeps reading requests from writing.
        with writing(book.engine) as con:
            con.execute(t.api_token.update().where(c.id == row["id"]).values(used_at=now))
    login = system_login(row["name"])
    return Principal(0, login, f"接口 {row['name']}", cast(Role, row["role"]), row["agency"], ip=ip,
                     sees_insured=row["sees_insured"])  # fmt: skip


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _only_administrators(p: Principal) -> None:
    if p.role not in ("sysadmin", "secadmin"):
        raise Forbidden(f"{p.role_name}不能管理接口令牌；请系统管理员或安全管理员操作（{ROLES['secadmin']}）")
