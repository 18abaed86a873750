"""Packages that are wrong as a whole, or that correct an earlier one: small, and beside the nights."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from lianshen.province.landing import Format, Package, control_sum, write_package

CORRECTIONS = 5
_LATER = "2027-06-30 12:00:00"


@dataclass(frozen=True)
class Odd:
    """What the odd packages hold: settlements withdrawn and corrected, and the package whose sum is wrong."""

    withdrawn: list[str]
    corrected: list[str]
    correction: str
    wrong_sum: str


def odd_packages(landing: Path, last: date, kind: Format, source: str) -> Odd:
    """Add two packages to the last date: ``.2`` corrects and withdraws settlements, ``.3`` has a wrong control sum.

    The corrected rows carry a later ``updt_time`` and another invoice-free attribute (the disease name), so that no
    amount changes; the withdrawn ones carry ``vali_flag`` 0. Reads the last night's own settlements.
    """
    folder = landing / last.isoformat()
    table = _read(folder, "setl_d")
    # One that was taken back stays: its reversal would hang in the air.
    taken_back = pc.is_in(table["setl_id"], value_set=table["init_setl_id"].drop_null().combine_chunks())
    plain = pc.and_(pc.equal(table["refd_setl_flag"], "0"), pc.invert(taken_back))
    # Nor one that a fund paid for: it has been applied for.
    shop = pc.and_(pc.equal(table["med_type"], "41"), pc.equal(table["fund_pay_sumamt"], "0.00"))
    rows = table.filter(pc.and_(plain, shop)).slice(0, 2 * CORRECTIONS)
    corrected, withdrawn = rows.slice(0, CORRECTIONS), rows.slice(CORRECTIONS)
    corrected = _set(corrected, "dise_name", "更正")
    withdrawn = _set(withdrawn, "vali_flag", "0")
    both = pa.concat_tables([corrected, withdrawn])
    both = _set(both, "updt_time", _LATER)
    stated = _stated_without(withdrawn, _read(folder, "stmt_d"))
    write_package(landing, Package(last, 2, {"setl_d": both, "stmt_d": stated}), kind, source)

    claims = _read(folder, "manl_claim_d")
    wrong = str(Decimal(control_sum(_money(claims["medfee_sumamt"]))) + 1)
    bad = Package(last, 3, {"manl_claim_d": claims}, {"manl_claim_d": {"medfee_sumamt": wrong}})
    write_package(landing, bad, kind, source)
    return Odd(withdrawn["setl_id"].to_pylist(), corrected["setl_id"].to_pylist(), f"{last}.2", f"{last}.3")


def _stated_without(withdrawn: pa.Table, stated: pa.Table) -> pa.Table:
    """Return the statements of the days of these settlements as they are without them."""
    gone: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for row in withdrawn.to_pylist():
        gone[row["fixmedins_code"], row["insutype"], row["clr_type"], row["setl_time"][:10]].append(row)
    corrected = []
    for row in stated.to_pylist():
        for one in gone.get((row["fixmedins_code"], row["insutype"], row["clr_type"], row["stmt_begndate"]), ()):
            for name in ("medfee_sumamt", "fund_pay_sumamt", "acct_pay"):
                row[name] = str(Decimal(row[name]) - Decimal(one[name]))
            row["fixmedins_setl_cnt"] = str(int(row["fixmedins_setl_cnt"]) - 1)
            row["updt_time"] = _LATER
            corrected.append(row)
    unique = {id(row): row for row in corrected}
    return pa.Table.from_pylist(list(unique.values()), stated.schema)


def _read(folder: Path, name: str) -> pa.Table:
    parquet = folder / f"{name}.parquet"
    if parquet.exists():
        table = pq.read_table(parquet)
    else:
        file = next(folder.glob(f"{name}.csv*"))
        encoding = "gb18030" if "gb18030" in (folder / "manifest.json").read_text(encoding="utf-8") else "utf8"
        header = pacsv.read_csv(file, pacsv.ReadOptions(encoding=encoding)).column_names
        types = pacsv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=True)
        table = pacsv.read_csv(file, pacsv.ReadOptions(encoding=encoding), convert_options=types)
    columns = [c.cast(pa.string()) for c in table.itercolumns()]
    return pa.table(columns, names=table.column_names)


def _set(table: pa.Table, column: str, value: str) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, pa.array([value] * table.num_rows, pa.string()))


def _money(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.decimal128(16, 2))
