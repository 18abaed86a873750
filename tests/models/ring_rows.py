"""Small warehouses for models of rings: bills with their items, written straight into what the models read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import duckdb
import pyarrow as pa

from lianshen.anomaly.profiles import add_profiles, note_views
from lianshen.anomaly.subject import Frames, SubjectModel
from lianshen.anomaly.windows import read_window
from lianshen.warehouse.connect import open_warehouse

Items = Mapping[str, int]


@dataclass(frozen=True)
class Bill:
    """One settlement; ``items`` gives the lines of each item, ``kinds`` the charge type where it is no drug (09)."""

    setl_id: str
    person: str
    place: str
    at: datetime
    care: str = "IPT"
    icd3: str | None = "J18"
    level: str = "SECONDARY"
    department: str | None = "A03"
    operation: str | None = None
    doctor: str | None = None
    pool: str = "5101"
    insured: str = "510704"
    days: int = 7
    items: Items = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    circulated: str | None = None
    fund_fen: int = 100_000
    address: str | None = None

    @property
    def cost_fen(self) -> int:
        return 10_000 * sum(self.items.values())


def moment(day: date, minute: int = 600) -> datetime:
    """Return a minute of a day."""
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def empty() -> duckdb.DuckDBPyConnection:
    """Return a warehouse without settlements."""
    return open_warehouse(None)


def add(con: duckdb.DuckDBPyConnection, bills: Iterable[Bill]) -> None:
    """Insert the bills as settlements, profiles and fee lines; a line costs 100 yuan, wholly in scope."""
    given = list(bills)
    lines = [
        (bill.setl_id, f"{bill.setl_id}-{item}-{number}", item, bill.kinds.get(item, "09"), bill.doctor,
         bill.circulated, bill.at)
        for bill in given
        for item, count in bill.items.items()
        for number in range(count)
    ]  # fmt: skip
    names = ("setl_id", "bkkp_sn", "item", "kind", "doctor", "circulated", "moment")
    con.register("new_line", _table(names, lines))
    heads = [
        (bill.setl_id, bill.person, bill.place, bill.at, bill.at.date(), bill.at.date() - timedelta(days=bill.days),
         bill.care, bill.icd3, bill.level, bill.department, bill.operation, bill.doctor, bill.pool, bill.insured,
         bill.days, len(bill.items), sum(bill.items.values()), bill.cost_fen, bill.fund_fen, _tests(bill),
         "2" if bill.level == "DRUGSTORE" else "1")
        for bill in given
    ]  # fmt: skip
    names = (
        "setl_id", "person", "place", "moment", "day", "begins", "care", "icd3", "level", "department", "operation",
        "doctor", "pool", "insured", "days", "n_items", "n_lines", "cost", "fund", "n_tests", "kind",
    )  # fmt: skip
    con.register("new_head", _table(names, heads))
    _insert(con, "settled.fee_list_d", "new_line", _LINE)
    _insert(con, "mart.settlement", "new_head", _HEAD)
    _insert(con, "profile.bill", "new_head", _BILL)
    add_profiles(con, "charged", "SELECT setl_id FROM new_head")
    note_views(con)
    _insert(con, "settled.hilist_b", "(SELECT DISTINCT item, kind FROM new_line)", _CATALOGUE)
    people = [(bill.person, bill.address) for bill in given if bill.address is not None]
    con.register("new_person", _table(("person", "address"), sorted(set(people)) or [(None, None)]))
    _insert(con, "settled.psn_b", "new_person WHERE person IS NOT NULL", _PERSON)
    last = max(bill.at.date() for bill in given)
    con.execute("DELETE FROM intake.package WHERE business_date < ?", [last])
    con.execute("INSERT INTO intake.package SELECT 'p', ?, 1, 's', 'x' WHERE (FROM intake.reached) IS NULL", [last])
    for name in ("new_line", "new_head", "new_person"):
        con.unregister(name)


def frames_of(con: duckdb.DuckDBPyConnection, model: SubjectModel, since: date, until: date) -> Frames:
    """Return what the model sees of the days [since, until)."""
    return {name: read_window(con, name, since, until) for name in model.features}


def _tests(bill: Bill) -> int:
    return sum(count for item, count in bill.items.items() if bill.kinds.get(item) in ("03", "04"))


def _table(names: tuple[str, ...], rows: list[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table({name: list(values) for name, values in zip(names, columns, strict=True)})


def _insert(con: duckdb.DuckDBPyConnection, table: str, source: str, given: Mapping[str, str]) -> None:
    filler = {"VARCHAR": "''", "DATE": "DATE '2026-01-01'", "TIMESTAMP": "TIMESTAMP '2026-01-01'", "BOOLEAN": "FALSE"}
    described = con.execute(f"DESCRIBE {table}").fetchall()
    values = [
        given.get(name) or ("NULL" if nullable == "YES" else filler.get(kind, "0"))
        for name, kind, nullable, *_ in described
    ]
    con.execute(f"INSERT INTO {table} SELECT {', '.join(values)} FROM {source}")


_LINE = {
    "setl_id": "setl_id", "bkkp_sn": "bkkp_sn", "feedetl_sn": "bkkp_sn", "mdtrt_id": "'M' || setl_id",
    "med_chrgitm_type": "kind", "hilist_code": "item", "hilist_name": "'名' || item", "det_item_fee_sumamt": "100",
    "inscp_amt": "100", "cnt": "1", "pric": "100", "vali_flag": "'1'", "bilg_dr_codg": "doctor",
    "rx_circ_flag": "circulated", "fee_ocur_time": "moment",
}  # fmt: skip
_HEAD = {
    "setl_id": "setl_id", "mdtrt_id": "'M' || setl_id", "person": "person", "psn_no": "person",
    "fixmedins_code": "place", "fixmedins_name": "place", "care": "care", "icd3": "icd3", "setl_date": "day",
    "setl_time": "moment", "begndate": "begins", "enddate": "day", "los_days": "days", "counts": "TRUE",
    "insu_admdvs": "insured", "insu_pool": "LEFT(insured, 4)", "treat_pool": "pool", "treating_agency": "pool || '00'",
    "medfee_sumamt": "cost / 100", "fund_pay_sumamt": "fund / 100", "scope": "'IN_PROV'", "is_cross_region": "TRUE",
    "n_lines": "n_lines", "year": "YEAR(day)", "fix_blng_admdvs": "pool || '00'", "med_type": "'21'",
    "insutype": "'310'",
}  # fmt: skip
_BILL = {
    "setl_id": "setl_id", "mdtrt_id": "'M' || setl_id", "setl_date": "day", "setl_month": "STRFTIME(day, '%Y-%m')",
    "settled_at": "moment", "begndate": "begins", "enddate": "day", "los_days": "days", "person": "person",
    "insu_admdvs": "insured", "insu_pool": "LEFT(insured, 4)", "fixmedins_code": "place", "fixmedins_type": "kind",
    "level": "level", "treating_agency": "pool || '00'", "treat_pool": "pool",
    "scope": "CASE WHEN LEFT(insured, 4) = pool THEN 'LOCAL' ELSE 'IN_PROV' END", "care": "care", "icd3": "icd3",
    "chapter": "LEFT(icd3, 1)", "operation": "operation", "department": "department", "doctor": "doctor",
    "n_items": "n_items", "n_lines": "n_lines", "n_tests": "n_tests", "cost_fen": "cost", "fund_fen": "fund",
    "laboratory_fen": "n_tests * 10000",
}  # fmt: skip
_CATALOGUE = {
    "hilist_code": "item", "hilist_name": "'名' || item", "med_chrgitm_type": "kind", "vali_flag": "'1'",
    "begndate": "DATE '2020-01-01'",
}  # fmt: skip
_PERSON = {"psn_no": "person", "live_addr_hash": "address", "vali_flag": "'1'"}
