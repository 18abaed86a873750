"""The tables that rules may read: where each lies in the warehouse, its columns, and its plainly correct base row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from sqlglot import exp, parse_one

from lianshen.content import read_yaml
from lianshen.warehouse.schema import landed_tables

Kind = Literal["subject", "line", "visit", "person", "number", "header", "shared", "whole", "found", "feature"]

LOGICAL: dict[str, tuple[str, Kind]] = {
    "settlement": ("mart.settlement", "subject"),
    "fee_line": ("mart.fee_line", "line"),
    "filing": ("mart.filing", "person"),
    "recomputed": ("audit.recomputed", "line"),
    "line_difference": ("audit.line_difference", "line"),
    "setl_fund_d": ("settled.setl_fund_d", "line"),
    "diag_d": ("settled.diag_d", "visit"),
    "setl_d": ("settled.setl_d", "line"),
    "mdtrt_d": ("settled.mdtrt_d", "visit"),
    "oprn_d": ("settled.oprn_d", "visit"),
    "icu_d": ("settled.icu_d", "visit"),
    "setl_list_d": ("settled.setl_list_d", "line"),
    "setl_list_item_d": ("settled.setl_list_item_d", "shared"),
    "drug_trac_d": ("settled.drug_trac_d", "shared"),
    "psn_b": ("settled.psn_b", "number"),
    "spdrug_appr_d": ("settled.spdrug_appr_d", "number"),
    "invchg_d": ("settled.invchg_d", "shared"),
    "drug_price_b": ("settled.drug_price_b", "shared"),
    "opsp_scope_b": ("settled.opsp_scope_b", "shared"),
    "fixmedins_cntr_d": ("settled.fixmedins_cntr_d", "shared"),
    "fixmedins_equip_b": ("settled.fixmedins_equip_b", "shared"),
    "dr_info_b": ("settled.dr_info_b", "shared"),
    "drg_group_b": ("settled.drg_group_b", "shared"),
    "outage_d": ("settled.outage_d", "shared"),
    "hilist_b": ("settled.hilist_b", "shared"),
    "hilist_lmtpric_d": ("settled.hilist_lmtpric_d", "shared"),
    "hilist_selfpay_prop_b": ("settled.hilist_selfpay_prop_b", "shared"),
    "age_limit": ("knowledge.age_limit", "shared"),
    "sex_limit": ("knowledge.sex_limit", "shared"),
    "quantity_limit": ("knowledge.quantity_limit", "shared"),
    "day_item": ("knowledge.day_item", "shared"),
    "drug_supply": ("knowledge.drug_supply", "shared"),
    "item_family": ("knowledge.item_family", "shared"),
    "diagnosis_family": ("knowledge.diagnosis_family", "shared"),
    "peer_stay": ("knowledge.peer_stay", "shared"),
    "drug_class": ("knowledge.drug_class", "shared"),
    "contraindication": ("knowledge.contraindication", "shared"),
    "herb_pair": ("knowledge.herb_pair", "shared"),
    "herb_dose": ("knowledge.herb_dose", "shared"),
    "exam_class": ("knowledge.exam_class", "shared"),
    "travel": ("knowledge.travel", "shared"),
    "payment_cap": ("knowledge.payment_cap", "shared"),
    "interval_limit": ("knowledge.interval_limit", "shared"),
    "discount_group": ("knowledge.discount_group", "shared"),
    "setting_limit": ("knowledge.setting_limit", "shared"),
    "department_limit": ("knowledge.department_limit", "shared"),
    "level_limit": ("knowledge.level_limit", "shared"),
    "course_limit": ("knowledge.course_limit", "shared"),
    "supply_limit": ("knowledge.supply_limit", "shared"),
    "indication": ("knowledge.indication", "shared"),
    "second_line": ("knowledge.second_line", "shared"),
    "herb_limit": ("knowledge.herb_limit", "shared"),
    "insurance_limit": ("knowledge.insurance_limit", "shared"),
    "pair_limit": ("knowledge.pair_limit", "shared"),
    "bundle": ("knowledge.bundle", "shared"),
    "hour_item": ("knowledge.hour_item", "shared"),
    "companion": ("knowledge.companion", "shared"),
    "supplement_like": ("knowledge.supplement_like", "shared"),
    "substitution": ("knowledge.substitution", "shared"),
    "child_limit": ("knowledge.child_limit", "shared"),
    "dose_limit": ("knowledge.dose_limit", "shared"),
    "consumable_use": ("knowledge.consumable_use", "shared"),
    "agency": ("knowledge.agency", "shared"),
    "periodic_treatment": ("knowledge.periodic_treatment", "shared"),
    "excused_care": ("knowledge.excused_care", "shared"),
    "policy_value": ("work.policy_value", "shared"),
    "diagnosis_limit": ("knowledge.diagnosis_limit", "shared"),
    "pre_admission": ("knowledge.pre_admission", "shared"),
    "insurance_grace": ("knowledge.insurance_grace", "shared"),
    "injury_cause": ("knowledge.injury_cause", "shared"),
    "other_payer_item": ("knowledge.other_payer_item", "shared"),
    "contradiction": ("knowledge.contradiction", "shared"),
    "elective": ("knowledge.elective", "shared"),
    "credential_type": ("knowledge.credential_type", "shared"),
    "typical_stay": ("knowledge.typical_stay", "shared"),
    "account_use": ("knowledge.account_use", "shared"),
    "disease_evidence": ("knowledge.disease_evidence", "shared"),
    "timed_item": ("knowledge.timed_item", "shared"),
    "infection": ("knowledge.infection", "shared"),
    "antibacterial": ("knowledge.antibacterial", "shared"),
    "diagnosis_operation": ("knowledge.diagnosis_operation", "shared"),
    "operation_class": ("knowledge.operation_class", "shared"),
    "diagnosis_support": ("knowledge.diagnosis_support", "shared"),
    "practice_scope": ("knowledge.practice_scope", "shared"),
    "indicator_peer": ("knowledge.indicator_peer", "shared"),
    "indicator_item": ("knowledge.indicator_item", "shared"),
    "workday": ("knowledge.workday", "shared"),
    "fund_map": ("knowledge.fund_map", "shared"),
    "arch_requirement": ("knowledge.arch_requirement", "shared"),
    "filing_use": ("knowledge.filing_use", "shared"),
    "cross_province_disease": ("knowledge.cross_province_disease", "shared"),
    "admdvs_b": ("settled.admdvs_b", "shared"),
    "fixmedins_b": ("settled.fixmedins_b", "shared"),
    "remote_reg_emp_d": ("settled.remote_reg_emp_d", "shared"),
    "remote_reg_psn_d": ("settled.remote_reg_psn_d", "number"),
    "cum_d": ("settled.cum_d", "number"),
    "psn_insu_d": ("settled.psn_insu_d", "number"),
    "opsp_reg_d": ("settled.opsp_reg_d", "number"),
    "manl_claim_d": ("settled.manl_claim_d", "number"),
    "settlement_history": ("mart.settlement", "header"),
    "reversal": ("mart.settlement", "header"),
    "set_aside": ("intake.set_aside", "shared"),
    "item_day": ("feature.item_day", "feature"),
    "drug_fill": ("feature.drug_fill", "feature"),
    "found_finding": ("work.found_finding", "found"),
    "reached": ("intake.reached", "whole"),
    "verdict": ("casework.verdict", "whole"),
    "audit_case": ("casework.audit_case", "whole"),
    "stmt_d": ("settled.stmt_d", "whole"),
    "stmt_detl_d": ("settled.stmt_detl_d", "whole"),
    "tri_stmt_d": ("settled.tri_stmt_d", "whole"),
    "clr_appy_d": ("settled.clr_appy_d", "whole"),
    "clr_detl_d": ("settled.clr_detl_d", "whole"),
    "det_d": ("settled.det_d", "whole"),
    "revolv_fund_d": ("settled.revolv_fund_d", "whole"),
    "pay_sched_d": ("settled.pay_sched_d", "whole"),
    "entr_batch_d": ("settled.entr_batch_d", "whole"),
    "coop_req_d": ("settled.coop_req_d", "whole"),
    "arch_d": ("settled.arch_d", "whole"),
}
"""Logical name → where it lies, and how a night narrows it for rules about settlements.

