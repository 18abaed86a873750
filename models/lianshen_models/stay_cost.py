"""MD-11: a stay that costs far more than similar patients' stays in similar hospitals.

Gradient-boosted quantiles (5, 50, 95 %) of log cost give each stay its expected cost and interval from what the
patient had (diagnosis, operation, age, sex, other diseases) and where (grade, department, kind of stay). Length of
stay stays out: the institution whose cost is judged decides it. The residual is measured in MADs of the peers (same
diagnosis, same grade), and the excess is laid out over the charge categories, so that a reviewer sees what drives it.

Blind spots: where everyone overcharges, overcharging is expected; a false diagnosis or an unnecessary operation buys
a higher expectation; nothing in the data says intensive care.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianshen.anomaly.spec import AnomalyModel, Category

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor


def build(seed: int, quantile: float, categorical: tuple[int, ...]) -> HistGradientBoostingRegressor:
    """Return the untrained regressor of one quantile; only scikit-learn classes, so that a saved fit loads anywhere."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    # Small trees: with thirty-one leaves later stays were predicted worse, with few and with many rows to fit on.
    return HistGradientBoostingRegressor(
        loss="quantile",
        quantile=quantile,
        max_iter=80,
        learning_rate=0.1,
        max_leaf_nodes=8,
        min_samples_leaf=30,
        categorical_features=list(categorical),
        early_stopping=False,
        random_state=seed,
    )


CHAPTERS = {
    "A": "传染病和寄生虫病",
    "C": "肿瘤",
    "D": "血液和免疫疾病",
    "E": "内分泌和代谢疾病",
    "F": "精神和行为障碍",
    "G": "神经系统疾病",
    "H": "眼病",
    "H6": "耳病",
    "I": "循环系统疾病",
    "J": "呼吸系统疾病",
    "K": "消化系统疾病",
    "L": "皮肤疾病",
    "M": "肌肉骨骼疾病",
    "N": "泌尿生殖系统疾病",
    "O": "妊娠和分娩",
    "P": "围生期情况",
    "Q": "先天畸形",
    "R": "症状和体征",
    "S": "损伤和中毒",
    "U": "特殊用途编码",
    "V": "损伤的外因",
    "W": "损伤的外因",
    "X": "损伤的外因",
    "Y": "损伤的外因",
    "Z": "保健服务",
}
"""Chapters of ICD-10 as ``sql/features/stay.sql`` names them, in words."""

MODEL = AnomalyModel(
    id="MD-11",
    version=1,
    title="Case-mix adjusted cost outlier",
    title_zh="同病同级费用离群（过度诊疗模型）",
    about=(
        "Expected cost of an inpatient stay from the patient's diagnoses, operation, age and sex and the hospital's "
        "grade and department; the score is how many MADs of its peers a stay lies above it, the reasons are the "
        "charge categories that carry the excess."
    ),
    about_zh="按诊断、手术、年龄、性别、医院等级和科室预测一次住院的费用，与同病同级病例比较偏离程度，并列出推高费用的收费类别。",
    features=("stay",),
    population="mart.settlement WHERE counts AND care = 'IPT' AND n_lines > 0 AND medfee_sumamt > 0",
    date="setl_date",
    categorical=(
        "icd3",
        "chapter",
        "has_operation",
        "operation",
        "operation_chapter",
        "level",
        "stay_kind",
        "department",
        "insutype",
        "scope",
        "sex",
    ),
    numeric=("age", "n_secondary"),
    target="log_cost",
    actual="cost_fen",
    quantiles=(0.05, 0.5, 0.95),
    build=build,
    categories=(
        Category("western", "Western drugs", "西药费"),
        Category("patent", "patent medicines", "中成药费"),
        Category("herbal", "herbal pieces", "中药饮片费"),
        # A single dear implant explains itself; its price is the matter of CH-07, its number that of MD-09.
        Category("material", "materials", "材料费", alone_suffices=False),
        Category("laboratory", "laboratory", "化验费"),
        Category("examination", "examinations", "检查费"),
        Category("treatment", "treatment", "治疗费"),
        Category("surgery", "surgery", "手术费"),
        Category("nursing", "nursing", "护理费"),
        Category("bed", "bed", "床位费"),
        Category("consultation", "consultation", "诊察费"),
        Category("other", "other", "其他", alone_suffices=False),
    ),
    peers=(("icd3", "level"), ("chapter", "level"), ("level",)),
    peer_words={
        "icd3": "主要诊断{}",
        "level=TERTIARY": "三级医院",
        "level=SECONDARY": "二级医院",
        "level=PRIMARY": "一级医院",
        "level=UNGRADED": "未定级机构",
        "all": "全部住院",
        **{f"chapter={chapter}": name for chapter, name in CHAPTERS.items()},
    },
    shares=(("icd3", "level", "has_operation"), ("chapter", "level", "has_operation"), ("level", "has_operation")),
    segment="level",
    certainty="suspicious",
    level="settlement",
    basis=(
        "《医疗保障基金使用监督管理条例》第三十八条第（二）项",
        "《四川省异地就医结算管理办法》第十条",
    ),
    handler=("H2",),
    sentence_zh=(
        "本次住院费用{because_actual}元，同病同级预期{because_expected}元（区间{because_low}至{because_high}元），"
        "偏离同组{because_score}个中位绝对偏差，主要由{because_drivers}推高。"
    ),
    facts={
        "because_actual": "本次费用（元）",
        "because_expected": "同病同级预期（元）",
        "because_low": "区间下限（元）",
        "because_high": "区间上限（元）",
        "because_score": "偏离倍数",
        "because_peers": "对照组",
        "because_peer_count": "对照组例数",
        "because_drivers": "推高的类别",
        "because_reasons": "各类别的实际与预期",
    },
    not_a_finding_when=(
        "病案显示入住重症监护、抢救或发生并发症，费用与病情相符。",
        "由他院转入的危重患者，转入前诊断未反映病情严重程度。",
        "使用高值植入类耗材，植入记录、条码与手术相符。",
        "按床日付费的精神、康复、安宁疗护长期住院。",
    ),
    reviewer_checks=(
        "对照推高费用的收费类别，调阅医嘱、执行记录和费用清单。",
        "核对检查、化验、治疗次数与病程记录是否一致，有无重复或无指征项目。",
        "核对高值耗材植入登记与条码。",
        "查看有无重症监护、会诊、转科和并发症记录。",
    ),
    blind_spots=(
        "Where every hospital of a peer group overcharges, overcharging is the expectation.",
        "A false main diagnosis, invented secondary diagnoses or an unnecessary operation raise the expected cost; "
        "AD-11 and MG-04 look at those.",
        "Persons from elsewhere are compared with persons from elsewhere (`scope`): an institution that charges all of "
        "them more looks normal here; XR-22 compares them with locals.",
        "Intensive care, transfers and severity within one diagnosis code are not in the data; the reviewer sees the "
        "driving categories instead.",
        "A stay that is dear because it is long, with every category in proportion, has no driving category; AD-02 and "
        "AD-09 look at those.",
        "Small overcharges on many stays stay inside every interval; the line rules find those.",
        "Stays that settled before the fit's last day helped to form the expectation they are compared with.",
    ),
)
