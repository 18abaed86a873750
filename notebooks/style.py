"""How the notebooks' plots look, in one place: colours, quiet axes, and a font that has Chinese glyphs."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import FuncFormatter

INK, MUTED, LINE = "#1B2733", "#616E7B", "#DDE3E9"
BLUE, SOFT, RED, AMBER, GREEN, SLATE = "#1D5C8C", "#A9C4DA", "#B42318", "#B86E00", "#25683F", "#8794A1"
SEQUENTIAL = LinearSegmentedColormap.from_list("sequential", ["#FFFFFF", "#C9DCEB", "#6498C4", "#164B73"])

CHINESE = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "SimHei")


def use_style() -> str | None:
    """Set the style for the session; return the Chinese font that was found, or None: then glyphs show as boxes."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    chinese = next((name for name in CHINESE if name in installed), None)
    plt.rcParams.update(
        {
            "font.family": ["DejaVu Sans", *([chinese] if chinese else [])],
            "font.size": 9.5,
            "text.color": INK,
            "axes.labelcolor": MUTED,
            "axes.edgecolor": LINE,
            "axes.titlesize": 11,
            "axes.titlelocation": "left",
            "axes.titlepad": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "axes.unicode_minus": False,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
            "xtick.major.size": 0,
            "ytick.major.size": 0,
            "grid.color": LINE,
            "grid.linewidth": 0.7,
            "figure.dpi": 110,
            "figure.constrained_layout.use": True,
            "legend.frameon": False,
        }
    )
    pd.set_option("display.float_format", "{:,.2f}".format, "display.max_colwidth", 90)
    return chinese


def money(axis: Axis, unit: float = 1.0) -> None:
    """Write an axis in yuan with thousands separators; ``unit`` 1e4 writes it in ten thousands (万)."""
    suffix = "万" if unit == 1e4 else ""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / unit:,.10g}{suffix}"))


def nothing(axes: Axes, text: str) -> None:
    """Say in place of a plot that the snapshot has nothing to draw."""
    axes.axis("off")
    axes.text(0.5, 0.5, text, ha="center", va="center", color=MUTED, transform=axes.transAxes)
