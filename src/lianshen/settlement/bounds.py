"""What the core takes: checked by least and largest first, row by row only where something is wrong."""

from __future__ import annotations

from lianshen.settlement.integers import LARGEST_BILL, ONE, UNLIMITED, require
from lianshen.settlement.result import Settlement

_PAST_ALL = UNLIMITED // 2

_RATIOS = ("prepay", "slice_ratio", "reduction_points", "reduction_factor", "large_ratio", "large_burden_ratio",
           "tier_ratio", "civil_ratio", "enterprise_ratio", "veteran_ratio", "assist_ratio")  # fmt: skip


def largest_ratios(s: Settlement) -> dict[str, int] | None:
    """Return the largest value of each ratio, or None where an input is out of bounds."""
    t, bill = s.terms, s.total
    if int(s.in_scope.min()) < 0 or int(bill.max()) > LARGEST_BILL or (bill < s.in_scope).any():
        return None
    if min(int(s.hospital_share.min()), int(t.accept_limit.min())) < 0 or int(s.accumulators.burden.max()) > _PAST_ALL:
        return None
    largest = {name: int(getattr(t, name).max()) for name in _RATIOS}
    if max(largest.values()) > ONE or min(int(getattr(t, name).min()) for name in _RATIOS) < 0:
        return None
    is_one_form = not largest["reduction_points"] or int(t.reduction_factor.min()) == ONE
    if not is_one_form and ((t.reduction_points != 0) & (t.reduction_factor != ONE)).any():
        return None
    return largest


def refuse(s: Settlement) -> None:
    """Raise for the first input that is out of bounds, by name, row and limit."""
    scope, bill, hospital, terms = s.in_scope, s.total, s.hospital_share, s.terms
    burden = s.accumulators.burden
    require((scope >= 0) & (scope <= LARGEST_BILL), scope, "in-scope amount in fen", f"between 0 and {LARGEST_BILL}")
    require((bill >= scope) & (bill <= LARGEST_BILL), bill, "total in fen", f"the in-scope amount … {LARGEST_BILL}")
    require(hospital >= 0, hospital, "hospital share in fen", "not negative")
    require(terms.accept_limit >= 0, terms.accept_limit, "accept_limit", "not negative")
    require(burden <= _PAST_ALL, burden, "burden before in fen", f"at most {_PAST_ALL}")
    for name in _RATIOS:
        value = getattr(terms, name)
        require((value >= 0) & (value <= ONE), value, name, f"between 0 and {ONE} ten-thousandths")
    both = (terms.reduction_points != 0) & (terms.reduction_factor != ONE)
    require(~both, terms.reduction_points, "reduction_points", "0 where a factor is given: a region writes one form")
