"""Faults in what was charged: PL-04, PL-11, PL-13, CH-02, CH-04, CH-10, MG-02, MD-03, and inflated stays for MD-11."""

from __future__ import annotations

import numpy as np

from lianshen.province.bills import DAY, Bills
from lianshen.province.catalogue import LEVELS, millionths
from lianshen.province.faults.base import FAULT, LOOK_ALIKE, Builder, Draft
from lianshen.province.lines import CENT, ONE
from lianshen.province.medicine import CLINIC, CLINIC_WOMEN, diagnosis
from lianshen.province.people import INCOMING, LOCAL, REFERRAL

CHILD_LIMIT_DAYS = 5_478
GRACE_DAYS = 30
NEVER_FOR_ADULTS = ("小儿头皮静脉输液", "小儿豉翘", "小儿肺咳", "儿童静脉留置针", "小儿复方氨基酸")


def _named(b: Builder, words: tuple[str, ...]) -> list[int]:
    return [i for i, item in enumerate(b.ledger.catalogue.items) if item.name.startswith(words)]


def _adult_stay(b: Builder, *, sex: int = 0, icd3: str = "J18", level: int = 3, length: int | None = None, who: int | None = None,
                treat: str | None = None, scope: int = 1) -> tuple[int, Bills]:  # fmt: skip
    person = b.person(sex=sex, filing=REFERRAL, treat=treat, scope=scope) if who is None else who
    days = int(b.rng.integers(5, 11)) if length is None else length
    return person, b.stay(person, b.night(), days, level=level, diag=diagnosis(icd3))


def pl04(b: Builder, rule: str) -> None:
    """A child's drug or service on an adult's bill."""
    items = _named(b, NEVER_FOR_ADULTS)

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, int(items[draft.bills.person[row] % len(items)]), count=3)

    if b.rng.random() < 0.5:
        _, bill = _adult_stay(b)
    else:
        who = b.person(age=(25, 60))
        bill = b.visit(who, b.night(), 9.5, care=1, profile=CLINIC, diag=diagnosis("J06", CLINIC), level=3)
    b.plant(bill, rule, FAULT, "儿童限用项目用于成人", edit_lines=edit, prices_a2=True, without_marked=True)


def pl04_at_the_limit(b: Builder, rule: str) -> None:
    """A child's drug on the last day that the limit with its grace allows."""
    items = _named(b, ("小儿豉翘", "小儿肺咳"))
    on = b.night()
    who = b.person(birth=on - CHILD_LIMIT_DAYS - int(b.pick([0, GRACE_DAYS])), age=(14, 15))

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, items[0], count=2)

    bill = b.visit(who, on, 10.0, care=1, profile=CLINIC, diag=diagnosis("J06", CLINIC), level=3)
    b.plant(bill, rule, LOOK_ALIKE, "年龄恰在上限及宽限内", edit_lines=edit)


def pl04_newborn(b: Builder, rule: str) -> None:
    """A newborn's care on the mother's card."""
    who = b.person(sex=2, age=(22, 38), filing=REFERRAL)
    items = [*_named(b, ("新生儿护理",)), *_named(b, ("新生儿经皮胆红素",))]

    def edit(draft: Draft, row: int) -> None:
        draft.add(row, items[1], count=1)

    bill = b.stay(who, b.night(), 4, diag=diagnosis("O80"))
    b.plant(bill, rule, LOOK_ALIKE, "新生儿费用记在母亲名下", edit_lines=edit, newborn=True)


