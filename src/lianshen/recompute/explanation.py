"""One settlement step by step, with the policy value and its source at each step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from lianshen.errors import LianshenError, UsageError
from lianshen.policy import PolicyBook, Reference
from lianshen.recompute.explained import ExplainedStep, filing_step, paid_steps, policy_of, used_steps
from lianshen.recompute.inputs import Inputs, recomputed_subject, subject
from lianshen.recompute.layers import LAYERS
from lianshen.recompute.mistakes import NAMES
from lianshen.recompute.right import RightTerms, outside_packs, right_terms
from lianshen.settlement import LARGEST_BILL, Step, settle, yuan
from lianshen.settlement import explain as core_steps


class NotExplained(LianshenError):
    """A settlement that cannot be computed; the message says why."""


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
             "filing_applied_at", "is_same_city", "begndate", "setl_date", "care", "in_scope", "deductible", "hifp",
             *LAYERS, "fund", "difference", "cause", "cause_zh"]  # fmt: skip
    outside = sum(outside_packs(inputs, right).values(), np.zeros(len(inputs), dtype=np.int64))
    for place, row in enumerate(inputs.table.select(names).to_pylist()):
        if not right.can_settle[place]:
            why = right.reason[place]
            yield [ExplainedStep("not_computed", f"未复算：{why}", f"Not computed: {why}")]
            continue
        steps = [*filing_step(row), *used_steps(inputs, right, place, row["care"])]
        if row["in_scope"] != scope[place]:
            steps.append(ExplainedStep("recorded_in_scope", "结算单记录的范围内金额（明细按适用目录重新拆分后不同）",
                                       "In scope as recorded; the lines under the applicable catalogue give another",
                                       yuan(row["in_scope"])))  # fmt: skip
        references = right.policy.references(place)
        core = core_steps(settled, place)
        named = {step.step for step in core}
        for step in core:
            if step.step == "fund":
                # Paid by a fund that has no step of its own, as the person has no claim to it.
                steps += [_step(Step(name, f"{NAMES[name]}：不享受", f"{_ENGLISH[name]}: not entitled", 0), row, ())
                          for name in LAYERS if row[name] and name not in named and not outside[place]]  # fmt: skip
            steps.append(_step(step, row, references.get(step.step, ())))
        steps.extend(paid_steps(row, int(outside[place])))
        yield steps


def _step(step: Step, row: dict[str, Any], references: tuple[Reference, ...]) -> ExplainedStep:
    paid = yuan(row[step.step]) if step.step in _PAID else None
    origin = policy_of(references, row["setl_date"])
    return ExplainedStep(step.step, step.zh, step.en, yuan(step.amount), step.policy, paid=paid, **origin)


_ENGLISH = {"hifob": "Large-amount fund", "hifmi": "Catastrophic insurance", "cvlserv": "Civil-servant subsidy",
            "hifes": "Enterprise supplement", "hifdm": "Fund for disabled veterans",
            "maf": "Medical assistance"}  # fmt: skip
_PAID = ("in_scope", "deductible", "hifp", *LAYERS, "fund")
