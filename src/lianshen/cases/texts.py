"""What rules and models say about themselves, as far as a case needs it, and how their sentences are filled.

Cases stand beside rules and models, not above them: whoever runs the night hands their texts over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from lianshen.errors import LianshenError

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class RuleText(Protocol):
    """The text of one rule or model in one version.

    ``facts`` labels each ``because_…`` fact in Chinese; ``handler`` are the codes of the possible actions (H1 …).
    """

    @property
    def version(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def title_zh(self) -> str: ...
    @property
    def sentence_zh(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, str]: ...
    @property
    def certainty(self) -> str: ...
    @property
    def severity(self) -> int: ...
    @property
    def level(self) -> str: ...
    @property
    def basis(self) -> Sequence[str]: ...
    @property
    def handler(self) -> Sequence[str]: ...
    @property
    def not_a_finding_when(self) -> Sequence[str]: ...
    @property
    def reviewer_checks(self) -> Sequence[str]: ...


class TextMissing(LianshenError):
    """A finding that nobody can explain must not become a case."""


def require_texts(texts: Mapping[str, RuleText], source_ids: Iterable[str]) -> None:
    """Make sure that every source of findings has its text.

    :raises TextMissing: naming all that have none.
    """
    missing = sorted(set(source_ids) - set(texts))
    if missing:
        raise TextMissing(
            f"findings of {', '.join(missing)} have no text: hand the texts of these rules or models to assemble(), "
            f"or retire them and screen again; known are {', '.join(sorted(texts)) or 'none'}"
        )


def fill(source_id: str, sentence: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence with its ``{because_…}`` places filled from the finding's facts.

    A fact may be named with or without the prefix ``because_``.

    :raises TextMissing: if the finding does not state a fact that the sentence asks for.
    """

    def value(found: re.Match[str]) -> str:
        name = found.group(1).strip()
        for key in (name, name.removeprefix("because_"), f"because_{name}"):
            if key in facts:
                return say(facts[key])
        raise TextMissing(
            f"{source_id}: the sentence asks for {{{name}}}, which the finding does not state; "
            f"it states {', '.join(sorted(facts)) or 'nothing'}: add the because_ column or mend the sentence"
        )

    return PLACEHOLDER.sub(value, sentence)


def say(value: Any) -> str:
    """Return a fact as a reader expects it."""
    if value is None:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "、".join(f"{name} {say(part)}" for name, part in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(map(say, value))
    return str(value)


def as_evidence(source_id: str, text: RuleText) -> dict[str, Any]:
    """Return the text as the dossier keeps it."""
    return {
        "id": source_id,
        "version": text.version,
        "fingerprint": text.fingerprint,
        "title_zh": text.title_zh,
        "sentence_zh": text.sentence_zh,
        "certainty": text.certainty,
        "severity": text.severity,
        "level": text.level,
        "basis": list(text.basis),
        "handler": list(text.handler),
        "not_a_finding_when": list(text.not_a_finding_when),
        "reviewer_checks": list(text.reviewer_checks),
    }
