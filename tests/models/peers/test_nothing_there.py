"""A month without rows is judged as such; a province of drugstores alone can be learned from."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from support.bill_province import Province

from lianshen.anomaly import SubjectModel
from lianshen.anomaly.windows import read_window
from lianshen_models import displacement, doctor_funnel, ghost_admissions, institution_profile, source_clustering

MODELS = tuple(
    module.MODEL for module in (displacement, doctor_funnel, ghost_admissions, institution_profile, source_clustering)
)
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)


@each_model
def test_a_month_of_which_nothing_was_received_has_no_judgements(model: SubjectModel, province: Province) -> None:
    province.fill("2026-10", 20)
    views = {name: read_window(province.con, name, date(2026, 2, 1), date(2026, 11, 1)) for name in model.features}
    judged = model.judge(model.learn(views, 1), views, "2026-11")
    assert len(judged) == 0
    assert judged.members == []


@each_model
def test_outpatients_alone_can_be_learned_from_and_judged(model: SubjectModel, province: Province) -> None:
    def no_stays(columns: dict[str, Any], rng: np.random.Generator) -> None:
        columns["care"] = ["OTP"] * len(columns["setl_id"])

    province.fill("2026-11", 20, change=no_stays)
    views = {name: read_window(province.con, name, date(2026, 2, 1), date(2026, 12, 1)) for name in model.features}
    judged = model.judge(model.learn(views, 1), views, "2026-11")
    assert not judged.is_finding.any()
