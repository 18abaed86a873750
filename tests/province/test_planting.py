"""Planted rows stand where the plan puts them: beside a bill, in a table of no bill, about an institution."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from lianshen.errors import UsageError
from lianshen.province import faults, generate
from lianshen.province.faults import Builder, Rows, fewest_of
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, RELATED
from lianshen.province.faults.rows import Context, moment_of

Plan = Callable[[Builder, str], None]


def province_with(
    folder: Path, monkeypatch: pytest.MonkeyPatch, plan: Plan, *, rule: str = "AD-01", nights: int = 2
) -> dict[str, Any]:
    """Write a province that plants only what ``plan`` says, once, and return its last tables and the answer key."""
    monkeypatch.setattr(faults, "FAULTS", [(rule, plan)])
    monkeypatch.setattr(faults, "LOOK_ALIKES", [])
    start = date(2026, 11, 1)
    generate(folder, seed=5, nights=nights, settlements_per_night=60, start=start, fewest=1)
    read: dict[str, Any] = {}
    for file in sorted((folder / "landing").glob("*/*.parquet")):
        rows = pq.read_table(file).to_pylist()
        read[file.stem] = rows if file.stem in ("psn_b", "fixmedins_b") else [*read.get(file.stem, []), *rows]
    read["planted"] = pq.read_table(folder / "truth" / "planted.parquet").to_pylist()
    return read


def key_of(read: dict[str, Any], rule: str = "AD-01") -> dict[str, Any]:
    """Return the first row of the answer key about a rule."""
    return dict(next(row for row in read["planted"] if row["rule_id"] == rule))


def test_a_row_beside_a_bill_gets_the_ids_of_the_bill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(b: Builder, rule: str) -> None:
        bill = b.adult_stay()

        def ward(rows: Rows) -> list[dict[str, Any]]:
            return [{"scs_cutd_inpool_time": moment_of(bill.begin_time[0]), "scs_cutd_ward_type": "planted"}]

        b.plant(bill, rule, FAULT, "监护", rows={"icu_d": ward})

    read = province_with(tmp_path, monkeypatch, plan)
    setl = key_of(read)["setl_id"]
    (ward,) = [row for row in read["icu_d"] if row["scs_cutd_ward_type"] == "planted"]
    (header,) = [row for row in read["setl_d"] if row["setl_id"] == setl]
    (visit,) = [row for row in read["mdtrt_d"] if row["mdtrt_id"] == header["mdtrt_id"]]
    assert (ward["setl_id"], ward["mdtrt_id"], ward["vali_flag"]) == (setl, header["mdtrt_id"], "1")
    assert ward["scs_cutd_inpool_time"] == visit["begntime"]


def test_rows_of_a_bill_are_changed_taken_away_and_added_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def header(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, "mdtrt_cert_type": "99", "opter_id": "OP"} for row in rows]

    def codes(rows: Rows) -> list[dict[str, Any]]:
        lines = rows.of("fee_list_d")
        return [{"drug_trac_codg": "PACK", "bkkp_sn": line["bkkp_sn"]} for line in lines[:2]]

    def plan(b: Builder, rule: str) -> None:
        rows = {"setl_d": header, "diag_d": lambda rows: [], "drug_trac_d": codes}
        b.plant(b.adult_stay(), rule, FAULT, "改动", rows=rows)

    read = province_with(tmp_path, monkeypatch, plan)
    setl = key_of(read)["setl_id"]
    (changed,) = [row for row in read["setl_d"] if row["mdtrt_cert_type"] == "99"]
    assert (changed["setl_id"], changed["opter_id"]) == (setl, "OP")
    assert len({row["setl_id"] for row in read["setl_d"]}) == len(read["setl_d"])
    assert not [row for row in read["diag_d"] if row["mdtrt_id"] == changed["mdtrt_id"]]
    packs = [row for row in read["drug_trac_d"] if row["drug_trac_codg"] == "PACK"]
    lines = {row["bkkp_sn"] for row in read["fee_list_d"] if row["setl_id"] == setl}
    assert len(packs) == 2
    assert {row["bkkp_sn"] for row in packs} <= lines
    assert {row["setl_id"] for row in packs} == {setl}


def test_a_changed_person_stays_changed_in_every_delivery_of_the_register(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, "surv_stas": "9"} for row in rows]

    def plan(b: Builder, rule: str) -> None:
        b.plant(b.adult_stay(), rule, FAULT, "人员", rows={"psn_b": dead})

    province_with(tmp_path, monkeypatch, plan, nights=4)
    editions = sorted((tmp_path / "landing").glob("*/psn_b.parquet"))
    assert len(editions) == 3
    for edition in editions:
        assert [row["surv_stas"] for row in pq.read_table(edition).to_pylist()].count("9") == 1


def test_rows_of_no_bill_are_added_on_their_night_and_look_codes_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(b: Builder, rule: str) -> None:
        one = b.plant(b.adult_stay(), rule, FAULT, "故障", file=False)
        place, at = int(one.bill.place[0]), datetime(2026, 11, 1, 9)  # noqa: DTZ001

        def outage(context: Context) -> list[dict[str, Any]]:
            code, agency = context.institution(place), context.agency(place)
            times = {"begntime": at, "endtime": at.replace(hour=10)}
            return [{"outage_id": str(context.setl_id(one)), "admdvs": agency, "fixmedins_code": code, **times}]

        b.more_rows("outage_d", one.night, outage)
        item, price = b.named("氧气吸入")[0], Decimal("0.010000")
        day = date(2026, 1, 1)
        b.more_rows("drug_price_b", 1, lambda c: [{"hilist_code": c.item(item), "begndate": day, "list_pric": price}])
        b.change_rows("dr_info_b", lambda c, rows: [row for row in rows if row["medins_code"] != c.institution(place)])

    read = province_with(tmp_path, monkeypatch, plan)
    setl = key_of(read)["setl_id"]
    (header,) = [row for row in read["setl_d"] if row["setl_id"] == setl]
    (outage,) = [row for row in read["outage_d"] if row["outage_id"] == setl]
    assert outage["fixmedins_code"] == header["fixmedins_code"]
    assert outage["admdvs"] == header["fix_blng_admdvs"]
    assert [row["vali_flag"] for row in read["drug_price_b"] if row["list_pric"] == Decimal("0.01")] == ["1"]
    institutions = {row["medins_code"] for row in read["dr_info_b"]}
    assert institutions
    assert header["fixmedins_code"] not in institutions


def test_a_finding_about_an_institution_is_keyed_by_it_and_its_month(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(b: Builder, rule: str) -> None:
        first = b.adult_stay()
        place = int(first.place[0])
        b.plant_subject(rule, FAULT, "机构", bills=[first, b.adult_stay()], a2=500)
        b.plant_subject(rule, LOOK_ALIKE, "相似", place=place, period="2026-10")
        b.plant_subject(rule, LOOK_ALIKE, "地区", region="510300", period="2026-10")

    read = province_with(tmp_path, monkeypatch, plan)
    by_note = {row["note"]: row for row in read["planted"] if row["period"]}
    carrying = [row for row in read["planted"] if row["kind"] == RELATED]
    settled = {row["setl_id"]: row["fixmedins_code"] for row in read["setl_d"]}
    about = by_note["机构"]
    assert len(carrying) == 2
    assert {row["group_id"] for row in carrying} == {about["group_id"]}
    assert settled[min(row["setl_id"] for row in carrying)] in settled.values()
    assert about["setl_id"] in {settled[row["setl_id"]] for row in carrying}
    assert (about["kind"], about["period"], about["linked_setl_id"], about["a2_fen"]) == ("fault", "2026-11", None, 500)
    assert (by_note["相似"]["setl_id"], by_note["相似"]["period"]) == (about["setl_id"], "2026-10")
    assert by_note["地区"]["setl_id"] == "510300"


def test_other_rules_that_a_record_breaks_stand_in_the_answer_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plan(b: Builder, rule: str) -> None:
        b.plant(b.adult_stay(), rule, LOOK_ALIKE, "兼", also=("PL-04", "CL-04"), maybe=("PL-11",))

    read = province_with(tmp_path, monkeypatch, plan)
    kinds = {row["rule_id"]: (row["kind"], row["period"]) for row in read["planted"] if row["note"] == "兼"}
    month = kinds["CL-04"][1]
    assert kinds == {
        "AD-01": (LOOK_ALIKE, None), "PL-04": (FAULT, None), "PL-11": (RELATED, None), "CL-04": (FAULT, month)
    }  # fmt: skip
    assert month is not None


@pytest.mark.parametrize(
    ("table", "row", "says"),
    [
        ("icu_d", {"colour": "red"}, "colour"),
        ("nowhere_d", {}, "nowhere_d"),
        ("outage_d", {}, "belong to no bill"),
    ],
)
def test_a_plan_that_no_table_can_hold_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, row: dict[str, str], says: str
) -> None:
    def plan(b: Builder, rule: str) -> None:
        b.plant(b.adult_stay(), rule, FAULT, "错", rows={table: lambda rows: [row]})

    with pytest.raises(UsageError, match=says):
        province_with(tmp_path, monkeypatch, plan)


def test_rows_of_a_bill_are_not_added_without_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="rows="):
        province_with(tmp_path, monkeypatch, lambda b, rule: b.more_rows("icu_d", 0, lambda context: []))


def test_a_small_province_plants_few_and_a_large_one_five_of_each() -> None:
    assert [fewest_of(total, 2) for total in (60, 2_500, 18_000, 70_000)] == [2, 2, 4, 5]
    assert [fewest_of(total, 1, 3) for total in (60, 70_000)] == [3, 3]
