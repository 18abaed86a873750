"""Faults in what an item is paid for: PL-01, PL-02, PL-05, PL-09, PL-10."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lianshen.province.bills import Bills
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, Draft, Rows
from lianshen.province.faults.rows import date_of
from lianshen.province.medicine import CLINIC, CLINIC_TCM, SHOP, diagnosis
from lianshen.province.people import REFERRAL

Edit = Callable[[Draft, int], None]
RowEdits = dict[str, Callable[[Rows], list[dict[str, Any]]]]
DAY_SURGERY = 8


def one(b: Builder, *words: str) -> int:
    """Return the only item, or a random one, whose name begins so."""
    found = b.named(*words)
    return found[int(b.rng.integers(0, len(found)))]


def adding(item: int, count: float = 1, *, mark: bool = True) -> Edit:
    """Return an edit that adds one line."""
    return lambda draft, row: draft.add(row, item, count=count, mark=mark)


def clinic(b: Builder, icd3: str = "R42", *, profile: int = CLINIC, sex: int = 0, level: int = 3) -> Bills:
    """Return a clinic visit of a new adult."""
    who = b.person(sex=sex, age=(25, 48))
    return b.visit(who, b.night(), 10.0, care=1, profile=profile, diag=diagnosis(icd3, profile), level=level)


def changed(b: Builder, item: int, **values: object) -> Callable[[Rows], list[dict[str, Any]]]:
    """Return a change of the columns of a bill's lines of one item."""
    code = b.ledger.catalogue.items[item].code
    return lambda rows: [{**row, **values} if row["hilist_code"] == code else row for row in rows]


def one_more(column: str) -> Callable[[Rows], list[dict[str, Any]]]:
    """Return a change that lets the settlement list count one more of something."""
    return lambda rows: [{**row, column: int(row[column]) + 1} for row in rows]


def _whole(b: Builder, bill: Bills, rule: str, note: str, edit: Edit, rows: RowEdits | None = None) -> None:
    b.plant(bill, rule, FAULT, note, edit_lines=edit, prices_a2=True, without_marked=True, rows=rows or {})


def pl01_work_injury(b: Builder, rule: str) -> None:
    """What work-injury insurance pays, from basic insurance."""
    if b.rng.random() < 0.5:
        _whole(b, b.adult_stay(), rule, "限工伤保险药品按基本医保支付", adding(one(b, "二巯丁二酸"), 4))
    else:
        _whole(b, clinic(b, "M47"), rule, "限工伤保险项目按基本医保支付", adding(one(b, "假肢安装"), 3))


def pl01_maternity(b: Builder, rule: str) -> None:
    """A maternity drug on a stay for another disease."""
    bill = b.adult_stay(sex=2, icd3="D25")
    _whole(b, bill, rule, "限生育保险药品用于非生育住院", adding(one(b, "地诺前列酮"), 2))


def pl01_delivery(b: Builder, rule: str) -> None:
    """The same drug at a delivery, marked as maternity."""
    who, item = b.person(sex=2, age=(22, 38), filing=REFERRAL), one(b, "地诺前列酮")
    bill = b.stay(who, b.night(), 4, diag=diagnosis("O80"))
    rows = {"fee_list_d": changed(b, item, matn_fee_flag="1")}
    b.plant(bill, rule, LOOK_ALIKE, "分娩住院使用并标明生育费用", edit_lines=adding(item, mark=False), rows=rows)


def _pieces(b: Builder, pieces: list[tuple[int, float, bool]]) -> Edit:
    """Return an edit after which a visit's prescription is made of these pieces: item, grams, whether at issue."""

    def edit(draft: Draft, row: int) -> None:
        herbs = b.ledger.catalogue.where(list_type="102")
        draft.drop(row, herbs)
        for item, grams, mark in pieces:
            draft.add(row, item, count=grams, mark=mark)

    return edit


def pl02_never(b: Builder, rule: str) -> None:
    """A piece that is never paid, in a compound."""
    pieces = [(one(b, "海龙", "海马"), 21.0, True), (one(b, "黄芪"), 105.0, False), (one(b, "党参"), 84.0, False)]
    bill = clinic(b, "R53", profile=CLINIC_TCM)
    _whole(b, bill, rule, "不予支付的饮片纳入支付", _pieces(b, pieces))


