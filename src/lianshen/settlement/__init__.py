"""The shared core: how a bill is split and settled, in whole fen.

Pure: no files, no clock, no database, no float, nothing but numpy. The same inputs give the same split for ever,
which is what lets an old case be explained years later. Everything is an array over settlements or lines; a single
case is an array of one.

Units everywhere: money in fen (int64), ratios, shares, percentage points and factors in ten-thousandths (85 % =
8500), quantities in ten-thousandths, prices in millionths of a yuan.
"""

from lianshen.settlement.benefit import settle, tranches
from lianshen.settlement.explain import Step, explain
from lianshen.settlement.integers import LARGEST_BILL, ONE, UNLIMITED, Ints, IntsLike, OutOfBounds, round_div
from lianshen.settlement.lines import PRICE_YUAN, QUANTITY_ONE, LineSplit, line_amount, split_lines
from lianshen.settlement.result import FUNDS, Settlement
from lianshen.settlement.terms import Accumulators, Terms
from lianshen.settlement.text import percent, yuan

__all__ = [
    "FUNDS",
    "LARGEST_BILL",
    "ONE",
    "PRICE_YUAN",
    "QUANTITY_ONE",
    "UNLIMITED",
    "Accumulators",
    "Ints",
    "IntsLike",
    "LineSplit",
    "OutOfBounds",
    "Settlement",
    "Step",
    "Terms",
    "explain",
    "line_amount",
    "percent",
    "round_div",
    "settle",
    "split_lines",
    "tranches",
    "yuan",
]
