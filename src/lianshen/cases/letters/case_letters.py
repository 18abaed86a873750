"""The letters of a case: 协查函 to the agency, 告知书 to the institution, 办结单 for the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lianshen.agency import CENTRE
from lianshen.cases.domain import DECIDED, OUTCOMES, STATES, WAYS
from lianshen.cases.letters.facts import (
    REGULATION,
    CaseFacts,
    Row,
    about_the_case,
    last_event,
    lines_table,
    money,
    what_it_rests_on,
    what_was_found,
)
from lianshen.cases.letters.offices import CENTRE_OFFICE, office, office_of_pool
from lianshen.config import SHANGHAI
from lianshen.paper import Block, Column, Document, Enclosure, Heading, Paragraph, Table
from lianshen.paper.document import chinese_day


@dataclass(frozen=True)
class Kind:
    """One kind of letter: the series of its number, who writes it, and how."""

    series: str
    by_centre: bool
    write: Callable[[CaseFacts], Document]


def asking_agency(facts: CaseFacts) -> Document:
    """Return the 协查函: the centre asks the agency that holds the agreement to examine the case (Art. 11, 12)."""
    case = facts.case
    released = _day(case["released_at"])
    writes_to = case["county"] or case["treating_agency"]
    opening = (
        f"为维护医疗保障基金安全，我中心依据{REGULATION}第十一条、第十二条，对异地就医联网结算费用进行统一筛查，"
        f"发现你单位协议管理的{_institution(facts)}为1名参保人员提供的服务（{len(facts.setl_ids)}笔结算）"
        f"存在“{case['title_zh']}”疑点，涉及医疗保障基金{money(case['at_issue'])}元。现函请核查。"
    )
    wanted = (
        f"请于{_said(case['accept_by'])}前签收，按照服务协议组织核查，听取医药机构陈述申辩，对附件所列费用逐项认定，"
        f"并于{_said(case['due_at'])}前通过系统反馈核查结论。不属于你单位协议管理范围的，请在签收期限内退回。"
    )
    blocks: list[Block] = [
        Paragraph(opening),
        Heading("一、基本情况"), about_the_case(facts),
        Heading("二、疑点事实"), *what_was_found(facts),
        Heading("三、依据"), what_it_rests_on(facts, "第十一条、第十二条"),
        Heading("四、核查要求"), Paragraph(wanted),
    ]  # fmt: skip
    insured = office_of_pool(case["insu_pool"])
    return Document(
        "letter", CENTRE_OFFICE, facts.number, "关于协助核查异地就医疑点费用的函",
        CENTRE_OFFICE if writes_to == CENTRE else office(writes_to), tuple(blocks), CENTRE_OFFICE, released,
        (Enclosure("疑点费用明细", (lines_table(facts, determined=False),)),),
        "" if insured == office(case["treating_agency"]) else insured, facts.mark,
    )  # fmt: skip


def telling_institution(facts: CaseFacts) -> Document:
    """Return the 告知书: after the decision what was decided, before it what the institution may answer."""
    return _decision(facts) if facts.case["state"] in DECIDED else _hearing(facts)


def _hearing(facts: CaseFacts) -> Document:
    case, asked = facts.case, last_event(facts, "ask_institution")
    if asked is None:
        raise LookupError("nobody asked the institution")
    detail = asked["detail"] or {}
    until = chinese_day(date.fromisoformat(detail["reply_by"])) if detail.get("reply_by") else "规定期限"
    blocks: list[Block] = [
        Paragraph(
            f"经审核，你单位为参保人员提供的异地就医服务存在“{case['title_zh']}”疑点，"
            f"涉及医疗保障基金{money(case['at_issue'])}元。现将有关事项告知如下："
        ),
        Heading("一、基本情况"), about_the_case(facts),
        Heading("二、疑点事实"), *what_was_found(facts),
        Heading("三、依据"), what_it_rests_on(facts, "第十一条、第十二条"),
        Heading("四、需要说明的事项"), Paragraph(str(asked["reason"] or "请对上述疑点作出说明。")),
        Heading("五、陈述申辩"),
        Paragraph(
            f"你单位有权陈述、申辩。请于{until}前提交书面说明及病历、医嘱、收费清单等材料；"
            "逾期未提交的，视为放弃陈述申辩，我单位将依据现有材料作出认定。"
        ),
    ]  # fmt: skip
    return _to_institution(facts, "医疗保障基金使用疑点告知书", blocks, _day(asked["at"]), determined=False)


def _decision(facts: CaseFacts) -> Document:
    case = facts.case
    if case["decision"] == "dismissed":
        result = "经核查，上述疑点不属实，不予扣款。"
    else:
        result = (
            f"经核查，上述疑点{case['decision_name']}，认定违规费用涉及医疗保障基金{money(case['determined'])}元，"
            "由我单位按照服务协议在下一清算周期拒付、扣款或者责令退回。"
        )
    right = (
        f"对本决定有异议的，可于{chinese_day(facts.appeal_until)}前向我单位申请复议。复议不加重处理。"
        if facts.appeal_until
        else "对本决定有异议的，可在规定期限内向我单位申请复议。复议不加重处理。"
    )
    blocks: list[Block] = [
        Paragraph(f"你单位异地就医结算费用“{case['title_zh']}”疑点一案，现已核查终结，告知如下："),
        Heading("一、基本情况"), about_the_case(facts, ("认定金额(元)", money(case["determined"]))),
        Heading("二、认定的事实"), *what_was_found(facts), Paragraph(f"核查结论：{case['conclusion'] or '—'}"),
        Heading("三、依据"), what_it_rests_on(facts, "第十一条、第十二条"),
        Heading("四、处理决定"), Paragraph(result),
        Heading("五、申请复议的权利"), Paragraph(right),
    ]  # fmt: skip
    return _to_institution(facts, "医疗保障基金违规费用处理告知书", blocks, _day(case["closed_at"]), determined=True)


def _to_institution(facts: CaseFacts, title: str, blocks: list[Block], day: date, *, determined: bool) -> Document:
    case = facts.case
    writer = office(case["county"] or case["treating_agency"])
    name = "费用认定明细" if determined else "疑点费用明细"
    enclosed = (Enclosure(name, (lines_table(facts, determined=determined),)),)
    return Document(
        "letter", writer, facts.number, title, case["fixmedins_name"], tuple(blocks), writer, day, enclosed, "",
        facts.mark,
    )  # fmt: skip


def closing_sheet(facts: CaseFacts) -> Document:
    """Return the 办结单: the whole case on paper for its file (Art. 20)."""
    case = facts.case
    pairs = (
        ("就医机构", case["fixmedins_name"]), ("就医地", case["region_name"]),
        ("核查结论", case["decision_name"] or "—"), ("认定金额(元)", money(case["determined"])),
        ("已追回(元)", money(case["recovered"])), ("当前状态", STATES[case["state"]][0]),
    )  # fmt: skip
    blocks: list[Block] = [
        Heading("一、案件"), about_the_case(facts, *pairs),
        Heading("二、疑点事实"), *what_was_found(facts),
        Heading("三、依据"), what_it_rests_on(facts, "第十一条、第十二条、第二十条"),
        Heading("四、核查结论"), Paragraph(case["conclusion"] or "—"),
        Heading("五、办理经过"), _steps(facts),
    ]  # fmt: skip
    if facts.appeals:
        blocks += [Heading("六、复议"), _appeals(facts)]
    if facts.recoveries:
        blocks += [Heading("七、追回" if facts.appeals else "六、追回"), _recoveries(facts)]
    writer = office(case["county"] or case["treating_agency"])
    blocks.append(Paragraph("经办人：　　　　　　复核人：　　　　　　负责人：　　　　　　"))
    return Document(
        "plain", writer, facts.number, "异地就医疑点案件办结单", "", tuple(blocks), writer, _day(case["closed_at"]),
        (Enclosure("费用认定明细", (lines_table(facts, determined=True),)),), "", facts.mark,
    )  # fmt: skip


def _steps(facts: CaseFacts) -> Table:
    from lianshen.cases.domain import TRANSITIONS

    rows = [
        (_moment(event["at"]), TRANSITIONS[event["action"]].label, event["actor_name"], event["reason"] or "")
        for event in facts.events
        if event["action"] in TRANSITIONS
    ]
    heads = (Column("时间", 1.6, "center"), Column("环节", 1.1, "center"), Column("经手", 1.2), Column("说明", 3.6))
    return Table(heads, tuple(rows))


def _appeals(facts: CaseFacts) -> Table:
    rows = [
        (
            f"第{one['round']}次", str(one["filed_on"]), one["text"], money(one["determined_before"]),
            money(one["determined_after"]), OUTCOMES.get(one["outcome"] or "", "复议中"),
        )
        for one in facts.appeals
    ]  # fmt: skip
    heads = (
        Column("轮次", 0.8, "center"), Column("受理日期", 1.3, "center"), Column("理由", 2.6),
        Column("原认定(元)", 1.3, "right"), Column("复议后(元)", 1.3, "right"), Column("结果", 1.4, "center"),
    )  # fmt: skip
    return Table(heads, tuple(rows))


def _recoveries(facts: CaseFacts) -> Table:
    rows = [
        (str(one["day"]), WAYS[one["way"]], money(one["amount"]), one["voucher"], one["cycle"] or "—")
        for one in facts.recoveries
    ]
    total = ("合计", "", money(sum(one["amount"] for one in facts.recoveries)), "", "")
    heads = (
        Column("日期", 1.3, "center"), Column("方式", 1, "center"), Column("金额(元)", 1.4, "right"),
        Column("凭证号", 2), Column("清算月份", 1.1, "center"),
    )  # fmt: skip
    return Table(heads, (*rows, total), has_total=True)


def _institution(facts: CaseFacts) -> str:
    case = facts.case
    return f"{case['fixmedins_name']}（{case['fixmedins_code']}，{case['level_name']}）"


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def _moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _said(day: date | None) -> str:
    return chinese_day(day) if day else "规定期限"


KINDS: Mapping[str, Kind] = {
    "协查函": Kind("协", True, asking_agency),
    "告知书": Kind("告", False, telling_institution),
    "办结单": Kind("结", False, closing_sheet),
}
"""The letters of a case by the name that the interface asks for."""


def why_not(kind: str, case: Row, events: Iterable[Row]) -> str | None:
    """Return why the case has no such letter now, None where it has one."""
    if case["released_at"] is None:
        return f"案件尚未下发，没有{kind}"
    is_decided = case["state"] in DECIDED and case["closed_at"] is not None
    if kind == "办结单" and not is_decided:
        return "案件尚未办结，没有办结单"
    if kind == "告知书" and not is_decided and all(event["action"] != "ask_institution" for event in events):
        return "尚未请机构申辩，也未办结，没有告知书"
    return None


def letters_of(case: Row, events: Sequence[Row]) -> list[str]:
    """Return the letters that the case has now."""
    return [kind for kind in KINDS if why_not(kind, case, events) is None]
