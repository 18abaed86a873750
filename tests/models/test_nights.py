"""A night with a model of institutions and one of rings: what is judged, kept and replaced, and never deducted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import numpy as np
import pytest
from models.conftest import FIRST_DAY

from lianshen.anomaly import Judged, Learned, ModelStore, Reason, SubjectModel, TooFewRows, score_models, train_model
from lianshen.anomaly.profiles import refresh_profiles
from lianshen.anomaly.subject import Frames
from lianshen.anomaly.windows import month_before, window_of
from lianshen.content import content_root
from lianshen.warehouse import open_warehouse

VIEW = """SELECT b.fixmedins_code, b.setl_month, AVG(b.cost_fen) AS cost, LIST(b.setl_id ORDER BY b.setl_id) AS ids
FROM profile.bill AS b, period AS p
WHERE b.setl_date >= p.since AND b.setl_date < p.until
GROUP BY b.fixmedins_code, b.setl_month
"""
LAST = FIRST_DAY + timedelta(days=99)
MONTH = LAST.strftime("%Y-%m")


def learn(frames: Frames, seed: int) -> Learned:
    return Learned({"mean": float(frames["toy"]["cost"].mean())})


def judge(learned: Learned, frames: Frames, month: str) -> Judged:
    """Say of an institution that costs more than what was learned that it is strange."""
    frame = frames["toy"].where(frames["toy"]["setl_month"] == month)
    ratio, rows = frame["cost"] / learned.facts["mean"], len(frame)
    nothing = np.full(rows, np.nan)
    return Judged(
        subject_id=frame.key, period=frame["setl_month"], institution=frame.key, score=ratio,
        percentile=np.minimum(ratio / 10, 0.999), peers=np.full(rows, "三级医院", dtype=object),
        peer_rows=np.full(rows, 3), actual=frame["cost"] / 100, expected=np.full(rows, learned.facts["mean"] / 100),
        low=nothing, high=nothing, unit="元", exposure_fen=np.full(rows, 123456), is_finding=ratio > 1.2,
        severity=np.full(rows, 2), because=[{"because_ratio": f"{one:.1f}"} for one in ratio],
        reasons=[[Reason("cost", f"费用是同类的{one:.1f}倍", share=1.0)] for one in ratio],
        members=[tuple(str(one) for one in ids) for ids in frame.lists["ids"]],
    )  # fmt: skip


TOY = SubjectModel(
    id="TT-02", version=1, title="Toy", title_zh="玩具", about="Toy.", about_zh="玩具。", subject="institution",
    features=("toy",), learn=learn, judge=judge, sentence_zh="{because_ratio}", facts={"because_ratio": "倍数"},
    level="provider", basis=("《四川省异地就医结算管理办法》第十条",), handler=("H7",), not_a_finding_when=("…",),
    reviewer_checks=("…",), blind_spots=("…",),
)  # fmt: skip
RING = replace(TOY, id="TT-03", subject="network", level="network")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """Return a content folder with the product's own files and one view more."""
    shipped, root = content_root(None), tmp_path / "content"
    (root / "sql" / "features").mkdir(parents=True)
    for path in (*shipped.glob("*"), *(shipped / "sql").glob("*"), *(shipped / "sql" / "features").glob("*.sql")):
        if path.name in ("policies", "knowledge") or path.parent.name in ("sql", "features"):
            place = root / path.relative_to(shipped)
            if not place.exists():
                place.symlink_to(path)
    (root / "sql" / "features" / "toy.sql").write_text(VIEW, encoding="utf-8")
    return root


