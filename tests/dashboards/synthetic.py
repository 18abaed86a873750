"""A synthetic warehouse of settlements with findings, in the tables of ``sql/schema``: the same each time."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
from dashboards.kinds import EXPOSURE_ONLY, KINDS, Row

from lianshen.agency import agencies
from lianshen.content import content_root
from lianshen.findings import finding_id

NIGHT = date(2026, 11, 20)
DIAGNOSES = (
    ("J18.901", "肺炎"),
    ("I63.902", "脑梗死"),
    ("N18.901", "慢性肾脏病"),
    ("E11.901", "2型糖尿病"),
    ("M51.202", "腰椎间盘突出"),
    ("I25.103", "冠状动脉粥样硬化性心脏病"),
    ("K80.203", "胆囊结石"),
)
ITEMS = (
    ("001104000020000", "静脉输液", "09", "12.50"),
    ("002501010100000", "血常规", "05", "22.00"),
    ("002203020000000", "彩色多普勒超声", "04", "145.00"),
    ("001102000010000", "普通病房床位费", "01", "45.00"),
    ("001201000030000", "Ⅰ级护理", "07", "28.00"),
    ("XJ01DDT089B001010", "注射用头孢曲松钠", "09", "38.60"),
    ("C0201010010100", "一次性使用静脉留置针", "08", "31.20"),
)


def warehouse() -> duckdb.DuckDBPyConnection:
    """Return an empty warehouse in memory with the schemas that cases are assembled from."""
    con = duckdb.connect()
    for schema in ("mart", "audit", "work"):
        con.execute(f"CREATE SCHEMA {schema}")
        con.execute(f"USE {schema}")
        for path in sorted((content_root() / "sql" / "schema" / schema).glob("*.sql")):
            con.execute(path.read_text(encoding="utf-8"))
    con.execute("USE main")
    return con


def fill(con: duckdb.DuckDBPyConnection, stays: int, seed: int = 20261120) -> None:
    """Write stays with their lines, one finding each, recomputation and steps; mark all of them as dirty."""
    draw = random.Random(seed)
    empty = _empty_settlement(con)
    rows: dict[str, list[Row]] = {
        name: []
        for name in (
            "mart.settlement",
            "mart.fee_line",
            "audit.finding",
            "audit.finding_line",
            "audit.recomputed",
            "audit.explanation",
            "work.dirty_settlement",
        )
    }
    rules = list(KINDS)
    for number in range(stays):
        rule = rules[number % len(rules)]
        stay = {**empty, **make_stay(number, draw)}
        lines = make_lines(stay, draw)
        _add_finding(rows, rule, stay, lines, draw)
        if rule == "AD-01":
            earlier = _earlier(stay, rows["audit.finding"][-1])
            rows["mart.settlement"].append(earlier)
            rows["mart.fee_line"] += make_lines(earlier, draw)
            rows["audit.finding"][-1]["linked_setl_id"] = earlier["setl_id"]
        rows["mart.settlement"].append(stay)
        rows["mart.fee_line"] += lines
    for table, some in rows.items():
        columns = [row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()]
        # Row by row it takes ten times as long.
        con.register("added", pa.table({name: [row.get(name) for row in some] for name in columns}))
        con.execute(f"INSERT INTO {table} FROM added")
        con.unregister("added")


def _empty_settlement(con: duckdb.DuckDBPyConnection) -> Row:
    values: Row = {}
    for name, kind, nullable, *_ in con.execute("DESCRIBE mart.settlement").fetchall():
        if nullable == "NO":
            values[name] = Decimal("0.00") if kind.startswith("DECIMAL") else "0" if kind == "VARCHAR" else 0
    return values


def make_stay(number: int, draw: random.Random) -> Row:
    """Return one inpatient settlement."""
    every = list(agencies().values())
    agency = draw.choice(every + [agencies()["510100"]] * 5 + [agencies()["510700"]] * 4)
    home = draw.choice([one for one in every if one.code != agency.code])
    diagnosis = draw.choice(DIAGNOSES)
    begin = NIGHT - timedelta(days=draw.randint(16, 80))
    days = draw.randint(3, 14)
    place = agency.name_zh.removesuffix("市")
    total = Decimal(draw.randint(400_000, 6_000_000)) / 100
    fund = (total * Decimal("0.62")).quantize(Decimal("0.01"))
    return {
        "setl_id": f"5100{number:010d}",
        "mdtrt_id": f"M{number:010d}",
        "person": hashlib.sha256(f"person {number // 2}".encode()).hexdigest()[:32],
        "psn_no": f"N{number // 2}",
        "gend": str(1 + number % 2),
        "age_years": draw.randint(2, 91),
        "insutype": "390" if number % 3 else "310",
        "psn_type": "11",
        "insu_admdvs": home.code,
        "insu_pool": home.pool,
        "pay_loc": "2",
        "fixmedins_code": f"H{agency.pool}{number % 7:05d}",
        "fixmedins_name": f"{place}模拟{draw.choice(('人民医院', '中医医院', '中心医院', '骨科医院'))}",
        "fixmedins_type": "1",
        "hosp_lv": draw.choice(("02", "03", "05", "06", "08")),
        # Of Mianyang's hospitals some have their agreement with a county below it.
        "fix_blng_admdvs": "510703" if agency.code == "510700" and number % 7 == 3 else agency.code,
        "treat_pool": agency.pool,
        "treating_agency": agency.code,
        "scope": "IN_PROV",
        "is_cross_region": True,
        "begndate": begin,
        "enddate": begin + timedelta(days=days),
        "los_days": days,
        "setl_time": datetime.combine(begin + timedelta(days=days), time(10, 30)),
        "setl_date": begin + timedelta(days=days),
        "year": "2026",
        "med_type": "21",
        "care": "IPT",
        "setl_type": "2",
        "medfee_sumamt": total,
        "inscp_amt": total * 9 // 10,
        "hifp_pay": fund,
        "fund_pay_sumamt": fund,
        "psn_pay": total - fund,
        "main_diag_code": diagnosis[0],
        "main_diag_name": diagnosis[1],
        "icd3": diagnosis[0][:3],
        "n_lines": 0,
        "is_reversal": False,
        "is_reversed": False,
        "counts": True,
        "over": (fund * draw.randint(5, 25) / 100).quantize(Decimal("0.01")),
    }


def _earlier(stay: Row, finding: Row) -> Row:
    gap = json.loads(finding["because"])["because_gap_days"]
    end = stay["begndate"] - timedelta(days=gap)
    return {
        **stay,
        "setl_id": stay["setl_id"] + "A",
        "mdtrt_id": stay["mdtrt_id"] + "A",
        "enddate": end,
        "los_days": 6,
        "begndate": end - timedelta(days=6),
        "setl_date": end,
        "setl_time": datetime.combine(end, time(9)),
    }


def make_lines(stay: Row, draw: random.Random) -> list[Row]:
    """Return the fee lines of a stay, some for each day."""
    lines = []
    for index in range(draw.randint(9, 22)):
        code, name, kind, price = draw.choice(ITEMS)
        day = stay["begndate"] + timedelta(days=draw.randint(0, stay["los_days"] - 1))
        count = Decimal(draw.randint(1, 4))
        amount = (Decimal(price) * count).quantize(Decimal("0.01"))
        key = f"{stay['setl_id']}{index:04d}"
        lines.append(
            {
                "bkkp_sn": key,
                "feedetl_sn": key,
                "setl_id": stay["setl_id"],
                "mdtrt_id": stay["mdtrt_id"],
                "person": stay["person"],
                "fixmedins_code": stay["fixmedins_code"],
                "fee_ocur_time": datetime.combine(day, time(8 + index % 10)),
                "fee_date": day,
                "cnt": count,
                "pric": Decimal(price),
                "det_item_fee_sumamt": amount,
                "fulamt_ownpay_amt": Decimal(0),
                "overlmt_selfpay": Decimal(0),
                "preselfpay_amt": Decimal(0),
                "inscp_amt": amount,
                "chrgitm_lv": "01",
                "hilist_code": code,
                "hilist_name": name,
                "list_type": "201" if code.startswith("00") else "101",
                "med_chrgitm_type": kind,
                "crte_time": datetime.combine(day, time(20)),
            }
        )
    return lines


def _add_finding(rows: dict[str, list[Row]], rule: str, stay: Row, lines: list[Row], draw: random.Random) -> None:
    kind = KINDS[rule]
    hit = lines[: draw.randint(2, 3)] if kind.has_lines else []
    gross = sum((line["det_item_fee_sumamt"] for line in hit), Decimal(0)) or stay["medfee_sumamt"]
    at_issue = (gross * Decimal("0.6")).quantize(Decimal("0.01")) if hit else stay["over"]
    only_exposed = rule in EXPOSURE_ONLY
    key = finding_id(rule, stay["setl_id"])
    because = kind.because(stay, draw)
    rows["audit.finding"].append(
        {
            "finding_id": key,
            "source_id": rule,
            "source_version": kind.version,
            "fingerprint": kind.fingerprint,
            "certainty": kind.certainty,
            "severity": kind.severity,
            "level": kind.level,
            "setl_id": stay["setl_id"],
            "linked_setl_id": None,
            "person": stay["person"],
            "fixmedins_code": stay["fixmedins_code"],
            "treating_agency": stay["treating_agency"],
            "insu_admdvs": stay["insu_admdvs"],
            "subject_date": stay["setl_date"],
            "a0": gross,
            "a1": gross,
            "a2": None if only_exposed else at_issue,
            "counted_a2": None if only_exposed else at_issue,
            "exposure": stay["medfee_sumamt"] / 4 if only_exposed else Decimal(0),
            "is_provisional": draw.random() < 0.08,
            "because": json.dumps(because, ensure_ascii=False),
        }
    )
    rows["audit.finding_line"] += [
        {
            "finding_id": key,
            "bkkp_sn": line["bkkp_sn"],
            "setl_id": stay["setl_id"],
            "a0": line["det_item_fee_sumamt"],
            "a1": line["inscp_amt"],
            "because": "{}",
        }
        for line in hit
    ]
    rows["audit.recomputed"].append(recomputed(stay))
    rows["audit.explanation"].append({"setl_id": stay["setl_id"], "steps": json.dumps(steps(stay), ensure_ascii=False)})
    rows["work.dirty_settlement"].append({"setl_id": stay["setl_id"]})


def recomputed(stay: Row) -> Row:
    """Return what the settlement core would say of the stay."""
    paid = stay["fund_pay_sumamt"]
    return {
        "setl_id": stay["setl_id"],
        "status": "recomputed",
        "pack_id": f"sichuan-{stay['insu_pool']}",
        "is_provisional": False,
        "filing_status": "NOT_IN_FORCE",
        "filing_type": "UNFILED",
        "filed_region": stay["treating_agency"],
        "filed_from": stay["begndate"] - timedelta(days=400),
        "filed_until": stay["begndate"] - timedelta(days=20),
        "expected_inscp": stay["inscp_amt"],
        "expected_deductible": Decimal(900),
        "expected_hifp": paid - stay["over"],
        "expected_fund": paid - stay["over"],
        "paid_fund": paid,
        "difference": stay["over"],
        "by_benefit": stay["over"],
        "cause": "RATIO",
        "cause_zh": "支付比例高于参保地政策。",
        "paid_ratio": Decimal("0.85"),
        "policy_ratio": Decimal("0.75"),
    }


def steps(stay: Row) -> list[dict[str, Any]]:
    """Return the steps of the settlement as ``audit.explanation`` holds them."""
    scope = stay["inscp_amt"]
    base = scope - 900
    fund = stay["fund_pay_sumamt"] - stay["over"]
    since = "2026-01-01"
    return [
        {
            "step": "total",
            "zh": "医疗费用总额",
            "en": "Total bill",
            "amount": f"{stay['medfee_sumamt']:.2f}",
            "policy": None,
            "source": None,
            "since": None,
        },
        {
            "step": "in_scope",
            "zh": "政策范围内金额",
            "en": "In policy scope",
            "amount": f"{scope:.2f}",
            "policy": None,
            "source": None,
            "since": None,
        },
        {
            "step": "deductible",
            "zh": "起付线",
            "en": "Deductible",
            "amount": "900.00",
            "policy": "900.00",
            "source": "参保地待遇清单 第十二条",
            "since": since,
        },
        {
            "step": "base",
            "zh": "扣除起付线后",
            "en": "Above the deductible",
            "amount": f"{base:.2f}",
            "policy": None,
            "source": None,
            "since": None,
        },
        {
            "step": "hifp",
            "zh": "统筹基金支付 75%",
            "en": "Pooled fund, 75%",
            "amount": f"{fund:.2f}",
            "policy": "75%",
            "source": "参保地待遇清单 第十四条",
            "since": since,
        },
        {
            "step": "fund",
            "zh": "基金支付合计",
            "en": "Funds together",
            "amount": f"{fund:.2f}",
            "policy": None,
            "source": None,
            "since": None,
        },
    ]
