"""The bulletin and the assessment as official documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianshen.cases.letters.facts import money
from lianshen.cases.letters.offices import CENTRE_OFFICE
from lianshen.cases.reports.measures import MEASURES, SOURCE, Assessment
from lianshen.cases.reports.shrinkage import Standing
from lianshen.cases.services.scope import agency_name
from lianshen.paper import Block, Column, Document, Heading, Paragraph, Table
from lianshen.paper.document import chinese_day

if TYPE_CHECKING:
    from lianshen.cases.services.bulletins import Bulletin, Ranked


def share(part: float, whole: float) -> str:
    """Return a percentage with one decimal; of nothing a dash."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def percent(rate: float | None) -> str:
    """Return a rate as a percentage with one decimal."""
    return "—" if rate is None else f"{100 * rate:.1f}%"


def interval(low: int | None, high: int | None) -> str:
    """Return the ranks that are likely, as 3–7."""
    return "—" if low is None else f"{low}" if low == high else f"{low}–{high}"


def bulletin_document(found: Bulletin, number: str, mark: str) -> Document:
    """Return the 通报 of a month."""
    total, before, name = found.totals, found.before, found.period.name
    blocks: list[Block] = [
        Paragraph(f"现将{name}全省异地就医结算费用智能审核情况通报如下。{_until(found)}"),
        Heading("一、总体情况"),
        Paragraph(
            f"{name}共发现疑点案件{found.raised:,}件，涉及医疗保障基金{money(found.at_issue)}元；"
            f"下发经办机构{total.released:,}件，涉及基金{money(total.at_issue)}元（上月{before.released:,}件）。"
            f"办结{total.closed:,}件（上月{before.closed:,}件），其中核实{total.held:,}件，"
            f"核实率{share(total.held, total.closed)}；认定违规费用涉及基金{money(total.determined)}元"
            f"（上月{money(before.determined)}元），追回{money(total.recovered)}元（上月{money(before.recovered)}元）。"
        ),
        Paragraph(
            f"截至{chinese_day(found.as_of)}，在办{total.open:,}件，其中超过办理时限{total.overdue:,}件，"
            f"占{share(total.overdue, total.open)}。"
        ),
        Heading("二、分地区情况"),
        _agencies(found),
        Heading("三、主要问题"),
        *(_ranked("按规则", "规则", found.rules)),
        *(_ranked("按定点医药机构", "机构", found.institutions)),
        Heading("四、工作要求"),
        Paragraph(
            "各经办机构要按照服务协议和办理时限抓紧核查，对超过时限的案件逐件说明原因；"
            "已认定的费用要在下一清算周期扣回或者追回，并及时归档。"
        ),
    ]
    return _report(f"关于{name}异地就医审核情况的通报", blocks, found, number, mark)


def _agencies(found: Bulletin) -> Table:
    heads = (
        Column("就医地", 1.3), Column("下发(件)", 0.9, "right"), Column("涉及基金(元)", 1.6, "right"),
        Column("办结(件)", 0.9, "right"), Column("核实率", 0.9, "right"), Column("认定(元)", 1.5, "right"),
        Column("追回(元)", 1.5, "right"), Column("在办(件)", 0.9, "right"), Column("超期(件)", 0.9, "right"),
    )  # fmt: skip
    rows = [
        (
            row.name, f"{row.released:,}", money(row.at_issue), f"{row.closed:,}", share(row.held, row.closed),
            money(row.determined), money(row.recovered), f"{row.open:,}", f"{row.overdue:,}",
        )
        for row in (*found.agencies, found.totals)
    ]  # fmt: skip
    return Table(heads, tuple(rows), has_total=True)


def _ranked(caption: str, head: str, rows: tuple[Ranked, ...]) -> list[Block]:
    if not rows:
        return [Paragraph(f"{caption}：本月没有认定违规的案件。")]
    heads = (Column("代码", 1.4), Column(head, 3), Column("案件(件)", 0.9, "right"), Column("认定(元)", 1.5, "right"))
    told = tuple((row.code, row.name, f"{row.cases:,}", money(row.determined)) for row in rows)
    return [Table(heads, told, caption=f"{caption}（认定金额前{len(rows)}位）")]


def assessment_document(found: Assessment, number: str, mark: str) -> Document:
    """Return the quarterly assessment with its method."""
    name = found.period.name
    blocks: list[Block] = [
        Paragraph(f"根据{SOURCE.split('；')[0]}，对{name}各经办机构异地就医经办工作考核如下。{_until(found)}"),
        Heading("一、综合名次"), _overall(found),
        Heading("二、分项情况"),
        *[block for key in MEASURES for block in _measure(found, key)],
        Heading("三、说明"),
        *[Paragraph(text) for text in method(found)],
    ]  # fmt: skip
    return _report(f"{name}异地就医经办考核通报", blocks, found, number, mark)


