"""Faults in tests and treatments: MD-08, MD-10."""

from __future__ import annotations

from lianshen.province.faults.builder import Builder
from lianshen.province.faults.frequency import exactly
from lianshen.province.faults.limits import clinic
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE
from lianshen.province.faults.prescriptions import besides, two_visits

_MARKERS = ("神经元特异性烯醇化酶", "细胞角蛋白19片段", "鳞状上皮细胞癌抗原", "胃泌素释放肽前体")
_WARMTH = ("超短波治疗", "中频脉冲电治疗", "蜡疗", "气压治疗")


def md08(b: Builder, rule: str) -> None:
    """Bone density or the thyroid for pneumonia."""
    name = str(b.pick(["双能X线骨密度测定", "甲状腺功能组合测定"]))
    b.plant(b.adult_stay(), rule, FAULT, f"肺炎做{name}", edit_lines=besides(b, (name, 1, 1)))


def md08_markers(b: Builder, rule: str) -> None:
    """A set of tumour markers for dizziness."""
    edit = exactly(b, *((name, 1) for name in _MARKERS))
    b.plant(clinic(b, "R42"), rule, FAULT, "头晕成套检测肿瘤标志物", edit_lines=edit)


def md08_therapies(b: Builder, rule: str) -> None:
    """Four kinds of physiotherapy on one day, no assessment."""
    edit = besides(b, *((name, 2, 1) for name in _WARMTH))
    b.plant(b.adult_stay(icd3="M47", length=7), rule, FAULT, "一日四种理疗无评定", edit_lines=edit)


def md08_every_day(b: Builder, rule: str) -> None:
    """The same physiotherapy on seven days."""
    edit = besides(b, *(("中频脉冲电治疗", day, 1) for day in range(7)))
    b.plant(b.adult_stay(icd3="M47", length=8), rule, FAULT, "连续七天相同理疗无评定", edit_lines=edit)


def md08_assessed(b: Builder, rule: str) -> None:
    """The same with an assessment."""
    edit = besides(b, ("康复综合评定", 0, 1), *(("中频脉冲电治疗", day, 1) for day in range(7)))
    b.plant(b.adult_stay(icd3="M47", length=8), rule, LOOK_ALIKE, "有康复评定的连续理疗", edit_lines=edit)


def md08_cancer(b: Builder, rule: str) -> None:
    """The markers in a stay for a cancer."""
    edit = besides(b, *((name, 1, 1) for name in _MARKERS))
    b.plant(b.adult_stay(icd3="C22"), rule, LOOK_ALIKE, "肿瘤患者检测标志物", edit_lines=edit)


def md08_before_operation(b: Builder, rule: str) -> None:
    """Tests before an operation."""
    edit = besides(b, ("甲状腺功能组合测定", 0, 1))
    b.plant(b.adult_stay(icd3="K80"), rule, LOOK_ALIKE, "手术前筛查", edit_lines=edit)


def _twice(b: Builder, rule: str, kind: str, note: str, name: str, gap: int, *, between: bool = False) -> None:
    first, second = exactly(b, (name, 1), ("葡萄糖测定", 1)), exactly(b, (name, 1), ("肌酐测定", 1))
    two_visits(b, rule, kind, note, gap, first, second, icd3="R42", between=between)


def md10(b: Builder, rule: str) -> None:
    """The head scanned again elsewhere within a fortnight."""
    name = str(b.pick(["头部CT平扫", "头部磁共振平扫"]))
    _twice(b, rule, FAULT, f"短期跨院重复{name}", name, int(b.rng.integers(1, 13)))


def md10_ultrasound(b: Builder, rule: str) -> None:
    """The thyroid looked at again elsewhere after four days."""
    _twice(b, rule, FAULT, "短期跨院重复甲状腺超声", "甲状腺彩色超声检查", 4)


def md10_later(b: Builder, rule: str) -> None:
    """After the days of recognition."""
    _twice(b, rule, LOOK_ALIKE, "超过互认期限", "甲状腺彩色超声检查", 9)


def md10_emergency(b: Builder, rule: str) -> None:
    """An emergency in between."""
    _twice(b, rule, LOOK_ALIKE, "两次之间急诊，病情变化", "头部CT平扫", 6, between=True)


EXAMINATION_FAULTS = [
    ("MD-08", md08),
    ("MD-08", md08_markers),
    ("MD-08", md08_therapies),
    ("MD-08", md08_every_day),
    ("MD-10", md10),
    ("MD-10", md10_ultrasound),
]
EXAMINATION_LOOK_ALIKES = [
    ("MD-08", md08_assessed),
    ("MD-08", md08_cancer),
    ("MD-08", md08_before_operation),
    ("MD-10", md10_later),
    ("MD-10", md10_emergency),
]
