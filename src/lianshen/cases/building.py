"""From an episode to the rows of a case: what it shows, what its lines may come to, and its sealed dossier. Pure.

Everything here is a function of the findings, the settlements and the texts. Two nights in another order build
the same rows, down to the version, which a person's page sends back and which is therefore taken from the evidence.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lianshen.cases.gather import Found, HitLine, Settlement
from lianshen.cases.grouping import Episode
from lianshen.cases.texts import RuleText, as_evidence, fill

Row = dict[str, Any]
LOW_ALONE = frozenset({"MG-02"})
"""Checks of data quality: a case that holds nothing else is of low severity."""
DOSSIER_FORMAT = 1


@dataclass(frozen=True)
class Built:
    """The rows of one case, ready to be written."""

    case: Row
    settlements: tuple[Row, ...]
    findings: tuple[Row, ...]
    lines: tuple[Row, ...]
    dossier: Row


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` fen by weights so that the parts add up exactly; the largest remainders get what is left.

    Weights are not negative; where all are zero the parts are as equal as fen allow. Ties go to the earlier part.
    """
    if not weights:
        return []
    used = list(weights) if sum(weights) else [1] * len(weights)
    whole, sign = abs(total), -1 if total < 0 else 1
    parts = [whole * weight // sum(used) for weight in used]
    by_remainder = sorted(range(len(used)), key=lambda i: (-(whole * used[i] % sum(used)), i))
    for index in by_remainder[: whole - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


def build(
    episode: Episode,
    case_no: str,
    lines: Mapping[str, Sequence[HitLine]],
    texts: Mapping[str, RuleText],
    parts: Mapping[str, Mapping[str, str]],
    columns: Mapping[str, Sequence[str]],
) -> Built:
    """Return the rows of a case. ``lines`` are the hit lines by finding; ``parts``, ``columns`` fill the dossier."""
    findings = tuple(_finding_row(found, case_no, texts[found.source_id]) for found in episode.findings)
    line_rows = tuple(_line_rows(episode, case_no, lines, texts))
    dossier = _dossier(episode, case_no, findings, texts, parts, columns)
    case = _case_row(episode, case_no, texts)
    evidence = json.dumps(
        [case, findings, line_rows, dossier["sha256"]], ensure_ascii=False, sort_keys=True, default=str
    )
    digest = hashlib.sha256(evidence.encode()).hexdigest()
    # Any number would do that moves when the evidence moves; this one does not remember how often it moved.
    case |= {"evidence_sha256": digest, "version": 1 + int(digest[:7], 16), "state": "new"}
    return Built(
        case,
        tuple({"setl_id": settlement.setl_id, "case_no": case_no} for settlement in episode.settlements),
        findings,
        line_rows,
        dossier,
    )


def main_finding(findings: Iterable[Found]) -> Found:
    """Return the finding that names the case: most money, then certainty, severity, exposure."""
    return min(
        findings,
        key=lambda f: (-abs(f.counted), f.certainty != "definite", -f.severity, -f.exposure, f.source_id, f.finding_id),
    )


def _case_row(episode: Episode, case_no: str, texts: Mapping[str, RuleText]) -> Row:
    settlements, findings = episode.settlements, episode.findings
    leading = main_finding(findings)
    shown = next(s for s in settlements if s.setl_id == leading.setl_id)
    rules = sorted({found.source_id for found in findings})
    title = texts[leading.source_id].title_zh
    return {
        "case_no": case_no,
        "case_key": episode.key,
        "first_setl_id": episode.first.setl_id,
        "night": max(s.setl_date for s in settlements),
        **_shown(shown),
        "admit": min(s.begndate for s in settlements),
        "discharge": max(s.enddate for s in settlements),
        "settlements": len(settlements),
        "findings": len(findings),
        "total_fee": sum(s.total_fee for s in settlements),
        "fund_fee": sum(s.fund_fee for s in settlements),
        "at_issue": sum(found.counted for found in findings),
        "exposure": sum(found.exposure for found in findings),
        "gross": sum(found.a0 for found in findings),
        "severity": 1 if LOW_ALONE.issuperset(rules) else max(found.severity for found in findings),
        "certainty": "definite" if any(f.certainty == "definite" for f in findings) else "suspicious",
        "is_provisional": any(found.is_provisional for found in findings),
        "main_rule": leading.source_id,
        "rules": _listed(rules),
        "title_zh": title if len(rules) == 1 else f"{title}等 {len(rules)} 项",
        "score": max((s.score for s in settlements if s.score is not None), default=None),
    }


def _shown(settlement: Settlement) -> Row:
    names = (
        "treating_agency county fixmedins_code fixmedins_name hosp_lv insu_admdvs insu_pool scope person gend "
        "age_years care diag_code diag_name"
    )
    return {name: getattr(settlement, name) for name in names.split()}


def _listed(rules: Iterable[str]) -> str:
    return f",{','.join(rules)},"


def _finding_row(found: Found, case_no: str, text: RuleText) -> Row:
    facts = {
        **found.because,
        "setl_id": found.setl_id,
        "linked_setl_id": found.linked_setl_id,
        "subject_date": found.subject_date.isoformat(),
    }
    return {
        "finding_id": found.finding_id,
        "case_no": case_no,
        "rule_id": found.source_id,
        "rule_version": found.version,
        "fingerprint": found.fingerprint,
        "title_zh": text.title_zh,
        "sentence_zh": fill(found.source_id, text.sentence_zh, facts),
        "certainty": found.certainty,
        "severity": found.severity,
        "level": found.level,
        "setl_id": found.setl_id,
        "linked_setl_id": found.linked_setl_id,
        "subject_date": found.subject_date,
        "a0": found.a0,
        "a1": found.a1,
        "a2": found.a2,
        "counted": found.counted,
        "exposure": found.exposure,
        "is_provisional": found.is_provisional,
        "because": found.because,
        "labels": {name: label for name, label in text.facts.items() if name in found.because},
    }


def _line_rows(
    episode: Episode, case_no: str, lines: Mapping[str, Sequence[HitLine]], texts: Mapping[str, RuleText]
) -> list[Row]:
    """Return what is determined line by line: a finding's money spread over its lines by their in-scope amounts.

    A finding without lines of its own settlements is one row by itself. Where a finding carries exposure and no
    counted money, the exposure is what may be determined; else it is the counted share.
    """
    own = {settlement.setl_id for settlement in episode.settlements}
    rows: dict[str, Row] = {}
    for found in episode.findings:
        hit = [line for line in lines.get(found.finding_id, ()) if line.setl_id in own]
        at_most = found.counted if found.counted or found.a2 else found.exposure
        if not hit:
            if at_most or found.a2 is None or found.a2 == 0:
                rows[found.finding_id] = _whole_row(found, case_no, texts[found.source_id], at_most)
            continue
        weights = [max(0, line.a1) for line in hit]
        if not sum(weights):
            weights = [max(0, line.a0) for line in hit]
        split = zip(hit, shares(found.counted, weights), shares(at_most, weights), strict=True)
        for line, counted, most in split:
            row = rows.setdefault(line.bkkp_sn, _fee_row(line, case_no))
            row["rules"] = _listed(sorted({found.source_id, *filter(None, row["rules"].split(","))}))
            row["at_issue"] += counted
            row["at_most"] += most
    return [rows[key] for key in sorted(rows)]


def _fee_row(line: HitLine, case_no: str) -> Row:
    return {
        "case_no": case_no,
        "bkkp_sn": line.bkkp_sn,
        "setl_id": line.setl_id,
        "rules": "",
        "is_fee_line": True,
        "fee_date": line.fee_date,
        "hilist_code": line.hilist_code,
        "item_name": line.item_name,
        "med_chrgitm_type": line.med_chrgitm_type,
        "cnt": line.cnt,
        "pric": line.pric,
        "amount": line.amount,
        "inscp": line.inscp,
        "at_issue": 0,
        "at_most": 0,
    }


def _whole_row(found: Found, case_no: str, text: RuleText, at_most: int) -> Row:
    return {
        "case_no": case_no,
        "bkkp_sn": found.finding_id,
        "setl_id": found.setl_id,
        "rules": _listed([found.source_id]),
        "is_fee_line": False,
        "fee_date": found.subject_date,
        "hilist_code": None,
        "item_name": text.title_zh,
        "med_chrgitm_type": None,
        "cnt": None,
        "pric": None,
        "amount": found.a0,
        "inscp": found.a1,
        "at_issue": found.counted,
        "at_most": at_most,
    }


def _dossier(
    episode: Episode,
    case_no: str,
    findings: Sequence[Row],
    texts: Mapping[str, RuleText],
    parts: Mapping[str, Mapping[str, str]],
    columns: Mapping[str, Sequence[str]],
) -> Row:
    """Return the evidence as one sealed text: rows as lists of text under their column names, money exact."""
    setl_ids = [settlement.setl_id for settlement in episode.settlements]

    def table(name: str, part: str) -> str:
        rows = ",".join(text[1:-1] for setl_id in setl_ids if (text := parts.get(setl_id, {}).get(part)))
        return f'{{"columns":{json.dumps(list(columns[name]))},"rows":[{rows}]}}'

    steps = ",".join(
        f"{json.dumps(setl_id)}:{steps}" for setl_id in setl_ids if (steps := parts.get(setl_id, {}).get("steps"))
    )
    rules = [as_evidence(rule, texts[rule]) for rule in sorted({found.source_id for found in episode.findings})]
    stated = [{name: value for name, value in row.items() if name != "case_no"} for row in findings]
    text = (
        f'{{"format":{DOSSIER_FORMAT},"case_no":{json.dumps(case_no)},'
        f'"settlements":{table("settlements", "settlement")},'
        f'"lines":{table("lines", "lines")},'
        f'"recomputed":{table("recomputed", "recomputed")},'
        f'"steps":{{{steps}}},'
        f'"findings":{json.dumps(stated, ensure_ascii=False, sort_keys=True, default=str)},'
        f'"rules":{json.dumps(rules, ensure_ascii=False, sort_keys=True)}}}'
    ).encode()
    return {
        "case_no": case_no,
        "sha256": hashlib.sha256(text).hexdigest(),
        "bytes": len(text),
        "body": zlib.compress(text, 4),
    }
