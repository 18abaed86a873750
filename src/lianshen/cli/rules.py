"""``lianshen rules``: list, show, check, lock and document the rules, and begin a new one."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from lianshen.config import Settings
from lianshen.content import content_root
from lianshen.errors import UsageError

AS_JSON = typer.Option(False, "--json", help="Print JSON instead of a table.")
DOCS = Path("docs") / "rules.md"

rules_app = typer.Typer(no_args_is_help=True, help="The rules: list, show, check, lock, document, begin a new one.")


def register(app: typer.Typer) -> None:
    app.add_typer(rules_app, name="rules")


def _content() -> Path:
    return content_root(Settings().content)


@rules_app.command("list")
def list_rules(as_json: bool = AS_JSON) -> None:
    """List every rule with its status, certainty and severity."""
    from lianshen.rules.catalogue import rule_texts

    texts = rule_texts(_content()).values()
    if as_json:
        typer.echo(json.dumps([t.head.model_dump(mode="json") for t in texts], ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("id", "中文名", "title", "about", "certainty", "severity", "status", "version")
    for text in texts:
        head = text.head
        table.add_row(
            text.id, text.title_zh, text.title, head.subject, text.certainty, str(text.severity), head.status,
            str(text.version),
        )  # fmt: skip
    Console().print(table)


@rules_app.command()
def show(rule_id: str = typer.Argument(help="Such as PL-04."), as_json: bool = AS_JSON) -> None:
    """Show one rule: header and SELECT."""
    from lianshen.rules.catalogue import rule_texts

    texts = rule_texts(_content())
    text = texts.get(rule_id.upper())
    if text is None:
        raise UsageError(f"there is no rule {rule_id}: `lianshen rules list` names the {len(texts)} that are")
    if as_json:
        shown = {**text.head.model_dump(mode="json"), "sql": text.sql, "fingerprint": text.fingerprint}
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.syntax import Syntax

    console = Console()
    head = text.head
    console.print(f"[bold]{head.id}[/] {head.title_zh} · {head.title} · version {head.version} · {text.fingerprint}")
    console.print(head.summary.strip(), highlight=False)
    console.print(f"[dim]依据[/] {'；'.join(head.basis)}   [dim]处理[/] {', '.join(head.handler)}", highlight=False)
    console.print(Syntax(text.sql, "sql", background_color="default"))


@rules_app.command("plan")
def show_plan(as_json: bool = AS_JSON) -> None:
    """Show how a night goes through the rules: order, scope, tables, columns copied, and what the last night did."""
    from lianshen.rules.document import load_rules
    from lianshen.rules.plan import last_night, plan, print_plan
    from lianshen.rules.tables import Tables
    from lianshen.warehouse.published import NothingPublished, open_published

    content = _content()
    rules = load_rules(content)
    try:
        with open_published(Settings().published_folder) as con:
            last = last_night(con)
    except NothingPublished:
        last = {}
    steps = plan(rules, Tables(content / "sql"), last)
    if as_json:
        typer.echo(json.dumps([step.as_dict() for step in steps], ensure_ascii=False, indent=1))
    else:
        print_plan(steps)


@rules_app.command()
def subjects(
    rule: str | None = typer.Option(None, help="Only of this rule or model, such as CL-01."),
    agency: str | None = typer.Option(None, help="Only what this agency has to act on, such as 510100."),
    top: int = typer.Option(20, min=1, help="How many findings of each rule are shown; JSON has all."),
    as_json: bool = AS_JSON,
) -> None:
    """Show what was found about institutions, doctors and regions, as last published."""
    from lianshen.rules.catalogue import rule_texts
    from lianshen.rules.installed import installed_models
    from lianshen.rules.listing import print_subjects, subject_findings
    from lianshen.warehouse.published import open_published

    settings = Settings()
    rules = rule_texts(_content())
    texts = {**installed_models(), **rules}
    if rule is not None and rule.upper() not in texts:
        raise UsageError(f"there is no rule {rule}: `lianshen rules list` names the {len(rules)} that are")
    with open_published(settings.published_folder) as con:
        found = subject_findings(con, texts, rule=rule.upper() if rule else None, agency=agency)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        print_subjects(found, texts, top)


@rules_app.command()
def check(as_json: bool = AS_JSON) -> None:
    """Read every rule strictly, run every example, compare with the lock. Exits with 1 and every problem found."""
    from lianshen.rules.approvals import approval_problems
    from lianshen.rules.document import load_rules
    from lianshen.rules.engines import DuckDBEngine, differences, excuses, run_example
    from lianshen.rules.lock import lock_problems
    from lianshen.rules.reading import RuleFileError
    from lianshen.rules.suppressor import suppressors_of
    from lianshen.rules.tables import Tables

    content = _content()
    problems: list[str] = []
    examples = 0
    try:
        rules = load_rules(content)
        engine, tables = DuckDBEngine(), Tables(content / "sql")
        for rule in rules:
            for example in rule.examples:
                examples += 1
                found = run_example(rule, example, engine, tables)
                problems += [f"{rule.path.name}: {example.name}: {d}" for d in differences(rule, example, found)]
        for one in suppressors_of(tables).values():
            for shown in one.examples:
                examples += 1
                said = excuses(one, shown.given, engine, tables)
                if said != shown.expect:
                    problems.append(f"{one.path.name}: {shown.name}: expected {shown.expect}, got {said}")
        problems += lock_problems(rules, content / "sql")
        problems += approval_problems(rules, content / "sql")
    except RuleFileError as error:
        rules, problems = [], error.problems
    if as_json:
        typer.echo(json.dumps({"rules": len(rules), "examples": examples, "problems": problems}, ensure_ascii=False))
    else:
        for problem in problems:
            typer.echo(problem)
        if not problems:
            typer.echo(f"{len(rules)} rules and {examples} examples: no problems")
    if problems:
        raise typer.Exit(1)


@rules_app.command()
def lock() -> None:
    """Write sql/rules.lock; refuses a rule whose findings changed while its version did not."""
    from lianshen.rules.document import load_rules
    from lianshen.rules.lock import write_lock

    content = _content()
    rules = load_rules(content)
    write_lock(rules, content / "sql")
    typer.echo(f"locked {len(rules)} rules")


@rules_app.command()
def docs(check_only: bool = typer.Option(False, "--check", help="Only say whether the page is up to date.")) -> None:
    """Make docs/rules.md from the rule files."""
    from lianshen.rules.catalogue import rule_texts, suppressor_heads
    from lianshen.rules.docs import rules_page

    content = _content()
    path = content / DOCS
    page = rules_page(rule_texts(content).values(), suppressor_heads(content))
    if not check_only:
        path.write_text(page, encoding="utf-8")
        typer.echo(f"wrote {DOCS}")
    elif not path.exists() or path.read_text(encoding="utf-8") != page:
        typer.echo(f"{DOCS} is stale: run `lianshen rules docs`")
        raise typer.Exit(1)


@rules_app.command()
def new(
    group: str = typer.Argument(help="Folder under sql/rules, such as charging."),
    title: str = typer.Argument(help="English title, up to 70 characters."),
    subject: str = typer.Option("settlement", help="What it is about: settlement, institution or region."),
) -> None:
    """Begin a rule: a file with the next free id, in status draft, that says what to fill in."""
    from lianshen.rules.drafting import begin_rule

    path = begin_rule(_content() / "sql", group, title, subject)
    typer.echo(f"{path}: fill it in, then run `lianshen rules check`")
