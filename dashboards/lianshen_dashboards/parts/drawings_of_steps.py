"""The picture of a settlement recomputed: step by step, or what the difference is made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lianshen_dashboards.evidence import Cells, amount
from lianshen_dashboards.figures import compare, size
from lianshen_dashboards.figures.compare import Step
from lianshen_dashboards.parts.plot import Numbers
from lianshen_dashboards.parts.scene import Picture, Scene, plain
from lianshen_dashboards.present import Row

CAUSES = {
    "by_catalogue": "目录",
    "by_filing": "备案",
    "by_benefit": "待遇计算",
    "by_accumulator": "年度累计",
    "by_identity": "结算单自相矛盾",
    "unexplained": "未能解释",
}
ON_THE_BILL = {
    "total": "medfee_sumamt",
    "in_scope": "inscp_amt",
    "deductible": "act_pay_dedc",
    "hifp": "hifp_pay",
    "fund": "fund_pay_sumamt",
    "psn": "psn_pay",
}
"""Steps that stand on the bill, and the column where they do."""
NOT_DRAWN = frozenset({"ratio", "paid", "difference", "account", "family", "cash", "hospital_share"})
"""Steps that explain another one, or say in the end what the marks show from the beginning."""


@dataclass(frozen=True)
class Recomputed:
    """The settlement recomputed against what was paid, step by step; without steps, what the difference is made of."""

    facts: tuple[str, ...] = ()

    def __call__(self, finding: Row, scene: Scene) -> Picture | None:
        settled = scene.evidence.settlements.get(finding["setl_id"], {})
        steps = [
            Step(str(step["zh"]), should, paid_in(step, settled))
            for step in scene.evidence.steps.get(finding["setl_id"], ())
            if (should := amount(step.get("amount"))) is not None and step.get("step") not in NOT_DRAWN
        ]
        if not any(step.differs for step in steps):
            return _made_of(finding, scene)
        parted = "；".join(
            f"{s.name} 复算 {plain(s.should)} 结算单 {plain(s.paid)}" for s in steps if s.differs and s.paid is not None
        )
        rows = [
            (s.name, f"{s.should:,.2f}", f"{s.paid:,.2f}" if s.paid is not None else "",
             f"{s.paid - s.should:+,.2f}" if s.paid is not None else "")
            for s in steps
        ]  # fmt: skip
        numbers = Numbers(("步骤", "复算（元）", "结算单（元）", "差额"), rows)
        return Picture(compare.step_by_step(steps), f"逐步复算，不一致之处：{parted}", numbers)


def paid_in(step: Cells, settled: Cells) -> Decimal | None:
    """Return what the bill says of a step: as the step itself recorded it, else from the settlement's own column."""
    said = amount(step.get("paid"))
    column = ON_THE_BILL.get(str(step.get("step")))
    return amount(settled.get(column)) if said is None and column else said


def _made_of(finding: Row, scene: Scene) -> Picture | None:
    row = scene.evidence.recomputed.get(finding["setl_id"], {})
    parts = [(name, amount(row.get(column)) or Decimal(0)) for column, name in CAUSES.items()]
    if not any(part for _, part in parts):
        return None
    said = [(name, plain(part)) for name, part in parts if part]
    return Picture(
        size.causes(parts), "差额构成：" + "、".join(f"{n} {v} 元" for n, v in said), Numbers(("原因", "元"), said)
    )
