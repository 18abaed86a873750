"""One settlement step by step, with the policy value and its source at each step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from lianshen.errors import LianshenError, UsageError
from lianshen.policy import PolicyBook, Reference
from lianshen.recompute.inputs import Inputs, recomputed_subject, subject
from lianshen.recompute.right import RightTerms, outside_packs, right_terms
from lianshen.settlement import LARGEST_BILL, settle, yuan
from lianshen.settlement import explain as core_steps

_FILING_TYPES = {
    "LONG_RETIREE": ("退休异地安置", "retiree settled elsewhere"),
    "LONG_RESIDENT": ("异地长期居住", "long-term resident elsewhere"),
    "LONG_STATIONED": ("常驻异地工作", "stationed elsewhere"),
    "REFERRAL": ("异地转诊", "referral"),
    "EMERGENCY": ("急诊抢救", "emergency"),
    "TEMPORARY_OTHER": ("其他临时外出", "other temporary"),
}
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


_FIELDS = ("step", "zh", "en", "amount", "policy", "source", "since")


class NotExplained(LianshenError):
    """A settlement that cannot be computed; the message says why."""


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """One step; ``amount`` in yuan as text, None where a step has none; ``since`` as YYYY-MM-DD."""

    step: str
    zh: str
    en: str
    amount: str | None = None
    policy: str | None = None
    source: str | None = None
    since: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        """Return the step as it stands in ``audit.explanation``."""
        return {name: getattr(self, name) for name in _FIELDS}


def explain(con: duckdb.DuckDBPyConnection, book: PolicyBook, setl_id: str) -> list[ExplainedStep]:
    """Return how settlement ``setl_id`` should have come out, step by step, and what was paid instead.

    Works on a warehouse opened read-only. Raises :class:`UsageError` for a settlement that is not there or does not
    count, :class:`NotExplained` for one without terms.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE recompute_subject AS SELECT CAST(? AS VARCHAR) AS setl_id", [setl_id])
    known = con.execute("SELECT setl_id FROM audit.recomputed WHERE setl_id = ?", [setl_id]).fetchone()
    inputs = recomputed_subject(con) if known else subject(con)
    if not len(inputs):
        raise UsageError(
            f"settlement {setl_id} is not in the warehouse, or does not count (withdrawn, reversed or a reversal): "
            "check the id, or look at its reversal"
        )
    right = right_terms(book, inputs)
    if not right.can_settle[0]:
        raise NotExplained(f"settlement {setl_id} cannot be computed: {right.reason[0]}")
    return next(_all_steps(inputs, right))


def write_explanations(con: duckdb.DuckDBPyConnection, inputs: Inputs, right: RightTerms) -> None:
    """Write the steps of the settlements as JSON into ``audit.explanation``; the caller has removed the old rows."""
    texts = [
        json.dumps([step.as_dict() for step in steps], ensure_ascii=False, separators=(",", ":"))
        for steps in _all_steps(inputs, right)
    ]
    table = pa.table({"setl_id": inputs.codes("setl_id"), "steps": pa.array(texts, type=pa.string())})
    con.register("recompute_explained", table)
    try:
        con.execute("INSERT INTO audit.explanation SELECT setl_id, CAST(steps AS JSON) FROM recompute_explained")
    finally:
        con.unregister("recompute_explained")


def _all_steps(inputs: Inputs, right: RightTerms) -> Iterator[list[ExplainedStep]]:
    """Yield the steps of each settlement; one step that says why where there are no terms."""
    scope = np.clip(inputs.ints("expected_inscp"), 0, LARGEST_BILL)
    total = np.clip(np.maximum(inputs.ints("total"), scope), 0, LARGEST_BILL)
    settled = settle(
        scope,
        right.terms,
        right.accumulators,
        total=total,
        hospital_share=np.clip(inputs.ints("hospital_share"), 0, total - scope),
        account=inputs.ints("account"),
        family=inputs.ints("family"),
    )
    names = ["needs_filing", "filing_status", "filing_type", "filing_id", "filed_region", "filed_from", "filed_until",
             "in_scope", "fund", "difference", "cause_zh"]  # fmt: skip
    outside = sum(outside_packs(inputs, right).values(), np.zeros(len(inputs), dtype=np.int64))
    for place, row in enumerate(inputs.table.select(names).to_pylist()):
        if not right.can_settle[place]:
            why = right.reason[place]
            yield [ExplainedStep("not_computed", f"未复算：{why}", f"Not computed: {why}")]
            continue
        steps = list(_filing(row))
        if row["in_scope"] != scope[place]:
            steps.append(ExplainedStep("recorded_in_scope", "结算单记录的范围内金额（明细按适用目录重新拆分后不同）",
                                       "In scope as recorded; the lines under the applicable catalogue give another",
                                       yuan(row["in_scope"])))  # fmt: skip
        references = right.policy.references(place)
        for step in core_steps(settled, place):
            steps.append(ExplainedStep(step.step, step.zh, step.en, yuan(step.amount), step.policy,
                                       *_source(references.get(step.step, ()))))  # fmt: skip
        steps.extend(_paid(row, int(outside[place])))
        yield steps


def _filing(row: dict[str, Any]) -> Iterator[ExplainedStep]:
    if not row["needs_filing"] or row["filing_status"] is None:
        return
    zh, en = _STATUSES[row["filing_status"]]
    kind_zh, kind_en = _FILING_TYPES.get(row["filing_type"], ("", ""))
    if row["filing_id"]:
        span = f"{row['filed_from']} – {row['filed_until']}"
        zh += f"：{kind_zh}{row['filing_id']}，备案地 {row['filed_region']}，{span}"
        en += f": {kind_en and kind_en + ' '}{row['filing_id']}, region {row['filed_region']}, {span}"
    elif kind_zh:
        zh, en = f"{zh}：视同{kind_zh}备案", f"{en}: deemed {kind_en}"
    yield ExplainedStep("filing", zh, en)


def _paid(row: dict[str, Any], outside: int) -> Iterator[ExplainedStep]:
    if outside:
        yield ExplainedStep("outside_packs", "企业补充、伤残军人等基金（按实付计）",
                            "Funds outside the packs, taken as paid", yuan(outside))  # fmt: skip
    yield ExplainedStep("paid", "基金实付", "Funds paid", yuan(row["fund"]))
    if row["difference"]:
        en = "Paid too much" if row["difference"] > 0 else "Paid too little"
        yield ExplainedStep("difference", row["cause_zh"] or "差额", en, yuan(row["difference"]))


def _source(references: tuple[Reference, ...]) -> tuple[str | None, str | None]:
    """Return the distinct sources behind a step, and the latest day from which one of its values holds."""
    if not references:
        return None, None
    names: dict[tuple[str, str], list[str]] = {}
    for one in references:
        names.setdefault((one.pack_id, one.origin), []).append(one.parameter)
    texts = [f"{pack} {', '.join(parameters)}: {source}" for (pack, source), parameters in names.items()]
    return "; ".join(texts), max(one.since for one in references).isoformat()
