"""XR-23: a hospital that draws its inpatients from elsewhere out of one county, or suddenly twice as many.

What is usual is learned for each city: from which counties its patients from elsewhere come. An institution stands out
by the stays of its strangest county, by how often two of its patients are of one county, by arrivals on one day, by
growth from one month to the next, and, where a city sends the sums of its local patients, by the share of patients from
elsewhere.

Blind spots: patients who are brought in ones and twos; counties are those of insurance, not of residence; a county
across the province border has no distance here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lianshen.anomaly.change import Bools
from lianshen.anomaly.features import Frame
from lianshen.anomaly.history import month_on_month
from lianshen.anomaly.indicators import Indicator, Measured, share_of
from lianshen.anomaly.kinds import with_kind
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.origins import Clusters, clusters_of, learn_origins
from lianshen.anomaly.panel import Panel, judge_panel, learn_panel
from lianshen.anomaly.spec import Floats, Text
from lianshen.anomaly.subject import Frames, Judged, Reason, SubjectModel
from lianshen.anomaly.telling import is_told, tell
from lianshen.anomaly.words import WEEKDAYS, peers_of
from lianshen_models.planted_peers import ORIGINS

INDICATORS = (
    Indicator("county", "最突出参保县的住院人次", "difference", "number", 2.0),
    Indicator("simpson", "来源集中程度", "difference", "number", 0.05),
    Indicator("day", "同县同日入院人次", "difference", "number", 2.0),
    Indicator("growth", "异地住院环比", "log", "number", 0.69),
    Indicator("share", "异地住院占比", "share", "percent", 0.1),
)
PEERS = (("level", "tier"), ("level",))
LEAST_LEARNED, STRANGEST, BUS_WEEKS = 10, 0.99, 3
LEAST_CLUSTER = 8
"""Stays of one county below which there is no cluster."""
TIMES_EXPECTED, HERFINDAHL = 3.0, 0.5
GROWTH, GROWTH_STAYS = 2.0, 50
FAR_MINUTES = 90
"""By road; about 100 km."""


@dataclass(frozen=True)
class Signs:
    """What the card of the check asks for, by institution."""

    growth: Floats
    doubled: Bools
    one_county: Bools
    buses: Bools
    cluster: Bools

    @property
    def any(self) -> Bools:
        """Whether one of them is there."""
        return self.doubled | self.one_county | self.buses | self.cluster


def learn(frames: Frames, seed: int) -> Learned:
    """Learn the usual origins by city and the funnels; nothing is drawn at random."""
    origins = with_kind(frames["institution_origin"])
    shares = learn_origins(origins)
    clusters = clusters_of(origins, shares)
    now = _institutions(origins, clusters)
    facts = learn_panel(now, _measure(now, clusters, origins), INDICATORS, PEERS, LEAST_LEARNED)
    return Learned({"origins": shares, **facts})


def judge(learned: Learned, frames: Frames, month: str) -> Judged:
    """Judge every institution of ``month`` by itself."""
    history = with_kind(frames["institution_origin"])
    origins = history.where(history["setl_month"] == month)
    clusters = clusters_of(origins, learned.facts["origins"])
    now = _institutions(origins, clusters)
    panel = judge_panel(now, _measure(now, clusters, history), INDICATORS, PEERS, learned.facts)
    signs = _signs(now, clusters, panel)
    # A special hospital's patients come from afar; what comes by the busload is still looked at.
    found = signs.any & ((now["kind"] != "SPECIALISED") | signs.buses)
    exposure = np.where(found | (clusters.county_z > 3), now["county_fund_fen"], 0).astype(np.int64)
    peers = peers_of(panel.peers)
    return Judged(
        subject_id=now.key,
        period=now["setl_month"],
        institution=now.key,
        score=panel.score,
        percentile=panel.percentile,
        peers=peers,
        peer_rows=panel.peer_rows,
        actual=now["county_n"].astype(np.float64),
        expected=clusters.expected,
        low=np.full(len(now), np.nan),
        high=clusters.expected + 3.5 * np.sqrt(clusters.expected + 1),
        unit="人次",
        exposure_fen=exposure,
        is_finding=found,
        severity=np.where(exposure >= 5_000_000, 3, 2),
        because=tell(found, lambda row: _because(now, clusters, signs, peers, panel, row), dict),
        reasons=tell(is_told(panel.percentile, found), lambda row: _reasons(now, clusters, signs, row), list),
        members=[tuple(str(stays).split(" ")) for stays in now["stays"]],
    )


def _institutions(origins: Frame, clusters: Clusters) -> Frame:
    """Return one row for each institution and month, with the columns of its strangest county."""
    top = origins.where(clusters.top)
    number_of = {key: number for number, key in enumerate(clusters.keys)}
    weeks = np.zeros(len(number_of), dtype=np.int64)
    for subject, month, many in zip(origins.key, origins["setl_month"], origins["bus_weeks"], strict=True):
        number = number_of[(str(subject), str(month))]
        weeks[number] = max(weeks[number], many)
    columns = {
        **top.columns, "county_n": top["n"], "county_fund_fen": top["fund_fen"],
        "n": np.rint(clusters.n).astype(np.int64), "bus_weeks": weeks,
    }  # fmt: skip
    return Frame(top.key, columns)


def _measure(now: Frame, clusters: Clusters, history: Frame) -> dict[str, Measured]:
    ones = np.ones(len(now))
    n = clusters.n
    return {
        "county": Measured(clusters.county_z, clusters.county_z, ones),
        "simpson": Measured(clusters.simpson, np.where(n < 2, np.nan, clusters.simpson), clusters.simpson_s),
        "day": Measured(clusters.day_z, clusters.day_z, ones),
        "growth": month_on_month(now, history),
        "share": share_of(n, np.where(np.isnan(now["n_local"].astype(np.float64)), 0, n + now["n_local"])),
    }


def _signs(now: Frame, clusters: Clusters, panel: Panel) -> Signs:
    growth = panel.actual[:, panel.column("growth")]
    minutes = now["minutes"].astype(np.float64)
    far = np.isnan(minutes) | (minutes > FAR_MINUTES)
    large = (now["county_n"] >= LEAST_CLUSTER) & (now["county_n"] >= TIMES_EXPECTED * clusters.expected)
    return Signs(
        growth=growth,
        doubled=(np.nan_to_num(growth) >= GROWTH) & (now["n"] >= GROWTH_STAYS)
        & panel.stands_out[:, panel.column("growth")],
        one_county=(clusters.herfindahl > HERFINDAHL) & far & (now["level"] != "TERTIARY") & large,
        buses=now["bus_weeks"] >= BUS_WEEKS,
        cluster=large & panel.is_outlier(STRANGEST)
        & (panel.stands_out[:, panel.column("county")] | panel.stands_out[:, panel.column("day")]),
    )  # fmt: skip


def _reasons(now: Frame, clusters: Clusters, signs: Signs, row: int) -> list[Reason]:
    county = now["origin_zh"][row] or now["origin"][row]
    n, own, usual = int(now["n"][row]), int(now["county_n"][row]), float(clusters.expected[row])
    said = [
        Reason(
            "county", f"{n}例异地住院中{own}例参保地为{county}，同城机构通常为{usual:.1f}例", str(own), f"{usual:.1f}",
            min(1.0, own / max(n, 1)),
        ),
        Reason("herfindahl", f"来源集中指数{clusters.herfindahl[row]:.2f}", f"{clusters.herfindahl[row]:.2f}"),
    ]  # fmt: skip
    most = int(now["most"][row])
    if most >= 3:
        said.append(Reason("day", f"{county}同一天最多{most}人入院", str(most)))
    if now["bus_weeks"][row]:
        weekday = now["bus_isodow"][row]
        day = WEEKDAYS[int(weekday) - 1] if weekday == weekday else "同一星期日"
        weeks = int(now["bus_weeks"][row])
        said.insert(1, Reason("bus", f"有{weeks}周在{day}同县5人以上同日入院", str(weeks)))
    if np.nan_to_num(signs.growth[row]) >= GROWTH:
        said.insert(0, Reason("growth", f"异地住院为上月的{signs.growth[row]:.1f}倍（已扣除同级整体变化）"))
    return said


def _because(now: Frame, clusters: Clusters, signs: Signs, peers: Text, panel: Panel, row: int) -> dict[str, Any]:
    marks = {
        "异地住院翻倍": signs.doubled, "来源高度集中": signs.one_county, "固定日集中入院": signs.buses,
        "一县患者异常聚集": signs.cluster,
    }  # fmt: skip
    fund = int(now["county_fund_fen"][row])
    return {
        "because_institution": now["name_zh"][row] or now.key[row],
        "because_how": "、".join(name for name, mark in marks.items() if mark[row]) or "未见",
        "because_county": now["origin_zh"][row] or now["origin"][row],
        "because_stays": int(now["county_n"][row]),
        "because_remote_stays": int(now["n"][row]),
        "because_fund": f"{fund // 100}.{fund % 100:02d}",
        "because_peers": peers[row],
        "because_percentile": f"{panel.percentile[row] * 100:.1f}",
    }


MODEL = SubjectModel(
    id="XR-23",
    version=1,
    title="Source clustering and jump in remote share",
    title_zh="异地患者来源聚集与占比突变",
    about=(
        "Compares where an institution's inpatients from elsewhere come from with what is usual for its city: one "
        "county far beyond, arrivals together, growth from the month before, and their share where local sums are sent."
    ),
    about_zh="将机构异地住院患者的参保县分布与同城机构比较，识别一县聚集、同日结伴入院、环比突增；有本地汇总数据时比较异地占比。",
    subject="institution",
    features=("institution_origin",),
    history_months=1,
    learn=learn,
    judge=judge,
    probe=ORIGINS,
    level="provider",
    basis=(
        "《医疗保障基金使用监督管理条例》第四十条第（一）项",
        "《四川省异地就医结算管理办法》第十一条",
        "《四川省异地就医结算管理办法》第十二条",
    ),
    handler=("H3", "H5"),
    sentence_zh=(
        "{because_institution}在{because_month}{because_how}：异地住院{because_remote_stays}例，其中{because_county}"
        "{because_stays}例，涉及基金{because_fund}元。{because_reasons_zh}。"
    ),
    facts={
        "because_institution": "医疗机构",
        "because_month": "月份",
        "because_how": "异常情形",
        "because_county": "最突出的参保县",
        "because_stays": "该县住院人次",
        "because_remote_stays": "异地住院人次",
        "because_fund": "该县住院基金支付（元）",
        "because_peers": "对照组",
        "because_percentile": "同类百分位",
        "because_reasons_zh": "主要原因",
    },
    not_a_finding_when=(
        "眼科、精神、肿瘤等专科医院，患者本来来自各地（已排除专科医院，固定日集中入院除外）。",
        "两地毗邻，或有医联体、对口支援、转诊协议。",
        "企业、学校、工地在当地集中居住，或有体检、义诊后统一收治的备案。",
    ),
    reviewer_checks=(
        "查接送记录、住院登记和联系电话，核实是否有组织拉人。",
        "比对同批患者的诊断、住院天数、出院日期和费用是否雷同。",
        "请参保地经办机构向患者核实就医原因和自付费用。",
    ),
    blind_spots=(
        "Patients who are brought in ones and twos, from many counties, look like any others.",
        "The county is that of insurance: people who have long lived in the city count as from there.",
        "Counties of other provinces have no distance here; all of them count as far.",
        "The share of patients from elsewhere is known only where a city sends the sums of its local patients, "
        "and only for months that are over.",
    ),
)
