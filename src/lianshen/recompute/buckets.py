"""A past period dealt out by person into temporary files, so that each part is read once and by whoever settles it.

One pass over the warehouse writes whole persons, with all that the statements of recompute ask for, to Parquet files
by bucket. :func:`open_bucket` puts one of them into a small database under the names of the warehouse. There a
settlement goes by a whole number, in the order of time and ``setl_id``, which is the order in which they are settled.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

PREFIX = "lianshen-try-"
"""What the names of the temporary folders begin with."""

_HELD = 1_000_000
"""Rows that a thread holds back before it writes them, so that a file does not end up as a thousand crumbs."""

_UNUSED = """
    NULL::VARCHAR AS reason, NULL::VARCHAR AS filing_status, NULL::VARCHAR AS filing_id, NULL::VARCHAR AS filed_region,
    NULL::DATE AS filed_from, NULL::DATE AS filed_until, NULL::TIMESTAMP AS filing_applied_at,
    NULL::DECIMAL(18, 2) AS difference, NULL::VARCHAR AS cause, NULL::VARCHAR AS cause_zh
"""
"""What explanations tell of a settlement, and trying a policy does not."""


@dataclass(frozen=True, slots=True)
class Dealt:
    """Where the buckets of a period are, and what it takes to read them."""

    folder: Path
    buckets: int
    start: date
    end: date
    content: str | None
    """The content folder that the warehouse was opened with."""


@contextmanager
def dealt(con: duckdb.DuckDBPyConnection, start: date, end: date, buckets: int) -> Iterator[Dealt]:
    """Yield the settlements of ``[start, end)`` and all their persons' years, in files that are gone afterwards."""
    (content,) = con.execute("SELECT getvariable('lianshen_content')").fetchone() or (None,)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=_beside(con)) as name:
        folder = Path(name)
        settings = {
            "partitioned_write_max_open_files": buckets + 1, "partitioned_write_flush_threshold": _HELD,
            # DuckDB's own would stand on stdout, between the lines of --json.
            "enable_progress_bar": False,
        }  # fmt: skip
        with _settings(con, settings):
            _deal(con, folder, start, end, buckets)
        yield Dealt(folder, buckets, start, end, content)


