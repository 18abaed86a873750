"""What the letters of a case are written from, and how its amounts and lines are told on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianshen.cases.domain import DETERMINATIONS, Reason
from lianshen.paper import Block, Column, Facts, Heading, Paragraph, Table

Row = Mapping[str, Any]
REGULATION = "《四川省异地就医结算管理办法》"
SENTENCES = 3
"""Findings of one rule that a letter tells in full; the lines of all are in the table."""


@dataclass(frozen=True)
class CaseFacts:
    """A case with its words, its settlements, findings, lines and trail (oldest first), its rules' bases, what
    followed on the decision, and who it was written for."""

    case: Row
    setl_ids: Sequence[str]
    findings: Sequence[Row]
    lines: Sequence[Row]
    events: Sequence[Row]
    bases: Sequence[str]
    appeals: Sequence[Row]
    recoveries: Sequence[Row]
    appeal_until: date | None
    number: str
    mark: str


def money(fen: int | None) -> str:
    """Return fen as yuan with groups: 7822524 is 78,225.24."""
    if fen is None:
        return "—"
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{part:02d}"


def last_event(facts: CaseFacts, action: str) -> Row | None:
    """Return the newest event of an action, None where there was none."""
    return next((event for event in reversed(facts.events) if event["action"] == action), None)


def about_the_case(facts: CaseFacts, *more: tuple[str, str]) -> Facts:
    """Return the table of what the case is about."""
    case = facts.case
    age = "" if case["age_years"] is None else f"{case['age_years']}岁"
    pairs = [
        ("案件编号", case["case_no"]),
        ("参保地", case["insured_name"]),
        ("参保人", f"{case['person_name']} {case['sex_name']} {age}".strip()),
        ("主要诊断", case["diag_name"] or "—"),
        ("入院日期", str(case["admit"])),
        ("出院日期", str(case["discharge"])),
        ("总费用(元)", money(case["total_fee"])),
        ("基金支付(元)", money(case["fund_fee"])),
        ("涉及基金(元)", money(case["at_issue"])),
        ("结算编号", _several(facts.setl_ids)),
        *more,
    ]
    if case["exposure"]:
        pairs.append(("另估算(元)", money(case["exposure"])))
    return Facts(tuple(pairs))


def _several(setl_ids: Sequence[str]) -> str:
    first = "、".join(setl_ids[:2])
    return f"{first} 等{len(setl_ids)}笔" if len(setl_ids) > 2 else first


def what_was_found(facts: CaseFacts) -> list[Block]:
    """Return the findings rule by rule, each in the sentence that its rule gives it."""
    by_rule: dict[str, list[Row]] = {}
    for found in facts.findings:
        by_rule.setdefault(found["rule_id"], []).append(found)
    blocks: list[Block] = []
    for place, (rule, some) in enumerate(by_rule.items(), start=1):
        blocks.append(Heading(f"（{chinese(place)}）{some[0]['title_zh']}（规则{rule}）", 2))
        blocks += [Paragraph(str(found["sentence_zh"])) for found in some[:SENTENCES]]
        if len(some) > SENTENCES:
            blocks.append(Paragraph(f"同类情形共{len(some)}处，其余见附件。"))
    return blocks


def what_it_rests_on(facts: CaseFacts, articles: str) -> Paragraph:
    """Return the legal basis: the articles on who handles it, and what each rule rests on."""
    rest = [basis for basis in facts.bases if basis != f"{REGULATION}{articles}"]
    return Paragraph("；".join([f"{REGULATION}{articles}", *rest]) + "。")


def lines_table(facts: CaseFacts, *, determined: bool) -> Table:
    """Return the lines with a total; ``determined`` adds what each was found to come to, and why."""
    columns = [
        Column("序号", 0.75, "center"), Column("日期", 1.65, "center"), Column("项目编码", 1.7),
        Column("项目", 2.6), Column("数量", 0.8, "right"), Column("金额(元)", 1.3, "right"),
        Column("涉及基金(元)", 1.35, "right"),
    ]  # fmt: skip
    columns += [Column("认定(元)", 1.3, "right"), Column("认定原因", 1.7)] if determined else [Column("疑点", 1.3)]
    rows = []
    for place, line in enumerate(facts.lines, start=1):
        row = [
            str(place), str(line["fee_date"] or ""), line["hilist_code"] or "—", line["item_name"], line["cnt"] or "—",
            money(line["amount"]), money(line["at_most"]),
        ]  # fmt: skip
        row += [money(line["determined"]), _reason(line)] if determined else ["、".join(line["rules"])]
        rows.append(tuple(row))
    sums = [sum(line[name] or 0 for line in facts.lines) for name in ("amount", "at_most", "determined")]
    total = ["合计", "", "", f"{len(facts.lines)}行", "", money(sums[0]), money(sums[1])]
    total += [money(sums[2]), ""] if determined else [""]
    return Table(tuple(columns), (*rows, tuple(total)), has_total=True)


def _reason(line: Row) -> str:
    code = DETERMINATIONS.get(line["reason"] or "", Reason("—", holds=False)).label
    return f"{code}：{line['reason_text']}" if line["reason_text"] else code


_DIGITS = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """Return a number below 100 in Chinese, as headings count."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
