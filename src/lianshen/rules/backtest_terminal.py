"""A back-test in the terminal: one column per version."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from lianshen.rules.backtest_words import PARTS, ROWS, Values, heads, in_common, yuan
from lianshen.rules.document import Rule


def print_comparison(found: Values, rule: Rule) -> None:
    """Print everything but the findings themselves."""
    console = Console()
    title = f"{rule.id} {rule.head.title_zh}　结算日 {found['since']} 至 {found['until']}"
    table = Table("项目", *heads(found), title=title)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, text in ROWS:
        table.add_row(name, *[text(trial) for trial in found["trials"]])
    console.print(table)
    if common := in_common(found):
        console.print(common)
    for title, part in PARTS:
        _parts(console, title, found, part)


def _parts(console: Console, title: str, found: Values, name: str) -> None:
    listed = [{part["name"]: part for part in trial[name]} for trial in found["trials"]]
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
            cells += [f"{part['findings']:,}", yuan(part["a2"])] if part else ["—", "—"]
        table.add_row(one, *cells)
    console.print(table)
