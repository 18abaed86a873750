"""Why a settlement was paid differently: the codes of ``audit.recomputed.cause`` and their Chinese sentences.

A code names the largest part of the difference; the parts themselves are ``by_catalogue``, ``by_filing``,
``by_benefit``, ``by_accumulator``, ``by_identity`` and ``unexplained``, which add up to the difference to the fen.
Every cause has a place: the layer in which the difference arose and the policy parameter behind it. Those of filing
and benefit come with the mistake that was found (``alternatives``, ``layers``); the others are in :data:`PLACES`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CAUSES = {
    "identity": "the header contradicts itself or its lines: sums of funds, or of in-scope amounts",
    "other_catalogue": "lines were split by the catalogue of the other direction (XR-12, XR-13)",
    "not_covered": "lines that the applicable catalogue does not cover were paid for (CH-10)",
    "split_other": "lines were split otherwise than the applicable catalogue says (ST-05)",
    "unfiled_as_filed": "no filing applied, and it was paid as if one did (XR-01 … XR-06 by filing_status)",
    "no_reduction": "a filing applied that reduces the ratio, and it was not reduced",
    "wrong_reduction": "the reduction of another filing type, or of the other scope, was applied",
    "treating_region_ratio": "the treating region's benefits were applied instead of the insured region's",
    "wrong_level": "the benefits of another hospital level were applied",
    "retired_bonus_wrong": "a retired person was settled as in service, or the reverse",
    "prepay": "what the person pays first for remote care was not taken, or not at its share (LP-08)",
    "same_city": "a filing or a reduction was asked for inside a same-city agreement (LP-11)",
    "benchmark": "more was accepted than last year's mean cost of the class of person (LP-06)",
    "accumulator": "what the record says had been used in the year is not what the settlements give (ST-06)",
    "rounding": "the amount was cut off below the fen, or rounded slice by slice",
    "deductible": "the deductible was not the one that the policy gives",
    "cap": "the yearly cap, or what was left under it, was not kept to",
    "layer_order": "a layer paid before one that comes first, assistance before catastrophic for one (ST-07)",
    "supplement": "the pooled fund is right; catastrophic, large-amount, civil-servant or assistance is not",
    "unexplained": "no alternative that is tried reproduces what was paid",
}
"""Code: what it says."""

PLACES = {
    "identity": ("identity", None),
    "other_catalogue": ("lines", "catalogue"),
    "not_covered": ("lines", "catalogue"),
    "split_other": ("lines", "catalogue"),
}
"""Layer and parameter of the causes that lie before the benefit."""


def family_parameter(short: str, is_clinic: NDArray[np.bool_], is_remote: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Return the parameter that ``deductible``, ``deductible_step``, ``ratio`` or ``cap`` is for the family of care."""
    stay = {"deductible": "inpatient.deductible", "deductible_step": "inpatient.deductible_step",
            "ratio": "inpatient.ratio", "cap": "inpatient.cap"}[short]  # fmt: skip
    clinic = {"ratio": "outpatient.ratio", "cap": "outpatient.limit"}.get(short, "outpatient.deductible")
    at_stay = np.where(is_remote & (short == "deductible"), "remote.deductible", stay)
    return np.where(is_clinic, clinic, at_stay).astype(object)


_LINES = "'范围内金额应为 ' || r.expected_inscp || ' 元，结算为 ' || s.inscp_amt || ' 元'"
_POOLED = "'统筹应付 ' || r.expected_hifp || ' 元，实付 ' || s.hifp_pay || ' 元'"
_AS = "'（按“' || r.alternative || '”支付）：'"

_SENTENCE = f"""
CASE r.cause
    WHEN 'identity'
        THEN '结算单自相矛盾：基金合计 ' || r.paid_fund || ' 元与分项或明细之和不符，相差 ' || r.by_identity || ' 元'
    WHEN 'other_catalogue'
        THEN CASE s.scope
            WHEN 'CROSS_PROV' THEN '跨省就医未按就医地目录拆分明细：'
            ELSE '省内异地就医未按参保地目录拆分明细：'
        END || {_LINES}
    WHEN 'not_covered' THEN '适用目录不予支付的项目计入范围：' || {_LINES}
    WHEN 'split_other' THEN '明细拆分与适用目录不符：' || {_LINES}
    WHEN 'unfiled_as_filed'
        THEN CASE r.filing_status
            WHEN 'OTHER_REGION' THEN '备案地与就医地不符，按未备案计算'
            WHEN 'LATE' THEN '结算后才申请备案，按未备案计算'
            WHEN 'NOT_APPROVED' THEN '备案未通过、已撤销或无效，按未备案计算'
            WHEN 'NOT_UPLOADED' THEN '备案未上传，按未备案计算'
            WHEN 'NOT_IN_FORCE' THEN '入院时备案不在有效期内，按未备案计算'
            ELSE '无有效备案，按未备案计算'
        END || {_AS} || {_POOLED}
    WHEN 'no_reduction' THEN '异地就医未降低支付比例' || {_AS} || {_POOLED}
    WHEN 'wrong_reduction' THEN '异地降幅用错' || {_AS} || {_POOLED}
    WHEN 'treating_region_ratio' THEN '应执行参保地待遇，却执行了就医地待遇：' || {_POOLED}
    WHEN 'wrong_level' THEN '医院等级用错' || {_AS} || {_POOLED}
    WHEN 'retired_bonus_wrong' THEN '人员类别用错' || {_AS} || {_POOLED}
    WHEN 'prepay' THEN '异地先行自付不符' || {_AS} || {_POOLED}
    WHEN 'same_city' THEN '同城地区之间不应降低待遇' || {_AS} || {_POOLED}
    WHEN 'benchmark' THEN '超过人均住院费基准的部分也计入支付：' || {_POOLED}
    WHEN 'accumulator'
        THEN '结算单所记“' || r.alternative || '”与本年各次结算累计不符：' || {_POOLED}
    WHEN 'rounding' THEN COALESCE(r.alternative, '舍入') || '：' || {_POOLED}
    WHEN 'deductible' THEN '起付线应为 ' || r.expected_deductible || ' 元，实扣 ' || s.act_pay_dedc || ' 元'
    WHEN 'cap' THEN '未按年度封顶线余额支付' || {_AS} || {_POOLED}
    WHEN 'layer_order' THEN '各层支付顺序错误：' || r.alternative
    WHEN 'supplement' THEN COALESCE(r.alternative, '大病、大额、公务员、救助等层合计不符')
    WHEN 'unexplained' THEN {_POOLED} || '，没有一种假设能重现实付金额'
END || CASE
    WHEN r.difference > 0 THEN '；基金合计多付 ' || r.difference || ' 元。'
    WHEN r.difference < 0 THEN '；基金合计少付 ' || -r.difference || ' 元。'
    ELSE '；基金合计不变，各基金之间错付。'
END
"""


def sentence_sql() -> str:
    """Return the DuckDB expression of ``cause_zh`` over ``r`` (the result) and ``s`` (``mart.settlement``)."""
    return _SENTENCE
