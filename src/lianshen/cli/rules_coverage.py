"""``lianshen rules coverage``: national rule types and articles of the regulation, and the checks that answer them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lianshen.cli.rules import AS_JSON, rules_app
from lianshen.config import Settings
from lianshen.content import content_root

if TYPE_CHECKING:
    from lianshen.rules.coverage import Coverage

PAGE = Path("docs") / "coverage.md"


def register(app: typer.Typer) -> None:
    """Nothing to add: the command belongs to ``lianshen rules``."""


@rules_app.command()
def coverage(
    missing: bool = typer.Option(False, "--missing", help="Only checks that are not in use, and why."),
    write: bool = typer.Option(False, "--write", help=f"Make {PAGE} anew."),
    check_only: bool = typer.Option(False, "--check", help=f"Only say whether {PAGE} is up to date."),
    as_json: bool = AS_JSON,
) -> None:
    """Show which national rule types and articles are covered by which checks, and what is not."""
    from lianshen.rules.catalogue import rule_texts
    from lianshen.rules.coverage import coverage_page, read_coverage

    content = content_root(Settings().content)
    found = read_coverage(content, rule_texts(content), _model_checks())
    path = content / PAGE
    if write:
        path.write_text(coverage_page(found), encoding="utf-8")
        typer.echo(f"wrote {PAGE}")
    elif check_only:
        if not path.exists() or path.read_text(encoding="utf-8") != coverage_page(found):
            typer.echo(f"{PAGE} is stale: run `lianshen rules coverage --write`")
            raise typer.Exit(1)
    elif as_json:
        typer.echo(json.dumps({**asdict(found), "statuses": found.statuses}, ensure_ascii=False, indent=1))
    else:
        _print(found, missing_only=missing)


def _model_checks() -> frozenset[str]:
    """Return the ids of the checks that installed models answer."""
    from lianshen.rules.installed import installed_models

    return frozenset(installed_models())


def _print(found: Coverage, *, missing_only: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    from lianshen.rules.coverage import COVERING, STATUS_ZH, counts

    console, statuses = Console(), found.statuses

    def shown(checks: tuple[str, ...]) -> str:
        return " ".join(c if statuses[c] in COVERING else f"[dim]{c}（{STATUS_ZH[statuses[c]]}）[/]" for c in checks)

    if not missing_only:
        for title, targets in (("国家规则类型", found.national), ("省办法条款", found.articles)):
            table = Table("序号", "编码", "名称", "检查", title=f"{title} {found.covered(targets)}/{len(targets)}")
            for target in targets:
                table.add_row(target.number, target.code, target.name_zh, shown(target.checks) or "—")
            console.print(table)
    rest = Table("check", "中文名", "engine", "状态", "原因", title="未启用的检查")
    for check in found.checks:
        if check.status not in COVERING:
            rest.add_row(check.id, check.name_zh, check.engine, STATUS_ZH[check.status], check.reason or "—")
    console.print(rest)
    console.print(f"{len(found.checks)} checks: " + ", ".join(f"{n} {name}" for name, n in counts(found).items()))
