"""The SQL of the accounts: where the rows of every delivery are now, and what money they carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lianshen.warehouse.schema import TableSpec

ROWS_VIEW = "intake.account"


def account_view_sql(specs: Mapping[str, TableSpec]) -> str:
    """Return the view ``intake.account``: one row per table of a package, in rows. Money: :func:`control_sums_sql`."""
    places = [f"SELECT '{name}' AS table_name, _package AS package, 'accepted' AS place, COUNT(*) AS n "
              f"FROM settled.{name} GROUP BY _package" for name in specs]  # fmt: skip
    places += [
        "SELECT 'fee_list_d', _package, 'set_aside', COUNT(*) FROM intake.waiting_line GROUP BY _package",
        "SELECT table_name, package, 'set_aside', COUNT(*) FROM intake.quarantine_row GROUP BY table_name, package",
        "SELECT table_name, package, 'superseded', COUNT(*) FROM intake.superseded GROUP BY table_name, package",
    ]
    return f"""CREATE OR REPLACE VIEW {ROWS_VIEW} AS
        WITH placed AS (
            SELECT
                package,
                table_name,
                SUM(n) FILTER (place = 'accepted') AS accepted,
                SUM(n) FILTER (place = 'set_aside') AS set_aside,
                SUM(n) FILTER (place = 'superseded') AS superseded
            FROM ({" UNION ALL ".join(places)}) GROUP BY package, table_name
        )
        SELECT
            d.package,
            d.table_name,
            d.mode,
            d.rows AS received,
            CAST(COALESCE(p.accepted, 0) AS BIGINT) AS accepted,
            CAST(COALESCE(p.set_aside, 0) + d.unread_rows AS BIGINT) AS set_aside,
            CAST(COALESCE(p.superseded, 0) AS BIGINT) AS superseded,
            d.stopped,
            d.unknown_columns,
            d.restored
        FROM intake.delivery AS d
        LEFT JOIN placed AS p ON p.package = d.package AND p.table_name = d.table_name"""


def control_sums_sql(spec: TableSpec, columns: Sequence[str], *, all_packages: bool) -> str:
    """Return the query of the sums of ``columns`` by place and package; ``$packages`` unless ``all_packages``."""

    def only(column: str) -> str:
        return f"GROUP BY {column}" if all_packages else f"WHERE list_contains($packages, {column}) GROUP BY {column}"

    def sums(expressions: Iterable[str]) -> str:
        return ", ".join(
            f"CAST(COALESCE(SUM({e}), 0) AS DECIMAL(38, 10)) AS {c}" for e, c in zip(expressions, columns, strict=True)
        )

    def stored(text: str) -> str:
        return sums(f"TRY_CAST(json_extract_string({text}, '$.{c}') AS DECIMAL(38, 10))" for c in columns)

    def of_table(source: str, text: str) -> str:
        rows = f"(SELECT package, {text} FROM intake.{source} WHERE table_name = '{spec.name}')"
        return f"package, {stored(text)} FROM {rows} {only('package')}"

    parts = [
        f"SELECT 'accepted' AS place, _package AS package, {sums(columns)} FROM settled.{spec.name} {only('_package')}"
    ]
    if spec.name == "fee_list_d":
        parts.append(f"SELECT 'set_aside', _package, {sums(columns)} FROM intake.waiting_line {only('_package')}")
    parts.append(f"SELECT 'set_aside', {of_table('quarantine_row', 'raw')}")
    parts.append(f"SELECT 'superseded', {of_table('superseded', 'amounts')}")
    totals = ", ".join(f"SUM({c})" for c in columns)
    return f"SELECT place, package, {totals} FROM ({' UNION ALL '.join(parts)}) GROUP BY place, package"
