"""Which inquiries: the same filter in addresses of pages and of the interface, written one way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from lianshen.cases.errors import Refused
from lianshen.cases.inquiries import KINDS, STATES

LISTS = ("kind", "state")


class InquiryFilter(BaseModel):
    """Every field optional, lists meaning any of. ``tab`` is the side: come in, gone out, objections, or all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tab: Literal["in", "out", "objection", "all"] = "all"
    kind: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    due: Literal["overdue", "soon"] | None = Field(None, description="only what is on the clock")
    q: str | None = Field(
        None, max_length=60, description="number of inquiry, case or settlement, or words of the title"
    )

    @field_validator("kind", "state")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = [*KINDS, *STATES]
        if unknown := [one for one in value if one not in known]:
            raise ValueError(f"{', '.join(unknown)} is unknown; one of {', '.join(known)}")
        return tuple(sorted(set(value), key=known.index))

    @classmethod
    def from_query(cls, given: Mapping[str, str]) -> InquiryFilter:
        """Read the parameters of an address; what is not understood is left out."""
        kept = {key: _split(key, value) for key, value in given.items() if key in cls.model_fields and value}
        try:
            return cls.model_validate(kept)
        except ValidationError as error:
            bad = {str(problem["loc"][0]) for problem in error.errors()}
            return cls.model_validate({key: value for key, value in kept.items() if key not in bad})

    @classmethod
    def strict(cls, given: Mapping[str, str]) -> InquiryFilter:
        """Read parameters and refuse what is not understood, naming it.

        :raises Refused: for an unknown key or a value that its field does not take.
        """
        try:
            return cls.model_validate({key: _split(key, value) for key, value in given.items() if value})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise Refused(f"filter {where}: {first['msg']}; fields are {', '.join(cls.model_fields)}") from error

    def to_query(self) -> str:
        """Return the canonical query string: fields in their order, defaults left out."""
        parts = []
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if value != field.default and value != "":
                text = ",".join(value) if isinstance(value, tuple) else str(value)
                parts.append(f"{name}={quote(text, safe=',')}")
        return "&".join(parts)


def _split(key: str, value: str) -> object:
    return tuple(part for part in value.split(",") if part) if key in LISTS else value
