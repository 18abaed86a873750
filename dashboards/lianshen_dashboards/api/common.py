"""What the routes about cases share: how a case is named, texts that a database can hold, and the filter's fields."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic import AfterValidator, Field
from starlette.convertors import Convertor, register_url_convertor

from lianshen.agency import CENTRE, agencies
from lianshen.cases.domain import DECISIONS, STATES
from lianshen.cases.filters import LISTS, SORTABLE, CaseFilter

PAGING = frozenset({"start", "end", "cursor", "limit"})
"""Parameters of a list that say which page, not which cases."""


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("the character U+0000 cannot be kept")
    return text


CaseNo = Annotated[str, Path(max_length=24, pattern=r"^[A-Za-z0-9_\-]+$", examples=["SC20261119-7F3A2B"])]
Text = Annotated[str, AfterValidator(_storable)]
Cursor = Annotated[str | None, Query(max_length=2000, description="`next` of the page before")]
Money = Annotated[Decimal, Field(max_digits=14, decimal_places=2)]


def words_in_path(name: str, words: Iterable[str]) -> str:
    """Return what stands in the path of a route for one of these words; an address with another is not this route's.

    So that what is offered beside it under the same form of address is answered by its own rules: 405, not 422.
    """

    class OneOf(Convertor[str]):
        regex = "|".join(map(re.escape, words))

        def convert(self, value: str) -> str:
            return value

        def to_string(self, value: str) -> str:
            return value

    register_url_convertor(name, OneOf())
    return f"{{action:{name}}}"


def fen(amount: Decimal) -> int:
    """Return an amount of yuan in fen."""
    return int(amount.scaleb(2))


def filter_of(request: Request) -> CaseFilter:
    """Return the filter of a request; a key or value that is not understood is refused by name."""
    return CaseFilter.strict({key: value for key, value in request.query_params.items() if key not in PAGING})


def described_filter() -> dict[str, Any]:
    """Return the filter's fields as the description of the interface lists them: lists are comma separated.

    An empty value asks for nothing, as an empty field of a form does.
    """
    known = {"state": list(STATES), "decision": list(DECISIONS), "region": [*agencies(), CENTRE]}
    names = "|".join(SORTABLE)
    said: list[dict[str, Any]] = []
    for name, schema in CaseFilter.model_json_schema()["properties"].items():
        field: dict[str, Any] = {"name": name, "in": "query", "required": False}
        if description := schema.get("description"):
            field["description"] = description
        if name in LISTS:
            items = {"type": "string", "enum": known[name]} if name in known else schema["items"]
            if name == "insured":
                items = {"type": "string", "pattern": "^([0-9]{4}|[0-9]{6})$"}
            field |= {"style": "form", "explode": False, "schema": {"type": "array", "items": items}}
        elif name == "sort":
            field["schema"] = {"type": "string", "maxLength": 120, "pattern": f"^-?({names})(,-?({names}))*$"}
        else:
            kinds = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
            field["schema"] = {key: value for key, value in kinds[0].items() if key not in ("title", "description")}
        field["schema"] = {"anyOf": [field["schema"], {"type": "string", "maxLength": 0}]}
        said.append(field)
    return {"parameters": said}
