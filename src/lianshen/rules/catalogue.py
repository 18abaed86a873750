"""What rules say about themselves, for pages and cases: header and text, without DuckDB or SQLGlot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError
from yaml import YAMLError

from lianshen.content import content_root, read_yaml
from lianshen.errors import LianshenError
from lianshen.rules.head import FILE, PLACEHOLDER, RuleHead
from lianshen.rules.suppressor_head import FILE as SUPPRESSOR_FILE
from lianshen.rules.suppressor_head import SuppressorHead

LOCK = "rules.lock"
_LOCK_LINE = re.compile(r"^([A-Z]{2}-\d{2}|S-[A-Z]+) (\d+) ([0-9a-f]{16})$")


class LockError(LianshenError):
    """``rules.lock`` and the rules do not agree."""


@dataclass(frozen=True)
class RuleText:
    """One rule in words: its header, its group, its SELECT, and the fingerprint under which it was locked."""

    head: RuleHead
    group: str
    sql: str
    fingerprint: str

    @property
    def id(self) -> str:
        return self.head.id

    @property
    def version(self) -> int:
        return self.head.version

    @property
    def title_zh(self) -> str:
        return self.head.title_zh

    @property
    def title(self) -> str:
        return self.head.title

    @property
    def sentence_zh(self) -> str:
        return self.head.sentence_zh

    def sentence(self, because: Mapping[str, str | None]) -> str:
        """Return the sentence with the facts of a finding in its places; what the finding does not state is 无."""
        return PLACEHOLDER.sub(lambda found: because.get(found[1]) or "无", self.head.sentence_zh)

    @property
    def facts(self) -> Mapping[str, str]:
        """The Chinese label of each because_ column."""
        return self.head.facts

    @property
    def certainty(self) -> str:
        return self.head.certainty

    @property
    def severity(self) -> int:
        return self.head.severity

    @property
    def level(self) -> str:
        return self.head.level

    @property
    def basis(self) -> Sequence[str]:
        return self.head.basis

    @property
    def handler(self) -> Sequence[str]:
        return self.head.handler

    @property
    def not_a_finding_when(self) -> Sequence[str]:
        return self.head.not_a_finding_when

    @property
    def reviewer_checks(self) -> Sequence[str]:
        return self.head.reviewer_checks


def read_lock(sql: Path) -> dict[str, tuple[int, str]]:
    """Return version and fingerprint by rule id and suppressor code, as locked."""
    path = sql / LOCK
    locked: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else [], start=1):
        found = _LOCK_LINE.match(line)
        if found is None:
            raise LockError(
                f"{path}: line {number}: want 'ID version fingerprint', got '{line}': run `lianshen rules lock`"
            )
        locked[found[1]] = (int(found[2]), found[3])
    return locked


def rule_texts(content: Path | None = None) -> dict[str, RuleText]:
    """Return the text of every rule by id. Headers are taken as checked: ``lianshen rules check`` reads strictly."""
    sql = (content or content_root()) / "sql"
    locked = read_lock(sql)
    texts = {}
    for path in sorted((sql / "rules").rglob("*.sql")):
        found = FILE.match(path.read_text(encoding="utf-8"))
        if found is None:
            raise LockError(f"{path}: is not a rule file: run `lianshen rules check` to see why")
        try:
            head = _head(found["head"])
        except (YAMLError, ValidationError) as error:
            raise LockError(f"{path}: its header cannot be read: run `lianshen rules check` to see why") from error
        fingerprint = locked.get(head.id, (0, ""))[1]
        texts[head.id] = RuleText(head, path.parent.name, found["sql"].strip(), fingerprint)
    return dict(sorted(texts.items()))


@lru_cache(maxsize=512)
def _head(text: str) -> RuleHead:
    return RuleHead.model_validate(read_yaml(text))


def suppressor_heads(content: Path | None = None) -> list[SuppressorHead]:
    """Return the header of every suppressor by code, taken as checked."""
    heads = []
    for path in sorted(((content or content_root()) / "sql" / "suppressors").glob("*.sql")):
        found = SUPPRESSOR_FILE.match(path.read_text(encoding="utf-8"))
        if found is None:
            raise LockError(f"{path}: is not a suppressor file: run `lianshen rules check` to see why")
        heads.append(SuppressorHead.model_validate(read_yaml(found["head"])))
    return heads
