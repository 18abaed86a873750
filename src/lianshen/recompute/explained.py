"""The steps of an explanation that lie around the core's: the filing, what had been used in the year, what was paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from lianshen.policy import Reference
from lianshen.recompute.causes import CAUSES
from lianshen.recompute.inputs import Inputs
from lianshen.recompute.personyear import ROOMS
from lianshen.recompute.results import CLINIC
from lianshen.recompute.right import RightTerms
from lianshen.settlement import UNLIMITED, yuan

_FILING_TYPES = {
    "LONG_RETIREE": ("退休异地安置", "retiree settled elsewhere"),
    "LONG_RESIDENT": ("异地长期居住", "long-term resident elsewhere"),
    "LONG_STATIONED": ("常驻异地工作", "stationed elsewhere"),
    "REFERRAL": ("异地转诊", "referral"),
    "EMERGENCY": ("急诊抢救", "emergency"),
    "TEMPORARY_OTHER": ("其他临时外出", "other temporary"),
}
_OPEN = date(9999, 12, 31)
_STATUSES = {
    "VALID": ("备案有效", "Filing applies"),
    "NONE": ("无有效备案，按未备案计算", "No effective filing: settled as unfiled"),
    "OTHER_REGION": ("备案地与就医地不符，按未备案计算", "Filed for another region: settled as unfiled"),
    "LATE": ("结算后才申请备案，按未备案计算", "Filed after the settlement: settled as unfiled"),
    "NOT_APPROVED": (
        "备案未通过、已撤销或无效，按未备案计算",
        "Filing refused or withdrawn: settled as unfiled",
    ),
    "NOT_UPLOADED": ("备案未上传，按未备案计算", "Filing not uploaded: settled as unfiled"),
    "NOT_IN_FORCE": ("入院时备案不在有效期内，按未备案计算", "Filing not in force on admission: settled as unfiled"),
}


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """One step; amounts in yuan as text, None where a step has none."""

    step: str
    zh: str
    en: str
    amount: str | None = None
    policy: str | None = None
    source: str | None = None
    since: str | None = None
    """Since when the policy value holds, YYYY-MM-DD."""
    paid: str | None = None
    """What the record says instead of ``amount``."""
    rank: str | None = None
    """``national``, ``provincial`` or ``city``: of the value that held (Art. 21)."""
    beat: str | None = None
    """The values that it prevailed over."""
    dated: str | None = None
    """The day that chose it, and what day that is: ``2026-11-05 setl_date``."""

    def as_dict(self) -> dict[str, str | None]:
        """Return the step as it stands in ``audit.explanation``."""
        return asdict(self)


def filing_step(row: dict[str, Any]) -> Iterator[ExplainedStep]:
    """Yield the filing that applied, or why none did."""
    if row["is_same_city"]:
        zh, en = "参保地与就医地同城，无需备案，不降低待遇", "One city by agreement: no filing, no reduction"
        yield ExplainedStep("filing", zh, en, dated=f"{row['setl_date']} setl_date")
    if not row["needs_filing"] or row["filing_status"] is None:
        return
    zh, en = _STATUSES[row["filing_status"]]
    kind_zh, kind_en = _FILING_TYPES.get(row["filing_type"], ("", ""))
    if row["filing_id"]:
        last = row["filed_until"] - timedelta(days=1)
        is_open = row["filed_until"] >= _OPEN
        zh += f"：{kind_zh} {row['filing_id']}，备案地 {row['filed_region']}，{row['filed_from']} "
        zh += "起长期有效" if is_open else f"至 {last}"
        en += f": {kind_en and kind_en + ' '}{row['filing_id']}, region {row['filed_region']}, from {row['filed_from']}"
        en += " on" if is_open else f" to {last}"
    elif kind_zh:
        zh, en = f"{zh}：视同{kind_zh}备案", f"{en}: deemed {kind_en}"
    if row["filing_applied_at"]:
        zh += f"，申请于 {row['filing_applied_at']:%Y-%m-%d %H:%M}"
        en += f", applied for {row['filing_applied_at']:%Y-%m-%d %H:%M}"
    yield ExplainedStep("filing", zh, en, dated=f"{row['begndate']} begndate")


def used_steps(inputs: Inputs, right: RightTerms, place: int, care: str) -> Iterator[ExplainedStep]:
    """Yield what had been used in the year: as the settlements give it, and as the record says."""
    year, used, terms = inputs.year, right.accumulators, right.terms
    is_clinic = care in CLINIC

    def seen(name: str, factor: int = 1) -> int | None:
        one = year.quantities[name]
        return int(one.seen[place]) // factor if one.says[place] else None

    if care in ("IPT", "MAT"):
        rebuilt, counted = int(year.nth_rebuilt[place]), seen("admissions", 100)
        recorded = None if counted is None else counted + 1
        zh, en = f"本年第 {rebuilt} 次住院", f"Admission no. {rebuilt} of the year"
        if recorded is not None and recorded != rebuilt:
            zh, en = f"{zh}（结算单记为第 {recorded} 次）", f"{en} (the record counts {recorded})"
        yield ExplainedStep("nth", zh, en)
    if is_clinic:
        yield _used("deductible_paid", "年内已付门诊起付线", "Outpatient deductible paid before in the year",
                    int(used.deductible_paid[place]), seen("deductible"))  # fmt: skip
    for name, field, zh, en in _ROOMS:
        limit, room = int(getattr(terms, ROOMS[name])[place]), int(getattr(used, field)[place])
        if limit >= UNLIMITED or (name != "cap" and not int(getattr(terms, _RATIO_OF[name])[place].max())):
            continue
        yield _used(field, zh, en, max(min(limit, room), 0), seen(name), yuan(limit))
    if terms.tier_start[place, 0] < UNLIMITED:
        yield _used("burden_before", "年内范围内个人负担累计", "In-scope burden of the year before",
                    int(used.burden[place]), seen("burden"))  # fmt: skip


def _used(step: str, zh: str, en: str, rebuilt: int, recorded: int | None, policy: str | None = None) -> ExplainedStep:
    return ExplainedStep(step, zh, en, yuan(rebuilt), policy, paid=None if recorded is None else yuan(recorded))


_ROOMS = (
    ("cap", "cap_room", "年度封顶线余额", "Left under the yearly cap"),
    ("tier", "tier_room", "大病保险年度限额余额", "Left of the yearly limit of catastrophic insurance"),
    ("civil", "civil_room", "公务员补助年度限额余额", "Left of the yearly limit of the civil-servant subsidy"),
    ("enterprise", "enterprise_room", "企业补充年度限额余额", "Left of the yearly limit of the enterprise supplement"),
    ("veteran", "veteran_room", "伤残军人年度限额余额", "Left of the yearly limit of the veterans' fund"),
    ("assist", "assist_room", "医疗救助年度限额余额", "Left of the yearly limit of assistance"),
)
_RATIO_OF = {"tier": "tier_ratio", "civil": "civil_ratio", "enterprise": "enterprise_ratio",
             "veteran": "veteran_ratio", "assist": "assist_ratio"}  # fmt: skip


def paid_steps(row: dict[str, Any], outside: int) -> Iterator[ExplainedStep]:
    """Yield what was paid, and the difference with its cause."""
    if outside:
        yield ExplainedStep("outside_packs", "企业补充、伤残军人等基金（按实付计）",
                            "Funds outside the packs, taken as paid", yuan(outside))  # fmt: skip
    yield ExplainedStep("paid", "基金实付", "Funds paid", yuan(row["fund"]))
    if row["difference"] or row["cause"]:
        sign = "too much" if row["difference"] > 0 else "too little" if row["difference"] else "by the wrong fund"
        en = f"Paid {sign}: {CAUSES.get(row['cause'], 'not explained')}"
        yield ExplainedStep("difference", row["cause_zh"] or "差额", en, yuan(row["difference"]))


def policy_of(references: tuple[Reference, ...], day: object) -> dict[str, str | None]:
    """Return where the values behind a step come from: source, since, rank, what they prevailed over, which day."""
    if not references:
        return {}
    names: dict[tuple[str, str], list[str]] = {}
    for one in references:
        names.setdefault((one.pack_id, str(one.source)), []).append(one.parameter)
    texts = [f"{pack} {', '.join(dict.fromkeys(parameters))}: {source}" for (pack, source), parameters in names.items()]
    beaten = [text for one in references for text in one.won_over]
    return {
        "source": "; ".join(texts),
        "since": max(one.since for one in references).isoformat(),
        "rank": ", ".join(dict.fromkeys(one.rank for one in references)),
        "beat": "; ".join(dict.fromkeys(beaten)) or None,
        "dated": f"{day} setl_date",
    }
