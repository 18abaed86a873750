"""What people are treated for: departments, diagnoses, operations, and what each kind of care uses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianshen.province.arrow import Ints
from lianshen.province.catalogue import Catalogue

DEPARTMENTS = [
    ("A02", "全科医疗科"),
    ("A03.01", "呼吸内科"),
    ("A03.02", "消化内科"),
    ("A03.03", "神经内科"),
    ("A03.04", "心血管内科"),
    ("A03.06", "肾病学科"),
    ("A03.07", "内分泌科"),
    ("A04.01", "普通外科"),
    ("A04.03", "骨科"),
    ("A04.04", "泌尿外科"),
    ("A04.05", "胸外科"),
    ("A05", "妇产科"),
    ("A07", "儿科"),
    ("A10", "眼科"),
    ("A15", "精神科"),
    ("A19", "肿瘤科"),
    ("A20", "急诊医学科"),
    ("A50", "中医科"),
]
_DEPARTMENT = {code: number for number, (code, _) in enumerate(DEPARTMENTS)}

MEDICAL, SURGICAL, CHEMO, DIALYSIS, CHILD, OBSTETRIC, PROSTATE, PSYCHIATRY = range(8)
CLINIC, CLINIC_CHILD, CLINIC_WOMEN, CLINIC_MEN, CLINIC_TCM, EMERGENCY = range(8, 14)
SHOP, CHRONIC, CHRONIC_DIALYSIS = range(14, 17)
PROFILES = 17

# code, name, weight, profile, department, sex (0 any), from age, to age, operation code, operation name
_DIAGNOSES = """
Z51.103|恶性肿瘤化学治疗|9|2|A19|0|25|95||
I63.900|脑梗死|6|0|A03.03|0|45|95||
J18.900|肺炎|3.5|0|A03.01|0|15|95||
J15.900|细菌性肺炎|1.5|0|A03.01|0|15|95||
C34.900|支气管或肺恶性肿瘤|4|1|A04.05|0|35|90|32.4100|胸腔镜下肺叶切除术
I25.103|冠状动脉粥样硬化性心脏病|4|1|A03.04|0|40|92|36.0700|药物洗脱冠状动脉支架置入术
I20.000|不稳定性心绞痛|1.5|0|A03.04|0|40|92||
E11.900|2型糖尿病|4|0|A03.07|0|30|92||
N18.500|慢性肾脏病5期|3.5|3|A03.06|0|25|90|39.9500|血液透析
J44.100|慢性阻塞性肺病伴急性加重|3.5|0|A03.01|0|50|95||
M51.202|腰椎间盘突出|2.5|1|A04.03|0|25|80|80.5100|椎间盘切除术
M47.800|脊椎关节强硬|1|0|A04.03|0|35|90||
S72.000|股骨颈骨折|1.6|1|A04.03|0|40|95|79.3500|股骨骨折切开复位内固定术
S82.200|胫骨干骨折|1.2|1|A04.03|0|18|85|79.3600|胫骨骨折切开复位内固定术
S52.500|桡骨下端骨折|1.2|1|A04.03|0|18|85|79.3200|桡骨骨折切开复位内固定术
K80.100|胆囊结石伴胆囊炎|3|1|A04.01|0|20|88|51.2300|腹腔镜下胆囊切除术
K35.800|急性阑尾炎|1.2|1|A04.01|0|15|80|47.0100|腹腔镜下阑尾切除术
H25.900|老年性白内障|2.2|1|A10|0|50|92|13.4100|白内障超声乳化抽吸术
H26.900|白内障|0.8|1|A10|0|45|92|13.4100|白内障超声乳化抽吸术
O80.900|单胎顺产|1.6|5|A05|2|20|42|73.5900|手法助产
O82.900|经剖宫产的分娩|1.4|5|A05|2|20|44|74.1000|子宫下段剖宫产术
C50.900|乳房恶性肿瘤|2|5|A05|2|30|80|85.4300|单侧乳房改良根治术
D25.900|子宫平滑肌瘤|1.5|5|A05|2|28|55|68.2900|子宫肌瘤切除术
C18.900|结肠恶性肿瘤|1.4|1|A04.01|0|35|90|45.7300|右半结肠切除术
C20.x00|直肠恶性肿瘤|1.1|1|A04.01|0|35|90|48.6300|直肠前切除术
C16.900|胃恶性肿瘤|1.5|1|A04.01|0|35|90|43.7000|胃大部切除伴胃空肠吻合术
C22.000|肝细胞癌|1|0|A04.01|0|35|88||
I10.x00|特发性高血压|2|0|A03.04|0|35|95||
G45.900|短暂性脑缺血发作|1.2|0|A03.03|0|40|92||
R42.x00|头晕和眩晕|0.8|0|A03.03|0|25|92||
N20.100|输尿管结石|2|1|A04.04|0|20|80|56.0x00|经输尿管镜碎石术
K29.500|慢性胃炎|1.2|0|A03.02|0|18|88||
K25.400|胃溃疡伴出血|0.8|0|A03.02|0|25|88||
J06.900|急性上呼吸道感染|1|0|A03.01|0|15|80||
J20.900|急性支气管炎|1|0|A03.01|0|15|90||
I48.900|心房颤动|1.5|0|A03.04|0|45|95||
M17.900|膝关节病|1.2|1|A04.03|0|50|88|81.5400|全膝关节置换术
M16.900|髋关节病|0.8|1|A04.03|0|50|88|81.5100|全髋关节置换术
F20.900|精神分裂症|1|7|A15|0|18|70||
F32.900|抑郁发作|0.8|7|A15|0|18|70||
N40.x00|前列腺增生|1.5|6|A04.04|1|55|92|60.2900|经尿道前列腺电切术
I50.900|心力衰竭|1.5|0|A03.04|0|50|95||
K92.200|胃肠出血|1|0|A03.02|0|30|92||
N39.000|泌尿道感染|1|0|A03.06|0|18|90||
J18.000|支气管肺炎|4|4|A07|0|0|13||
J20.901|小儿急性支气管炎|2|4|A07|0|0|13||
A09.900|胃肠炎和结肠炎|1.5|4|A07|0|0|13||
J03.900|急性扁桃体炎|1.5|4|A07|0|0|13||
"""
_CLINIC_DIAGNOSES = {
    CLINIC: "J06.900急性上呼吸道感染 I10.x00特发性高血压 E11.900２型糖尿病 K29.500慢性胃炎 "
    "M47.800脊椎关节强硬 R42.x00头晕和眩晕",
    CLINIC_CHILD: "J06.900急性上呼吸道感染 J20.901小儿急性支气管炎 A09.900胃肠炎和结肠炎",
    CLINIC_WOMEN: "N76.000急性阴道炎 N92.000月经过多 N72.x00子宫颈炎性疾病",
    CLINIC_MEN: "N40.x00前列腺增生 N41.100慢性前列腺炎",
    CLINIC_TCM: "M54.500下背痛 R53.x00不适和疲劳 K30.x00功能性消化不良",
    EMERGENCY: "R10.400腹痛 S61.900腕和手开放性伤口 J06.900急性上呼吸道感染",
    SHOP: "",
    CHRONIC: "I10.x00特发性高血压 E11.900２型糖尿病 I25.103冠状动脉粥样硬化性心脏病 J44.900慢性阻塞性肺病",
    CHRONIC_DIALYSIS: "N18.500慢性肾脏病5期",
}
CHRONIC_CODE = {
    "I10": ("M03900", "高血压"),
    "E11": ("M01600", "糖尿病"),
    "I25": ("M04600", "冠心病"),
    "J44": ("M05300", "慢性阻塞性肺疾病"),
    "N18": ("M07800", "慢性肾功能衰竭"),
}


@dataclass(frozen=True)
class Diagnosis:
    """One main diagnosis and what follows from it."""

    code: str
    name: str
    weight: float
    profile: int
    department: int
    sex: int
    from_age: int
    to_age: int
    operation: str
    operation_name: str

    @property
    def icd3(self) -> str:
        """The category: first three characters."""
        return self.code[:3]


def _read() -> list[Diagnosis]:
    rows = []
    for line in _DIAGNOSES.strip().splitlines():
        code, name, weight, profile, dept, sex, low, high, op, op_name = line.split("|")
        op = op.replace("x", "0")
        rows.append(
            Diagnosis(
                code, name, float(weight), int(profile), _DEPARTMENT[dept], int(sex), int(low), int(high), op, op_name
            )
        )
    departments = {
        CLINIC: "A02",
        CLINIC_CHILD: "A07",
        CLINIC_WOMEN: "A05",
        CLINIC_MEN: "A04.04",
        CLINIC_TCM: "A50",
        EMERGENCY: "A20",
        SHOP: "A02",
        CHRONIC: "A03.04",
        CHRONIC_DIALYSIS: "A03.06",
    }
    for clinic, words in _CLINIC_DIAGNOSES.items():
        for word in words.split():
            name = word[7:].replace("２", "2")
            rows.append(Diagnosis(word[:7], name, 1.0, clinic, _DEPARTMENT[departments[clinic]], 0, 0, 120, "", ""))
    return rows


DIAGNOSES = _read()
STAY_DIAGNOSES = np.array([i for i, d in enumerate(DIAGNOSES) if d.profile < CLINIC], dtype=np.int64)
DEPARTMENT_OF = np.array([d.department for d in DIAGNOSES], dtype=np.int64)
PROFILE_OF = np.array([d.profile for d in DIAGNOSES], dtype=np.int64)
IS_OPERATED = np.array([bool(d.operation) for d in DIAGNOSES])
_PLANNED = ("Z51", "C", "H25", "H26", "M", "N18", "D25", "N40", "F", "E11", "I10", "I25", "K29", "K80", "N20")
"""Diseases of adults for which nobody comes as an emergency."""
_MILD = ("J06", "J20", "J03", "R42", "K29", "I10", "E11", "M47", "A09", "G45", "N39")
IS_PLANNED = np.array([d.code.startswith(_PLANNED) and d.profile < CLINIC for d in DIAGNOSES])
IS_MILD = np.array([d.code.startswith(_MILD) and d.profile < CLINIC for d in DIAGNOSES])
_BY_PROFILE = {p: np.array([i for i, d in enumerate(DIAGNOSES) if d.profile == p]) for p in range(PROFILES)}


def diagnosis(icd3: str, profile: int | None = None) -> int:
    """Return the number of the first diagnosis of a category."""
    return next(i for i, d in enumerate(DIAGNOSES) if d.icd3 == icd3 and (profile is None or d.profile == profile))


def draw_stay(rng: np.random.Generator, sex: Ints, age: Ints, primary: NDArray[np.bool_]) -> Ints:
    """Return a main diagnosis that fits sex and age; small hospitals do no chemotherapy and no operations."""
    u = rng.random(len(sex))
    found = np.empty(len(sex), dtype=np.int64)
    band = np.clip(age // 4, 0, 24)
    key = (band * 3 + sex) * 2 + primary
    for one in np.unique(key):
        rows = key == one
        low, wanted, small = int(one) // 6 * 4, int(one) // 2 % 3, bool(one % 2)
        weight = np.array(
            [
                d.weight
                if (
                    d.sex in (0, wanted)
                    and d.from_age <= low
                    and low + 3 <= d.to_age
                    and not (small and d.operation)
                    and not (small and d.profile in (CHEMO, DIALYSIS, PSYCHIATRY))
                )
                else 0.0
                for d in (DIAGNOSES[i] for i in STAY_DIAGNOSES)
            ]
        )
        if not weight.any():
            weight[list(STAY_DIAGNOSES).index(diagnosis("J18", MEDICAL))] = 1.0
        edges = np.cumsum(weight) / weight.sum()
        found[rows] = STAY_DIAGNOSES[np.minimum(np.searchsorted(edges, u[rows], side="right"), len(edges) - 1)]
    return found


def acute_for(diag: Ints, age: Ints, emergency: NDArray[np.bool_]) -> Ints:
    """Return the diagnoses, with an acute one for adults who come as an emergency for something that is planned."""
    acute = np.where(age >= 48, diagnosis("I63"), diagnosis("J18", MEDICAL))
    return np.where(emergency & IS_PLANNED[diag] & (age >= 16), acute, diag)


def draw_clinic(rng: np.random.Generator, profile: Ints) -> Ints:
    """Return a diagnosis of each clinic profile, -1 in a drugstore."""
    u = rng.random(len(profile))
    found = np.full(len(profile), -1, dtype=np.int64)
    for one in np.unique(profile):
        members = _BY_PROFILE[int(one)]
        if len(members):
            rows = profile == one
            found[rows] = members[(u[rows] * len(members)).astype(np.int64)]
    return found


# Per profile: letters of the catalogue's settings, and shares of the lines by charge category ('h' = by the hour).
_STAY = {"09": 30, "11": 3, "08": 15, "04": 25, "03": 7, "12": 11, "05": 8, "h": 3, "14": 0.3}
_MIX: dict[int, tuple[str, dict[str, float]]] = {
    MEDICAL: ("I", _STAY),
    SURGICAL: ("IS", {**_STAY, "08": 24, "04": 20, "05": 10, "06": 0}),
    CHEMO: ("IP", {**_STAY, "09": 38, "05": 6}),
    DIALYSIS: ("I", {**_STAY, "05": 6}),
    CHILD: ("IKk", {**_STAY, "11": 6, "h": 2}),
    OBSTETRIC: ("ISf", {**_STAY, "08": 20, "05": 14}),
    PROSTATE: ("ISM", {**_STAY, "08": 20, "03": 10}),
    PSYCHIATRY: ("I", {**_STAY, "08": 6, "05": 14}),
    CLINIC: ("O", {"09": 30, "11": 14, "04": 26, "03": 14, "05": 8, "12": 5, "08": 3}),
    CLINIC_CHILD: ("OK", {"09": 34, "11": 22, "04": 24, "12": 10, "05": 8, "03": 3}),
    CLINIC_WOMEN: ("OF", {"09": 24, "11": 16, "04": 26, "03": 20, "05": 10, "08": 6}),
    CLINIC_MEN: ("OM", {"09": 26, "11": 16, "04": 28, "03": 18, "05": 10}),
    CLINIC_TCM: ("OH", {"10": 70, "05": 16, "11": 8, "14": 4}),
    EMERGENCY: ("OE", {"09": 30, "04": 30, "03": 18, "12": 12, "05": 10, "08": 4}),
    SHOP: ("R", {"09": 55, "11": 45}),
    CHRONIC: ("C", {"09": 80, "11": 20}),
    CHRONIC_DIALYSIS: ("D", {"05": 40, "08": 35, "09": 25}),
}
LONGEST_SHOP_PACK = 35.0
"""Drugs that last longer are not in the everyday basket of a drugstore: two of them would look like hoarding."""


def basket(catalogue: Catalogue) -> list[NDArray[np.float64]]:
    """Return, per profile, the cumulative weights of the items from which its lines are drawn."""
    baskets = []
    for profile in range(PROFILES):
        letters, shares = _MIX[profile]
        weight = np.zeros(len(catalogue.items))
        generics: set[str] = set()
        for i, item in enumerate(catalogue.items):
            chronic = catalogue.supply_days[i] > 0
            hourly = item.kind == "hourly"
            fits = ("i" in item.setting and profile < CLINIC) if hourly else bool(set(letters) & set(item.setting))
            if (
                item.kind.startswith("op_")
                or item.setting.startswith("op_")
                or item.kind in ("radio", "anes")
                or not fits
            ):
                continue
            if item.kind == "adult" and profile in (CHILD, CLINIC_CHILD):
                continue
            if chronic and (profile not in (SHOP, CHRONIC) or item.generic in generics):
                continue
            if profile == SHOP and catalogue.supply_days[i] > LONGEST_SHOP_PACK:
                continue
            if chronic:
                generics.add(item.generic)
            weight[i] = item.weight
        keys = np.array(["h" if item.kind == "hourly" else item.category for item in catalogue.items])
        scaled = np.zeros(len(weight))
        for category, share in shares.items():
            rows = keys == category
            total = weight[rows].sum()
            if total > 0:
                scaled[rows] = weight[rows] / total * share
        baskets.append(np.cumsum(scaled) / scaled.sum())
    return baskets
