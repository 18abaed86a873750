"""Faults in what was charged: CH-02, CH-04, CH-10, MG-02, and inflated stays for MD-11."""

from __future__ import annotations

import numpy as np

from lianshen.province.bills import DAY
from lianshen.province.faults.builder import Builder
from lianshen.province.faults.planted import FAULT, LOOK_ALIKE, Draft
from lianshen.province.lines import ONE
from lianshen.province.medicine import CLINIC, diagnosis
from lianshen.province.people import INCOMING, LOCAL, REFERRAL


def ch02_line(b: Builder, rule: str) -> None:
    """The same examination uploaded twice, equal to the second."""
    items = b.named("X线计算机体层平扫", "颈部血管彩色", "超声心动图")
    who = b.person(filing=REFERRAL)
    pool = int(b.people.treat[who])
    place = b.place(pool, int(b.pick([2, 3])))
    stay = b.stay(who, b.night(), int(b.rng.integers(5, 10)), diag=diagnosis("I63"), place=place)

    def edit(draft: Draft, row: int) -> None:
        item = items[int(draft.bills.person[row]) % len(items)]
        draft.drop(row, np.array([item]))
        time = draft.at(row, 2, 10.2)
        draft.add(row, item, time=time, mark=False)
        draft.add(row, item, time=time, flaw=3)

    b.plant(stay, rule, FAULT, "同一检查重复上传", edit_lines=edit, prices_a2=True, without_marked=True)


def ch02_bill(b: Builder, rule: str) -> None:
    """One outpatient visit settled twice."""
    who = b.person(age=(30, 70))
    place = b.place(int(b.people.treat[who]), 2)
    bill = b.visit(who, b.night(), 9.0, care=1, profile=CLINIC, diag=diagnosis("K29", CLINIC), place=place, target=420)
    b.plant(bill, rule, FAULT, "同一次就诊重复结算", again="twice")


def ch02_ampoules(b: Builder, rule: str) -> None:
    """Ampoules posted one by one at midnight."""
    items = b.named("多索茶碱", "氨溴索注射液")
    who = b.person(filing=REFERRAL)
    bill = b.stay(who, b.night(), 7, diag=diagnosis("J44"), level=2)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        for offset in (1, 2, 3):
            time = (int(draft.bills.begin[row]) + offset) * DAY
            for _ in range(3):
                draft.add(row, items[0], count=2, time=time, mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "零点记账的多支相同药品", edit_lines=edit)


def ch02_small(b: Builder, rule: str) -> None:
    """Two equal syringes in the same second: below the amount that matters."""
    items = b.named("一次性使用注射器")
    who = b.person(filing=REFERRAL)
    bill = b.stay(who, b.night(), 5, diag=diagnosis("J18"), level=2)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        time = draft.at(row, 1, 10.4)
        for _ in range(2):
            draft.add(row, items[0], time=time, mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "同秒重复但金额很小", edit_lines=edit)


def ch02_resettled(b: Builder, rule: str) -> None:
    """Settled, taken back and settled again: equal on both sides, and right."""
    who = b.person(age=(30, 70))
    bill = b.visit(who, b.night(), 9.0, care=1, profile=CLINIC, diag=diagnosis("K29", CLINIC), level=2, target=380)
    b.plant(bill, rule, LOOK_ALIKE, "退费后重新结算", again="resettled")


def ch04(b: Builder, rule: str) -> None:
    """More bed, consultation or nursing days than the stay has, spread over codes so that no date has two of one."""
    family = int(b.rng.integers(0, 3))
    codes = (b.ledger.beds, b.ledger.consults, b.ledger.nursing)[family]
    surplus = int(b.rng.integers(2, 5)) + (1 if family else 0)
    bill = b.adult_stay(length=int(b.rng.integers(7, 12)))

    def edit(draft: Draft, row: int) -> None:
        these = draft.lines.item[draft.of(row)]
        other = next(int(c) for c in codes if int(c) not in set(these.tolist()))
        for offset in range(1, 1 + surplus):
            draft.add(row, other, time=draft.at(row, offset, 9.0))

    b.plant(bill, rule, FAULT, ("床位费", "诊察费", "护理费")[family] + "天数超过住院天数", edit_lines=edit)


def ch04_transfer(b: Builder, rule: str) -> None:
    """Two bed grades in one stay, together as many as nights."""
    bill = b.adult_stay(length=8)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, b.ledger.beds)
        for offset in range(8):
            draft.add(row, int(b.ledger.beds[0 if offset < 3 else 1]), time=draft.at(row, offset, 8.5), mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "中途转病区，床位费合计等于住院天数", edit_lines=edit)


def ch04_last_day(b: Builder, rule: str) -> None:
    """Nursing on the day of admission and on the day of discharge: one more than nights, as allowed."""
    bill = b.adult_stay(length=7)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, b.ledger.nursing)
        for offset in range(8):
            draft.add(row, int(b.ledger.nursing[1]), time=draft.at(row, offset, 8.5), mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "护理费含出院当日，恰为住院天数加一", edit_lines=edit)


