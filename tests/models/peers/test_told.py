"""What models say of doctors reaches the lists and the page of the doctor's institution, in a sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from support.bill_province import Province

from lianshen.rules.installed import installed_models
from lianshen.rules.listing import subject_findings
from lianshen.warehouse import compared
from lianshen.warehouse.publish import POINTER
from lianshen_models.doctor_funnel import MODEL


def test_a_doctors_finding_is_listed_with_a_sentence_and_stands_on_the_institutions_page(
    province: Province, tmp_path: Path
) -> None:
    def prescribes(columns: dict[str, Any], rng: np.random.Generator) -> None:
        mine = (np.asarray(columns["fixmedins_code"]) == "H014") & (np.asarray(columns["doctor"]) == "D2")
        columns["n_drugs"] = np.where(mine, columns["n_drugs"] * 2, columns["n_drugs"])

    con = province.con
    con.execute(
        "INSERT INTO settled.fixmedins_b BY NAME SELECT 'H014' AS fixmedins_code, DATE '2020-01-01' AS begntime, "
        "'某县人民医院' AS fixmedins_name"
    )
    province.fill("2026-11", change=prescribes)
    province.judge(MODEL, tmp_path / "store", date(2026, 11, 28))
    con.execute("CREATE VIEW subject_finding AS FROM audit.subject_finding")
    con.execute("CREATE VIEW institution AS FROM settled.fixmedins_b")
    listed = subject_findings(con, installed_models())
    assert [(row["subject_id"], row["name_zh"], row["title_zh"]) for row in listed] == [
        ("H014/D2", "某县人民医院", "医师费用与开方偏离同行")
    ]
    assert listed[0]["sentence_zh"].startswith("某县人民医院医师D2在2026-11接诊")
    assert "{" not in listed[0]["sentence_zh"]
    assert "无" not in listed[0]["sentence_zh"]
    folder = tmp_path / "published" / "night"
    folder.mkdir(parents=True)
    con.execute(f"COPY audit.subject_finding TO '{folder / 'subject_finding.parquet'}' (FORMAT parquet)")
    (folder.parent / POINTER).write_text("night\n", encoding="utf-8")
    assert [row["source_id"] for row in compared.subject_findings(folder.parent, "H014")] == ["DR-12"]
    assert compared.subject_findings(folder.parent, "H01") == []
