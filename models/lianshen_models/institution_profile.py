"""FR-11: an institution whose month is unlike its peers' months, or unlike its own.

Cost, days, tests, drugs and their shares are compared with what the same patients (care, diagnosis, age, operated or
not) come to elsewhere: indirect standardisation over cells that share their strength. So is the share of stays of which
much was done in every respect. Same-day returns, reversals, settlements per open hour, patients of other provinces and
growth are compared as they are. Each indicator has a funnel by level, kind and city tier that allows for institutions
that differ by more than chance; the indicators that lie above the peers make one distance.

Blind spots: what a whole level does is usual; case mix is what was coded; a month of few settlements says too little.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.history import Growth, growth_of
from lianshen.anomaly.indicators import Indicator, Measured, share_of
from lianshen.anomaly.items import Excess, excess_items, learn_items, names_of
from lianshen.anomaly.kinds import with_kind
from lianshen.anomaly.learned import Learned
from lianshen.anomaly.loads import heaviest, is_heavy, learn_loads, loads
from lianshen.anomaly.panel import Panel, judge_panel, learn_panel
from lianshen.anomaly.pooling import Cells, dearest_first, is_of, learn_cells, numbered, standardise, usual_of
from lianshen.anomaly.spec import Floats, Ints, Text
from lianshen.anomaly.subject import Bools, Frames, Judged, Reason, SubjectModel
from lianshen.anomaly.telling import is_told, names_told, tell
from lianshen.anomaly.tempo import learn_hours, tempo
from lianshen.anomaly.words import peers_of
from lianshen_models.planted_peers import INSTITUTIONS

MEASURES = ("cost", "days", "tests", "drugs", "drug_share", "material_share")
CELLS = (
    ("care", "level", "chapter", "operated", "icd3", "age_band"),
    ("care", "level", "chapter", "operated", "icd3"),
    ("care", "level", "chapter", "operated"),
    ("care", "level", "chapter"),
    ("care", "level"),
    ("care",),
)
PEERS = (("level", "kind", "tier"), ("level", "kind"), ("level",))
INDICATORS = (
    Indicator("cost", "病例组合调整后次均费用", "log", "yuan", 0.15),
    Indicator("days", "病例组合调整后平均住院日", "ratio", "number", 0.15),
    Indicator("tests", "次均检查检验项数", "ratio", "number", 0.2),
    Indicator("drugs", "次均药品种数", "ratio", "number", 0.2),
    Indicator("heavy", "费用、检查、药品同时明显偏多的住院占比", "share", "percent", 0.06),
    Indicator("drug_share", "药占比", "difference", "percent", 0.08),
    Indicator("material_share", "住院耗材占比", "difference", "percent", 0.08),
    Indicator("again", "同人同日重复结算占比", "share", "percent", 0.03),
    Indicator("reversed", "退费冲销占比", "share", "percent", 0.05),
    Indicator("per_hour", "每营业小时结算笔数", "log", "number", 0.4),
    Indicator("cross", "跨省患者占比", "share", "percent", 0.1),
    Indicator("growth", "日均结算量（与本机构前12个月相比）", "log", "number", 0.4),
)
LEAST = 100
"""Settlements of a month below which nothing is said; of a month under way, in proportion."""
FOUR_WEEKS, STRANGEST, MOST_MEMBERS = 28, 0.98, 30
LEAST_LEARNED = 30
"""Smaller institutions teach the funnels nothing: their errors by chance are not known well."""


def learn(frames: Frames, seed: int) -> Learned:
    """Learn cells, funnels and distances; nothing is drawn at random."""
    months, mix, stays = with_kind(frames["institution_month"]), frames["institution_mix"], frames["institution_stay"]
    cells = learn_cells(mix, MEASURES, CELLS, mix["subject_id"])
    usual = usual_of(mix, CELLS, cells, len(MEASURES))
    hours, stay_loads = learn_hours(months), learn_loads(stays, CELLS)
    heavy = is_heavy(stays, loads(stays, CELLS, stay_loads), stay_loads)
    measured, _ = _measure(months, mix, usual, stays, heavy, months, hours)
    panel = learn_panel(months, measured, INDICATORS, PEERS, LEAST_LEARNED)
    items = learn_items(frames["institution_item"])
    return Learned({"cells": cells, "hours": hours, "stays": stay_loads, "items": items, **panel})


def judge(learned: Learned, frames: Frames, month: str) -> Judged:
    """Judge every institution of ``month`` that has settlements enough by itself."""
    history = with_kind(frames["institution_month"])
    now = history.where(history["setl_month"] == month)
    now = now.where(now["n"] >= LEAST * np.minimum(1.0, now["days"] / FOUR_WEEKS))
    mix, stays, charged = (
        frame.where(is_of(frame, now.key) & (frame["setl_month"] == month))
        for frame in (frames["institution_mix"], frames["institution_stay"], frames["institution_item"])
    )
    load = loads(stays, CELLS, learned.facts["stays"])
    heavy = is_heavy(stays, load, learned.facts["stays"])
    cells: Cells = learned.facts["cells"]
    usual = usual_of(mix, CELLS, cells, len(MEASURES))
    measured, growth = _measure(now, mix, usual, stays, heavy, history, learned.facts["hours"])
    panel = judge_panel(now, measured, INDICATORS, PEERS, learned.facts)
    found = panel.is_outlier(STRANGEST) | growth.is_jump
    told = is_told(panel.percentile, found)
    named = names_told(told, now.key)
    cost = panel.column("cost")
    items = excess_items(charged.where(is_of(charged, named)), learned.facts["items"], names_of(frames["item_name"]))
    exposure = _exposure(now, panel)
    dearest = dearest_first(mix, usual[:, 2 * MEASURES.index("cost")], named, MOST_MEMBERS)
    heaviest_of = heaviest(stays, load, heavy, named, MOST_MEMBERS)
    peers = peers_of(panel.peers)
    return Judged(
        subject_id=now.key,
        period=now["setl_month"],
        institution=now.key,
        score=panel.score,
        percentile=panel.percentile,
        peers=peers,
        peer_rows=panel.peer_rows,
        actual=panel.actual[:, cost],
        expected=panel.expected[:, cost],
        low=panel.low[:, cost],
        high=panel.high[:, cost],
        unit="元/次",
        exposure_fen=exposure,
        is_finding=found,
        severity=np.where(exposure >= 5_000_000, 3, np.where((exposure >= 1_000_000) | growth.is_jump, 2, 1)),
        because=tell(found, lambda row: _because(now, panel, growth, peers, row), dict),
        reasons=tell(told, lambda row: _with_item(panel.reasons(row), items.get(now.key[row])), list),
        members=[first or second for first, second in zip(heaviest_of, dearest, strict=True)],
    )


def _measure(
    now: Frame, mix: Frame, usual: Floats, stays: Frame, heavy: Bools, history: Frame, hours: Any
) -> tuple[dict[str, Measured], Growth]:
    """Return every indicator of the institution months ``now``, and how each month compares with those before.

    ``usual`` (see :func:`usual_of`) goes with ``mix``, ``heavy`` with ``stays``.
    """
    keys, inverse = numbered(mix, "subject_id", "setl_month")
    place = {key: number for number, key in enumerate(keys)}
    # Patients of older months are not read: of those only what institution_month says is compared.
    rows = np.array([place.get(key, -1) for key in zip(now.key, now["setl_month"], strict=True)], dtype=np.int64)
    n = now["n"].astype(np.float64)
    measured: dict[str, Measured] = {}
    for name, values in standardise(mix, MEASURES, usual, inverse, len(keys)).items():
        y, s = values.ratio() if name in ("days", "tests", "drugs") else values.difference()
        mean = values.observed / np.where(values.n > 0, values.n, np.nan)
        measured[name] = Measured(_at(mean, rows), _at(y, rows), _at(s, rows))
    measured["cost"] = Measured(now["cost_fen"] / 100 / n, measured["cost"].y, measured["cost"].s)
    many = np.zeros(len(keys))
    of_stay = [place[key] for key in zip(stays.key[heavy], stays["setl_month"][heavy], strict=True)]
    np.add.at(many, np.array(of_stay, dtype=np.int64), 1)
    measured["heavy"] = share_of(_at(many, rows), now["n_stays"].astype(np.float64))
    measured["again"] = share_of(now["n_again"].astype(np.float64), n)
    measured["reversed"] = share_of(now["n_reversed"].astype(np.float64), n + now["n_reversed"])
    measured["cross"] = share_of(now["n_cross"].astype(np.float64), n)
    measured["per_hour"] = tempo(now, hours)
    growth = growth_of(now, history)
    measured["growth"] = Measured(growth.actual, growth.y, growth.s)
    return measured, growth


def _with_item(said: list[Reason], excess: Excess | None) -> list[Reason]:
    """Return the reasons with the item that is charged beyond the usual among the first three."""
    if excess is None:
        return said
    yuan = f"{excess.beyond_fen // 100}"
    text = f"“{excess.name_zh}”每百例住院收取{excess.lines:.0f}次，同级通常{excess.usual:.0f}次，多收约{yuan}元"
    return [*said[:2], Reason("item", text, f"{excess.lines:.0f}", f"{excess.usual:.0f}"), *said[2:]]


def _at(values: Floats, rows: Ints) -> Floats:
    return np.where(rows < 0, np.nan, values[rows]) if len(values) else np.full(len(rows), np.nan)


def _exposure(now: Frame, panel: Panel) -> Any:
    """Return the fund's part of what lies above the upper limit of cost, or of a share where that is more."""
    beyond = np.zeros(len(now))
    for name in ("cost", "drug_share", "material_share"):
        place = panel.column(name)
        over = panel.actual[:, place] - panel.high[:, place]
        whole = panel.actual[:, place] if name == "cost" else np.ones(len(now))
        part = np.where(panel.stands_out[:, place], over / np.where(whole > 0, whole, np.nan), 0.0)
        beyond = np.maximum(beyond, np.nan_to_num(part))
    fen: Floats = np.rint(beyond * now["fund_fen"])
    return fen.astype(np.int64)


