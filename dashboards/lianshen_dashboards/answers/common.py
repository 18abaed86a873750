"""Kinds of values that the answers share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Yuan = Annotated[str, Field(pattern=r"^-?\d+\.\d{2}$", examples=["12345.60"], description="yuan, exact")]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Answer(BaseModel):
    """An answer with these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class Facts(BaseModel):
    """Names and values that differ from one to the next, as the facts of a rule or what an event recorded."""

    model_config = ConfigDict(extra="allow")


class Entered(Answer):
    """The entry that a write made, and the version of the case with it."""

    entry: int
    version: int
