"""What each settlement should have come to, by the shared core, and why it did not.

``recompute`` is a step of the night; ``price_findings`` says what findings are worth to the fund; ``explain`` shows
one settlement step by step. The codes of causes are in :data:`lianshen.recompute.causes.CAUSES`.
"""

from lianshen.recompute.causes import CAUSES
from lianshen.recompute.explained import ExplainedStep
from lianshen.recompute.explanation import explain
from lianshen.recompute.night import RecomputeSummary, recompute, recompute_period
from lianshen.recompute.pricing import price_findings

__all__ = ["CAUSES", "ExplainedStep", "RecomputeSummary", "explain", "price_findings", "recompute", "recompute_period"]
