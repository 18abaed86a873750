"""The kinds of picture that a finding can have. Each is made of the names of facts and drawn from a finding.

A drawing that lacks what it needs returns None: a picture is left out, never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from lianshen_dashboards.evidence import Cells, amount, day, fact
from lianshen_dashboards.figures import compare, size, time
from lianshen_dashboards.figures.compare import Step
from lianshen_dashboards.figures.time import Stay
from lianshen_dashboards.parts.because import place, value_of
from lianshen_dashboards.parts.plot import Numbers
from lianshen_dashboards.parts.scene import Picture, Scene, measured, plain
from lianshen_dashboards.present import Row

FOR_EVER = date(9999, 12, 31)
CAUSES = {
    "by_catalogue": "目录",
    "by_filing": "备案",
    "by_benefit": "待遇计算",
    "by_accumulator": "年度累计",
    "by_identity": "结算单自相矛盾",
    "unexplained": "未能解释",
}


class Drawing(Protocol):
    """What draws a finding, or says that it cannot; ``facts`` are the names that it reads of a finding."""

    @property
    def facts(self) -> tuple[str, ...]: ...

    def __call__(self, finding: Row, scene: Scene) -> Picture | None: ...


@dataclass(frozen=True)
class Against:
    """A quantity against its cap, or a price against its ceiling; ``at_least``: what should have been reached."""

    value: str
    limit: str
    at_least: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        return self.value, self.limit

    def __call__(self, finding: Row, scene: Scene) -> Picture | None:
        value, limit = measured(finding, self.value), measured(finding, self.limit)
        if value is None or limit is None or value.value < 0 or limit.value < 0:
            return None
        unit = value.unit or limit.unit
        figure = size.against_limit(value.value, limit.value, unit, value.name, limit.name, at_least=self.at_least)
        says = f"{value.name} {plain(value.value)} {unit}，{limit.name} {plain(limit.value)} {unit}"
        return Picture(
            figure, says, Numbers(("", unit or "值"), [(one.name, plain(one.value)) for one in (value, limit)])
        )


@dataclass(frozen=True)
class Beside:
    """Two amounts side by side: what was found, and what it is held against."""

    found: str
    held: str

    @property
    def facts(self) -> tuple[str, ...]:
        return self.found, self.held

    def __call__(self, finding: Row, scene: Scene) -> Picture | None:
        found, held = measured(finding, self.found), measured(finding, self.held)
        if found is None or held is None:
            return None
        unit = found.unit or held.unit
        figure = compare.side_by_side((found.name, found.value), (held.name, held.value), unit)
        rows = [(one.name, plain(one.value)) for one in (found, held)]
        rows.append(("差额", plain(found.value - held.value)))
        return Picture(figure, "，".join(f"{name} {value} {unit}" for name, value in rows), Numbers(("", unit), rows))


@dataclass(frozen=True)
class Band:
    """An actual amount against what was expected, with its interval."""

    actual: str
    expected: str
    low: str
    high: str

    @property
    def facts(self) -> tuple[str, ...]:
        return self.actual, self.expected, self.low, self.high

    def __call__(self, finding: Row, scene: Scene) -> Picture | None:
        numbers = [measured(finding, name) for name in self.facts]
        found = [one for one in numbers if one is not None]
        if len(found) < len(numbers):
            return None
        actual, expected, low, high = (one.value for one in found)
        says = f"实际 {plain(actual)} 元，预计 {plain(expected)} 元，区间 {plain(low)} 至 {plain(high)} 元"
        rows = [(one.name, plain(one.value)) for one in found]
        return Picture(size.interval(actual, expected, low, high), says, Numbers(("", "元"), rows))


@dataclass(frozen=True)
class Span:
    """The facts that say where somebody was, from when until when; ``days`` instead of an end where that is stated."""

    place: str
    begin: str
    end: str = ""
    days: str = ""

    def of(self, finding: Row, is_this: bool) -> Stay | None:
        begin = day(fact(finding, self.begin))
        if begin is None:
            return None
        length = amount(fact(finding, self.days)) if self.days else None
        end = begin + timedelta(days=int(length)) if length is not None else day(fact(finding, self.end or self.begin))
        where = fact(finding, self.place) if self.place else None
        name = value_of(self.place, where) if where is not None else ("本次" if is_this else "另一次")
        return Stay(name, begin, end, is_this) if end and end >= begin else None


@dataclass(frozen=True)
class Stays:
    """Overlapping bars, or the gap between two stays: the spans that a finding states, this one first.

    Without spans, or where a finding does not state them, the stays of the case and the person's others.
    """

    here: Span | None = None
    there: Span | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        spans = [span for span in (self.here, self.there) if span]
        return tuple(n for span in spans for n in (span.place, span.begin, span.end, span.days) if n)

    def __call__(self, finding: Row, scene: Scene) -> Picture | None:
        stated = []
        if self.here and self.there:
            both = (self.here.of(finding, True), self.there.of(finding, False))
            stated = [stay for stay in both if stay]
        return draw_stays(stated if len(stated) == 2 else known_stays(finding, scene))


def known_stays(finding: Row, scene: Scene) -> list[Stay]:
    """Return the settlements of the case as stays, and the person's other stays in scope."""
    every = []
    for row in scene.evidence.settlements.values():
        begin, end = day(row["begndate"]), day(row["enddate"])
        if begin and end:
            here = row["fixmedins_name"] or row["fixmedins_code"]
            every.append(Stay(here, begin, end, row["setl_id"] == finding["setl_id"]))
    return every + list(scene.other_stays)