def _service_at(b: Builder, factor_of_ceiling: float, draft: Draft, row: int, *, mark: bool = True) -> None:
    """Add a regulated service whose price is a multiple of the treating region's ceiling, six decimals."""
    catalogue, place = b.ledger.catalogue, int(draft.bills.place[row])
    names = ("X线计算机体层增强扫描", "超声心动图", "动态心电图", "肺功能检查", "颈部血管彩色")
    items = _named(b, names)
    item = items[int(draft.bills.person[row]) % len(items)]
    draft.drop(row, np.array([item]))
    time = draft.at(row, min(1, draft.days(row) - 1), 11.0)
    region = draft.ledger.region_of_pool[draft.places.pool[place]]
    level = max(int(draft.places.level[place]), 1) - 1
    ceiling = int(catalogue.limit[catalogue.phase(np.array([time // DAY]))[0], region, level, item])
    draft.add(row, item, time=time, price=int(ceiling * factor_of_ceiling) // 100 * 100, mark=mark)


def pl11(b: Builder, rule: str) -> None:
    """A service dearer than the regulated price of the level in the treating region."""
    factor = 1.12 + float(b.rng.random()) * 0.5
    _, bill = _adult_stay(b, level=int(b.pick([2, 3])))
    b.plant(bill, rule, FAULT, "医疗服务价格超过就医地政府指导价",
            edit_lines=lambda draft, row: _service_at(b, factor, draft, row))


def pl11_at_the_ceiling(b: Builder, rule: str) -> None:
    """A price exactly at the ceiling, or within the rounding that the rule allows."""
    factor = float(b.pick([10_000, 10_040])) / 10_000
    _, bill = _adult_stay(b)
    b.plant(bill, rule, LOOK_ALIKE, "价格恰为指导价或在舍入范围内",
            edit_lines=lambda draft, row: _service_at(b, factor, draft, row, mark=False))


def pl11_dearer_city(b: Builder, rule: str) -> None:
    """Above the province's price, at the treating city's own."""
    items = _named(b, ("血细胞分析",))
    who = b.person(treat="5104", filing=REFERRAL)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        ceiling = millionths(b.ledger.catalogue.items[items[0]].ceilings[LEVELS - 1]) * 11 // 10
        draft.add(row, items[0], price=ceiling // CENT * CENT, mark=False)

    bill = b.stay(who, b.night(), 6, diag=diagnosis("J18"))
    b.plant(bill, rule, LOOK_ALIKE, "就医地自有指导价高于全省", edit_lines=edit)


def pl13_daily(b: Builder, rule: str) -> None:
    """A nursing day charged twice on one date, or a second consultation."""
    family = b.ledger.nursing[:2] if b.rng.random() < 0.5 else b.ledger.consults[:1]
    _, bill = _adult_stay(b, length=int(b.rng.integers(6, 11)))

    def edit(draft: Draft, row: int) -> None:
        these = draft.of(row)
        daily = these[np.isin(draft.lines.item[these], family)]
        one = daily[len(daily) // 2]
        draft.lines.quantity[one] = 2 * ONE
        draft.lines.mark[one] = 1

    b.plant(bill, rule, FAULT, "按日计价项目一日计两次", edit_lines=edit)


def pl13_hours(b: Builder, rule: str) -> None:
    """More than 24 hours of an hourly item on one date."""
    items = _named(b, ("氧气吸入", "心电监测"))
    _, bill = _adult_stay(b, length=int(b.rng.integers(6, 11)))

    def edit(draft: Draft, row: int) -> None:
        item = items[int(draft.bills.person[row]) % len(items)]
        draft.drop(row, np.array([item]))
        for offset in (1, 2, 3, 4):
            draft.add(row, item, count=36 if offset == 2 else 12, time=draft.at(row, offset, 9.0), mark=offset == 2)

    b.plant(bill, rule, FAULT, "按小时计价项目一日超过 24 小时", edit_lines=edit)


def pl13_full_day(b: Builder, rule: str) -> None:
    """Exactly 24 hours on a date."""
    items = _named(b, ("氧气吸入",))
    _, bill = _adult_stay(b, length=7)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        for offset in (1, 2, 3):
            draft.add(row, items[0], count=24, time=draft.at(row, offset, 8.0), mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "吸氧恰为每日 24 小时", edit_lines=edit)


def pl13_batch(b: Builder, rule: str) -> None:
    """All consultations of the stay posted on the last day: no more than the stay has dates."""
    _, bill = _adult_stay(b, length=6)

    def edit(draft: Draft, row: int) -> None:
        item = int(b.ledger.consults[0])
        draft.drop(row, np.array([item]))
        draft.add(row, item, count=6, time=draft.at(row, 6, 9.5), mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "诊察费出院日一次补记", edit_lines=edit)


def ch02_line(b: Builder, rule: str) -> None:
    """The same examination uploaded twice, equal to the second."""
    items = _named(b, ("X线计算机体层平扫", "颈部血管彩色", "超声心动图"))
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
    items = _named(b, ("多索茶碱", "氨溴索注射液"))
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
    items = _named(b, ("一次性使用注射器",))
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
    _, bill = _adult_stay(b, length=int(b.rng.integers(7, 12)))

    def edit(draft: Draft, row: int) -> None:
        these = draft.lines.item[draft.of(row)]
        other = next(int(c) for c in codes if int(c) not in set(these.tolist()))
        for offset in range(1, 1 + surplus):
            draft.add(row, other, time=draft.at(row, offset, 9.0))

    b.plant(bill, rule, FAULT, ("床位费", "诊察费", "护理费")[family] + "天数超过住院天数", edit_lines=edit)


def ch04_transfer(b: Builder, rule: str) -> None:
    """Two bed grades in one stay, together as many as nights."""
    _, bill = _adult_stay(b, length=8)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, b.ledger.beds)
        for offset in range(8):
            draft.add(row, int(b.ledger.beds[0 if offset < 3 else 1]), time=draft.at(row, offset, 8.5), mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "中途转病区，床位费合计等于住院天数", edit_lines=edit)


def ch04_last_day(b: Builder, rule: str) -> None:
    """Nursing on the day of admission and on the day of discharge: one more than nights, as allowed."""
    _, bill = _adult_stay(b, length=7)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, b.ledger.nursing)
        for offset in range(8):
            draft.add(row, int(b.ledger.nursing[1]), time=draft.at(row, offset, 8.5), mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "护理费含出院当日，恰为住院天数加一", edit_lines=edit)


def ch10(b: Builder, rule: str) -> None:
    """A class C or delisted item settled as covered."""
    delisted = b.rng.random() < 0.4
    catalogue = b.ledger.catalogue
    items = catalogue.where(kind="delisted") if delisted else np.array(
        [i for i in catalogue.where(item_class="03") if (catalogue.item_class[:, :, i] <= 3).all()
         and (catalogue.item_class[:, :, i] != 2).all() and "I" in catalogue.items[i].setting]
    )  # fmt: skip
    item = int(items[int(b.rng.integers(0, len(items)))])
    _, bill = _adult_stay(b)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array([item]))
        draft.add(row, item, count=3, covered=1)

    note = "已调出目录的药品纳入支付" if delisted else "丙类自费项目纳入支付"
    b.plant(bill, rule, FAULT, note, edit_lines=edit, prices_a2=True)


def ch10_region(b: Builder, rule: str) -> None:
    """Class C in the province, class B where the person is insured: rightly paid."""
    items = _named(b, ("注射用胸腺法新", "胸腺法新"))
    who = b.person(insured="5199", treat="5107", filing=REFERRAL, insurance=0)
    bill = b.stay(who, b.night(), 7, diag=diagnosis("J18"))

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        draft.add(row, items[0], count=4, mark=False)

    b.plant(bill, rule, LOOK_ALIKE, "参保地目录为乙类", edit_lines=edit)


def ch10_self_paid(b: Builder, rule: str) -> None:
    """A class C item that the patient paid."""
    items = _named(b, ("正电子发射", "基因检测"))
    _, bill = _adult_stay(b, icd3="C34")
    b.plant(bill, rule, LOOK_ALIKE, "丙类项目由个人全额自付",
            edit_lines=lambda draft, row: draft.add(row, items[0], mark=False))


def mg02(b: Builder, rule: str) -> None:
    """An amount that is not quantity x price, a malformed code, or a hospital line without a doctor."""
    kind = int(b.rng.integers(0, 3))
    items = _named(b, ("头孢哌酮", "注射用哌拉西林", "复方氨基酸"))
    _, bill = _adult_stay(b)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        draft.add(row, items[0], count=4, flaw=(0, 1, 2)[kind])
        if kind == 0:
            line = draft._more[-1]
            exact = int(line.quantity[0]) * int(line.price[0]) // 10**8
            line.amount[0] = exact + 1_350 + int(draft.bills.person[row]) % 900

    note = ("单价乘数量不等于金额", "目录编码格式错误", "医院明细无开单医师")[kind]
    b.plant(bill, rule, FAULT, note, edit_lines=edit)


def mg02_rounding(b: Builder, rule: str) -> None:
    """A price with six decimals whose product was rounded elsewhere: a cent apart."""
    items = _named(b, ("维生素C注射液",))
    _, bill = _adult_stay(b)

    def edit(draft: Draft, row: int) -> None:
        draft.drop(row, np.array(items))
        draft.add(row, items[0], count=7, price=1_571_429, mark=False)
        draft._more[-1].amount[0] = 1_101

    b.plant(bill, rule, LOOK_ALIKE, "六位小数单价的舍入差一分", edit_lines=edit)


def md03(b: Builder, rule: str) -> None:
    """A woman's item on a man's bill, or a prostate item on a woman's."""
    sex = int(b.rng.integers(1, 3))
    names = ("孕酮测定", "妇科千金片", "经阴道彩色", "宫颈液基") if sex == 1 else ("总前列腺特异性", "非那雄胺", "前列舒通", "经直肠前列腺")
    items = _named(b, names)
    item = items[int(b.rng.integers(0, len(items)))]
    if b.rng.random() < 0.5:
        _, bill = _adult_stay(b, sex=sex)
    else:
        who = b.person(sex=sex, age=(25, 48))
        bill = b.visit(who, b.night(), 10.0, care=1, profile=CLINIC, diag=diagnosis("R42", CLINIC), level=3)
    b.plant(bill, rule, FAULT, "性别限用项目用于另一性别",
            edit_lines=lambda draft, row: draft.add(row, item), prices_a2=True, without_marked=True)


def md03_header(b: Builder, rule: str) -> None:
    """The header says male, the ID number female: a woman's item is right."""
    items = _named(b, ("妇科千金片",))
    who = b.person(sex=2, age=(25, 45))
    b.people.twist[who] = 1
    bill = b.visit(who, b.night(), 10.0, care=1, profile=CLINIC_WOMEN, diag=diagnosis("N72", CLINIC_WOMEN), level=3)
    b.plant(bill, rule, LOOK_ALIKE, "结算单性别填错，身份证为女性",
            edit_lines=lambda draft, row: draft.add(row, items[0], mark=False))


def md11(b: Builder, rule: str) -> None:
    """A stay whose drugs and materials were inflated two and a half to four times."""
    icd3 = str(b.pick(["J18", "I63", "J44", "I50", "E11", "K29"]))
    factor = 2.5 + float(b.rng.random()) * 1.5
    scope = int(b.pick([1, 1, 1, INCOMING, LOCAL]))
    _, bill = _adult_stay(b, icd3=icd3, level=int(b.pick([2, 3])), scope=scope)

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


CHARGE_FAULTS = [("PL-04", pl04), ("PL-11", pl11), ("PL-13", pl13_daily), ("PL-13", pl13_hours), ("CH-02", ch02_line),
                 ("CH-02", ch02_bill), ("CH-04", ch04), ("CH-10", ch10), ("MG-02", mg02), ("MD-03", md03), ("MD-11", md11)]  # fmt: skip
CHARGE_LOOK_ALIKES = [
    ("PL-04", pl04_at_the_limit), ("PL-04", pl04_newborn), ("PL-11", pl11_at_the_ceiling), ("PL-11", pl11_dearer_city),
    ("PL-13", pl13_full_day), ("PL-13", pl13_batch), ("CH-02", ch02_ampoules), ("CH-02", ch02_small), ("CH-02", ch02_resettled),
    ("CH-04", ch04_transfer), ("CH-04", ch04_last_day), ("CH-10", ch10_region), ("CH-10", ch10_self_paid),
    ("MG-02", mg02_rounding), ("MD-03", md03_header),
]  # fmt: skip