@pytest.fixture
def con(stays: SimpleNamespace, content: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse with three hospitals, of which the tertiary one costs most."""
    with open_warehouse(None, content=content) as opened:
        receive(opened, stays, stays.ordinary(300))
        yield opened


def receive(con: duckdb.DuckDBPyConnection, stays: SimpleNamespace, some: list[Any]) -> None:
    stays.add(con, some)
    con.execute("UPDATE mart.settlement SET fixmedins_code = 'H51' || hosp_lv")
    con.execute("DELETE FROM intake.package")
    con.execute("INSERT INTO intake.package VALUES ('p', ?, 1, 's', 'x')", [LAST])


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def night(con: duckdb.DuckDBPyConnection, folder: Path, *models: SubjectModel, content: Path) -> list[str | None]:
    return [run.reason for run in score_models(con, ModelStore(folder), models, content=content).models]


def test_without_a_champion_nothing_is_judged_and_the_night_says_what_to_do(
    con: duckdb.DuckDBPyConnection, content: Path, tmp_path: Path
) -> None:
    (said,) = night(con, tmp_path / "models", TOY, content=content)
    assert said is not None
    assert "run 'lianshen models train'" in said
    assert rows(con, "FROM audit.subject_score") == []


def test_a_model_whose_data_were_never_received_says_so_and_cannot_be_trained(
    con: duckdb.DuckDBPyConnection, content: Path, tmp_path: Path
) -> None:
    needy = replace(TOY, needs={"settled.icu_d": "没有重症监护数据"})
    with pytest.raises(TooFewRows, match="没有重症监护数据"):
        train_model(con, needy, ModelStore(tmp_path / "models"), until=LAST, content=content)
    train_model(con, TOY, ModelStore(tmp_path / "models"), until=LAST, content=content)
    assert night(con, tmp_path / "models", needy, content=content) == ["TT-02 玩具：没有重症监护数据"]


def test_the_month_reached_and_the_one_before_are_judged_and_a_finding_proposes_no_deduction(
    con: duckdb.DuckDBPyConnection, content: Path, tmp_path: Path
) -> None:
    train_model(con, TOY, ModelStore(tmp_path / "models"), until=LAST, content=content)
    assert night(con, tmp_path / "models", TOY, content=content) == [None]
    judged = rows(con, "SELECT subject_id, period, is_finding, exposure FROM audit.subject_score ORDER BY ALL")
    assert {period for _, period, *_ in judged} == {MONTH, month_before(MONTH)}
    assert {subject for subject, _, is_finding, _ in judged if is_finding} == {"H5102"}
    found = rows(
        con,
        "SELECT DISTINCT subject_kind, subject_id, agency, a1, a2, exposure, because ->> 'because_reasons_zh' "
        "FROM audit.subject_finding WHERE period = '2026-04'",
    )
    assert [(kind, who, agency, a1, a2, str(exposure)) for kind, who, agency, a1, a2, exposure, _ in found] == [
        ("institution", "H5102", "510100", 0, 0, "1234.56")
    ]
    assert found[0][-1].startswith("费用是同类的")


def test_a_night_again_changes_nothing_and_older_months_stay(
    con: duckdb.DuckDBPyConnection, content: Path, tmp_path: Path
) -> None:
    train_model(con, TOY, ModelStore(tmp_path / "models"), until=LAST, content=content)
    con.execute("UPDATE intake.package SET business_date = DATE '2026-02-28'")
    night(con, tmp_path / "models", TOY, content=content)
    con.execute("UPDATE intake.package SET business_date = ?", [LAST])
    night(con, tmp_path / "models", TOY, content=content)
    query = "SELECT * EXCLUDE (because) FROM audit.subject_finding ORDER BY ALL"
    first = rows(con, query), rows(con, "FROM audit.subject_score ORDER BY ALL")
    night(con, tmp_path / "models", TOY, content=content)
    assert (rows(con, query), rows(con, "FROM audit.subject_score ORDER BY ALL")) == first
    assert {row[4] for row in first[1]} == {"2026-01", "2026-02", "2026-03", "2026-04"}


def fail(learned: Learned, frames: Frames, month: str) -> Judged:
    raise KeyError("rates")


def test_a_model_that_fails_stops_itself_and_what_it_said_before_stands(
    con: duckdb.DuckDBPyConnection, content: Path, tmp_path: Path
) -> None:
    train_model(con, TOY, ModelStore(tmp_path / "models"), until=LAST, content=content)
    night(con, tmp_path / "models", TOY, content=content)
    before = rows(con, "FROM audit.subject_score ORDER BY ALL")
    (said,) = night(con, tmp_path / "models", replace(TOY, judge=fail), content=content)
    assert said is not None
    assert "stopped itself (KeyError" in said
    assert rows(con, "FROM audit.subject_score ORDER BY ALL") == before != []


def test_a_ring_makes_a_finding_for_each_of_its_settlements_that_names_the_next(
    con: duckdb.DuckDBPyConnection, content: Path, tmp_path: Path
) -> None:
    train_model(con, RING, ModelStore(tmp_path / "models"), until=LAST, content=content)
    con.execute("DELETE FROM work.dirty_settlement")
    night(con, tmp_path / "models", RING, content=content)
    found = rows(con, "SELECT setl_id, linked_setl_id, a1, a2, counted_a2, level FROM audit.finding ORDER BY 1")
    members = rows(
        con, "SELECT setl_id FROM mart.settlement WHERE fixmedins_code = 'H5102' AND setl_date >= '2026-03-01'"
    )
    assert {setl for setl, *_ in found} == {setl for (setl,) in members}
    assert {linked for _, linked, *_ in found} == {setl for setl, *_ in found}, "each is the next of another"
    assert {row[2:] for row in found} == {(0, 0, 0, "network")}
    assert len(rows(con, "FROM work.dirty_settlement")) == len(found)
    con.execute("DELETE FROM work.dirty_settlement")
    night(con, tmp_path / "models", RING, content=content)
    assert rows(con, "FROM work.dirty_settlement") == [], "what did not change makes no case anew"


def test_profiles_follow_corrections_and_withdrawals(
    con: duckdb.DuckDBPyConnection, content: Path, stays: SimpleNamespace
) -> None:
    assert refresh_profiles(con, content) == 300
    con.execute("DELETE FROM work.touched_settlement")
    assert refresh_profiles(con, content) == 0
    receive(con, stays, [replace(stays.ordinary(1)[0], amounts={"04": 77777}, tests=1)])
    con.execute("UPDATE mart.settlement SET counts = FALSE WHERE setl_id = 'S000001'")
    assert refresh_profiles(con, content) == 2
    assert rows(con, "SELECT laboratory_fen, doctor, n_lines FROM profile.bill WHERE setl_id = 'S000000'") == [
        (7777700, None, 12)
    ]
    assert rows(con, "FROM profile.bill WHERE setl_id = 'S000001'") == []
    sums = "western_fen + patent_fen + herbal_fen + material_fen + laboratory_fen + examination_fen + treatment_fen"
    sums += " + surgery_fen + nursing_fen + bed_fen + consultation_fen + other_fen"
    assert rows(con, f"SELECT COUNT(*) FROM profile.bill WHERE {sums} <> cost_fen") == [(0,)]
    by_item = (
        "SELECT b.setl_id, b.n_lines, b.n_items, b.cost_fen, COUNT(DISTINCT i.item), SUM(i.lines), SUM(i.fen) "
        "FROM profile.bill AS b LEFT JOIN (SELECT setl_id, UNNEST(items, recursive := TRUE) FROM profile.charged) AS i "
        "ON b.setl_id = i.setl_id WHERE b.care = 'IPT' GROUP BY ALL"
    )
    told = rows(con, by_item)
    assert len(told) == 299
    assert [one for one in told if one[1:4] != (one[5], one[4], one[6])] == [], "items add up to the bill"
    withdrawn = rows(con, "SELECT setl_id FROM profile.charged EXCEPT SELECT setl_id FROM profile.bill")
    assert withdrawn == []


def test_another_view_makes_every_profile_anew_and_a_comment_none(
    con: duckdb.DuckDBPyConnection, content: Path
) -> None:
    refresh_profiles(con, content)
    con.execute("DELETE FROM work.touched_settlement")
    view = content / "sql" / "features" / "bill.sql"
    text = view.read_text(encoding="utf-8")
    view.unlink()
    view.write_text(f"-- why\n{text}", encoding="utf-8")
    assert refresh_profiles(con, content) == 0
    view.write_text(text.replace("s.age_years AS age", "s.age_years + 1 AS age"), encoding="utf-8")
    ages = rows(con, "SELECT SUM(age) FROM profile.bill")[0][0]
    assert refresh_profiles(con, content) == 300
    assert rows(con, "SELECT SUM(age) FROM profile.bill") == [(ages + 300,)]


def test_a_window_ends_with_the_day_reached() -> None:
    assert window_of("2026-03", 2, date(2026, 3, 14)) == (date(2026, 1, 1), date(2026, 3, 15))
    assert window_of("2026-01", 1, date(2026, 3, 14)) == (date(2025, 12, 1), date(2026, 2, 1))
    assert month_before("2026-01") == "2025-12"
