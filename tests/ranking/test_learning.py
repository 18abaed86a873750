"""What decisions teach, against a province that knows the truth."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ranking.simulated import simulate
from scipy.stats import spearmanr

from lianshen.ranking import RankingSettings
from lianshen.ranking.learning import calibration_error, learn
from lianshen.ranking.regression import FittedModel
from lianshen.ranking.units import Decisions

SPARING = {"510100": -2.0, "510200": -1.5, "510300": 1.0}


def none_of(decisions: Decisions) -> Decisions:
    return decisions.take(np.zeros(len(decisions), dtype=bool))


def test_before_anybody_decided_certainty_and_severity_say_how_likely_it_is(shipped: RankingSettings) -> None:
    units = simulate(1, 400).units
    said = learn(shipped, none_of(simulate(1, 10).decisions)).predict(units)
    definite, grave = units.certainty == "definite", units.severity == 3
    assert said.chance[definite].min() > said.chance[~definite].max()
    assert said.chance[definite & grave].mean() > said.chance[definite & ~grave].mean()
    assert ((said.low < said.chance) & (said.chance < said.high)).all()


def test_few_decisions_are_counted_onto_the_prior(shipped: RankingSettings) -> None:
    province = simulate(2, 30)
    before = learn(shipped, none_of(province.decisions)).predict(province.units)
    upheld = Decisions(province.units, np.ones(30, dtype=bool), province.decisions.kept, province.decisions.at)
    after = learn(shipped, upheld)
    assert after.told()["source"] == "counts"
    assert (after.predict(province.units).chance > before.chance).all()
    # The strength of the prior and of the decisions of its own make the interval narrower.
    assert np.ptp(np.stack([after.predict(province.units).low, after.predict(province.units).high]), axis=0).mean() < \
        np.ptp(np.stack([before.low, before.high]), axis=0).mean()  # fmt: skip


def test_the_ranking_does_not_learn_to_spare_who_is_before_a_lenient_agency(shipped: RankingSettings) -> None:
    province, fair = simulate(3, 4_000, leniency=SPARING), simulate(3, 4_000)
    learned, fairly = learn(shipped, province.decisions), learn(shipped, fair.decisions)
    assert isinstance(learned.model, FittedModel)
    chance = learned.predict(province.units).chance
    spared = np.isin(province.units.agency, ["510100", "510200"])
    # The same findings, before lenient agencies and others, get the same chance; as decided they would not.
    fair_gap = province.truth[spared].mean() - province.truth[~spared].mean()
    gap = chance[spared].mean() - chance[~spared].mean()
    as_decided = learned.model.predict(province.units, as_decided=True).chance
    assert abs(gap - fair_gap) < 0.03
    assert as_decided[spared].mean() - as_decided[~spared].mean() < -0.2
    # And the order is that of a province in which nobody spares.
    assert spearmanr(chance, province.truth).statistic > 0.95
    assert spearmanr(chance, fairly.predict(fair.units).chance).statistic > 0.95
    assert spearmanr(as_decided, province.truth).statistic < 0.85


def test_how_lenient_an_agency_is_can_be_read_with_its_interval(shipped: RankingSettings) -> None:
    model = FittedModel.learn(shipped, simulate(4, 4_000, leniency=SPARING).decisions)
    mean = sum(SPARING.values()) / 8
    inside = 0
    for agency, said in model.leniency.items():
        true = SPARING.get(agency, 0.0) - mean
        assert said.effect == pytest.approx(true, abs=0.5)
        inside += said.low <= true <= said.high
    assert inside >= 6
    assert sum(said.effect for said in model.leniency.values()) == pytest.approx(0, abs=1e-6)


def test_intervals_hold_the_truth_as_often_as_they_promise(shipped: RankingSettings) -> None:
    covered = []
    for seed in range(8):
        province = simulate(100 + seed, 1_500, leniency={"510100": -1.0})
        said = FittedModel.learn(shipped, province.decisions).predict(province.units)
        # Before the mean agency: its leniency belongs to what is predicted.
        odds = np.log(province.truth / (1 - province.truth)) - 1.0 / 8
        truth = 1 / (1 + np.exp(-odds))
        covered.append(((said.low <= truth) & (truth <= said.high)).mean())
    assert 0.80 <= np.mean(covered) <= 0.99


def test_calibration_is_measured_on_later_decisions_and_holds_on_still_later_ones(shipped: RankingSettings) -> None:
    every = simulate(5, 6_000, leniency=SPARING).decisions
    rows = np.arange(6_000)
    learned = learn(shipped, every.take(rows < 4_000))
    assert learned.calibration is not None
    assert learned.calibration.checked == 1_200
    assert learned.calibration.error < 0.05
    assert isinstance(learned.model, FittedModel)
    later = every.take(rows >= 4_000)
    promised = learned.model.predict(later.units, as_decided=True).chance
    assert calibration_error(promised, later.upheld) < 0.05


def test_a_model_that_is_too_sure_of_itself_is_calibrated(shipped: RankingSettings) -> None:
    every = simulate(6, 1_500).decisions
    random = np.random.default_rng(0)
    noisy = np.where(np.arange(1_500) < 1_050, every.upheld, random.random(1_500) < 0.5)
    learned = learn(shipped, Decisions(every.units, noisy, every.kept, every.at))
    assert learned.calibration is not None
    assert learned.calibration.slope < 0.5
    assert learned.calibration.error < learned.calibration.error_before


def test_the_same_decisions_teach_the_same(shipped: RankingSettings) -> None:
    province = simulate(7, 800, leniency=SPARING)
    one, other = (learn(shipped, province.decisions) for _ in range(2))
    np.testing.assert_array_equal(one.predict(province.units).chance, other.predict(province.units).chance)
    assert json.dumps(one.told()) == json.dumps(other.told())


def test_a_rule_nobody_decided_on_is_believed_like_its_class(shipped: RankingSettings) -> None:
    province = simulate(8, 1_000)
    unknown = province.units.take(np.arange(2))
    unknown.rule[:] = ["PL-99", "ZZ-01"]
    said = learn(shipped, province.decisions).predict(unknown)
    assert ((said.chance > 0.05) & (said.chance < 0.98)).all()
    # What nobody knows is less sure than what many decided on.
    known = learn(shipped, province.decisions).predict(province.units)
    assert (said.high - said.low).min() > np.median(known.high - known.low)


def test_one_kind_of_decisions_alone_fits_nothing(shipped: RankingSettings) -> None:
    decisions = simulate(9, 200).decisions
    always = Decisions(decisions.units, np.ones(200, dtype=bool), decisions.kept, decisions.at)
    assert learn(shipped, always).told()["source"] == "counts"


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.booleans()), min_size=1, max_size=300))
@settings(max_examples=100, deadline=None)
def test_a_calibration_error_lies_between_nothing_and_one(rows: list[tuple[float, bool]]) -> None:
    chance, upheld = (np.array(values) for values in zip(*rows, strict=True))
    assert 0 <= calibration_error(chance, upheld) <= 1
    assert calibration_error(upheld.astype(float), upheld) == 0