def ch10(b: Builder, rule: str) -> None:
    """A class C or delisted item settled as covered."""
    delisted = b.rng.random() < 0.4
    catalogue = b.ledger.catalogue
    items = (
        catalogue.where(kind="delisted")
        if delisted
        else np.array(
            [
                i
                for i in catalogue.where(item_class="03")
                if (catalogue.item_class[:, :, i] <= 3).all()
                and (catalogue.item_class[:, :, i] != 2).all()
                and "I" in catalogue.items[i].setting
            ]
        )
    )
    item = int(items[int(b.rng.integers(0, len(items)))])
    bill = b.adult_stay()

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array([item]))
        draft.add(row, item, count=3, covered=1)

    note = "已调出目录的药品纳入支付" if delisted else "丙类自费项目纳入支付"
    b.plant(bill, rule, FAULT, note, edit_lines=edit, prices_a2=True)


def ch10_region(b: Builder, rule: str) -> None:
    """Class C in the province, class B where the person is insured: rightly paid."""
    items = b.named("注射用胸腺法新", "胸腺法新")
    who = b.person(insured="5199", treat="5107", filing=REFERRAL, insurance=0)
    bill = b.stay(who, b.night(), 7, diag=diagnosis("J18"))

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        draft.add(row, items[0], count=4, mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "参保地目录为乙类", edit_lines=edit)


def ch10_self_paid(b: Builder, rule: str) -> None:
    """A class C item that the patient paid."""
    items = b.named("正电子发射", "基因检测")
    bill = b.adult_stay(icd3="C34")
    b.plant(
        bill,
        rule,
        LOOK_ALIKE,
        "丙类项目由个人全额自付",
        edit_lines=lambda draft, row: draft.add(row, items[0], mark=False),
    )


def mg02(b: Builder, rule: str) -> None:
    """An amount that is not quantity x price, a malformed code, or a hospital line without a doctor."""
    kind = int(b.rng.integers(0, 3))
    items = b.named("头孢哌酮", "注射用哌拉西林", "复方氨基酸")
    bill = b.adult_stay()

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        time = draft.at(row, 1, 10.0)
        exact = 4 * draft.price(row, items[0], time) // 10**4
        amount = exact + 1_350 + int(draft.bills.person[row]) % 900 if kind == 0 else -1
        draft.add(row, items[0], count=4, time=time, flaw=kind, amount=amount)

    note = ("单价乘数量不等于金额", "目录编码格式错误", "医院明细无开单医师")[kind]
    b.plant(bill, rule, FAULT, note, edit_lines=edit)


def mg02_rounding(b: Builder, rule: str) -> None:
    """A price with six decimals whose product was rounded elsewhere: a cent apart."""
    items = b.named("维生素C注射液")
    bill = b.adult_stay()

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        draft.add(row, items[0], count=7, price=1_571_429, amount=1_101, mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "六位小数单价的舍入差一分", edit_lines=edit)


def md11(b: Builder, rule: str) -> None:
    """A stay whose drugs and materials were inflated two and a half to four times."""
    icd3 = str(b.pick(["J18", "I63", "J44", "I50", "E11", "K29"]))
    factor = 2.5 + float(b.rng.random()) * 1.5
    scope = int(b.pick([1, 1, 1, INCOMING, LOCAL]))
    bill = b.adult_stay(icd3=icd3, level=int(b.pick([2, 3])), scope=scope)

    def edit(draft: Draft, row: int) -> None:
        these = draft.of(row)
        catalogue = b.ledger.catalogue
        lines = draft.lines
        grows = np.array([catalogue.items[i].category in ("08", "09", "11") for i in lines.item[these]])
        worth = lines.quantity[these].astype(float) * lines.price[these]
        push = 1 + (factor - 1) * worth.sum() / max(worth[grows].sum(), 1.0)
        rows = these[grows]
        lines.quantity[rows] = np.maximum((lines.quantity[rows] / ONE * push).round(), 1).astype(np.int64) * ONE
        lines.mark[rows] = 1

    b.plant(bill, rule, FAULT, f"药品和耗材费用放大（约 {factor:.1f} 倍）", edit_lines=edit)


CHARGE_FAULTS = [
    ("CH-02", ch02_line),
    ("CH-02", ch02_bill),
    ("CH-04", ch04),
    ("CH-10", ch10),
    ("MG-02", mg02),
    ("MD-11", md11),
]
CHARGE_LOOK_ALIKES = [
    ("CH-02", ch02_ampoules),
    ("CH-02", ch02_small),
    ("CH-02", ch02_resettled),
    ("CH-04", ch04_transfer),
    ("CH-04", ch04_last_day),
    ("CH-10", ch10_region),
    ("CH-10", ch10_self_paid),
    ("MG-02", mg02_rounding),
]
