"""Reading the text of a limit with the patterns of ``knowledge/import.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from lianshen.content import read_yaml
from lianshen.knowledge.tables import KnowledgeError

MAPPING = "import.yaml"
_NUMERAL = "[0-9０-９]+|[〇零一二两三四五六七八九十百]+"
_NAMED = re.compile(r"(?<!\?P)<(\w+)>")
_BLANK = re.compile(r"\s+")
_QUANTITY = re.compile(r"[0-9０-９]|[〇零一二两三四五六七八九十百](个?月|周|岁|天|日|年)")
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
Values = dict[str, str]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Computed(Strict):
    """A value from a named part of the text: (number + plus) * times, rounded down; or one of several words."""

    source: Annotated[str, Field(alias="from")]
    plus: int = 0
    times: Decimal = Decimal(1)
    among: dict[str, str] | None = None

    def of(self, found: re.Match[str]) -> str:
        text = found[self.source]
        if self.among is not None:
            return self.among[text]
        whole = (Decimal(number(text)) + self.plus) * self.times
        return str(whole.to_integral_value(ROUND_FLOOR))


def _rows(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class Pattern(Strict):
    """One wording: what is found, and the rows of columns that it gives."""

    find: Annotated[re.Pattern[str], BeforeValidator(lambda text: re.compile(_with_numerals(text)))]
    rows: Annotated[list[dict[str, str | Computed]], BeforeValidator(_rows), Field(alias="set", min_length=1)]


class Reader(Strict):
    """How one kind of limit is read."""

    wants: str
    not_when: re.Pattern[str] | None = None
    patterns: list[Pattern]

    def read(self, text: str) -> list[Values] | str:
        """Return the rows that ``text`` gives, none where it says nothing of this limit; or why it cannot be read."""
        text = _BLANK.sub("", text)
        if self.not_when is not None and (more := self.not_when.search(text)):
            return f"says more than can be read without a person: '{more[0]}'"
        found: list[list[Values]] = []
        for pattern in self.patterns:
            for match in pattern.find.finditer(text):
                rows = [
                    {name: value if isinstance(value, str) else value.of(match) for name, value in row.items()}
                    for row in pattern.rows
                ]
                if rows not in found:
                    found.append(rows)
        if len(found) == 2 and all(len(rows) == 1 for rows in found) and not found[0][0].keys() & found[1][0].keys():
            # A lower and an upper bound in two parts of a sentence are one limit.
            return [{**found[0][0], **found[1][0]}]
        if len(found) > 1:
            return f"says {len(found)} different limits in one text"
        return found[0] if found else []


class RuleType(Strict):
    """Where the points of one published rule type go; without a table, the reason why a person has to write them."""

    table: str | None = None
    letters: str = "KP"
    pair: bool = False
    reads: list[str] = Field(default_factory=list)
    fixed: Values = Field(default_factory=dict)
    otherwise: Values | None = None
    reason: str = ""


class Mapped(Strict):
    """The whole of ``knowledge/import.yaml``."""

    headings: dict[str, re.Pattern[str]]
    batch: re.Pattern[str]
    not_a_point: re.Pattern[str]
    separators: re.Pattern[str]
    readers: dict[str, Reader]
    types: dict[str, RuleType]

    def role(self, heading: str) -> str | None:
        """Return what a heading says, or None for one that is not known."""
        bare = _BLANK.sub("", heading)
        return next((role for role, pattern in self.headings.items() if bare and pattern.fullmatch(bare)), None)

    def limits_of(self, kind: RuleType, text: str) -> list[Values] | str:
        """Return the columns of each row that a limit text gives under a rule type; or why it cannot be read."""
        if not kind.reads:
            return [dict(kind.fixed)]
        for name in kind.reads:
            read = self.readers[name].read(text)
            if isinstance(read, str):
                return read
            if read:
                return [{**kind.fixed, **row} for row in read]
        if kind.otherwise is not None and not _QUANTITY.search(text):
            return [{**kind.fixed, **kind.otherwise}]
        wants = "; ".join(self.readers[name].wants for name in kind.reads)
        return f"no limit found in '{text}': want {wants}" if text else f"has no limit text: want {wants}"


def read_mapping(knowledge: Path) -> Mapped:
    """Read ``import.yaml`` of a knowledge folder. Raise KnowledgeError with everything that is wrong in it."""
    path = knowledge / MAPPING
    if not path.is_file():
        raise KnowledgeError(f"{path}: is missing: copy it from the shipped content, it says how batches are read")
    try:
        mapped = Mapped.model_validate(read_yaml(path.read_text(encoding="utf-8")))
    except (ValidationError, re.error) as error:
        raise KnowledgeError(f"{path}: {error}") from error
    for name, kind in mapped.types.items():
        if unknown := sorted(set(kind.reads) - mapped.readers.keys()):
            raise KnowledgeError(f"{path}: types.{name}: there is no reader '{unknown[0]}'")
    return mapped


def number(text: str) -> int:
    """Return a number in Arabic (also full-width) or Chinese numerals below a thousand."""
    if text[0] not in "〇零一二两三四五六七八九十百":
        return int(text)
    hundreds, _, rest = text.rpartition("百")
    tens, is_ten, ones = rest.partition("十")
    total = (_DIGITS[hundreds[-1]] if hundreds else 0) * 100
    if not is_ten:
        return total + int("".join(str(_DIGITS[c]) for c in tens) or 0)
    tens = tens.lstrip("零〇")
    return total + (_DIGITS[tens[-1]] if tens else 1) * 10 + (_DIGITS[ones[-1]] if ones else 0)


def _with_numerals(text: str) -> str:
    return _NAMED.sub(lambda found: f"(?P<{found[1]}>{_NUMERAL})", text)


def among_names(mapped: Mapping[str, RuleType], *texts: str) -> str | None:
    """Return the longest rule type that one of ``texts`` names, as the title of a published file does."""
    found = [name for name in mapped if any(name in text for text in texts)]
    return max(found, key=len, default=None)
