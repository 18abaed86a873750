"""Amounts and ratios as a person reads them."""

from __future__ import annotations

from lianshen.settlement.integers import ONE, UNLIMITED


def yuan(fen: int) -> str:
    """Return fen as yuan with two decimals: 1657500 is ``16575.00``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def percent(ratio: int, per: int = ONE) -> str:
    """Return a ratio as per cent without trailing zeros: 8500 is ``85%``."""
    whole, rest = divmod(ratio * 100 * 10_000 // per, 10_000)
    return f"{whole}%" if rest == 0 else f"{whole}.{rest:04d}".rstrip("0") + "%"


def rounded(numerator: int, per: int) -> tuple[str, str]:
    """Return how the product of the recorded factors reads where it is not whole fen; empty where it is."""
    fen, rest = divmod(numerator, per)
    if not rest:
        return "", ""
    digits = f"{fen // 100}.{fen % 100:02d}{rest:0{len(str(per)) - 1}d}".rstrip("0")
    return f"（{digits} 四舍五入到分）", f" ({digits}, rounded to the fen)"


def up_to(fen: int) -> str:
    """Return a yearly limit as text."""
    return "∞" if fen >= UNLIMITED else yuan(fen)
