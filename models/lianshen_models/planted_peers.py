"""Probes of the models that compare institutions and doctors with peers: some are made dearer in later data."""

from __future__ import annotations

import numpy as np

from lianshen.anomaly.features import Frame
from lianshen.anomaly.planting import Sums, choose, copies, graded, joined, of_rows, raised, with_columns
from lianshen.anomaly.subject import Frames, Planting, Probe

LEAST_SETTLEMENTS = 20
"""Of a month, for something to be planted in an institution or a doctor."""
LEAST_VISITORS, LEAST_NEIGHBOURS = 20, 50
LEAST_STAYS = 15
LEAST_BILLS = 100


def _many_enough(frame: Frame, least: int) -> list[str]:
    """Return the subjects that have ``least`` settlements or more: as the column ``n`` says, else rows."""
    code, values = frame.factors()
    n = np.bincount(code, weights=frame.columns.get("n"), minlength=len(values))
    return [str(one) for one in values[n >= least]]


def _of_pooled(measure: str) -> Sums:
    return f"{measure}_n", f"{measure}_sum", f"{measure}_sq"


def dear_institutions(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """FR-11: let a tenth of the institutions cost and test more in ``month``."""
    months, mix, stays = (frames[name] for name in ("institution_month", "institution_mix", "institution_stay"))
    chosen = choose(rng, _many_enough(months.where(months["setl_month"] == month), LEAST_SETTLEMENTS))
    strength = graded(len(chosen), 1.15, 1.8)

    def factor(frame: Frame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.where(frame["setl_month"] == month, of_rows(frame.key, chosen, strength), 1.0)

    money = ("cost_fen", "fund_fen")
    changed = {
        **frames,
        "institution_month": raised(months, factor(months), amounts=money),
        "institution_mix": raised(
            mix, factor(mix), logs=[_of_pooled("cost")], sums=[_of_pooled("tests")], amounts=money
        ),
        "institution_stay": raised(stays, factor(stays), amounts=("cost_fen", "n_tests")),
    }
    return changed, [(one,) for one in chosen]


def dear_doctors(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """DR-12: let a tenth of the doctors with twenty patients cost, test and prescribe more in ``month``."""
    mix = frames["doctor_month"]
    here = mix["setl_month"] == month
    chosen = choose(rng, _many_enough(mix.where(here), LEAST_SETTLEMENTS))
    factor = np.where(here, of_rows(mix.key, chosen, graded(len(chosen), 1.15, 2.0)), 1.0)
    changed = raised(
        mix, factor, logs=[_of_pooled("cost")], sums=[_of_pooled("tests"), _of_pooled("drugs")],
        amounts=("cost_fen", "fund_fen"),
    )  # fmt: skip
    return {**frames, "doctor_month": changed}, [(one,) for one in chosen]


def dear_visitors(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """XR-22: let visitors of a tenth of the institutions cost more and be tested more, neighbours as before."""
    cells = frames["visitor_cell"]
    remote = cells["origin"] == "REMOTE"
    visitors, neighbours = cells.where(remote & (cells["setl_month"] == month)), cells.where(~remote)
    able = {*_many_enough(visitors, LEAST_VISITORS)} & {*_many_enough(neighbours, LEAST_NEIGHBOURS)}
    chosen = choose(rng, able)
    factor = np.where(remote, of_rows(cells.key, chosen, graded(len(chosen), 1.15, 2.0)), 1.0)
    changed = raised(
        cells, factor, logs=[("n", "ln_cost", "ln_cost_2"), ("n", "ln_tests", "ln_tests_2")],
        amounts=[name for name in cells.columns if name.endswith("_fen")],
    )  # fmt: skip
    return {**frames, "visitor_cell": changed}, [(one,) for one in chosen]


def invented_stays(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """FR-05: add stays that bear marks of invented ones to a tenth of the hospitals, one in sixteen to one in two."""
    stays = frames["institution_admission"]
    here = np.flatnonzero(stays["setl_month"] == month)
    chosen = choose(rng, _many_enough(stays.where(here), LEAST_STAYS))
    added = [stays]
    for subject, share in zip(chosen, graded(len(chosen), 1 / 16, 1 / 2), strict=True):
        own = here[stays.key[here] == subject]
        many = max(3, round(share * len(own)))
        rows = rng.choice(own, many)
        added.append(
            copies(
                stays, rows, setl_id=[f"PROBE-{subject}-{number}" for number in range(many)],
                together=many - 1, twins=many - 1, is_cash_free=True, cost_fen=(stays["cost_fen"][rows] // 2).tolist(),
            )
        )  # fmt: skip
    return {**frames, "institution_admission": joined(*added)}, [(one,) for one in chosen]


def crowds_of_one_county(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """XR-23: let a tenth of the hospitals draw more stays out of one county that they have had patients of."""
    origins = frames["institution_origin"]
    here = np.flatnonzero(origins["setl_month"] == month)
    chosen = choose(rng, _many_enough(origins.where(here), LEAST_STAYS))
    columns = {name: origins[name].copy() for name in ("n", "fund_fen", "most", "together")}
    for subject, share in zip(chosen, graded(len(chosen), 0.15, 1.0), strict=True):
        own = here[origins.key[here] == subject]
        row = int(rng.choice(own))
        many = max(3, round(float(share * origins["n"][own].sum())))
        columns["n"][row] += many
        columns["fund_fen"][row] += many * int(origins["fund_fen"][own].sum() // origins["n"][own].sum())
        # They come in two parties.
        columns["most"][row] = max(columns["most"][row], (many + 1) // 2)
        columns["together"][row] += many
    return {**frames, "institution_origin": with_columns(origins, columns)}, [(one,) for one in chosen]


def moved_money(frames: Frames, month: str, rng: np.random.Generator) -> tuple[Frames, list[Planting]]:
    """DW-01: let a tenth of the hospitals move bills to another charge category after a watched change."""
    shifts = frames["institution_shift"]
    here = (shifts["setl_month"] == month) & (shifts["change_id"] != None)  # noqa: E711 - elementwise
    here &= (shifts["n_before"] >= LEAST_BILLS) & (shifts["n_after"] >= LEAST_BILLS)
    here &= shifts["category"] != shifts["restrains"]
    able = np.flatnonzero(here & (np.nan_to_num(shifts["before"].astype(np.float64)) > 0.02))
    chosen = choose(rng, shifts.key[able])
    after = shifts["after"].copy()
    for subject, points in zip(chosen, graded(len(chosen), 0.01, 0.15), strict=True):
        row = int(rng.choice(able[shifts.key[able] == subject]))
        after[row] = min(1.0, after[row] + points)
    return {**frames, "institution_shift": with_columns(shifts, {"after": after})}, [(one,) for one in chosen]


INSTITUTIONS = Probe(
    dear_institutions,
    "in a tenth of the institutions with twenty settlements costs and tests of the month are raised, by 15 to 80 %.",
    "在十分之一的机构（当月结算二十笔以上）中，把当月费用和检查检验提高15%至80%。",
)
DOCTORS = Probe(
    dear_doctors,
    "for a tenth of the doctors with twenty patients costs, tests and drugs of the month are raised, by 15 to 100 %.",
    "在十分之一的医师（当月患者二十人以上）中，把当月费用、检查检验和药品提高15%至100%。",
)
VISITORS = Probe(
    dear_visitors,
    "in a tenth of the institutions visitors, and not neighbours, are made to cost 15 to 100 % more.",
    "在十分之一的机构中，只把异地患者的费用和化验检查提高15%至100%，本地患者不变。",
    needs_history=True,
)
ADMISSIONS = Probe(
    invented_stays,
    "a tenth of the hospitals get stays that begin and end together, cost little and leave nothing to pay: from one "
    "for every sixteen of their own to one for every two.",
    "在十分之一的医院中加入同县同日入院出院、低费用、零自付的住院，数量为其住院的十六分之一至二分之一。",
)
ORIGINS = Probe(
    crowds_of_one_county,
    "a tenth of the hospitals draw 15 to 100 % more stays, all of them out of one county and in two parties.",
    "在十分之一的医院中加入来自同一参保县、分两批入院的住院，数量为其异地住院的15%至100%。",
)
SHIFTS = Probe(
    moved_money,
    "after a watched change a tenth of the hospitals have one charge category grow by 1 to 15 points of the bill.",
    "在受观察的变更之后，让十分之一的医院某一费用类别的占比上升1至15个百分点。",
    needs_history=True,
)
