"""Versions on writes: what somebody saw when they decided, as ``If-Match`` or as ``version`` in the body."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header
from pydantic import Field
from starlette.exceptions import HTTPException

from lianshen.cases.errors import Refused

TAG = re.compile(r'"(\d{1,9})"')
NO_VERSION = -1
"""A version that no case has: for a tag that is none of ours, so that it matches nothing."""

IfMatch = Annotated[str | None, Header(max_length=200, description='ETag of the case as it was read, as "3"')]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]


def etag(version: int) -> str:
    """Return the tag of a version."""
    return f'"{version}"'


def version_wanted(if_match: str | None, version: int | None) -> int:
    """Return the version that a write was decided on.

    :raises HTTPException: 428, where neither is given.
    :raises Refused: where both are given and differ.
    """
    named = version_if_any(if_match, version)
    if named is None:
        raise HTTPException(428, "请给出所依据的版本：If-Match 头（读取案件时的 ETag），或 version 字段。")
    return named


def version_if_any(if_match: str | None, version: int | None) -> int | None:
    """Return the version that a write was decided on, or None where it names none.

    :raises Refused: where both are given and differ.
    """
    if if_match is None or if_match.strip() == "*":
        return version
    found = TAG.fullmatch(if_match.strip())
    tagged = int(found.group(1)) if found else NO_VERSION
    if version is not None and found and tagged != version:
        raise Refused(f"If-Match 为 {tagged}，version 为 {version}：两者须一致，或只给其一")
    return tagged
