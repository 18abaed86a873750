"""Schemes of overtreatment and fraud that no rule and no model is told of, laid beside the province.

A scheme is a function of a :class:`SchemeBuilder` and a size. What it bills goes through the same settlement core as
everything else, so that lines add up and benefits are right; only ``truth/schemes.parquet`` says what it is.
"""

from lianshen.province.schemes.apart import Apart, laid_beside
from lianshen.province.schemes.plan import KINDS

__all__ = ["KINDS", "Apart", "laid_beside"]