def pl02_alone(b: Builder, rule: str) -> None:
    """One or two pieces that are not paid on their own, and nothing else."""
    pieces = [(one(b, "鹿角胶"), 70.0, True), (one(b, "龟甲胶"), 63.0, True)]
    bill = clinic(b, "R53", profile=CLINIC_TCM)
    _whole(b, bill, rule, "单味使用不予支付的饮片单独成方", _pieces(b, pieces[: int(b.rng.integers(1, 3))]))


def pl02_compound(b: Builder, rule: str) -> None:
    """A piece that is not paid on its own, in a compound."""
    pieces = [(one(b, name), grams, False) for name, grams in (("鹿角胶", 63.0), ("熟地黄", 105.0), ("当归", 70.0))]
    bill = clinic(b, "R53", profile=CLINIC_TCM)
    b.plant(bill, rule, LOOK_ALIKE, "单味不付的饮片用于复方", edit_lines=_pieces(b, pieces))


def pl02_self_paid(b: Builder, rule: str) -> None:
    """A piece that is never paid, and the patient paid it."""
    pieces = [(one(b, "西洋参"), 42.0, False), (one(b, "麦冬"), 70.0, False), (one(b, "五味子"), 42.0, False)]
    bill = clinic(b, "R53", profile=CLINIC_TCM)
    b.plant(bill, rule, LOOK_ALIKE, "不予支付的饮片由个人自付", edit_lines=_pieces(b, pieces))


def _diagnosed(rows: Rows) -> list[dict[str, Any]]:
    """Let a clinic that sends no diagnosis send one."""
    one = {"inout_diag_type": "1", "diag_srt_no": 1, "maindiag_flag": "1", "diag_type": "1"}
    return rows or [{**one, "diag_code": "K29.500", "diag_name": "慢性胃炎"}]


def pl05(b: Builder, rule: str) -> None:
    """A restricted item for a disease that it is not paid for."""
    names = ("艾曲泊帕", "注射用重组人凝血因子", "经颅重复磁刺激")
    item = one(b, *names)
    if b.rng.random() < 0.5:
        _whole(b, b.adult_stay(icd3=str(b.pick(["J18", "K80", "J44"]))), rule, "诊断不符合限定适应症", adding(item, 2))
    else:
        _whole(b, clinic(b, "K29"), rule, "门诊诊断不符合限定适应症", adding(item), {"diag_d": _diagnosed})


def pl05_second_diagnosis(b: Builder, rule: str) -> None:
    """The disease stands among the other diagnoses."""

    def more(rows: Rows) -> list[dict[str, Any]]:
        other = {"diag_srt_no": 9, "maindiag_flag": "0", "diag_code": "D69.300", "diag_name": "特发性血小板减少性紫癜"}
        return [*rows, {**rows[-1], **other}]

    edit, rows = adding(one(b, "艾曲泊帕"), mark=False), {"diag_d": more, "setl_list_d": one_more("diag_code_cnt")}
    b.plant(b.adult_stay(), rule, LOOK_ALIKE, "其他诊断符合适应症", edit_lines=edit, rows=rows)


def pl05_fits(b: Builder, rule: str) -> None:
    """Magnetic stimulation after a stroke."""
    edit = adding(one(b, "经颅重复磁刺激"), 3, mark=False)
    b.plant(b.adult_stay(icd3="I63"), rule, LOOK_ALIKE, "脑梗死使用经颅磁刺激", edit_lines=edit)


def pl05_drugstore(b: Builder, rule: str) -> None:
    """A drugstore sends no diagnosis."""
    bill = b.visit(
        b.person(age=(30, 60), insurance=1), b.night(), 11.0, care=0, profile=SHOP, med_type=0, target=200.0, lines=2
    )
    b.plant(bill, rule, LOOK_ALIKE, "药店未上传诊断", edit_lines=adding(one(b, "艾曲泊帕"), mark=False))


def _at(b: Builder, level: int, icd3: str) -> Bills:
    who = b.person(filing=REFERRAL)
    place = b.place(int(b.people.treat[who]), level, timed=False)
    return b.stay(who, b.night(), int(b.rng.integers(4, 9)), place=place, diag=diagnosis(icd3))


def pl09_level(b: Builder, rule: str) -> None:
    """A drug for bigger hospitals in a smaller one."""
    name, level = (("注射用替奈普酶", 1), ("注射用伊米苷酶", 2))[int(b.rng.integers(0, 2))]
    _whole(b, _at(b, level, "J18"), rule, "医疗机构级别低于限定", adding(one(b, name)))


