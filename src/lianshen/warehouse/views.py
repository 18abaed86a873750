"""The views over landed rows that need the knowledge tables: made last, when a warehouse is opened for writing."""

from __future__ import annotations

import duckdb

from lianshen.warehouse.tables import sql_folder

CLEARING_VIEWS = (
    "stated_settlement",
    "statement_difference",
    "detail_difference",
    "partner_difference",
    "settlement_fund",
    "region_deduction",
    "undeclared_settlement",
    "fund_day",
    "fund_difference",
    "fund_movement",
)
"""Files of ``sql/clearing``, each after those that it reads."""


def create_views(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``clearing.<name>`` of each file of ``sql/clearing``."""
    folder = sql_folder(con) / "clearing"
    for name in CLEARING_VIEWS:
        con.execute(f"CREATE OR REPLACE VIEW clearing.{name} AS {(folder / f'{name}.sql').read_text('utf-8')}")
