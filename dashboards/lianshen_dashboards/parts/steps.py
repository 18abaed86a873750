"""The original settlement, what it should have been, and the steps from one to the other."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html

from lianshen_dashboards.evidence import Cells, Evidence, amount
from lianshen_dashboards.parts.common import Part, heading, table
from lianshen_dashboards.parts.drawings_of_steps import CAUSES
from lianshen_dashboards.parts.findings import section_title
from lianshen_dashboards.texts import say

COMPARED = (
    ("政策范围内金额", "inscp_amt", "expected_inscp"),
    ("起付线", "act_pay_dedc", "expected_deductible"),
    ("统筹基金支付", "hifp_pay", "expected_hifp"),
    ("大病保险", "hifmi_pay", "expected_hifmi"),
    ("职工大额", "hifob_pay", "expected_hifob"),
    ("公务员补助", "cvlserv_pay", "expected_cvlserv"),
    ("企业补充", "hifes_pay", "expected_hifes"),
    ("伤残军人补助", "hifdm_pay", "expected_hifdm"),
    ("医疗救助", "maf_pay", "expected_maf"),
    ("基金支付总额", "fund_pay_sumamt", "expected_fund"),
)
"""What was paid beside what should have been; a layer that neither has is left out."""
ALWAYS = {"inscp_amt", "act_pay_dedc", "hifp_pay", "fund_pay_sumamt"}
PARTS_OF_BILL = (
    ("medfee_sumamt", "医疗费用总额"),
    ("fulamt_ownpay_amt", "全自费"),
    ("overlmt_selfpay", "超限价自费"),
    ("preselfpay_amt", "先行自付"),
    ("inscp_amt", "政策范围内"),
    ("act_pay_dedc", "起付线"),
    ("hifp_pay", "统筹基金"),
    ("cvlserv_pay", "公务员补助"),
    ("hifmi_pay", "大病保险"),
    ("hifob_pay", "职工大额"),
    ("maf_pay", "医疗救助"),
    ("othfund_pay", "其他基金"),
    ("fund_pay_sumamt", "基金支付总额"),
    ("acct_pay", "个人账户"),
    ("cash_payamt", "个人现金"),
)
RANKS = {"national": "国家", "provincial": "省级", "city": "市级"}
STATUS = {
    "no_policy": "没有适用的政策包",
    "not_benefit": "不属于待遇结算",
}


def money(value: object) -> str:
    """Return an amount of the evidence with its thousands grouped."""
    number = amount(value)
    return say("word.none") if number is None else f"{number:,.2f}"


def original(evidence: Evidence) -> Part:
    """Return the last section of the case: one block for each settlement."""
    title = section_title(6, say("case.original"))
    return html.Section([title, *settlements(evidence)], className="card")


def settlements(evidence: Evidence) -> list[Part]:
    """Return for each settlement what was paid beside what should have been, the bill, and the steps between."""
    blocks: list[Part] = []
    for setl_id, settlement in evidence.settlements.items():
        row = evidence.recomputed.get(setl_id, {})
        stay = f"{settlement['begndate']} → {settlement['enddate']}"
        blocks += [
            heading(f"{say('case.linked_settlement', setl_id=setl_id).removeprefix('关联')}", stay),
            html.Div([_compared(settlement, row), _bill(settlement)], className="columns-2"),
            _cause(row),
            _steps(evidence, setl_id),
        ]
    return blocks


def _compared(settlement: Cells, row: Cells) -> Part:
    status = row.get("status")
    if status not in ("recomputed", "no_lines"):
        reason = STATUS.get(str(status), str(row.get("reason") or status or say("word.none")))
        return html.P(say("case.no_steps", reason=reason), className="mute")
    rows: list[list[Part]] = []
    for name, paid, expected in COMPARED:
        was, should = amount(settlement.get(paid)), amount(row.get(expected))
        if paid not in ALWAYS and not was and not should:
            continue
        gap = was - should if was is not None and should is not None else None
        rows.append([name, money(was), money(should), _signed(gap)])
    if amount(row.get("paid_ratio")) is not None and amount(row.get("policy_ratio")) is not None:
        ratios = [amount(row["paid_ratio"]), amount(row["policy_ratio"])]
        rows.append(["统筹支付比例", *[f"{ratio:.2%}" for ratio in ratios if ratio is not None], ""])
    heads = [("", ""), (say("case.paid"), "right"), (say("case.expected"), "right"), (say("case.difference"), "right")]
    compared = table(heads, rows, label=say("case.recomputed"))
    if status == "recomputed":
        return compared
    return html.Div([compared, html.P(say("case.from_header"), className="mute")])


def _signed(gap: object) -> Part:
    number = amount(gap)
    if number is None:
        return say("word.none")
    if number == 0:
        return html.Span("0.00", className="mute")
    return html.Span(f"{number:+,.2f}", className="check-bad" if number > 0 else "check-warn")


def _bill(settlement: Cells) -> Part:
    rows: list[list[Part]] = [
        [name, money(settlement.get(column))]
        for column, name in PARTS_OF_BILL
        if amount(settlement.get(column)) or column in ("medfee_sumamt", "fund_pay_sumamt")
    ]
    return table([("原始结算", ""), (say("word.yuan"), "right")], rows, label="原始结算")


def _cause(row: Cells) -> Part:
    if not row.get("cause_zh"):
        return None
    parts = [f"{name} {money(row.get(column))}" for column, name in CAUSES.items() if amount(row.get(column))]
    return html.Div(
        [html.B(f"{say('case.recomputed')}："), row["cause_zh"], html.Div("　".join(parts), className="num")],
        className="banner amber",
    )


def _steps(evidence: Evidence, setl_id: str) -> Part:
    steps = evidence.steps.get(setl_id)
    if not steps:
        return None
    rows: list[list[Part]] = [
        [step["zh"], _blank(step.get("amount")), _blank(step.get("paid")), _policy(step)] for step in steps
    ]
    heads = [("复算步骤", ""), ("复算（元）", "right"), ("结算单（元）", "right"), ("政策值与依据", "")]
    return html.Div(table(heads, rows, label="复算步骤"), className="steps")


def _blank(value: object) -> str:
    return money(value) if value is not None else ""


def _policy(step: Mapping[str, object]) -> Part:
    since = f"{step['since']} 起" if step.get("since") else None
    rank, beat = RANKS.get(str(step.get("rank"))), step.get("beat")
    prevails = f"优先于 {beat}" if beat else None
    parts = [str(part) for part in (step.get("policy"), step.get("source"), rank, since, prevails) if part]
    return html.Span(" · ".join(parts), className="policy")