``subject``, ``line``: by settlement; ``visit``: by visit; ``person``: by human; ``number``: by the settlements' person
numbers; ``header``: settlements touched or reversing a touched one, or the person's; ``shared``: not at all;
``whole``: only rules about institutions and regions read it, and they read every table whole; ``found``: what rules
have found, read by suppressors about findings; ``feature``: computed from other tables by ``sql/features``.
"""

FEATURES = frozenset(name for name, (_, kind) in LOGICAL.items() if kind == "feature")
"""All have a ``fee_date``: of a rule dated by it they are narrowed to its dates, as fee_line is."""

_VALID = "r.setl_id NOT IN (SELECT v.setl_id FROM settled.setl_d AS v WHERE v.vali_flag <> '1')"
SHOWN: dict[str, str] = {
    "settlement": "r.counts",
    "settlement_history": _VALID,
    "reversal": f"r.is_reversal AND {_VALID}",
}
"""Which rows of its place a logical table shows, where not all."""
SHOWN_OF_EXAMPLE = {"settlement": "counts", "reversal": "is_reversal"}
"""The same for the rows of an example, which are all valid."""

FOLDERS = {
    "mart": "mart", "audit": "audit", "settled": "landed", "knowledge": "knowledge", "work": "work",
    "casework": "casework", "intake": "intake", "feature": "feature",
}  # fmt: skip


class Tables:
    """Column types from ``sql/schema`` and base rows from ``sql/base``, for the logical tables."""

    def __init__(self, sql: Path) -> None:
        self.sql = sql
        self.columns: dict[str, dict[str, exp.DataType]] = {}
        self.base: dict[str, dict[str, Any]] = {}
        for name, (place, _) in LOGICAL.items():
            schema, table = place.split(".")
            path = sql / "schema" / FOLDERS[schema] / f"{table}.sql"
            if path.exists():
                self.columns[name] = _landed(sql, table) if schema == "settled" else _columns(path, table)
                base = sql / "base" / f"{name}.yaml"
                self.base[name] = read_yaml(base.read_text(encoding="utf-8")) or {} if base.exists() else {}
        self._types: dict[tuple[str, str], dict[str, str]] = {}

    @cached_property
    def date_columns(self) -> frozenset[str]:
        """Names of all columns that hold a date or a time."""
        return self._names(exp.DType.DATE) | self.time_columns

    @cached_property
    def time_columns(self) -> frozenset[str]:
        """Names of all columns that hold a time."""
        return self._names(exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ)

    def _names(self, *kinds: exp.DType) -> frozenset[str]:
        return frozenset(n for columns in self.columns.values() for n, kind in columns.items() if kind.this in kinds)

    def row_problems(self, table: str, rows: list[dict[str, Any]]) -> Iterator[str]:
        """Yield columns that do not exist and amounts that YAML read as floats."""
        columns = self.columns.get(table, {})
        for row in [*rows, self.base.get(table, {})]:
            for name, value in row.items():
                if name not in columns:
                    yield f"'{table}' has no column '{name}'"
                elif isinstance(value, float):
                    yield f"{name}: write {value!r} in quotes, so that YAML keeps it exact"

    def select(self, table: str, rows: list[dict[str, Any]], dialect: str = "duckdb") -> str:
        """Return a SELECT that yields the base row changed by each of ``rows``, typed; no rows, no output."""
        types = self._dialect_types(table, dialect)
        selects = []
        for row in rows or [{}]:
            full = {**self.base[table], **row}
            cells = ", ".join(f"CAST({_literal(full.get(name))} AS {kind}) AS {name}" for name, kind in types.items())
            selects.append(f"SELECT {cells}" if rows else f"SELECT * FROM (SELECT {cells}) AS none WHERE 1 = 0")
        return " UNION ALL ".join(selects)

    def _dialect_types(self, table: str, dialect: str) -> dict[str, str]:
        key = (table, dialect)
        if key not in self._types:
            self._types[key] = {name: kind.sql(dialect=dialect) for name, kind in self.columns[table].items()}
        return self._types[key]


def _landed(sql: Path, table: str) -> dict[str, exp.DataType]:
    """Return the columns as the warehouse keeps them: identifiers hashed or dropped."""
    return {name: exp.DataType.build(kind, dialect="duckdb") for name, kind in landed_tables(sql.parent)[table].stored}


def _columns(path: Path, table: str) -> dict[str, exp.DataType]:
    create = parse_one(path.read_text(encoding="utf-8"), read="duckdb")
    found = {column.name: column.args["kind"] for column in create.find_all(exp.ColumnDef)}
    if isinstance(create.expression, exp.Select):
        # A view says the types of its columns by casting them.
        found = {one.alias: one.this.to for one in create.expression.expressions if isinstance(one.this, exp.Cast)}
    if not found:
        raise ValueError(f"{path}: no CREATE TABLE {table} with columns")
    return found


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return f"'{value:%Y-%m-%d %H:%M:%S}'"
    if isinstance(value, date | Decimal | str):
        return "'" + str(value).replace("'", "''") + "'"
    raise TypeError(f"an example cell is text, a whole number, a date or true/false, got {value!r}")
