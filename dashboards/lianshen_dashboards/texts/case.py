"""Texts of the case page beside the common ones: forms, clocks, ledger, appeals, files, archive, pictures."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    # Any plot
    "plot.data": "查看数据",
}
