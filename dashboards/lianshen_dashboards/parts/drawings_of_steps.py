"""The picture of a settlement recomputed: step by step, or what the difference is made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lianshen_dashboards.evidence import amount
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


@dataclass(frozen=True)
class Recomputed:
    """The settlement recomputed against what was paid, step by step; without steps, what the difference is made of."""

    facts: tuple[str, ...] = ()

    def __call__(self, finding: Row, scene: Scene) -> Picture | None:
        steps = [
            Step(str(step["zh"]), should, amount(step.get("paid")))
            for step in scene.evidence.steps.get(finding["setl_id"], ())
            if (should := amount(step.get("amount"))) is not None
        ]
        paid = amount(scene.evidence.recomputed.get(finding["setl_id"], {}).get("paid_fund"))
        if steps and not any(step.paid is not None for step in steps) and paid is not None:
            # Steps that name no paid amounts end in the funds: that one is known.
            steps[-1] = Step(steps[-1].name, steps[-1].should, paid)
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


def _made_of(finding: Row, scene: Scene) -> Picture | None:
    row = scene.evidence.recomputed.get(finding["setl_id"], {})
    parts = [(name, amount(row.get(column)) or Decimal(0)) for column, name in CAUSES.items()]
    if not any(part for _, part in parts):
        return None
    said = [(name, plain(part)) for name, part in parts if part]
    return Picture(
        size.causes(parts), "差额构成：" + "、".join(f"{n} {v} 元" for n, v in said), Numbers(("原因", "元"), said)
    )
