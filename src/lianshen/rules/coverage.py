"""What the library covers: the national rule types, the articles of the provincial regulation, and the checks behind.

Three tables of ``sql/coverage/`` say what there is to cover; the rule files and the models say what covers it:
``national.csv`` has the 88 rule types of the 2025 edition of the national two libraries and what of edition 1.0 (2023)
is not among them, ``sichuan.csv`` the articles of the provincial regulation, ``checks.csv`` every check of the
catalogue, whether a file exists or not. So nothing is silently absent.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lianshen.errors import LianshenError
from lianshen.rules.catalogue import RuleText

MODEL, MISSING = "model", "missing"
STATUS_ZH = {
    "active": "启用", "shadow": "试运行", "draft": "草稿", "retired": "停用", MODEL: "模型", MISSING: "缺",
}  # fmt: skip
COVERING = frozenset({"active", MODEL})


class CoverageError(LianshenError):
    """A table of ``sql/coverage`` names a check that the catalogue does not have, or lacks one that has a file."""


@dataclass(frozen=True)
class Check:
    """One check of the catalogue. ``status`` is that of its rule file, ``model`` or ``missing``."""

    id: str
    name_zh: str
    name: str
    certainty: str
    level: str
    engine: str
    status: str
    reason: str
    """Why a draft is no more than that."""
    national: tuple[str, ...]
    """Names of the national types that it answers."""
    articles: tuple[str, ...]
    """Articles of the provincial regulation."""


@dataclass(frozen=True)
class Target:
    """Something to be covered: a national rule type, or an article. ``number`` and ``code`` may be empty."""

    number: str
    code: str
    name_zh: str
    group_zh: str
    checks: tuple[str, ...]

    def is_covered(self, statuses: Mapping[str, str]) -> bool:
        """Say whether at least one of its checks is in use."""
        return any(statuses[check] in COVERING for check in self.checks)


@dataclass(frozen=True)
class Coverage:
    """Both maps and their reverse."""

    checks: tuple[Check, ...]
    national: tuple[Target, ...]
    articles: tuple[Target, ...]

    @property
    def statuses(self) -> dict[str, str]:
        """Status by check."""
        return {check.id: check.status for check in self.checks}

    def covered(self, targets: tuple[Target, ...]) -> int:
        """Return how many of ``targets`` have a check in use."""
        return sum(target.is_covered(self.statuses) for target in targets)


def read_coverage(content: Path, texts: Mapping[str, RuleText], models: frozenset[str]) -> Coverage:
    """Join the tables of ``sql/coverage`` with the rules and models that there are.

    ``models`` holds the ids of checks that a model answers.

    :raises CoverageError: naming the file and the id that does not fit.
    """
    folder = content / "sql" / "coverage"
    rows = _rows(folder / "checks.csv")
    known = {row["id"] for row in rows}
    if more := sorted(set(texts) - known):
        raise CoverageError(f"{folder / 'checks.csv'}: has no row for {', '.join(more)}, which is a rule: add a row")
    national = tuple(
        Target(r["number_2025"], r["code_2023"], r["name_zh"], f"{r['class_zh']}·{r['group_zh']}", _ids(r))
        for r in _rows(folder / "national.csv")
    )
    articles = tuple(Target(r["article"], "", r["subject_zh"], "", _ids(r)) for r in _rows(folder / "sichuan.csv"))
    for name, targets in (("national.csv", national), ("sichuan.csv", articles)):
        if unknown := sorted({check for target in targets for check in target.checks} - known):
            raise CoverageError(f"{folder / name}: names {', '.join(unknown)}, which checks.csv does not have")
    checks = tuple(
        Check(
            row["id"], row["name_zh"], row["name"], row["certainty"], row["level"], row["engine"],
            _status(row["id"], texts, models), _reason(row, texts, models),
            tuple(t.name_zh for t in national if row["id"] in t.checks),
            tuple(t.number for t in articles if row["id"] in t.checks),
        )
        for row in rows
    )  # fmt: skip
    return Coverage(checks, national, articles)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _ids(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(row["checks"].split())


def _status(check: str, texts: Mapping[str, RuleText], models: frozenset[str]) -> str:
    if check in texts:
        return texts[check].head.status
    return MODEL if check in models else MISSING


def _reason(row: Mapping[str, str], texts: Mapping[str, RuleText], models: frozenset[str]) -> str:
    text = texts.get(row["id"])
    if text is not None:
        return " ".join(text.head.summary.split()) if text.head.status == "draft" else ""
    return "a model that is not built yet" if row["engine"] == "model" and row["id"] not in models else ""


_HEAD = """# Coverage

Made from `sql/coverage/`, the rule files and the models by `lianshen rules coverage --write`; `--check` fails when it
is stale. Sources: the national framework of the two libraries 1.0 (2023, 79 rule types) and its 2025 edition (88 types,
ten of them new), names and codes as published; the articles of the provincial regulation on care outside the insured
region. A type is covered where at least one of its checks is active or a model.

"""


def coverage_page(coverage: Coverage) -> str:
    """Return ``docs/coverage.md``."""
    statuses = coverage.statuses

    def shown(checks: tuple[str, ...]) -> str:
        # A check without a file has no section to lead to.
        linked = (f"[{c}](rules.md#{c.lower()})" if statuses[c] not in (MODEL, MISSING) else c for c in checks)
        return "、".join(f"{link} {STATUS_ZH[statuses[c]]}" for link, c in zip(linked, checks, strict=True)) or "—"

    counted = ", ".join(f"{n} {name}" for name, n in counts(coverage).items())
    lines = [
        _HEAD,
        f"{len(coverage.checks)} checks: {counted}. National types covered: {coverage.covered(coverage.national)} of "
        f"{len(coverage.national)}. Articles with a check: {coverage.covered(coverage.articles)} of "
        f"{len(coverage.articles)}.\n\n",
        "## National rule types → checks\n\n| 2025 | 1.0 code | 类别 | 规则 | checks |\n|---|---|---|---|---|\n",
        *(
            f"| {t.number or '—'} | {t.code or '2025 新增'} | {t.group_zh} | {t.name_zh} | {shown(t.checks)} |\n"
            for t in coverage.national
        ),
        "\n## Articles → checks\n\n| 条 | 内容 | checks |\n|---|---|---|\n",
        *(f"| {t.number} | {t.name_zh} | {shown(t.checks)} |\n" for t in coverage.articles),
        "\n## Checks → national types and articles\n\n"
        "| check | 中文名 | certainty | engine | status | 国家规则 | 条 |\n|---|---|---|---|---|---|---|\n",
        *(
            f"| {shown((c.id,)).split(' ')[0]} | {c.name_zh} | {c.certainty} | {c.engine} | {STATUS_ZH[c.status]} "
            f"| {'、'.join(c.national) or '—'} | {'、'.join(c.articles) or '—'} |\n"
            for c in coverage.checks
        ),
        "\n## Not in use, and why\n\n",
        *(f"* **{c.id}** {c.name_zh}: {c.status}. {c.reason}\n" for c in coverage.checks if c.status not in COVERING),
    ]  # fmt: skip
    return "".join(lines)


def counts(coverage: Coverage) -> dict[str, int]:
    """Return how many checks have each status, in the order of a rule's life."""
    return {status: n for status in STATUS_ZH if (n := sum(check.status == status for check in coverage.checks))}
