"""Published batches become part files of the content: nothing is lost, and what cannot be read says why."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
import typer
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from lianshen.cli import knowledge as command
from lianshen.content import content_root
from lianshen.errors import LianshenError
from lianshen.knowledge.limits import Mapped, number, read_mapping

MAPPED = read_mapping(content_root() / "knowledge")
DRUGS = ("XC04AXF050B002010101157", "XC04AXF050B002010102470")


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "content"
    for name in ("sql", "policies", "knowledge"):
        shutil.copytree(content_root() / name, folder / name)
    monkeypatch.setenv("LIANSHEN_CONTENT", str(folder))
    monkeypatch.setenv("LIANSHEN_HOME", str(tmp_path / "home"))
    return folder


def run(*arguments: str) -> Result:
    app = typer.Typer()
    command.register(app)
    return CliRunner().invoke(app, ["knowledge", *arguments])


def table_of(path: Path, *rows: tuple[str, ...], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def course_book(path: Path) -> Path:
    """Write a workbook as the batches are published: title rows, the points, and their codes in a second sheet."""
    book = Workbook()
    points = book.active
    assert points is not None
    for row in (
        ["附件"],
        ["“药品限支付疗程”规则对应知识点明细"],
        ["序号", "药品通用名", "检出逻辑", "逻辑依据\n（目录备注）", "知识点对应的药品代码数量"],
        [1, "法舒地尔", "天数超过限定支付疗程", "限新发的蛛网膜下腔出血后的患者，支付不超过14天", 2],
        [2, "某药", "天数超过限定支付疗程", "每个疗程支付不超过10天", 1],
        ["合计", None, None, None, 3],
    ):
        points.append(row)
    codes = book.create_sheet("代码")
    for row in (["对应知识点序号", "药品代码"], [1, DRUGS[0]], [None, DRUGS[1]], [2, DRUGS[0]]):
        codes.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("kind", "text", "columns"),
    [
        ("药品限儿童使用", "限14周岁以下儿童", {"max_days": "5478"}),
        ("药品限儿童使用", "限未满14周岁", {"max_days": "5113"}),
        ("药品限儿童使用", "限十四周岁及以下", {"max_days": "5478"}),
        ("药品限儿童使用", "", {"max_days": "5478"}),
        ("药品儿童专用", "", {"kind": "ONLY"}),
        ("药品儿童禁用", "禁用于18周岁以下", {"kind": "FORBIDDEN", "below_years": "18"}),
        ("药品儿童禁用", "6岁及以下禁用", {"kind": "FORBIDDEN", "below_years": "7"}),
        ("医疗服务项目限年龄", "限6周岁及以上、14周岁及以下", {"min_days": "2191", "max_days": "5478"}),
        ("药品区分性别使用", "限女性使用", {"gend": "2"}),
        ("药品限医疗机构级别", "限二级及以上医疗机构。", {"min_level": "2"}),
        ("药品限支付疗程", "限新发的缺血性脑梗死，支付不超过14天", {"max_days": "14", "scope": "EPISODE"}),
        ("医疗服务项目限支付疗程", "一个疾病过程支付不超过90天", {"max_days": "90", "scope": "EPISODE"}),
        ("医疗服务项目周期超频次", "评定间隔时间不短于14天", {"cycle_days": "14", "max_cnt": "1"}),
        ("医疗服务项目限定频次", "小时", {"unit": "HOUR", "cap": "24"}),
        ("药品限工伤保险", "", {"only_insutype": "410"}),
    ],
)
def test_a_regular_limit_is_read(kind: str, text: str, columns: dict[str, str]) -> None:
    assert MAPPED.limits_of(MAPPED.types[kind], text) == [columns]


def test_a_limit_to_several_settings_gives_one_row_each() -> None:
    rows = MAPPED.limits_of(MAPPED.types["药品限就医方式"], "限急诊或住院患者。")
    assert [row["setting"] for row in rows if isinstance(row, dict)] == ["ER", "IPT", "DAY"]


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("药品限医疗机构级别", "限二级及以上医疗机构或专科医院", "says more than can be read"),
        ("药品区分性别使用", "女性禁用", "says more than can be read"),
        ("药品区分性别使用", "男女均可", "says 2 different limits"),
        ("药品限就医方式", "限门诊和住院", "no limit found"),
        ("药品限儿童使用", "限6个月以下婴儿", "no limit found"),
        ("药品限支付疗程", "", "has no limit text: want 支付天数"),
    ],
)
def test_a_limit_that_says_more_or_nothing_is_left_to_a_person(kind: str, text: str, why: str) -> None:
    read = MAPPED.limits_of(MAPPED.types[kind], text)
    assert isinstance(read, str)
    assert why in read


def test_chinese_numerals_are_numbers() -> None:
    assert [number(text) for text in ("三", "十", "十四", "二十", "一百零五", "９０")] == [3, 10, 14, 20, 105, 90]


def test_a_published_workbook_becomes_one_part_and_a_list_of_what_a_person_has_to_read(
    content: Path, tmp_path: Path
) -> None:
    book = course_book(tmp_path / "第六批 “药品限支付疗程”规则对应知识点明细.xlsx")
    done = run("import", str(book), "--from", "2025-08-26", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert (told["batch"], told["received"], told["read"], told["set_aside"]) == ("第六批", 3, 1, 2)
    part = content / "knowledge" / "course_limit" / "第六批_药品限支付疗程.csv"
    with part.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["kp_id"], row["hilist_code"], row["max_days"], row["valid_from"]) for row in rows] == [
        ("第六批-CRS-00001", DRUGS[0], "14", "2025-08-26"),
        ("第六批-CRS-00001", DRUGS[1], "14", "2025-08-26"),
    ]
    assert {row["batch"] for row in rows} == {"第六批"}
    with (tmp_path / "home" / "knowledge" / f"{book.stem}_set_aside.csv").open(encoding="utf-8-sig") as file:
        aside = list(csv.DictReader(file))
    assert [(row["row"], row["codes"]) for row in aside] == [("5", DRUGS[0]), ("6", "")]
    assert "个疗程" in aside[0]["reason"]


def test_the_same_file_again_writes_the_same_and_a_dry_run_writes_nothing(content: Path, tmp_path: Path) -> None:
    book = course_book(tmp_path / "第六批 “药品限支付疗程”规则对应知识点明细.xlsx")
    part = content / "knowledge" / "course_limit" / "第六批_药品限支付疗程.csv"
    assert run("import", str(book), "--from", "2025-08-26", "--dry-run").exit_code == 0
    assert not part.exists()
    assert not (tmp_path / "home").exists()
    run("import", str(book), "--from", "2025-08-26")
    first = part.read_bytes()
    told = json.loads(run("import", str(book), "--from", "2025-08-26", "--json").output)
    assert part.read_bytes() == first
    assert [one["changed"] for one in told["parts"]] == [False]
    assert run("check", "course_limit").exit_code == 0


def test_a_list_in_gb18030_gets_lost_zeros_back_and_sets_aside_what_has_no_place(content: Path, tmp_path: Path) -> None:
    file = table_of(
        tmp_path / "第八批-1.csv",
        ("规则类型", "项目名称", "项目编码", "限制条件", "检出逻辑"),
        ("医疗服务项目限定频次", "翻身床治疗", "003114000530000", "日", "数量总计超过上限数量"),
        ("医疗服务项目限定频次", "血液加温治疗", "3301000060000", "小时", "数量总计超过上限数量"),
        ("医疗服务项目限定频次", "编码不对", "ABC", "小时", "数量总计超过上限数量"),
        ("没有的规则", "不知何物", "003114000530000", "小时", ""),
        ("药品限适应症", "某药", DRUGS[0], "限重症患者", ""),
        ("医疗服务项目重复收费", "急诊监护费×诊查费", "001103000010000、001102000030000", "含诊查", ""),
        encoding="gb18030",
    )
    told = json.loads(run("import", str(file), "--from", "2026-01-06", "--json").output)
    assert (told["received"], told["read"], told["set_aside"], told["restored_codes"]) == (6, 3, 3, 1)
    assert {(one["table"], one["points"]) for one in told["parts"]} == {("quantity_limit", 2), ("pair_limit", 1)}
    assert sorted(reason.split(":")[0][:20] for reason in told["reasons"]) == [
        "'ABC' is no item cod", "the rule type 没有的规则 ", "适应症要由人按诊断编码写入 indica",
    ]  # fmt: skip
    only = json.loads(run("import", str(file), "--from", "2026-01-06", "--table", "pair_limit", "--json").output)
    assert [one["table"] for one in only["parts"]] == ["pair_limit"]
    assert (only["read"], only["set_aside"]) == (1, 5)


def test_a_file_in_a_tables_own_columns_is_taken_row_by_row_and_wrong_rows_are_set_aside(
    content: Path, tmp_path: Path
) -> None:
    file = table_of(
        tmp_path / "own.csv",
        ("kp_id", "hilist_code", "min_days", "max_days", "note_zh"),
        ("OWN-1", DRUGS[0], "", "5478", "限14周岁及以下"),
        ("OWN-2", DRUGS[1], "5478", "100", "上下限颠倒"),
        ("OWN-3", DRUGS[1], "", "many", "不是数"),
    )
    told = json.loads(
        run(
            "import", str(file), "--table", "age_limit", "--batch", "SC-2026-1", "--from", "2026-12-01",
            "--source", "川医保发〔2026〕1号", "--json",
        ).output
    )  # fmt: skip
    assert (told["received"], told["read"], told["set_aside"]) == (3, 1, 2)
    assert (content / "knowledge" / "age_limit" / "SC-2026-1.csv").read_text("utf-8").splitlines()[1:] == [
        f"OWN-1,{DRUGS[0]},,5478,限14周岁及以下,川医保发〔2026〕1号,SC-2026-1,2026-12-01,"
    ]


def test_a_file_without_headings_batch_or_first_day_is_refused_or_set_aside_with_what_to_do(
    content: Path, tmp_path: Path
) -> None:
    bare = table_of(tmp_path / "bare.csv", ("a", "b"), ("1", "2"))
    with pytest.raises(LianshenError, match="names no batch: give it with --batch"):
        _raise(run("import", str(bare), "--from", "2026-01-01"))
    with pytest.raises(LianshenError, match="no row of the first 12 has headings such as"):
        _raise(run("import", str(bare), "--batch", "B", "--from", "2026-01-01"))
    listed = table_of(
        tmp_path / "第一批.csv", ("规则类型", "项目名称", "项目编码"), ("药品限工伤保险", "某药", DRUGS[0])
    )
    told = json.loads(run("import", str(listed), "--json").output)
    assert list(told["reasons"]) == ["says no first day: give it with --from"]


def test_a_batch_is_ended_on_the_first_day_of_the_one_that_replaces_it(content: Path, tmp_path: Path) -> None:
    file = table_of(
        tmp_path / "第一批.csv",
        ("规则类型", "项目名称", "项目编码", "限定性别", "生效日期"),
        ("药品区分性别使用", "某药", DRUGS[0], "女", "2025-05-23"),
        ("药品区分性别使用", "另一药", DRUGS[1], "男", "2026-02-01"),
    )
    assert run("import", str(file)).exit_code == 0
    part = content / "knowledge" / "sex_limit" / "第一批_药品区分性别使用.csv"
    before = part.read_text("utf-8")
    shown = run("end", "第一批", "--on", "2026-01-28", "--dry-run").output
    assert "1 rows end on 2026-01-28, 1 that would begin later left out" in shown
    assert part.read_text("utf-8") == before
    run("end", "第一批", "--on", "2026-01-28", "--table", "sex_limit")
    with part.open(encoding="utf-8", newline="") as rows:
        assert [(row["hilist_code"], row["valid_until"]) for row in csv.DictReader(rows)] == [(DRUGS[0], "2026-01-28")]
    assert run("check", "sex_limit").exit_code == 0
    with pytest.raises(LianshenError, match="no point of the batch '第一批' holds on 2026-01-28"):
        _raise(run("end", "第一批", "--on", "2026-01-28"))
    run("end", "第一批", "--on", "2025-05-23")
    assert not part.exists()


def test_what_cannot_be_a_workbook_is_told_so(content: Path, tmp_path: Path) -> None:
    file = tmp_path / "第一批.xlsx"
    file.write_text("no workbook", "utf-8")
    with pytest.raises(LianshenError, match="is no Excel workbook"):
        _raise(run("import", str(file), "--from", "2026-01-01"))


def test_every_type_of_the_mapping_fills_the_columns_that_its_table_needs() -> None:
    from lianshen.knowledge.tables import knowledge_tables

    tables = knowledge_tables(content_root() / "sql")
    for name, kind in MAPPED.types.items():
        if kind.table is None:
            assert kind.reason, name
            continue
        needed = {c.name for c in tables[kind.table].columns if c.not_null and c.names not in ("item", "class")}
        for columns in _outcomes(MAPPED, name):
            assert needed <= {*columns, "kp_id", "note_zh", "source", "batch", "valid_from"}, name
            assert columns <= tables[kind.table].by_name.keys(), name


def _outcomes(mapped: Mapped, name: str) -> list[set[str]]:
    kind = mapped.types[name]
    found = [{*kind.fixed, *kind.otherwise}] if kind.otherwise is not None else []
    for reader in kind.reads:
        found += [{*kind.fixed, *row} for pattern in mapped.readers[reader].patterns for row in pattern.rows]
    return found or [set(kind.fixed)]


def _raise(result: Result) -> None:
    assert result.exception is not None, result.output
    raise result.exception
