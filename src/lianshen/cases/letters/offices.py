"""Who writes: the names of agencies as they sign, and the signs before their documents' numbers."""

from __future__ import annotations

from lianshen.agency import CENTRE, agencies

CENTRE_OFFICE = "四川省医疗保险异地结算中心"
_OFFICE = "医疗保障经办机构"


def office(code: str) -> str:
    """Return the name under which an agency signs; one below a city is named by its city and its own code."""
    if code == CENTRE:
        return CENTRE_OFFICE
    known = agencies()
    if code in known:
        name = known[code].name_zh
        return f"四川省{name}{_OFFICE}" if code == "519900" else f"{name}{_OFFICE}"
    above = next((agency.name_zh for agency in known.values() if agency.pool == code[:4]), "")
    return f"{above}（{code}）{_OFFICE}"


def office_of_pool(pool: str) -> str:
    """Return the office that insures the persons of a pool; of another province, its agencies as a whole."""
    code = next((agency.code for agency in agencies().values() if agency.pool == pool), None)
    return office(code) if code else f"外省（{pool}）参保地{_OFFICE}"


def sign(code: str) -> str:
    """Return what stands before the year of a document's number, without the series: 川医保, 绵阳医保."""
    if code == CENTRE:
        return "川医保异"
    known = agencies()
    if code == "519900":
        return "川医保直"
    if code in known:
        return f"{known[code].name_zh.removesuffix('市').removesuffix('州')}医保"
    above = next((agency.name_zh.removesuffix("市") for agency in known.values() if agency.pool == code[:4]), "")
    return f"{above}医保{code[4:]}"


def document_number(code: str, series: str, year: int, serial: int) -> str:
    """Return a number as GB/T 9704 (7.2.5) writes it: sign, year in six-cornered brackets, serial without zeros."""
    return f"{sign(code)}{series}〔{year}〕{serial}号"
