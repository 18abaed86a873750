"""Pictures of amounts: against a limit, beside another, within an interval, by day. Made of the names of facts.

A drawing that lacks what it needs returns None: a picture is left out, never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from lianshen_dashboards.evidence import amount, day, fact
from lianshen_dashboards.figures import compare, size
from lianshen_dashboards.parts.plot import Numbers
from lianshen_dashboards.parts.scene import Picture, Scene, measured, plain
from lianshen_dashboards.present import Row


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


@dataclass(frozen=True)
class Apart:
    """The minutes between two moments against the minutes that the way between them takes."""

    here: str
    there: str
    needed: str

    @property
    def facts(self) -> tuple[str, ...]:
        return self.here, self.there, self.needed

    def __call__(self, finding: Row, scene: Scene) -> Picture | None:
        needed = amount(fact(finding, self.needed))
        try:
            here, there = (datetime.fromisoformat(str(fact(finding, name))) for name in (self.here, self.there))
        except ValueError:
            return None
        if needed is None:
            return None
        minutes = Decimal(int(abs(here - there).total_seconds()) // 60)
        figure = size.against_limit(minutes, needed, "分钟", "相隔", "车程", at_least=True)
        rows = [("相隔", plain(minutes)), ("车程", plain(needed))]
        return Picture(
            figure, f"两次就诊相隔 {plain(minutes)} 分钟，车程 {plain(needed)} 分钟", Numbers(("", "分钟"), rows)
        )