def draw_stays(every: list[Stay]) -> Picture | None:
    """Draw stays on lanes of their institutions, with what lies between neighbours; None for fewer than two."""
    if len(every) < 2:
        return None
    between = "；".join(
        f"{one.place} 与 {other.place} {time.between_zh(one, other)}" for one, other, _ in time.gaps(every)
    )
    rows = [
        (stay.place, str(stay.begin), str(stay.end), str(stay.days), "本案" if stay.is_this else "")
        for stay in sorted(every, key=lambda stay: (stay.begin, stay.end))
    ]
    numbers = Numbers(("机构", "开始", "结束", "天数", ""), rows)
    return Picture(time.stays_figure(every), f"住院时间线：{between}", numbers)


@dataclass(frozen=True)
class PerDay:
    """Counts on each day against what is allowed on one; where a finding is about no day, the total against it."""

    total: str
    allowed: str

    @property
    def facts(self) -> tuple[str, ...]:
        return self.total, self.allowed

    def __call__(self, finding: Row, scene: Scene) -> Picture | None:
        allowed = amount(fact(finding, self.allowed))
        counts = _counts(finding, scene) if allowed is not None and day(fact(finding, "period")) else {}
        if allowed is None or not counts:
            return Against(self.total, self.allowed)(finding, scene)
        over = [one for one, count in sorted(counts.items()) if count > allowed]
        says = f"每日数量，上限 {plain(allowed)}，超过的日期：{'、'.join(over) or '无'}"
        rows = [(one, plain(count), plain(allowed)) for one, count in sorted(counts.items())]
        return Picture(size.per_day(counts, allowed, "数量"), says, Numbers(("日期", "数量", "上限"), rows))


def _counts(finding: Row, scene: Scene) -> dict[str, Decimal]:
    hit = scene.hit_lines(finding["rule_id"])
    codes = {line["hilist_code"] for line in scene.evidence.lines if line["bkkp_sn"] in hit}
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in scene.evidence.lines:
        if line["hilist_code"] in codes and line["setl_id"] == finding["setl_id"]:
            found[line["fee_date"]] += Decimal(line["cnt"])
    return found


