"""One million bills and one million lines: the core in whole fen against the policy in decimal yuan."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from settlement import million

from lianshen.settlement import benefit

MILLION = 1_000_000
PROCESSES = 2


@pytest.mark.parametrize("what", ["bills", "lines"])
def test_a_million_random_cases_come_out_to_the_fen_as_the_policy_in_decimal(what: str) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "settlement.million", what, str(20_261_122 + seed), str(MILLION // PROCESSES)],
            cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True,
        )
        for seed in range(PROCESSES)
    ]  # fmt: skip
    results = [json.loads(process.communicate()[0]) for process in running]
    assert sum(result["cases"] for result in results) == MILLION
    assert [result["first"] for result in results] == [[], []]


def test_the_drawn_bills_reach_every_layer_and_every_edge() -> None:
    c = million.draw_bills(np.random.default_rng(1), 50_000)
    s = million.settle_bills(c)
    share = {name: float((getattr(s, name) > 0).mean()) for name in million.PUBLISHED}
    assert min(share.values()) > 0.05, share
    numerator = (s.sliced * s.ratio).sum(axis=1)
    assert (numerator % 10**8 == 5 * 10**7).mean() > 0.01, "half a fen"
    assert ((s.calculated > 0) & (s.calculated == s.room)).sum() > 50, "the cap reached on the fen"
    assert ((s.hifmi > 0) & (s.hifmi == s.burden - s.hifob)).sum() > 50, "a layer that takes all that is left"
    assert (s.in_scope >= 90_000_000_000 - 2).sum() > 50, "the largest bill"


def test_the_comparison_sees_a_single_fen(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = benefit.round_div

    def downwards(numerator: np.ndarray, denominator: int) -> np.ndarray:
        return honest(numerator - (numerator % denominator == denominator // 2), denominator)

    monkeypatch.setattr(benefit, "round_div", downwards)
    assert million.different_bills(np.random.default_rng(1), 5_000)