def pl09_department(b: Builder, rule: str) -> None:
    """A psychiatric item in another department."""
    if b.rng.random() < 0.5:
        _whole(b, b.adult_stay(), rule, "限精神科药品由其他科室使用", adding(one(b, "帕利哌酮")))
    else:
        _whole(b, clinic(b), rule, "限精神科项目由其他科室收取", adding(one(b, "系统家庭心理")))


def pl09_level_fits(b: Builder, rule: str) -> None:
    """Exactly the level."""
    name, level = (("注射用替奈普酶", 2), ("注射用伊米苷酶", 3))[int(b.rng.integers(0, 2))]
    b.plant(_at(b, level, "J18"), rule, LOOK_ALIKE, "恰为限定级别", edit_lines=adding(one(b, name), mark=False))


def pl09_department_fits(b: Builder, rule: str) -> None:
    """The department itself."""
    edit = adding(one(b, "帕利哌酮"), mark=False)
    b.plant(b.adult_stay(icd3="F20"), rule, LOOK_ALIKE, "精神科使用限精神科药品", edit_lines=edit)


def pl09_drugstore(b: Builder, rule: str) -> None:
    """A drugstore sells it to a person with an approval."""
    on, item = b.night(), one(b, "注射用伊米苷酶")
    bill = b.visit(
        b.person(age=(30, 60), insurance=1), on, 11.0, care=0, profile=SHOP, med_type=0, target=200.0, lines=2
    )

    def approved(rows: Rows) -> list[dict[str, Any]]:
        begin = date_of(on - 30)
        code = b.ledger.catalogue.items[item].code
        return [*rows, {"hilist_code": code, "begndate": begin, "enddate": None, "rchk_flag": "1"}]

    edit = adding(item, mark=False)
    b.plant(bill, rule, LOOK_ALIKE, "双通道药店备案供药", edit_lines=edit, rows={"spdrug_appr_d": approved})


def pl10_out_of_hospital(b: Builder, rule: str) -> None:
    """An in-patient's item in a clinic, or a home visit during a stay."""
    if b.rng.random() < 0.5:
        _whole(b, clinic(b, "E11"), rule, "限住院项目在门诊收取", adding(one(b, "胰岛素泵持续")))
    else:
        _whole(b, b.adult_stay(), rule, "限门诊项目在住院期间收取", adding(one(b, "家庭病床巡诊"), 2))


def _visit_mode(rows: Rows) -> list[dict[str, Any]]:
    return [{**row, "mdtrt_mode": "2"} for row in rows]


def pl10_internet(b: Builder, rule: str) -> None:
    """A stimulant prescribed over the internet."""
    _whole(b, clinic(b), rule, "互联网诊疗开具精神药品", adding(one(b, "哌甲酯"), 2), {"mdtrt_d": _visit_mode})


def pl10_day_surgery(b: Builder, rule: str) -> None:
    """Day surgery is a stay."""
    who = b.person(age=(55, 80), filing=REFERRAL)
    bill = b.stay(who, b.night(), 1, diag=diagnosis("H25"), med_type=DAY_SURGERY, lines=40)
    b.plant(bill, rule, LOOK_ALIKE, "日间手术按住院", edit_lines=adding(one(b, "胰岛素泵持续"), mark=False))


def pl10_face_to_face(b: Builder, rule: str) -> None:
    """The stimulant from a clinic."""
    b.plant(clinic(b), rule, LOOK_ALIKE, "实体门诊开具精神药品", edit_lines=adding(one(b, "哌甲酯"), 2, mark=False))


LIMIT_FAULTS = [
    ("PL-01", pl01_work_injury),
    ("PL-01", pl01_maternity),
    ("PL-02", pl02_never),
    ("PL-02", pl02_alone),
    ("PL-05", pl05),
    ("PL-09", pl09_level),
    ("PL-09", pl09_department),
    ("PL-10", pl10_out_of_hospital),
    ("PL-10", pl10_internet),
]
LIMIT_LOOK_ALIKES = [
    ("PL-01", pl01_delivery),
    ("PL-02", pl02_compound),
    ("PL-02", pl02_self_paid),
    ("PL-05", pl05_second_diagnosis),
    ("PL-05", pl05_fits),
    ("PL-05", pl05_drugstore),
    ("PL-09", pl09_level_fits),
    ("PL-09", pl09_department_fits),
    ("PL-09", pl09_drugstore),
    ("PL-10", pl10_day_surgery),
    ("PL-10", pl10_face_to_face),
]
