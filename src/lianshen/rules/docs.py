"""``docs/rules.md``: the rules as a page, made from their files."""

from __future__ import annotations

from collections.abc import Iterable

from lianshen.rules.catalogue import RuleText

_HEAD = """# Rules

Made from `sql/rules/` by `lianshen rules docs`; `lianshen rules docs --check` fails when it is stale.
Certainty: *definite* = the data alone prove the breach of a written limit; *suspicious* = records have to be looked at.

| id | 中文名 | title | about | certainty | severity | status | look-back | basis | handler |
|---|---|---|---|---|---|---|---|---|---|
"""


def rules_page(texts: Iterable[RuleText]) -> str:
    """Return the whole page: the table, then a section per rule."""
    listed = list(texts)
    rows = [
        f"| [{t.id}](#{t.id.lower()}) | {t.title_zh} | {t.title} | {t.head.subject} | {t.certainty} "
        f"| {t.severity} | {t.head.status} | {_look_back(t)} | {'; '.join(t.basis)} | {', '.join(t.handler)} |\n"
        for t in listed
    ]
    return _HEAD + "".join(rows) + "".join(_section(text) for text in listed)


def _look_back(text: RuleText) -> str:
    if not text.head.is_about_settlements:
        return "everything"
    days = text.head.look_back_days
    return "none" if days is None else f"{days} days"


def _waits(text: RuleText) -> str:
    days = text.head.wait_days
    return (
        f"Findings wait {days} day{'s' * (days > 1)} after the settlement before they become cases.\n\n" if days else ""
    )


def _section(text: RuleText) -> str:
    head = text.head
    params = "".join(
        f"* `{name}` = {param.default} ({param.least} to {param.most}): {param.about}\n"
        for name, param in head.params.items()
    )
    facts = "".join(f"| {label} | `{name}` |\n" for name, label in head.facts.items())
    return (
        f"\n## {text.id}\n\n**{text.title_zh}** · {text.title} · version {text.version} · {head.national_code}\n\n"
        f"{head.summary.strip()}\n\n> {head.sentence_zh.strip()}\n\n"
        + _waits(text)
        + f"Facts shown:\n\n| 名称 | column |\n|---|---|\n{facts}\n"
        + (f"Parameters:\n\n{params}\n" if params else "")
        + "Not a finding when:\n\n"
        + "".join(f"* {case}\n" for case in head.not_a_finding_when)
        + "\nWhat a reviewer looks at:\n\n"
        + "".join(f"* {check}\n" for check in head.reviewer_checks)
    )
