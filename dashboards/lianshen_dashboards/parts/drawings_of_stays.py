"""Pictures along time: stays that overlap or follow each other, and a filing against the admission."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lianshen_dashboards.evidence import Cells, amount, day, fact
from lianshen_dashboards.figures import time
from lianshen_dashboards.figures.time import Stay
from lianshen_dashboards.parts.because import place, value_of
from lianshen_dashboards.parts.plot import Numbers
from lianshen_dashboards.parts.scene import Picture, Scene
from lianshen_dashboards.present import Row

FOR_EVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Span:
    """The facts that say where somebody was, from when until when; ``days`` instead of an end where that is stated."""

    place: str
    begin: str
    end: str = ""
    days: str = ""
    name: str = ""
    """What the lane is called where the finding names no place."""

    def of(self, finding: Row, is_this: bool) -> Stay | None:
        begin = day(fact(finding, self.begin))
        if begin is None:
            return None
        length = amount(fact(finding, self.days)) if self.days else None
        end = begin + timedelta(days=int(length)) if length is not None else day(fact(finding, self.end or self.begin))
        where = fact(finding, self.place) if self.place else None
        name = value_of(self.place, where) if where is not None else self.name or ("本次" if is_this else "另一次")
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
