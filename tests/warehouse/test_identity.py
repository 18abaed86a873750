"""Personal identifiers never reach the warehouse; the same person has the same hash everywhere."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
import pytest
from support.parcels import KEY, Parcel, csv_bytes, deliver, receive, row

from lianshen.warehouse import IdentityKey, IdentityKeyError, open_warehouse, settle_in, stage
from lianshen.warehouse.identity import sex_of_certno_sql

WOMAN = "11010519491231002X"
NAME = "张三丰"
TEL = "13800001234"
STREET = "人民南路四段十二号"
PRIVATE = {"psn_name": NAME, "certno": WOMAN, "mdtrt_cert_no": WOMAN}


def test_no_identifier_is_found_in_the_warehouse_file_not_even_in_quarantine(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    rows = [row("setl_d", **PRIVATE), row("setl_d", setl_id="S2", insutype="999", **PRIVATE)]
    lines = csv_bytes(rows).decode().splitlines()
    ragged = Parcel(tmp_path / "landing", "2026-11-18")
    ragged.file("setl_d", "setl_d.csv", "\n".join([*lines, lines[1] + ",x"]).encode(), 3)
    ragged.rows("psn_b", [row("psn_b", certno=WOMAN, psn_name=NAME, tel=TEL, addr=STREET)])
    ragged.rows("mdtrt_d", [row("mdtrt_d", psn_name=NAME, tel=TEL, addr=STREET, vali_flag="7")])
    with open_warehouse(path) as con:
        receive(con, ragged.seal())
        con.execute("CHECKPOINT")
        texts = "\n".join(
            str(con.execute(f"FROM {name}").fetchall())
            for (name,) in con.execute(
                "SELECT schema_name || '.' || table_name FROM duckdb_tables() "
                "WHERE schema_name IN ('settled', 'intake', 'stage', 'ledger')"
            ).fetchall()
        )
        hashes = con.execute(
            "SELECT s.certno_hash, p.certno_hash, s.certno_gend, s.psn_name_hash = p.psn_name_hash "
            "FROM settled.setl_d AS s, settled.psn_b AS p"
        ).fetchone()
    assert hashes is not None
    assert hashes[0] == hashes[1] == KEY.hash("certno", WOMAN.lower())
    assert hashes[2:] == ("2", True)
    stored = path.read_bytes()
    for secret in (NAME, WOMAN, TEL, STREET):
        assert secret not in texts
        assert secret.encode() not in stored


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "identity.key"
    key = IdentityKey.load_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert IdentityKey.load_or_create(path).fingerprint == key.fingerprint
    with pytest.raises(IdentityKeyError, match="never overwritten"):
        IdentityKey.create(path)
    path.chmod(0o644)
    with pytest.raises(IdentityKeyError, match="chmod 600"):
        IdentityKey.load(path)


def test_a_missing_or_broken_key_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "identity.key"
    with pytest.raises(IdentityKeyError, match="lianshen warehouse key"):
        IdentityKey.load(path)
    path.write_text("not hexadecimal")
    path.chmod(0o600)
    with pytest.raises(IdentityKeyError, match="64 hexadecimal digits"):
        IdentityKey.load(path)


def test_another_key_is_refused_by_its_fingerprint(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    settle_in(con, stage(con, deliver(tmp_path, "2026-11-18", psn_b=[row("psn_b")]), KEY))
    other = IdentityKey(b"o" * 32)
    with pytest.raises(IdentityKeyError, match=other.fingerprint):
        stage(con, deliver(tmp_path, "2026-11-19", psn_b=[row("psn_b")]), other)


@pytest.mark.parametrize(
    ("certno", "sex"),
    [
        (WOMAN, "2"),
        (WOMAN.lower(), "2"),
        ("440524188001010014", "1"),
        ("440524188001010013", None),
        ("110105194913310020", None),
        ("110105491231002", None),
        ("H12345678", None),
    ],
)
def test_sex_is_read_from_a_number_only_when_its_check_digit_is_right(certno: str, sex: str | None) -> None:
    with duckdb.connect() as con:
        query = f"SELECT {sex_of_certno_sql('number')} FROM (SELECT ? AS number)"
        assert con.execute(query, [certno]).fetchone() == (sex,)


def test_a_key_does_not_show_itself() -> None:
    assert "kkk" not in repr(KEY)
    assert KEY.hash("certno", "1") != KEY.hash("psn_name", "1")
