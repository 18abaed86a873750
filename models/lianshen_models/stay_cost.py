"""MD-11: a stay that costs far more than similar patients' stays in similar hospitals.

Gradient-boosted quantiles (5, 50, 95 %) of log cost give each stay its expected cost and interval from what the
patient had (diagnosis, operation, age, sex, other diseases) and where (grade, department, kind of stay). Length of
stay stays out: the institution whose cost is judged decides it. The residual is measured in MADs of the peers (same
diagnosis, same grade), and the excess is laid out over the charge categories, so that a reviewer sees what drives it.

Blind spots: where everyone overcharges, overcharging is expected; a false diagnosis or an unnecessary operation buys
a higher expectation; nothing in the data says intensive care.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lianshen.anomaly.spec import AnomalyModel, Category, Count, Factor
from lianshen.anomaly.words import CHAPTERS, LEVELS, SCOPES

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


def build_count(seed: int, categorical: tuple[int, ...]) -> HistGradientBoostingRegressor:
    """Return the untrained regressor of a count's mean."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(
        loss="poisson",
        max_iter=25,
        learning_rate=0.2,
        max_leaf_nodes=8,
        min_samples_leaf=30,
        categorical_features=list(categorical),
        early_stopping=False,
        random_state=seed,
    )


def _words(column: str, words: Mapping[str, str]) -> dict[str, str]:
    return {f"{column}={value}": word for value, word in words.items()}


MODEL = AnomalyModel(
    id="MD-11",
    version=2,
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
        "all": "全部住院",
        **_words("level", LEVELS),
        **_words("chapter", CHAPTERS),
    },
    counts=(
        Count("los_days", "住院", "天"),
        Count("n_tests", "检验检查", "项"),
        Count("n_items", "收费项目", "种"),
        Count("n_drugs", "药品", "种"),
    ),
    build_count=build_count,
    factors=(
        Factor("diagnosis", ("icd3", "chapter"), "主要诊断{icd3}", "没有主要诊断"),
        Factor(
            "operation",
            ("has_operation", "operation", "operation_chapter"),
            "{has_operation}{operation}",
            "没有手术",
            {"has_operation=NO": "没有手术", "has_operation=YES": "手术"},
        ),
        Factor("level", ("level",), "{level}", "机构未定级", _words("level", LEVELS)),
        Factor("department", ("department",), "科室{department}", "没有科室"),
        Factor("age", ("age",), "年龄{age}岁", "年龄不详"),
        Factor("secondary", ("n_secondary",), "其他诊断{n_secondary}个", "没有其他诊断"),
        Factor(
            "stay_kind",
            ("stay_kind",),
            "{stay_kind}",
            "住院方式不详",
            {
                "stay_kind=DAY_SURGERY": "日间手术",
                "stay_kind=BED_DAY": "按床日付费",
                "stay_kind=EMERGENCY": "急诊转住院",
                "stay_kind=ORDINARY": "普通住院",
            },
        ),
        Factor(
            "insurance",
            ("insutype",),
            "{insutype}",
            "险种不详",
            {"insutype=310": "职工医保", "insutype=390": "居民医保"},
        ),
        Factor("scope", ("scope",), "{scope}", "参保地不详", _words("scope", SCOPES)),
        Factor("sex", ("sex",), "{sex}", "性别不详", {"sex=1": "男性", "sex=2": "女性"}),
    ),
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
        "偏离同组{because_score}个中位绝对偏差，主要由{because_drivers}推高；{because_volume}。"
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
        "because_volume": "天数和项目数",
        "because_counts": "天数和项目数的实际与预期",
        "because_usual": "一般住院的费用（元）",
        "because_made_of": "预期由何而来",
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
