"""The casebook's migrations, forwards and back, on both databases, with rows in the tables."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from cases.full_casebook import contents, fill_every_table
from cases.warehouse_rows import Warehouse
from sqlalchemy.engine import Engine

from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import CasebookError
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.migrating import is_newest, migrate, migrate_back, revision_of, revisions

OLD = ("cases", "case_settlement", "case_line", "dossier", "event", "event_head", "note", "sessions", "view_log")
"""Tables of the first version whose columns then are all still there."""
Kept = dict[str, list[dict[str, Any]]]


@pytest.fixture
def full(engine: Engine) -> Engine:
    fill_every_table(engine)
    return engine


def shape(engine: Engine) -> dict[str, Any]:
    """Return the columns, keys, indexes and triggers that the database itself tells of."""
    found = sa.inspect(engine)
    tables = {
        name: {
            "columns": sorted((c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)),
            "indexes": sorted(
                (str(i["name"]), tuple(i["column_names"]), bool(i["unique"])) for i in found.get_indexes(name)
            ),
            "unique": sorted((str(u["name"]), tuple(u["column_names"])) for u in found.get_unique_constraints(name)),
            "keys": sorted(str(k["name"]) for k in found.get_foreign_keys(name)),
        }
        for name in found.get_table_names()
    }
    triggers = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        if engine.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    )
    with engine.connect() as con:
        return {"tables": tables, "triggers": list(con.exec_driver_sql(triggers).scalars())}


def rows_of(engine: Engine, columns: dict[str, list[str]]) -> Kept:
    """Return the rows of tables, with these columns only."""
    with engine.connect() as con:
        return {
            name: [
                dict(row)
                for row in con.execute(
                    sa.select(*(t.metadata.tables[name].c[column] for column in names)).order_by(sa.text("1, 2"))
                ).mappings()
            ]
            for name, names in columns.items()
        }


def differences(engine: Engine) -> list[Any]:
    def told(_context: Any, _inspected: Any, declared: Any, *_: Any) -> bool | None:
        return False if isinstance(declared.type, t.UtcTime) else None

    def is_here(_object: Any, name: str | None, _kind: str, *_: Any) -> bool:
        # Indexes by bytes are there where the order of texts is another.
        return engine.dialect.name == "postgresql" or not str(name).endswith("_bytes")

    with engine.connect() as con:
        opts = {"compare_type": told, "include_object": is_here}
        return compare_metadata(MigrationContext.configure(con, opts=opts), t.metadata)


def test_the_migrations_give_exactly_the_tables_of_the_code(engine: Engine) -> None:
    assert differences(engine) == []


def test_down_to_the_first_version_and_up_again_keeps_the_rows_and_the_shape(full: Engine) -> None:
    newest = shape(full)
    assert is_newest(full)
    migrate_back(full, "0001")
    assert revision_of(full) == "0001"
    found = sa.inspect(full)
    columns = {name: [c["name"] for c in found.get_columns(name)] for name in OLD}
    then = rows_of(full, columns)
    assert all(then.values())
    migrate(full)
    assert shape(full) == newest
    assert differences(full) == []
    assert rows_of(full, columns) == then
    assert verify_events(full) is None


def test_every_step_back_and_forth_gives_the_same_shape(full: Engine) -> None:
    every = revisions()
    for older, newer in zip(every[-2::-1], every[:0:-1], strict=True):
        here = shape(full)
        migrate_back(full, older)
        migrate(full)
        migrate_back(full, newer) if newer != every[-1] else None
        assert shape(full) == here, f"{newer} → {older} → {newer}"
        migrate_back(full, older)
    migrate(full)
    assert verify_events(full) is None


def test_cases_and_accounts_of_the_second_version_go_on_in_this_one(
    engine: Engine, book: Casebook, warehouse: Warehouse, reviewer: Principal
) -> None:
    warehouse.settle("S1")
    warehouse.line("L1", "S1")
    warehouse.find("PL-11", "S1", "12.34", lines=("L1",))
    warehouse.assemble(engine)
    services.add_user(services.OPERATOR, book, "shenhe01", "周审核", "reviewer", None, "mulberry-2026")
    migrate_back(engine, "0002")
    migrate(engine)
    assert services.sign_in(book, "shenhe01", "mulberry-2026").principal.login == "shenhe01"
    (case,) = services.list_cases(reviewer, book, CaseFilter())["items"]
    moved = services.transition(reviewer, book, case["case_no"], "release", case["version"])
    assert moved["state"] == "released"
    assert verify_events(engine) is None


def test_a_migration_that_fails_leaves_nothing_of_it(full: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate_back(full, "0002")
    before = shape(full)
    from alembic import op

    def power_goes(*_: Any, **__: Any) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(op, "create_index", power_goes)
    with pytest.raises(RuntimeError):
        migrate(full)
    monkeypatch.undo()
    assert revision_of(full) == "0002"
    assert shape(full) == before
    migrate(full)
    assert differences(full) == []


def test_back_to_nowhere_is_refused(full: Engine) -> None:
    here = contents(full)
    for revision in ("0009", revisions()[-1]):
        with pytest.raises(CasebookError, match="back means"):
            migrate_back(full, revision)
    assert contents(full) == here