def _beside(con: duckdb.DuckDBPyConnection) -> Path | None:
    """Return the folder of the warehouse where it can be written to, else the system's for temporary files."""
    (path,) = con.execute(
        "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    ).fetchone() or (None,)
    folder = Path(path).parent if path else None
    return folder if folder and os.access(folder, os.W_OK) else None


@contextmanager
def _settings(con: duckdb.DuckDBPyConnection, values: Mapping[str, int]) -> Iterator[None]:
    before = {name: con.execute("SELECT current_setting(?)", [name]).fetchone() for name in values}
    for name, value in values.items():
        con.execute(f"SET {name} = {value}")
    try:
        yield
    finally:
        for name, row in before.items():
            con.execute(f"SET {name} = ?", [row[0] if row else None])


def _deal(con: duckdb.DuckDBPyConnection, folder: Path, start: date, end: date, buckets: int) -> None:
    # A stay at the turn of the year may have begun in another hospital.
    since = date(start.year, 1, 1) - timedelta(days=92)
    period = f"s.setl_time >= DATE '{since}' AND s.setl_time < DATE '{end}'"
    owner = f"hash(s.person) % {buckets} AS bucket"
    queries = {
        "settlement": f"""
            SELECT
                s.rowid AS place, s.setl_id, s.person, s.psn_no, s.insutype, s.psn_type, s.sp_psn_type, s.age_years,
                s.cvlserv_flag, s.insu_pool, s.insu_admdvs, s.treat_pool, s.fix_blng_admdvs, s.scope,
                s.is_cross_region, s.hosp_lv, s.dedc_hosp_lv, s.lmtpric_hosp_lv, s.care, s.med_type, s.setl_type,
                s.begndate, s.setl_date, s.setl_time, s.counts, s.is_reversal, s.is_reversed, s.cal_ipt_cnt,
                s.dedc_std, s.crt_dedc, s.medfee_sumamt, s.inscp_amt, s.act_pay_dedc, s.hifp_pay, s.hifob_pay,
                s.hifmi_pay, s.cvlserv_pay, s.hifes_pay, s.hifdm_pay, s.maf_pay, s.othfund_pay, s.fund_pay_sumamt,
                s.ownpay_hosp_part, s.acct_pay, s.acct_mulaid_pay,
                -- Only admissions are transferred.
                CASE WHEN s.care = 'IPT' THEN s.mdtrt_id END AS mdtrt_id,
                CASE WHEN s.care = 'IPT' THEN s.refl_old_mdtrt_id END AS refl_old_mdtrt_id,
                w.setl_id IS NOT NULL AS is_withdrawn, {owner}
            FROM mart.settlement AS s
            LEFT JOIN (SELECT DISTINCT setl_id FROM settled.setl_d WHERE vali_flag <> '1') AS w
                ON s.setl_id = w.setl_id
            WHERE {period}
        """,
        "recomputed": f"""
            SELECT s.rowid AS place, r.status, r.filing_type, r.expected_inscp, {owner}
            FROM audit.recomputed AS r
            INNER JOIN mart.settlement AS s ON r.setl_id = s.setl_id
            WHERE s.counts AND s.setl_date >= DATE '{start}' AND s.setl_date < DATE '{end}' AND {period}
        """,
        "setl_fund_d": f"""
            SELECT s.rowid AS place, f.fund_pay_type, f.crt_payb_lmt_amt, f.inscp_scp_amt, {owner}
            FROM settled.setl_fund_d AS f
            INNER JOIN mart.settlement AS s ON f.setl_id = s.setl_id
            WHERE {period} AND (f.crt_payb_lmt_amt IS NOT NULL OR f.inscp_scp_amt IS NOT NULL)
        """,
        "cum_d": f"""
            SELECT s.*, {owner}
            FROM (
                SELECT c.*, COALESCE(p.certno_hash, c.psn_no) AS person
                FROM settled.cum_d AS c
                LEFT JOIN settled.psn_b AS p ON c.psn_no = p.psn_no
            ) AS s
            WHERE s.year BETWEEN '{since.year}' AND '{end.year}'
        """,
    }
    for name, sql in queries.items():
        # A bucket may have no rows of a kind; the columns are there all the same.
        _write(con, f"SELECT * EXCLUDE (bucket) FROM ({sql}) LIMIT 0", folder / f"{name}.parquet")
        _write(con, sql, folder / name, "PARTITION_BY (bucket)")
    _write(con, "FROM settled.psn_insu_d WHERE insutype IN ('350', '370')", folder / "psn_insu_d.parquet")
    _write(con, "FROM work.policy_value", folder / "policy_value.parquet")


def _write(con: duckdb.DuckDBPyConnection, sql: str, path: Path, *options: str) -> None:
    quoted = str(path).replace("'", "''")
    try:
        con.execute(f"COPY ({sql}) TO '{quoted}' ({', '.join(('FORMAT parquet', 'COMPRESSION lz4_raw', *options))})")
    except RuntimeError as error:
        # So DuckDB says that Ctrl-C came.
        raise (KeyboardInterrupt if "interrupted" in str(error) else error) from error


@contextmanager
def open_bucket(parts: Dealt, bucket: int, *, memory_limit: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a database in memory with the tables of recompute for one bucket, and its ``recompute_subject``."""

    def of(name: str) -> list[str]:
        return [str(parts.folder / f"{name}.parquet"),
                *(str(path) for path in sorted((parts.folder / name).glob(f"bucket={bucket}/*")))]  # fmt: skip

    with duckdb.connect(config={"memory_limit": memory_limit, "threads": threads}) as con:
        con.execute("SET temp_directory = ?", [str(parts.folder / f"spill-{bucket}")])
        con.execute("SET preserve_insertion_order = false")
        con.execute("SET enable_progress_bar = false")
        con.execute("SET TimeZone = 'Asia/Shanghai'")
        con.execute("SET VARIABLE lianshen_content = ?", [parts.content])
        for schema in ("mart", "settled", "audit", "work"):
            con.execute(f"CREATE SCHEMA {schema}")
        tables = {
            "mart.settlement": (
                """
                SELECT * REPLACE (CAST(ROW_NUMBER() OVER (ORDER BY setl_time, setl_id) AS INTEGER) AS setl_id)
                FROM read_parquet(?, hive_partitioning = false)
                """,
                of("settlement"),
            ),
            "audit.recomputed": (
                f"""
                SELECT s.setl_id, r.status, r.filing_type, r.expected_inscp, {_UNUSED}
                FROM read_parquet(?, hive_partitioning = false) AS r
                INNER JOIN mart.settlement AS s ON r.place = s.place
                """,
                of("recomputed"),
            ),
            "settled.setl_fund_d": (
                """
                SELECT s.setl_id, f.* EXCLUDE (place)
                FROM read_parquet(?, hive_partitioning = false) AS f
                INNER JOIN mart.settlement AS s ON f.place = s.place
                """,
                of("setl_fund_d"),
            ),
            # The person is known already.
            "settled.cum_d": (
                "SELECT * REPLACE (person AS psn_no) FROM read_parquet(?, hive_partitioning = false)", of("cum_d"),
            ),
            "settled.psn_insu_d": (
                "SELECT i.* FROM read_parquet(?) AS i SEMI JOIN mart.settlement AS s ON i.psn_no = s.psn_no",
                [str(parts.folder / "psn_insu_d.parquet")],
            ),
            "work.policy_value": ("FROM read_parquet(?)", [str(parts.folder / "policy_value.parquet")]),
        }  # fmt: skip
        for name, (sql, files) in tables.items():
            con.execute(f"CREATE TABLE {name} AS {sql}", [files])
        con.execute("CREATE TABLE settled.psn_b (psn_no VARCHAR, certno_hash VARCHAR)")
        con.execute(
            "CREATE TABLE settled.setl_d AS SELECT setl_id, '0' AS vali_flag FROM mart.settlement WHERE is_withdrawn"
        )
        con.execute(
            """
            CREATE TEMP TABLE recompute_subject AS
            SELECT setl_id FROM mart.settlement WHERE counts AND setl_date >= ? AND setl_date < ?
            """,
            [parts.start, parts.end],
        )
        yield con
