"""Faults in what is coded: diagnoses without charges, operations, sex and age, pairs (MG-03, MG-04, MG-05, MG-06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, Draft, Rows
from lianshen.province.faults.rows import date_of
from lianshen.province.medicine import diagnosis
from lianshen.province.people import REFERRAL

Edit = Callable[[Rows], list[dict[str, Any]]]
BREATHING = ("氧气吸入", "呼吸机辅助呼吸", "无创呼吸机", "重症监护", "经鼻高流量")
INSULIN = ("门冬胰岛素", "甘精胰岛素", "胰岛素", "葡萄糖测定", "果糖胺")


def second_diagnosis(code: str, name: str) -> Edit:
    """Return an edit of ``diag_d`` that adds a further diagnosis."""

    def edit(rows: Rows) -> list[dict[str, Any]]:
        last = max((int(row["diag_srt_no"]) for row in rows), default=0)
        further = {"diag_srt_no": last + 1, "maindiag_flag": "0", "diag_code": code, "diag_name": name}
        return [*rows, {**rows[0], **further}]

    return edit


def operation(code: str, name: str, on: int, incision: str = "2", *, instead: bool = False) -> Edit:
    """Return an edit of ``oprn_d`` that adds a main operation on a day, or puts it ``instead`` of what is there."""

    def edit(rows: Rows) -> list[dict[str, Any]]:
        new = {
            "oprn_oprt_sn": "9",
            "main_oprn_flag": "1",
            "oprn_oprt_code": code,
            "oprn_oprt_name": name,
            "oprn_oprt_date": date_of(on),
            "incs_lv": incision,
        }
        return [new] if instead else [*({**row, "main_oprn_flag": "0"} for row in rows), new]

    return edit


def nothing(rows: Rows) -> list[dict[str, Any]]:
    """Leave no row."""
    return []


def mg03_unsupported(b: Builder, rule: str) -> None:
    """A weighty second diagnosis, and nothing on the bill that treats it."""
    if b.rng.random() < 0.5:
        diag, gone = second_diagnosis("J96.000", "急性呼吸衰竭"), b.named(*BREATHING)
    else:
        diag, gone = second_diagnosis("E11.100", "2型糖尿病伴酮症酸中毒"), b.named(*INSULIN)
    b.plant(
        b.adult_stay(icd3="J18"),
        rule,
        FAULT,
        "重要诊断无对应治疗费用",
        rows={"diag_d": diag},
        edit_lines=lambda draft, row: draft.drop(row, np.array(gone)),
    )


def mg03_missing(b: Builder, rule: str) -> None:
    """A stay of which no diagnosis was sent."""

    def undiagnosed(rows: Rows) -> list[dict[str, Any]]:
        return [{**row, "dscg_maindiag_code": None, "dscg_maindiag_name": None} for row in rows]

    rows: dict[str, Edit] = {"diag_d": nothing, "mdtrt_d": undiagnosed}
    b.plant(b.adult_stay(icd3="I50"), rule, FAULT, "住院未上传诊断", rows=rows, maybe=("AD-11",))


def mg03_treated(b: Builder, rule: str) -> None:
    """Respiratory failure with oxygen, on one day only."""
    oxygen = b.named("氧气吸入")[0]

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(b.named(*BREATHING)))
        draft.add(row, oxygen, count=6, time=draft.at(row, 1, 10.0), mark=False)

    failure = second_diagnosis("J96.000", "急性呼吸衰竭")
    b.plant(b.adult_stay(icd3="J44"), rule, LOOK_ALIKE, "呼吸衰竭已吸氧治疗", rows={"diag_d": failure}, edit_lines=edit)


def mg03_history(b: Builder, rule: str) -> None:
    """A disease of the past, listed and not treated."""
    past = second_diagnosis("Z87.000", "呼吸系统疾病个人史")
    b.plant(b.adult_stay(icd3="I63"), rule, LOOK_ALIKE, "既往史列入诊断而未治疗", rows={"diag_d": past})


def mg04_uncharged(b: Builder, rule: str) -> None:
    """An operation that nobody charged."""
    bill = b.adult_stay(icd3="J18")
    rows = {"oprn_d": operation("47.0100", "腹腔镜下阑尾切除术", int(bill.begin[0]) + 2)}
    b.plant(bill, rule, FAULT, "有手术编码无手术费", rows=rows)


def mg04_uncoded(b: Builder, rule: str) -> None:
    """An operation that was charged and not listed."""
    b.plant(b.adult_stay(icd3="K35"), rule, FAULT, "有手术费无手术编码", rows={"oprn_d": nothing})


def mg04_wrong_main(b: Builder, rule: str) -> None:
    """A gastroscopy called the main operation beside the one on the gall bladder."""
    bill = b.adult_stay(icd3="K80")
    rows = {"oprn_d": operation("44.1300", "胃镜检查", int(bill.begin[0]) + 1, "0")}
    b.plant(bill, rule, FAULT, "主要手术误填为内镜检查", rows=rows)


def mg04_endoscopy(b: Builder, rule: str) -> None:
    """A diagnostic endoscopy, which nobody charges as an operation."""
    bill = b.adult_stay(icd3="K29")
    rows = {"oprn_d": operation("45.2300", "结肠镜检查", int(bill.begin[0]) + 1, "0")}
    b.plant(bill, rule, LOOK_ALIKE, "诊断性内镜未收手术费", rows=rows)


def mg04_intervention(b: Builder, rule: str) -> None:
    """A stent whose operation stands under treatment."""
    charged = b.named("冠状动脉支架置入术", "冠状动脉造影术", "全身麻醉", "椎管内麻醉", "麻醉中监测")
    b.plant(
        b.adult_stay(icd3="I25"),
        rule,
        LOOK_ALIKE,
        "介入费用列在治疗费",
        edit_lines=lambda draft, row: draft.drop(row, np.array(charged)),
    )


def _coded(b: Builder, rule: str, kind: str, note: str, sex: int, code: str, name: str, **more: Any) -> None:
    b.plant(b.adult_stay(sex=sex, icd3="J18"), rule, kind, note, rows={"diag_d": second_diagnosis(code, name)}, **more)


def mg05_sex(b: Builder, rule: str) -> None:
    """A disease of the other sex."""
    if b.rng.random() < 0.5:
        _coded(b, rule, FAULT, "男性编码妇科诊断", 1, "N83.200", "卵巢囊肿")
    else:
        _coded(b, rule, FAULT, "女性编码前列腺增生", 2, "N40.x00", "前列腺增生")


def mg05_age(b: Builder, rule: str) -> None:
    """A disease of birth in an adult, or dementia in a child."""
    if b.rng.random() < 0.5:
        _coded(b, rule, FAULT, "成人编码新生儿疾病", 0, "P23.900", "先天性肺炎")
        return
    who = b.person(age=(7, 11), filing=REFERRAL)
    bill = b.stay(who, b.night(), 6, diag=diagnosis("J20", 4), level=3)
    b.plant(bill, rule, FAULT, "儿童编码老年性痴呆", rows={"diag_d": second_diagnosis("F03.x00", "老年性痴呆")})


def mg05_operation(b: Builder, rule: str) -> None:
    """A man helped in childbirth."""
    bill = b.adult_stay(sex=1, icd3="I10")
    rows = {"oprn_d": operation("73.5900", "手法助产", int(bill.begin[0]) + 1, "0")}
    b.plant(bill, rule, FAULT, "男性编码助产操作", rows=rows)


def mg05_newborn(b: Builder, rule: str) -> None:
    """The newborn's jaundice on the mother's bill."""
    who = b.person(sex=2, age=(22, 38), filing=REFERRAL)
    bill = b.stay(who, b.night(), 4, diag=diagnosis("O80"))
    rows = {"diag_d": second_diagnosis("P59.900", "新生儿黄疸")}
    b.plant(bill, rule, LOOK_ALIKE, "新生儿诊断记在母亲名下", rows=rows, newborn=True)


def mg05_header(b: Builder, rule: str) -> None:
    """The header says male, the identity number female: a woman's disease is right."""
    who = b.person(sex=2, age=(28, 48), filing=REFERRAL)
    b.people.twist[who] = 1
    rows = {"diag_d": second_diagnosis("N83.200", "卵巢囊肿")}
    bill = b.stay(who, b.night(), 6, diag=diagnosis("J18", 0))
    b.plant(bill, rule, LOOK_ALIKE, "结算单性别填错，身份证为女性", rows=rows)


