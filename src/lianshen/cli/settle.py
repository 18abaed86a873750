"""``lianshen settle explain``: one settlement step by step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from lianshen.config import Settings
from lianshen.errors import UsageError

if TYPE_CHECKING:
    from lianshen.recompute import ExplainedStep


def register(app: typer.Typer) -> None:
    settle = typer.Typer(no_args_is_help=True, help="What a settlement should have come to.")
    app.add_typer(settle, name="settle")

    @settle.callback()
    def about() -> None:
        """Recompute settlements with the shared core."""

    @settle.command()
    def explain(
        setl_id: str = typer.Argument(help="Settlement id (setl_id)."),
        as_json: bool = typer.Option(False, "--json", help="Print JSON instead of a table."),
        lang: str = typer.Option("zh", "--lang", help="zh or en."),
    ) -> None:
        """Show how a settlement should have come out, step by step, with the policy and its source."""
        from lianshen.content import content_root
        from lianshen.policy import PolicyBook
        from lianshen.recompute import explain as explain_settlement
        from lianshen.warehouse.connect import reading

        if lang not in {"zh", "en"}:
            raise UsageError(f"--lang {lang}: give zh or en")
        settings = Settings()
        book = PolicyBook.load(content_root(settings.content) / "policies")
        with reading(settings) as con:
            steps = explain_settlement(con, book, setl_id)
        if as_json:
            typer.echo(json.dumps([step.as_dict() for step in steps], ensure_ascii=False, indent=2))
        else:
            _print(setl_id, steps, lang)


_HEADS = {"zh": ("步骤", "复算（元）", "结算单（元）", "依据"), "en": ("step", "recomputed", "recorded", "source")}
_RANKS = {"zh": {"national": "国家", "provincial": "省级", "city": "市级"}, "en": {}}
_DAYS = {
    "zh": {"setl_date": "待遇按结算日 {}", "begndate": "备案按入院日 {}"},
    "en": {"setl_date": "benefits as of settlement on {}", "begndate": "filing as of admission on {}"},
}


def _print(setl_id: str, steps: list[ExplainedStep], lang: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    days = dict.fromkeys(step.dated for step in steps if step.dated)
    chosen = "，".join(_DAYS[lang][kind].format(day) for day, _, kind in (text.partition(" ") for text in days))
    table = Table(title=escape(f"{setl_id}  {chosen}"), title_justify="left")
    for head, right, ratio in zip(_HEADS[lang], (False, True, True, False), (5, None, None, 4), strict=True):
        table.add_column(head, justify="right" if right else "left", no_wrap=right, ratio=ratio, overflow="fold")
    for step in steps:
        # What the funds paid stands beside what they should have; the difference is said below.
        if step.step not in {"paid", "difference"}:
            differs = step.paid is not None and step.paid != step.amount
            paid = f"[bold red]{step.paid}[/]" if differs else step.paid or ""
            table.add_row(escape(getattr(step, lang)), step.amount or "", paid, escape(_source(step, lang)))
    console.print(table)
    said = [step for step in steps if step.step == "difference"]
    for step in said:
        console.print(f"{escape(getattr(step, lang))}" + (f" ({step.amount})" if lang == "en" else ""))
    if not said:
        console.print("结算正确。" if lang == "zh" else "Paid as it should be.")


def _source(step: ExplainedStep, lang: str) -> str:
    """Return where the value comes from, since when, its rank and what it beat."""
    if not step.source:
        return ""
    ranks = ("、" if lang == "zh" else ", ").join(
        _RANKS[lang].get(rank, rank) for rank in (step.rank or "").split(", ")
    )
    if lang == "zh":
        return f"{step.source}（{ranks}，{step.since} 起" + (f"，优先于 {step.beat}）" if step.beat else "）")
    return f"{step.source} ({ranks}, since {step.since}" + (f", prevails over {step.beat})" if step.beat else ")")
