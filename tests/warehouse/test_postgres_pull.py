"""Landing packages from a real PostgreSQL source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from support.parcels import receive, row

from lianshen.errors import UsageError
from lianshen.warehouse import find_packages, landed_tables
from lianshen.warehouse.adapters.postgres import PullFailed, pull

pytestmark = pytest.mark.postgres
at = datetime.fromisoformat
NOON = at("2026-11-18 12:00:00")


@pytest.fixture
def source(postgres_url: str) -> Iterator[Any]:
    import psycopg

    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'Asia/Shanghai'")
        yield connection


def create(source: Any, table: str, *rows: dict[str, str], **types: str) -> None:
    spec = landed_tables()[table]
    names = list(dict.fromkeys(name for r in rows for name in r))
    kinds = {n: types.get(n, spec[n].sql_type if n in spec.by_name else "VARCHAR") for n in names}
    source.execute(f"CREATE TABLE {table} ({', '.join(f'{n} {t}' for n, t in kinds.items())})")
    insert(source, table, *rows)


def insert(source: Any, table: str, *rows: dict[str, str]) -> None:
    for r in rows:
        marks = ", ".join(["%s"] * len(r))
        source.execute(f"INSERT INTO {table} ({', '.join(r)}) VALUES ({marks})", [v or None for v in r.values()])


def test_a_pull_writes_a_package_that_is_received_to_the_fen(
    source: Any, postgres_url: str, tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    header = row("setl_d", certno="11010519491231002X", mdtrt_cert_no="11010519491231002X", tel="13800001234")
    create(source, "setl_d", header, row("setl_d", setl_id="S2"), hosp_lv="INTEGER", updt_time="TIMESTAMPTZ")
    create(source, "fee_list_d", row("fee_list_d", pric="250.125"), det_item_fee_sumamt="NUMERIC")
    create(source, "psn_b", row("psn_b"))
    package = pull(postgres_url, tmp_path, since=at("2026-11-01 00:00:00"), until=NOON)
    assert package is not None
    assert package.name == "2026-11-18"
    assert package.require_manifest().tables["setl_d"].control == {
        "medfee_sumamt": "2000.00", "fund_pay_sumamt": "800.00"}  # fmt: skip
    receipt = receive(con, package)
    assert receipt.stopped == {}
    assert {a.table: (a.received, a.accepted) for a in receipt.accounts} == {
        "fee_list_d": (1, 1), "psn_b": (1, 1), "setl_d": (2, 2)}  # fmt: skip
    assert con.execute("SELECT pric FROM settled.fee_list_d").fetchall() == [(Decimal("250.125000"),)]
    assert con.execute("SELECT DISTINCT hosp_lv, updt_time FROM settled.setl_d").fetchall() == [
        ("02", at("2026-11-18 10:00:00"))
    ]
    for path in package.folder.iterdir():
        assert b"13800001234" not in path.read_bytes()


def test_the_next_pull_continues_where_the_last_one_ended(source: Any, postgres_url: str, tmp_path: Path) -> None:
    create(source, "setl_d", row("setl_d"))
    with pytest.raises(UsageError, match="--since"):
        pull(postgres_url, tmp_path, until=NOON)
    assert pull(postgres_url, tmp_path, since=at("2026-11-01 00:00:00"), until=NOON) is not None
    assert pull(postgres_url, tmp_path, until=NOON) is None
    assert pull(postgres_url, tmp_path, until=at("2026-11-18 13:00:00")) is None
    insert(source, "setl_d", row("setl_d", setl_id="S2", updt_time="2026-11-18 12:50:00"))
    insert(source, "setl_d", row("setl_d", setl_id="S3", updt_time="2026-11-18 14:00:00"))
    # S2 became visible late: its time lies before the watermark, inside the overlap.
    package = pull(postgres_url, tmp_path, until=at("2026-11-18 14:00:00"))
    assert package is not None
    assert (package.name, package.require_manifest().tables["setl_d"].rows) == ("2026-11-18.2", 2)


def test_a_pull_that_was_cut_off_is_done_again(source: Any, postgres_url: str, tmp_path: Path) -> None:
    create(source, "setl_d", row("setl_d"))
    (tmp_path / ".pulling-2026-11-18").mkdir()
    (tmp_path / ".pulling-2026-11-18" / "setl_d.parquet").write_bytes(b"half")
    assert find_packages(tmp_path) == []
    package = pull(postgres_url, tmp_path, since=at("2026-11-01 00:00:00"), until=NOON)
    assert package is not None
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == ["2026-11-18"]
    # The watermark was lost, but the package says how far it reaches.
    (tmp_path / ".postgres.watermark").unlink()
    assert pull(postgres_url, tmp_path, until=NOON) is None


def test_a_source_that_lacks_a_required_column_is_named(source: Any, postgres_url: str, tmp_path: Path) -> None:
    lacking = {k: v for k, v in row("setl_d").items() if k != "hosp_lv"}
    create(source, "setl_d", lacking)
    with pytest.raises(PullFailed, match=r"public\.setl_d .* hosp_lv"):
        pull(postgres_url, tmp_path, since=at("2026-11-01 00:00:00"), until=NOON)
    assert find_packages(tmp_path) == []
    with pytest.raises(PullFailed, match="cannot be read"):
        pull("postgresql://127.0.0.1:1/none", tmp_path, since=at("2026-11-01 00:00:00"), until=NOON)


def test_the_command_line_pulls_and_prints_json(
    source: Any, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from lianshen.cli import build_app

    create(source, "setl_d", row("setl_d"))
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path))
    moments = ["--since", "2026-11-01", "--until", "2026-11-18T12:00:00"]
    result = CliRunner().invoke(build_app(), ["warehouse", "pull", postgres_url, *moments, "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.output) == [{"package": "2026-11-18", "table": "setl_d", "rows": 1}]