def mg06_unrelated(b: Builder, rule: str) -> None:
    """A cataract that ends with a new knee, or a gall bladder with a new lens."""
    icd3, code, name = [
        ("H25", "81.5400", "全膝关节置换术"),
        ("M17", "13.4100", "白内障超声乳化抽吸术"),
        ("K80", "13.4100", "白内障超声乳化抽吸术"),
    ][int(b.rng.integers(0, 3))]
    bill = b.adult_stay(icd3=icd3)
    rows = {"oprn_d": operation(code, name, int(bill.begin[0]) + 1, "1", instead=True)}
    b.plant(bill, rule, FAULT, "主要诊断与主要手术无关", rows=rows)


def mg06_two_injuries(b: Builder, rule: str) -> None:
    """Hurt in two places, and operated where it was urgent."""
    bill = b.adult_stay(icd3="S72")
    rows = {
        "diag_d": second_diagnosis("S36.100", "肝或胆囊损伤"),
        "oprn_d": operation("51.2200", "胆囊切除术", int(bill.begin[0]) + 1, "2", instead=True),
    }
    b.plant(bill, rule, LOOK_ALIKE, "多发伤，手术针对另一损伤", rows=rows)


def mg06_other_operation(b: Builder, rule: str) -> None:
    """A broken neck of the femur, and a new hip instead of a plate."""
    bill = b.adult_stay(icd3="S72")
    rows = {"oprn_d": operation("81.5200", "人工股骨头置换术", int(bill.begin[0]) + 1, "1", instead=True)}
    b.plant(bill, rule, LOOK_ALIKE, "股骨颈骨折行关节置换", rows=rows)


RECORD_FAULTS = [
    ("MG-03", mg03_unsupported),
    ("MG-03", mg03_missing),
    ("MG-04", mg04_uncharged),
    ("MG-04", mg04_uncoded),
    ("MG-04", mg04_wrong_main),
    ("MG-05", mg05_sex),
    ("MG-05", mg05_age),
    ("MG-05", mg05_operation),
    ("MG-06", mg06_unrelated),
]
RECORD_LOOK_ALIKES = [
    ("MG-03", mg03_treated),
    ("MG-03", mg03_history),
    ("MG-04", mg04_endoscopy),
    ("MG-04", mg04_intervention),
    ("MG-05", mg05_newborn),
    ("MG-05", mg05_header),
    ("MG-06", mg06_two_injuries),
    ("MG-06", mg06_other_operation),
]
