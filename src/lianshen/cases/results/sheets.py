"""The workbook of results: its sheets, its columns, and the heads that both sides know them by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FORMAT = "lianshen-results-1"
CASES, LINES, ABOUT = "案件", "费用", "填写说明"
Kind = Literal["text", "money", "date", "count"]


@dataclass(frozen=True)
class Field:
    """A column: its name for programs, its head, what its cells are and how wide it is; ``asked``: to be filled in."""

    name: str
    head: str
    kind: Kind
    width: int
    asked: bool = False


CASE_FIELDS = (
    Field("case_no", "案件编号", "text", 22),
    Field("version", "版本", "count", 6),
    Field("severity_name", "风险", "text", 6),
    Field("title_zh", "疑点类型", "text", 26),
    Field("fixmedins_name", "就医机构", "text", 28),
    Field("person_name", "参保人", "text", 18),
    Field("admit", "入院日期", "date", 12),
    Field("discharge", "出院日期", "date", 12),
    Field("at_issue", "涉及基金(元)", "money", 14),
    Field("due_at", "办理时限", "date", 12),
    Field("conclusion", "核查结论", "text", 50, asked=True),
    Field("worth_checking", "是否值得核查", "text", 14, asked=True),
    Field("lead", "负责人签批", "text", 14, asked=True),
)
LINE_FIELDS = (
    Field("case_no", "案件编号", "text", 22),
    Field("bkkp_sn", "费用行", "text", 20),
    Field("fee_date", "日期", "date", 12),
    Field("item_name", "项目", "text", 34),
    Field("cnt", "数量", "text", 10),
    Field("amount", "金额(元)", "money", 14),
    Field("rules", "疑点", "text", 14),
    Field("at_most", "最高可认定(元)", "money", 16),
    Field("determined", "认定金额(元)", "money", 14, asked=True),
    Field("reason", "认定原因", "text", 22, asked=True),
    Field("reason_text", "说明", "text", 34, asked=True),
)
YES, NO = "是", "否"
HELP = (
    "只填写黄色单元格，不要改动其他单元格、表头和工作表名称。",
    "“费用”表逐行填写认定金额（0 至最高可认定金额）和认定原因；原因为“其他（须说明）”时填写说明。",
    "“案件”表填写核查结论（不少于 20 个字）和“是否值得核查”。高风险或大额案件认定不属实的，须填写负责人姓名。",
    "一件案件的结论和全部费用行填写齐全后才能导入；整件未填写的案件会跳过，下次再填。",
    "同一文件可以重复导入，已导入的案件不会重复登记。",
)
