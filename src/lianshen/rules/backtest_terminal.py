"""A back-test in the terminal: one column per version."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from lianshen.rules.backtest import Comparison, Part, Trial
from lianshen.rules.document import Rule

ROWS: tuple[tuple[str, Callable[[Trial], str]], ...] = (
    ("参与筛查的结算", lambda t: f"{t.looked_at:,}"),
    ("疑点", lambda t: f"{t.total.findings:,}"),
    ("涉及结算", lambda t: f"{t.settlements:,}"),
    ("涉及机构", lambda t: f"{t.institutions:,}"),
    ("费用总额 A0（元）", lambda t: yuan(t.total.a0)),
    ("范围内 A1（元）", lambda t: yuan(t.total.a1)),
    ("基金 A2（元）", lambda t: yuan(t.total.a2)),
    ("估算风险（元）", lambda t: yuan(t.total.exposure)),
    ("已排除（例外情形）", lambda t: f"{t.suppressed:,}"),
    ("其他规则已发现", lambda t: f"{t.caught.findings:,}（A2 {yuan(t.caught.a2)}）"),
    ("新增", lambda t: f"{t.fresh.findings:,}（A2 {yuan(t.fresh.a2)}）"),
    ("现行结果 / 其中仍在", lambda t: f"{t.live:,} / {t.live_kept:,}"),
    ("审核工时（小时）", lambda t: f"{t.hours:,.1f}（每笔 {t.minutes} 分钟）"),
    ("已办结 / 属实", lambda t: f"{t.decided:,} / {t.upheld:,}"),
    ("准确率下限（95%）", lambda t: precision(t)),
    ("耗时（秒）", lambda t: f"{t.seconds:.2f}"),
)


def yuan(value: Decimal) -> str:
    """Return an amount as people read it."""
    return f"{value:,.2f}"


def precision(trial: Trial) -> str:
    """Return the lower bound, or that nothing was decided yet."""
    return "尚无办结" if trial.precision_low is None else f"{trial.precision_low:.1%}"


def heads(found: Comparison) -> list[str]:
    """Return the heading of each version's column."""
    first = found.trials[0]
    names = [f"现行（版本 {first.version}）"]
    for trial in found.trials[1:]:
        changed = [f"{name}={value}" for name, value in trial.params.items() if first.params.get(name) != value]
        names.append(f"试算（{'、'.join(changed) or f'版本 {trial.version}'}）")
    return names


def print_comparison(found: Comparison, rule: Rule) -> None:
    """Print everything but the findings themselves."""
    console = Console()
    title = f"{rule.id} {rule.head.title_zh}　结算日 {found.since} 至 {found.until}"
    table = Table("项目", *heads(found), title=title)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, text in ROWS:
        table.add_row(name, *[text(trial) for trial in found.trials])
    console.print(table)
    if found.only:
        console.print(f"两版都有 {found.both:,}；仅现行 {found.only[0]:,}；仅试算 {found.only[1]:,}")
    for title, part in (("就医地", "by_region"), ("机构等级", "by_level"), ("重叠的规则", "overlap")):
        _parts(console, title, found, part)


def _parts(console: Console, title: str, found: Comparison, name: str) -> None:
    listed: list[dict[str, Part]] = [{part.name: part for part in getattr(t, name)} for t in found.trials]
    names = list(dict.fromkeys(name for parts in listed for name in parts))
    if not names:
        return
    table = Table(
        title, *[f"{head} {what}" for head in ("现行", "试算")[: len(listed)] for what in ("疑点", "A2（元）")]
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for one in names:
        cells = []
        for parts in listed:
            part = parts.get(one)
            cells += [f"{part.findings:,}", yuan(part.a2)] if part else ["—", "—"]
        table.add_row(one, *cells)
    console.print(table)
