"""Benefit policies: effective-dated YAML packs, one per pool, and the terms they give to settlements.

``PolicyBook.load(folder)`` reads and checks them; ``book.terms(...)`` turns arrays of what settlements are into the
arrays that :func:`lianshen.settlement.settle` takes; ``book.on(pool, day)`` lists the values in force,
``book.policy_values()`` all of them as rows, and ``book.override(path)`` is the book with other values, for "what if".
"""

from lianshen.policy.book import PolicyBook
from lianshen.policy.pack import Pack
from lianshen.policy.reference import Reference
from lianshen.policy.series import Source
from lianshen.policy.shape import PolicyError, PolicyGap
from lianshen.policy.terms import PolicyTerms

__all__ = ["Pack", "PolicyBook", "PolicyError", "PolicyGap", "PolicyTerms", "Reference", "Source"]
