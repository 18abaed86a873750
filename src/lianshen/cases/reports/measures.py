"""The five measures of Art. 18, what each counts, and the assessment that they make together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from lianshen.cases.reports.periods import Period
from lianshen.cases.reports.shrinkage import Prior, Standing, ranks, standings


@dataclass(frozen=True)
class Measure:
    """One measure: its name, whether more is better, and how it is counted."""

    name: str
    higher_is_better: bool
    formula: str


MEASURES: dict[str, Measure] = {
    "in_time": Measure(
        "按期办结率",
        higher_is_better=True,
        formula="期内提交结论且不晚于办理时限的案件 ÷（期内提交结论的案件 + 时限在期内届满而未提交的案件）",
    ),
    "upheld": Measure(
        "复议维持率",
        higher_is_better=True,
        formula="期内作出复议决定且维持原认定的 ÷ 期内作出复议决定的（部分成立按未维持计）",
    ),
    "recovered": Measure(
        "追回率",
        higher_is_better=True,
        formula="期内办结案件已追回金额（不含违约金）÷ 认定金额；有效案件数按 (Σ金额)²÷Σ金额² 计（Kish 1965）",
    ),
    "archived": Measure("档案完整率", higher_is_better=True, formula="期内办结案件中已归档且件目齐全的 ÷ 期内办结案件"),
    "misrouted": Measure(
        "退回改派率",
        higher_is_better=False,
        formula="期内以“非本辖区”退回的件次 ÷（期内下发至该机构的案件 + 退回的件次）",
    ),
}
SOURCE = "《四川省异地就医结算管理办法》第十八条；权重未作规定，五项等权"


@dataclass(frozen=True)
class Counted:
    """What one agency has in one measure: successes of trials, whole or effective numbers."""

    successes: float
    trials: float


@dataclass(frozen=True)
class Overall:
    """All measures together: the mean of the shrunk rates (a rate where less is better counts as its complement)."""

    score: float | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None


@dataclass(frozen=True)
class Assessment:
    """One quarter's assessment as of a day: agencies by code, per measure the prior and each agency's standing."""

    period: Period
    as_of: date
    agencies: tuple[str, ...]
    priors: Mapping[str, Prior]
    standings: Mapping[str, Mapping[str, Standing]]
    overall: Mapping[str, Overall]

    @property
    def is_provisional(self) -> bool:
        """Whether the quarter is not over yet."""
        return self.as_of < self.period.after

    def only(self, agency: str) -> Assessment:
        """Return what one agency may know: its own row, with its rank among all."""
        own = tuple(code for code in self.agencies if code == agency)
        return Assessment(
            self.period,
            self.as_of,
            own,
            self.priors,
            {key: {code: rows[code] for code in own} for key, rows in self.standings.items()},
            {code: self.overall[code] for code in own},
        )


def assess(
    period: Period, as_of: date, agencies: Sequence[str], counted: Mapping[str, Mapping[str, Counted]]
) -> Assessment:
    """Return the assessment of agencies from what was counted, by measure and agency."""
    priors, rows, oriented, seen = {}, {}, [], np.zeros(len(agencies), int)
    nothing = Counted(0, 0)
    for place, (key, measure) in enumerate(MEASURES.items()):
        own = [counted[key].get(code, nothing) for code in agencies]
        successes, trials = [one.successes for one in own], [one.trials for one in own]
        prior, found, drawn = standings(
            successes, trials, higher_is_better=measure.higher_is_better, seed=18_000 + place
        )
        priors[key], rows[key] = prior, dict(zip(agencies, found, strict=True))
        oriented.append(drawn if measure.higher_is_better else 1 - drawn)
        seen += np.asarray(trials) > 0
    ranked = [i for i in range(len(agencies)) if seen[i]]
    together = np.mean(oriented, axis=0)
    placed = dict(zip(ranked, ranks(together[:, ranked], higher_is_better=True), strict=True))
    overall = {
        code: Overall(_score(rows, code), *placed[i]) if i in placed else Overall(None, None, None, None)
        for i, code in enumerate(agencies)
    }
    return Assessment(period, as_of, tuple(agencies), priors, rows, overall)


def _score(rows: Mapping[str, Mapping[str, Standing]], code: str) -> float:
    rates = [
        rows[key][code].shrunk if measure.higher_is_better else 1 - rows[key][code].shrunk
        for key, measure in MEASURES.items()
    ]
    return sum(rates) / len(rates)
