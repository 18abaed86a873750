"""Snapshot tables: a row that a later snapshot no longer has is closed, not deleted.

Which snapshot closes a row follows from what was received, not from when: it is the first snapshot after the
last one that has the row. A snapshot that has the row but had to set it aside does not close it.
"""

from __future__ import annotations

import duckdb

from lianshen.warehouse.merge import key_text_sql
from lianshen.warehouse.schema import TableSpec
from lianshen.warehouse.tables import quoted
from lianshen.warehouse.touch import TOUCHES


def close_missing(con: duckdb.DuckDBPyConnection, spec: TableSpec) -> None:
    """Close and reopen the rows of a snapshot table after a snapshot of it was merged."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE _closing AS
            WITH snapshot AS (
                SELECT d.package, p.business_date, intake.package_order(d.package) AS place
                FROM intake.delivery AS d JOIN intake.package AS p USING (package)
                WHERE d.table_name = '{spec.name}' AND d.stopped IS NULL
            ),
            aside AS (
                SELECT primary_key, MAX(intake.package_order(package)) AS place
                FROM intake.quarantine_row WHERE table_name = '{spec.name}' AND NOT is_stopped GROUP BY primary_key
            ),
            seen AS (
                SELECT s.rowid AS id, s._closed_by,
                    GREATEST(intake.package_order(s._package), COALESCE(aside.place, '')) AS place
                FROM settled.{spec.name} AS s LEFT JOIN aside ON aside.primary_key = {key_text_sql(spec, "s")}
                WHERE s._closed_by IS NOT NULL OR intake.package_order(s._package) < (SELECT MAX(place) FROM snapshot)
            ),
            next AS (
                SELECT places.place, ARG_MIN(snapshot.package, snapshot.place) AS package,
                    ARG_MIN(snapshot.business_date, snapshot.place) AS day
                FROM (SELECT DISTINCT place FROM seen) AS places JOIN snapshot ON snapshot.place > places.place
                GROUP BY places.place
            )
            SELECT seen.id, next.package AS closed_by, next.day
            FROM seen LEFT JOIN next USING (place) WHERE seen._closed_by IS DISTINCT FROM next.package"""
    )
    for kind, column in TOUCHES.get(spec.name, ()):
        # A row that reopens is touched from its beginning.
        first = "c.day" if kind == "item" else "CAST(NULL AS DATE)"
        con.execute(
            f"""INSERT INTO intake.touched
                SELECT DISTINCT '{kind}', s.{quoted(column)}, {first}, CAST(NULL AS DATE)
                FROM settled.{spec.name} AS s JOIN _closing AS c ON s.rowid = c.id"""
        )
    end = ""
    if spec.closes:
        day = "c.day - 1" if spec.closes_inclusive else "c.day"
        sent = f"s.{quoted('_closes_as_sent')}"
        typed = f"CAST({day} AS {spec[spec.closes].sql_type})"
        closed = f"LEAST(COALESCE({sent}, {typed}), {typed})"
        end = f", {quoted(spec.closes)} = CASE WHEN c.closed_by IS NULL THEN {sent} ELSE {closed} END"
    con.execute(
        f"""UPDATE settled.{spec.name} AS s SET _closed_by = c.closed_by{end}
            FROM _closing AS c WHERE s.rowid = c.id"""
    )