def _overall(found: Assessment) -> Table:
    heads = (
        Column("名次", 0.8, "center"), Column("经办机构", 1.5), Column("综合得分", 1.1, "right"),
        Column("名次区间", 1.1, "center"), *[Column(measure.name, 1.15, "right") for measure in MEASURES.values()],
    )  # fmt: skip
    order = sorted(found.agencies, key=lambda code: (found.overall[code].rank is None, found.overall[code].rank, code))
    rows = []
    for code in order:
        one = found.overall[code]
        rates = [percent(found.standings[key][code].shrunk if one.rank else None) for key in MEASURES]
        score = "—" if one.score is None or one.rank is None else f"{100 * one.score:.1f}"
        rows.append(
            (str(one.rank or "—"), agency_name(code), score, interval(one.rank_low, one.rank_high), *rates)
        )  # fmt: skip
    return Table(heads, tuple(rows))


def _measure(found: Assessment, key: str) -> list[Block]:
    rows = found.standings[key]
    counted = [code for code in found.agencies if rows[code].rank is not None]
    if not counted:
        return [Paragraph(f"{MEASURES[key].name}：本期没有可计的案件。")]
    heads = (
        Column("名次", 0.8, "center"), Column("经办机构", 1.4), Column("件数", 1.3, "right"),
        Column("原始率", 1, "right"), Column("收缩后", 1, "right"), Column("90%区间", 1.6, "center"),
        Column("名次区间", 1, "center"),
    )  # fmt: skip
    order = sorted(counted, key=lambda code: (rows[code].rank, code))
    told = [
        (
            str(rows[code].rank or "—"), agency_name(code), _count(rows[code]), percent(rows[code].raw),
            percent(rows[code].shrunk), f"{percent(rows[code].low)}–{percent(rows[code].high)}",
            interval(rows[code].rank_low, rows[code].rank_high),
        )
        for code in order
    ]  # fmt: skip
    better = "" if MEASURES[key].higher_is_better else "（越低越好）"
    table = Table(heads, tuple(told), caption=f"{MEASURES[key].name}{better}")
    rest = [agency_name(code) for code in found.agencies if code not in counted]
    return [table, Paragraph(f"本期没有可计案件的机构：{'、'.join(rest)}。")] if rest else [table]


def _count(one: Standing) -> str:
    whole = float(one.trials).is_integer() and float(one.successes).is_integer()
    return f"{one.successes:,.0f}/{one.trials:,.0f}" if whole else f"{one.successes:,.1f}/{one.trials:,.1f}"


def method(found: Assessment) -> list[str]:
    """Return how the figures came about, one paragraph each."""
    formulas = [f"{measure.name}＝{measure.formula}。" for measure in MEASURES.values()]
    means = "；".join(
        f"{measure.name}全省均值{percent(found.priors[key].mean)}，相当于{found.priors[key].strength:.0f}件"
        for key, measure in MEASURES.items()
    )
    return [
        *formulas,
        "件数少的机构，原始率起伏大。收缩后的率按经验贝叶斯（贝塔—二项分布）计算：（全省均值×强度＋件数）÷（强度＋总件数），"
        "强度由各机构的数据得出，数据不足以说明差异时与典型机构的件数相当（Morris 1983，Christiansen & Morris 1997）。"
        + means
        + "。",
        "名次按后验抽样的期望名次排列，并列出第5至第95百分位的名次区间；区间重叠的机构不宜认定优劣"
        "（Goldstein & Spiegelhalter 1996）。没有发生额的分项不排名次，综合得分按全省均值计。",
        f"综合得分为五项收缩后的率的平均值（退回改派率按1减去计），满分100。{SOURCE}。",
    ]


def _until(found: Bulletin | Assessment) -> str:
    if found.is_provisional:
        return f"本期尚未结束，数据截至{chinese_day(found.as_of)}，仍会变化。"
    return f"数据截至{chinese_day(found.as_of)}。"


def _report(title: str, blocks: list[Block], found: Bulletin | Assessment, number: str, mark: str) -> Document:
    everyone = "各市（州）医疗保障经办机构，省本级经办机构"
    return Document(
        "file", CENTRE_OFFICE, number, title, everyone, tuple(blocks), CENTRE_OFFICE, found.as_of, (), "", mark
    )  # fmt: skip