def _because(now: Frame, panel: Panel, growth: Growth, peers: Text, row: int) -> dict[str, Any]:
    said: dict[str, Any] = {
        "because_institution": now["name_zh"][row] or now.key[row],
        "because_peers": peers[row],
        "because_peer_count": int(panel.peer_rows[row]),
        "because_settlements": int(now["n"][row]),
        "because_score": f"{panel.score[row]:.1f}",
        "because_percentile": f"{panel.percentile[row] * 100:.1f}",
        "because_change": "未见突变" if growth.months[row] else "历史不足，未比较",
    }
    if growth.is_jump[row]:
        said["because_change"] = (
            f"日均结算{growth.actual[row]:.1f}笔，前{growth.months[row]:.0f}个月中位数{growth.expected[row]:.1f}笔"
        )
    return said


MODEL = SubjectModel(
    id="FR-11",
    version=1,
    title="Provider outlier",
    title_zh="机构异常画像",
    about=(
        "Compares an institution's month with what its patients come to elsewhere and with its peers of the same "
        "level, kind and city tier, allowing for over-dispersion; and its volume with its own trailing year."
    ),
    about_zh="按病例组合标化后，将机构当月费用、住院日、检查、药耗、重复结算、增长等与同级同类机构比较，允许机构间正常差异，并与自身前12个月比较。",
    subject="institution",
    features=("institution_month", "institution_mix", "institution_stay", "institution_item", "item_name"),
    history_months=12,
    learn=learn,
    judge=judge,
    probe=INSTITUTIONS,
    level="provider",
    basis=("《四川省异地就医结算管理办法》第十条", "《四川省异地就医结算管理办法》第十一条"),
    handler=("H7", "H3"),
    sentence_zh=(
        "{because_institution}在{because_month}结算{because_settlements}笔，综合偏离{because_score}，"
        "高于{because_percentile}%的同类机构（{because_peers}）：{because_reasons_zh}。"
    ),
    facts={
        "because_institution": "医疗机构",
        "because_month": "月份",
        "because_settlements": "结算笔数",
        "because_score": "综合偏离",
        "because_percentile": "同类百分位",
        "because_peers": "对照组",
        "because_peer_count": "对照机构月数",
        "because_change": "与自身历史相比",
        "because_reasons_zh": "主要原因",
    },
    not_a_finding_when=(
        "新开业、合并或迁址的机构，历史和同类都不可比。",
        "新设专科、引进新技术，病例组合中没有对应的病种。",
        "专科医院收治的病情较同病种更重，病案能够说明。",
    ),
    reviewer_checks=(
        "先看前三项指标的实际值、预期值和上限，判断是收治变化还是诊疗行为变化。",
        "抽查所列结算中费用最高的病例，核对病案、医嘱和费用清单。",
        "核对机构当月有无新增科室、床位、医师或协议变更。",
    ),
    blind_spots=(
        "What all institutions of a level do is usual here.",
        "Diagnoses, operations and ages are taken as coded: coding up makes expensive care look expected.",
        "Below 100 settlements in a month (of a month under way, in proportion) nothing is said.",
        "A few padded bills among thousands stay inside the limits.",
        "Growth is compared only when six months of the trailing year were received.",
        "The warehouse holds mostly settlements of persons insured elsewhere: volumes are theirs alone.",
    ),
)
