"""Who asks, what they keep for themselves, and the systems that ask or are told."""

from __future__ import annotations

from pydantic import Field

from lianshen_dashboards.answers.common import Answer, Moment


class Me(Answer):
    """Who is signed in."""

    login: str
    name: str
    role: str
    role_name: str
    agency: str | None = Field(description="null for the whole province")


class View(Answer):
    """A filter under a name."""

    name: str
    query: str
    is_default: bool


class Named(Answer):
    """The view that was chosen or forgotten; null where none is."""

    name: str | None


class Token(Answer):
    """A token without what it opens."""

    id: int
    name: str
    role: str
    agency: str
    created_by: str
    created_at: Moment
    expires_at: Moment
    revoked_at: Moment | None
    sees_insured: bool = Field(description="reads, too, what comes of the region's insured treated elsewhere")
    used_at: Moment | None
    is_valid: bool


class NewToken(Answer):
    """A new token, shown once; null in the answer to a repetition."""

    name: str
    expires_at: Moment
    token: str | None


class Revoked(Answer):
    """The token that opens nothing any more."""

    revoked: str


class Webhook(Answer):
    """A system that is told, without its secret, how many letters wait or were given up, and what failed last."""

    id: int
    agency: str
    url: str
    is_active: bool
    paused_at: Moment | None = Field(description="what it is told since then waits")
    created_by: str
    created_at: Moment
    waiting: int
    dead: int
    last_error: str | None


class NewWebhook(Answer):
    """A new webhook with what signs its letters, shown once; null in the answer to a repetition."""

    id: int
    secret: str | None


class DeadLetter(Answer):
    """A letter that was given up; it does not say of which case."""

    id: int
    webhook_id: int
    event_seq: int
    key: str
    attempts: int
    last_error: str | None


class Replayed(Answer):
    """How many letters are sent again."""

    letters: int


class Paused(Answer):
    """The webhook that is told later what it is told now, or again at once."""

    webhook: int
    is_paused: bool


class Removed(Answer):
    """The webhook that is told nothing any more."""

    removed: int