@dataclass(frozen=True)
class Filing:
    """The period of a filing against the admission."""

    facts: tuple[str, ...] = ("filed_from",)

    def __call__(self, finding: Row, scene: Scene) -> Picture | None:
        row: Cells = scene.evidence.recomputed.get(finding["setl_id"], {})
        stay: Cells = scene.evidence.settlements.get(finding["setl_id"], {})
        begin, end = day(stay.get("begndate")), day(stay.get("enddate"))
        since = day(fact(finding, "filed_from")) or day(row.get("filed_from"))
        until = day(fact(finding, "filed_until")) or day(row.get("filed_until")) or FOR_EVER
        if not (begin and end and since):
            return None
        filed_for, treated_in = fact(finding, "filed_for") or row.get("filed_region"), fact(finding, "treated_in")
        places = (place(str(filed_for)) if filed_for else "", place(str(treated_in)) if treated_in else "")
        figure = time.filing_figure(since, until, begin, end, scene.today, places)
        last = "长期" if until == FOR_EVER else str(until)
        rows = [("备案", places[0], str(since), last), ("就诊", places[1], str(begin), str(end))]
        says = f"备案 {since} 至 {last}，就诊 {begin} 至 {end}"
        return Picture(figure, says, Numbers(("", "地点", "开始", "结束"), rows))


@dataclass(frozen=True)
class Recomputed:
    """The settlement recomputed against what was paid, step by step; without steps, what the difference is made of."""

    facts: tuple[str, ...] = ()

    def __call__(self, finding: Row, scene: Scene) -> Picture | None:
        steps = [
            Step(str(step["zh"]), should, amount(step.get("paid")))
            for step in scene.evidence.steps.get(finding["setl_id"], ())
            if (should := amount(step.get("amount"))) is not None
        ]
        paid = amount(scene.evidence.recomputed.get(finding["setl_id"], {}).get("paid_fund"))
        if steps and not any(step.paid is not None for step in steps) and paid is not None:
            # Steps that name no paid amounts end in the funds: that one is known.
            steps[-1] = Step(steps[-1].name, steps[-1].should, paid)
        if not any(step.differs for step in steps):
            return _made_of(finding, scene)
        parted = "；".join(
            f"{s.name} 复算 {plain(s.should)} 结算单 {plain(s.paid)}" for s in steps if s.differs and s.paid is not None
        )
        rows = [
            (s.name, f"{s.should:,.2f}", f"{s.paid:,.2f}" if s.paid is not None else "",
             f"{s.paid - s.should:+,.2f}" if s.paid is not None else "")
            for s in steps
        ]  # fmt: skip
        numbers = Numbers(("步骤", "复算（元）", "结算单（元）", "差额"), rows)
        return Picture(compare.step_by_step(steps), f"逐步复算，不一致之处：{parted}", numbers)


def _made_of(finding: Row, scene: Scene) -> Picture | None:
    row = scene.evidence.recomputed.get(finding["setl_id"], {})
    parts = [(name, amount(row.get(column)) or Decimal(0)) for column, name in CAUSES.items()]
    if not any(part for _, part in parts):
        return None
    said = [(name, plain(part)) for name, part in parts if part]
    return Picture(
        size.causes(parts), "差额构成：" + "、".join(f"{n} {v} 元" for n, v in said), Numbers(("原因", "元"), said)
    )


@dataclass(frozen=True)
class DailyCost:
    """Cost per day, the part that the finding is about marked."""

    facts: tuple[str, ...] = ()

    def __call__(self, finding: Row, scene: Scene) -> Picture | None:
        hit = scene.hit_lines(finding["rule_id"])
        lines = [
            (line["fee_date"], Decimal(line["det_item_fee_sumamt"]), line["bkkp_sn"] in hit)
            for line in scene.evidence.lines
            if line["setl_id"] == finding["setl_id"]
        ]
        if not any(is_hit for _, _, is_hit in lines):
            return None
        sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for one, part, is_hit in lines:
            sums[one][is_hit] += part
        marked = sum((part for _, part, is_hit in lines if is_hit), Decimal(0))
        rows = [(one, f"{other:,.2f}", f"{part:,.2f}") for one, (other, part) in sorted(sums.items())]
        numbers = Numbers(("日期", "其他（元）", "疑点（元）"), rows)
        return Picture(size.daily_cost(lines), f"逐日费用，疑点部分合计 {plain(marked)} 元", numbers)
