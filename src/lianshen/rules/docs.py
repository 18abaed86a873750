"""``docs/rules.md``: the rules as a page, made from their files."""

from __future__ import annotations

from collections.abc import Iterable

from lianshen.rules.catalogue import RuleText
from lianshen.rules.suppressor_head import SuppressorHead

_HEAD = """# Rules

Made from `sql/rules/` by `lianshen rules docs`; `lianshen rules docs --check` fails when it is stale.
Certainty: *definite* = the data alone prove the breach of a written limit; *suspicious* = records have to be looked at.

| id | 中文名 | title | about | certainty | severity | status | look-back | basis | handler |
|---|---|---|---|---|---|---|---|---|---|
"""


_SUPPRESSORS = """
## Suppressors

Shared reasons for which a finding is none, in `sql/suppressors/`. *Applied to*: the engine takes away what these rules
find of what is excused, keeps it with the reason and counts it. *In SQL of*: the rule, or what it reads, decides it
itself. *Reviewer of*: nothing applies it; the reviewer looks at it.

| code | 名称 | excuses | applied to | in SQL of | reviewer of |
|---|---|---|---|---|---|
"""
_DONE = {
    "excuse": "{about}s",
    "marts": "{about}s; the marts leave it out for every rule",
    "lower": "nothing: lowers the severity of every rule's {about}s",
}


def rules_page(texts: Iterable[RuleText], suppressors: Iterable[SuppressorHead] = ()) -> str:
    """Return the whole page: the table, then a section per rule, then the suppressors."""
    listed = list(texts)
    heads = list(suppressors)
    rows = [
        f"| [{t.id}](#{t.id.lower()}) | {t.title_zh} | {t.title} | {t.head.subject} | {t.certainty} "
        f"| {t.severity} | {t.head.status} | {_look_back(t)} | {'; '.join(t.basis)} | {', '.join(t.handler)} |\n"
        for t in listed
    ]
    sections = "".join(_section(text) for text in listed)
    return _HEAD + "".join(rows) + sections + (_suppressors(listed, heads) if heads else "")


def _suppressors(listed: list[RuleText], heads: list[SuppressorHead]) -> str:
    def named(code: str, by: str) -> str:
        return ", ".join(f"[{t.id}](#{t.id.lower()})" for t in listed if code in getattr(t.head, by))

    rows = [
        f"| [{one.code}](#{one.code.lower()}) | {one.title_zh} | {_DONE[one.effect].format(about=one.about)} | "
        f"{named(one.code, 'suppressors')} | {named(one.code, 'suppressors_in_sql')} | "
        f"{named(one.code, 'suppressors_for_reviewer')} |\n"
        for one in heads
    ]
    sections = [
        f"\n### {one.code}\n\n**{one.title_zh}** · {one.title} · version {one.version}\n\n{one.summary.strip()}\n\n"
        + "".join(f"* `{name}` = {p.default} ({p.least} to {p.most}): {p.about}\n" for name, p in one.params.items())
        for one in heads
    ]
    return _SUPPRESSORS + "".join(rows) + "".join(section.rstrip() + "\n" for section in sections)


def _look_back(text: RuleText) -> str:
    days = text.head.look_back_days
    if days is None:
        return "none" if text.head.is_about_settlements else "everything"
    return f"{days} days, all institutions" if text.head.peers else f"{days} days"


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
