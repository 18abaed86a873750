"""The role that the application uses on PostgreSQL: it works with everything and bends no trail.

Whoever owns the tables can change anything in them, triggers or not. The server and the nights therefore connect
as another role, which may add to the trail and read it, and nothing else; the owner only migrates.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from lianshen.cases import tables as t
from lianshen.cases.errors import CasebookError
from lianshen.cases.store import writing

ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")
ADDED_TO = (t.event.name, t.view_log.name, t.recovery.name)
"""Tables that only ever grow."""


def guard(engine: Engine, role: str) -> bool:
    """Give a role what the application needs, and take from it what would bend the trail; return whether it is new.

    A new role may log in; its password is set by whoever keeps the database. Run again after each migration: what
    an older version did not have is granted then.

    :raises CasebookError: on a database without roles, for a name that is no plain one, and for a role that could
        do more anyway: a superuser, or the owner of the trail.
    """
    if engine.dialect.name != "postgresql":
        raise CasebookError(
            "only PostgreSQL has roles: a casebook on SQLite is guarded by the permissions of its file and by the chain"
        )
    if not ROLE.fullmatch(role):
        raise CasebookError(f"role {role!r}: a–z, 0–9 and _, beginning with a letter, at most 63 characters")
    with writing(engine) as con:
        known = con.execute(
            sa.text("SELECT rolsuper FROM pg_roles WHERE rolname = :role"), {"role": role}
        ).one_or_none()
        if known is None:
            con.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
        owner = con.scalar(sa.text("SELECT tableowner FROM pg_tables WHERE tablename = 'event'"))
        if (known and known.rolsuper) or owner == role:
            raise CasebookError(
                f"role {role} is a superuser or owns the casebook's tables and could change the trail: name another"
            )
        _grant(con, role)
    return known is None


def _grant(con: Connection, role: str) -> None:
    schema = con.scalar(sa.text("SELECT current_schema()"))
    con.exec_driver_sql(f'GRANT USAGE ON SCHEMA "{schema}" TO {role}')
    con.exec_driver_sql(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "{schema}" TO {role}')
    con.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {role}")
    for table in t.metadata.tables:
        con.exec_driver_sql(f"REVOKE ALL ON {table} FROM {role}, PUBLIC")
        may = "SELECT, INSERT" if table in ADDED_TO else "SELECT, INSERT, UPDATE, DELETE"
        con.exec_driver_sql(f"GRANT {may} ON {table} TO {role}")
