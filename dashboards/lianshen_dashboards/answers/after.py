"""What follows on a decision: money, appeals, the archive and files."""

from __future__ import annotations

from pydantic import Field

from lianshen_dashboards.answers.common import Answer, Day, Moment, Sha256, Yuan


class RecoveryEntry(Answer):
    """An entry of the ledger; nothing is changed, a wrong one is followed by its negative."""

    id: int
    case_no: str
    amount: Yuan
    way: str = Field(description="refusal, deduction, refund or penalty")
    way_name: str
    voucher: str
    day: Day
    cycle: str | None = Field(description="month of the clearing that carries it, YYYY-MM")
    text: str | None
    reverses: int | None = Field(description="the entry whose negative this is")
    is_reversed: bool
    entered_by: str
    entered_at: Moment


class Appeal(Answer):
    """A round of the institution's appeal."""

    case_no: str
    round: int
    filed_on: Day
    text: str
    filed_by: str
    due_at: Day
    determined_before: Yuan
    determined_after: Yuan | None
    outcome: str | None = Field(description="upheld, partly or dismissed; derived from what was determined")
    outcome_name: str
    decided_at: Moment | None


class ArchivePiece(Answer):
    """A piece of an archived case's file."""

    case_no: str
    place: int
    name: str
    sha256: Sha256
    bytes: int
    keep_years: int


class Attachment(Answer):
    """A file on a case or an inquiry, without its bytes."""

    id: int
    case_no: str | None
    inquiry_no: str | None
    name: str
    media_type: str
    bytes: int
    sha256: Sha256
    kind: str
    kind_name: str
    added_by: str
    added_at: Moment
    removed_at: Moment | None
    is_hidden: bool


class Hidden(Answer):
    """The file that was hidden."""

    hidden: int


class Identifiers(Answer):
    """Identifiers of one settlement of the case, as far as the sealed evidence holds them."""

    psn_no: str | None = None
    person: str | None = None
    mdtrt_id: str | None = None
    setl_id: str | None = None


class Unmasked(Answer):
    """The full identifiers, and for how many seconds a page shows them."""

    person: str
    settlements: list[Identifiers]
    seconds: int
