"""A case as a row of the list, whole, and after an action; its findings, lines, trail and relatives."""

from __future__ import annotations

from pydantic import Field

from lianshen_dashboards.answers.common import Answer, Day, Facts, Moment, Sha256, Yuan


class CaseColumns(Answer):
    """What every answer about a case says of it."""

    case_no: str
    version: int = Field(description="names the state of the case; a write says on which it was decided")
    state: str = Field(description="code of the state, as new, released, accepted, submitted, closed, archived")
    state_name: str
    night: Day = Field(description="business date of its newest settlement")
    treating_agency: str = Field(description="agency that holds the agreement with the institution")
    county: str = Field(description="agency below it that holds the agreement itself; empty where there is none")
    region_name: str
    fixmedins_code: str
    fixmedins_name: str
    hosp_lv: str
    level_name: str
    insu_admdvs: str
    insu_pool: str
    insured_name: str
    scope: str = Field(description="IN_PROV, CROSS_PROV or LOCAL")
    person: str = Field(description="pseudonym")
    person_name: str
    gend: str | None
    sex_name: str
    age_years: int | None
    care: str
    diag_code: str | None
    diag_name: str | None
    admit: Day
    discharge: Day
    settlements: int
    total_fee: Yuan
    fund_fee: Yuan
    at_issue: Yuan = Field(description="fund money the findings concern, each yuan once")
    exposure: Yuan = Field(description="estimated, never added to at_issue")
    gross: Yuan = Field(description="sum over the findings before what they share was taken off")
    severity: int = Field(description="3 high, 2 middle, 1 low")
    severity_name: str
    certainty: str = Field(description="definite or suspicious")
    certainty_name: str
    is_provisional: bool
    main_rule: str
    rules: list[str]
    title_zh: str
    score: float | None
    assignee: str | None = Field(description="login of whoever works on it")
    accept_by: Day | None
    due_at: Day | None
    days_left: int | None = Field(description="working days; negative: late; null: no clock runs")
    reply_by: Day | None
    paused_on: Day | None
    extension: str | None = Field(description="asked, granted or refused")
    escalation: int
    escalation_name: str
    decision: str | None = Field(description="confirmed, partial or dismissed; derived from the lines")
    decision_name: str | None
    determined: Yuan | None
    recovered: Yuan
    appeal_round: int
    misroutes: int
    evidence_changed: bool
    moved_by: str | None
    moved_action: str | None
    moved_at: Moment | None
    released_at: Moment | None
    submitted_at: Moment | None
    closed_at: Moment | None
    archived_at: Moment | None
    per_hour: Yuan = Field(description="what an hour of work on it is expected to bring back")
    actions: list[str] = Field(description="what whoever asks may do with it now")


class CaseRow(CaseColumns):
    """A case in a list, with what the last ranking says of it; null before the first, and to who is only informed."""

    findings: int
    chance: float | None = Field(description="probability that it is upheld, before an average agency")
    expected: Yuan | None = Field(description="expected recovery; nothing where only a model speaks")
    kind: str | None = Field(description="billing, records, network, or model: no deduction is ever proposed")
    basis: Facts | None = Field(description="what the probability rests on")


class ListedCase(CaseRow):
    """A case in the queue, with the words of its cells."""

    state_colour: str
    rule_name: str
    clock_text: str
    clock_class: str
    basis_text: str


class CaseList(Answer):
    """A page of cases: count and sum with the first page, ``next`` where pages have cursors."""

    items: list[ListedCase]
    total: int | None
    at_issue: Yuan | None
    next: str | None = Field(None, description="cursor of the following page; null on the last")


class WholeCase(CaseColumns):
    """What only the answer about one case says."""

    case_key: Sha256
    first_setl_id: str
    evidence_sha256: Sha256
    conclusion: str | None
    worth_checking: bool | None = Field(description="did the suspicion deserve the work, as the handler says")
    setl_ids: list[str]
    may_determine: bool
    may_recover: bool
    is_whole: bool = Field(description="false for the region that is only informed: it reads summary and result")


class Finding(Answer):
    """What a rule or model found, with its sentence and the facts behind it."""

    finding_id: str
    case_no: str
    rule_id: str
    rule_version: int
    fingerprint: str
    title_zh: str
    sentence_zh: str
    certainty: str
    severity: int
    level: str
    setl_id: str
    linked_setl_id: str | None
    linked_case_no: str | None = Field(description="case of the other settlement, where one may know of it")
    subject_date: Day
    a0: Yuan
    a1: Yuan
    a2: Yuan | None
    counted: Yuan
    exposure: Yuan
    is_provisional: bool
    because: Facts
    labels: dict[str, str] = Field(description="Chinese label of each fact")


class Case(WholeCase):
    """One case with its findings; none for the region that is only informed."""

    findings: list[Finding]


class CaseAfter(WholeCase):
    """A case as it stands after an action."""

    findings: int


class CaseGone(Answer):
    """The case has left the sight of whoever acted, by what they did."""

    case_no: str


class Line(Answer):
    """A line to determine: a fee line, or a finding that carries none."""

    case_no: str
    bkkp_sn: str = Field(description="of the fee line, or the finding's id where it has none")
    setl_id: str
    rules: list[str]
    is_fee_line: bool
    fee_date: Day | None
    hilist_code: str | None
    item_name: str
    med_chrgitm_type: str | None
    cnt: str | None = Field(description="quantity, exact decimal")
    pric: str | None = Field(description="unit price, exact decimal")
    amount: Yuan
    inscp: Yuan
    at_issue: Yuan
    at_most: Yuan = Field(description="what may be determined at most")
    determined: Yuan | None
    reason: str | None
    reason_text: str | None
    determined_by: str | None
    determined_at: Moment | None


class LinesDetermined(Answer):
    """How many lines were open and are determined now."""

    lines: int


class Event(Answer):
    """An entry of the trail; each is hashed together with the one before it."""

    seq: int
    at: Moment
    case_no: str | None
    actor: str
    actor_name: str
    action: str
    before: str | None
    after: str | None
    reason: str | None
    detail: Facts | None
    ip: str | None
    prev_hash: str
    hash: Sha256


class Related(Answer):
    """Cases linked by a finding, of the same person, and of the same institution and rule."""

    linked: list[CaseRow]
    person: list[CaseRow]
    institution: list[CaseRow]


class Facets(Answer):
    """For each facet how many cases each value has."""

    state: dict[str, int]
    region: dict[str, int]
    rule: dict[str, int]
    severity: dict[str, int]
    level: dict[str, int]
    insured: dict[str, int] = Field(description="by the four digits of the insured region")


class Outcome(Answer):
    """Case numbers by what became of them."""

    ok: list[str]
    conflict: list[str]
    denied: list[str]


class Job(Outcome):
    """Work on every case of a filter."""

    id: str
    action: str
    total: int
    done: int
    state: str = Field(description="running, done or failed")
    error: str | None
