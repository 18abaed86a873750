"""Which cases decide what comes back: expected recovery, lists bounded by hours, and samples that keep it honest.

``rank`` is the step of the night; :mod:`~lianshen.ranking.learning` says what decisions teach,
:mod:`~lianshen.ranking.allocating` what fits, :mod:`~lianshen.ranking.estimating` what the samples say.
"""

from lianshen.ranking.errors import RankingRefused
from lianshen.ranking.night import Ranked, rank, rank_cases
from lianshen.ranking.settings import RankingSettings

__all__ = ["Ranked", "RankingRefused", "RankingSettings", "rank", "rank_cases"]
