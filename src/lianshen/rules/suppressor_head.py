"""What stands in the header and in the examples of a suppressor file, as checked shapes without DuckDB or SQLGlot."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from lianshen.rules.head import Param, Strict, Suppressor, Text

FILE = re.compile(r"\A/\* suppressor\n(?P<head>.*?)\n\*/\n(?P<sql>.*?)\n/\* examples\n(?P<examples>.*?)\n\*/\n\Z", re.S)

About = Literal["settlement", "line", "finding"]
Effect = Literal["excuse", "lower", "marts"]


class SuppressorHead(Strict):
    """The header: what is excused, why, with which numbers.

    ``about`` says what the SELECT returns: settlements, fee lines, or findings of a rule. ``effect``: ``excuse`` takes
    a finding away from the rules that name the code; ``lower`` gives a finding of any rule the lowest severity;
    ``marts`` is done before any rule reads, and the SELECT shows what was left out. ``linked``: a finding is excused
    too where its linked settlement is.
    """

    code: Suppressor
    version: Annotated[int, Field(ge=1)]
    title_zh: Annotated[str, Field(min_length=2, max_length=30)]
    title: Annotated[str, Field(min_length=3, max_length=70)]
    about: About
    effect: Effect = "excuse"
    linked: bool = False
    summary: Text
    reads: Annotated[list[Text], Field(min_length=1)]
    params: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Param] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits(self) -> SuppressorHead:
        if self.effect == "lower" and self.about != "finding":
            raise ValueError("effect: a severity is lowered of a finding, so about is finding")
        if self.linked and self.about != "settlement":
            raise ValueError("linked: only a settlement can be the linked one of a finding")
        return self

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns that name what is excused. (Prefect takes a model with ``keys`` for a dict.)"""
        return {"settlement": ("setl_id",), "line": ("setl_id", "bkkp_sn"), "finding": ("finding_id",)}[self.about]


class SuppressorExample(Strict):
    """Rows in, excuses out: 'S1', 'S1/L1' for a line or 'F1' for a finding, and the reason given."""

    name: Text
    kind: Literal["flag", "clear", "edge"]
    given: dict[str, list[dict[str, Any]]]
    expect: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _honest(self) -> SuppressorExample:
        if self.kind == "flag" and not self.expect:
            raise ValueError("a flag example shows something that is excused")
        if self.kind == "clear" and self.expect:
            raise ValueError("a clear example shows what is not excused")
        return self
