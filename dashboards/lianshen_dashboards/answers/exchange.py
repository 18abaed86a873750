"""What agencies ask each other, and what one is told."""

from __future__ import annotations

from pydantic import Field

from lianshen_dashboards.answers.cases import Event
from lianshen_dashboards.answers.common import Answer, Day, Facts, Moment, Yuan


class InquiryRow(Answer):
    """An inquiry in a list."""

    inquiry_no: str
    version: int
    kind: str = Field(description="query, entrusted or objection")
    kind_name: str
    case_no: str | None = Field(description="null also where whoever asks may not know of the case")
    setl_id: str | None
    person: str | None
    person_name: str | None
    facts: Facts = Field(description="of the stay, as they stood when it was asked")
    from_agency: str
    from_name: str
    to_agency: str
    to_name: str
    topic: str
    topic_name: str
    subject: str
    text: str
    state: str
    state_name: str
    state_colour: str
    outcome: str | None
    outcome_name: str | None
    answer: str | None
    due_at: Day
    days_left: int | None
    escalation: int
    asked_by: str
    asked_at: Moment
    accepted_by: str | None
    accepted_at: Moment | None
    answered_by: str | None
    answered_at: Moment | None
    closed_at: Moment | None
    recalculated: Yuan | None = Field(description="what the funds should have paid, of an objection")
    actions: list[str]
    may_attach: bool


class Inquiry(InquiryRow):
    """An inquiry with its trail, oldest first, and the others about the same settlement or case."""

    history: list[Event]
    others: list[InquiryRow]


class InquiryList(Answer):
    """A page of inquiries: how many there are with the first page, ``next`` where pages have cursors."""

    items: list[InquiryRow]
    total: int | None
    next: str | None = Field(None, description="cursor of the following page; null on the last")


class Waiting(Answer):
    """For each tab how many inquiries wait for somebody."""

    into: int = Field(alias="in")
    out: int
    objection: int
    every: int = Field(alias="all")


class Step(Answer):
    """One step of how a settlement came out; amounts exact."""

    step: str
    zh: str
    en: str | None = None
    amount: str | None = None
    policy: str | None = None
    source: str | None = None
    since: str | None = None


class Explanation(Answer):
    """A settlement as it was paid, as recomputed, and step by step; columns as text, empty where there is none."""

    settlement: dict[str, str | None]
    recomputed: dict[str, str | None]
    steps: list[Step]


class Notice(Answer):
    """What an agency or one of its people is told."""

    id: int
    at: Moment
    agency: str
    login: str | None
    kind: str
    case_no: str | None
    inquiry_no: str | None
    text: str
    read_at: Moment | None
    read_by: str | None


class Unread(Answer):
    """How many notices nobody has read."""

    unread: int


class Read(Answer):
    """How many notices were not read yet and are now."""

    read: int
