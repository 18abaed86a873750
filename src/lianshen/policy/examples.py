"""The worked examples of a pack: what makes a changed value visible before it reaches a settlement.

``examples.yaml`` lists settlements in yuan and what they come to, or values that hold on a day. An example states
only what it is about; the rest is an employee in service at a tertiary hospital at home.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lianshen.policy.codes import DEDC_OF_LEVEL
from lianshen.policy.pack import PRACTICE, Pack
from lianshen.policy.reading import Problem, Spot, read
from lianshen.policy.shape import PARAMETERS, RANKS

ROOMS = ("cap_room", "tier_room", "civil_room", "enterprise_room", "veteran_room", "assist_room")
PAID = ("deductible_paid", "burden_before")
BILL = ("total", "hospital_share", "account", "family")
BASE: Mapping[str, Any] = {
    "pool": None, "day": None, "in_scope": None, "insutype": "310", "psn_type": "11", "age": None, "care": "IPT",
    "level": "tertiary", "scope": "LOCAL", "filing": None, "treat_pool": None, "nth": 1, "special": None,
    "civil_servant": False, "enterprise": False, "veteran": False, "practices": None,
    **dict.fromkeys(ROOMS), **dict.fromkeys(PAID, "0.00"), **dict.fromkeys(BILL),
}  # fmt: skip
"""Every key of a settlement, with what stands in where an example does not say."""
AMOUNTS = (
    "accepted", "beyond", "prepay", "deductible", "base", "hifp", "over_cap", "burden", "hifob", "hifmi", "cvlserv",
    "hifes", "hifdm", "maf", "fund", "psn", "account", "family", "cash",
)  # fmt: skip
EXPECTED = (*AMOUNTS, "tranches", "provisional", "same_city")
_IN_FORCE = ("pool", "day", "practices")
_KEYS = ("name", "settlement", "expect", "error", "in_force", "value", "rank", "beats")


@dataclass(frozen=True, slots=True)
class Example:
    """One example: a settlement, or a pool and a day; and what it comes to.

    ``expect`` holds amounts in yuan as text, ``value`` parts of the values in force, ``rank`` who gave them and
    ``beats`` the packs that lost; ``expect`` and ``value`` are both None where a ``PolicyGap`` is expected.
    """

    pack_id: str
    name: str
    settlement: Mapping[str, Any]
    expect: Mapping[str, Any] | None = None
    value: Mapping[str, Any] | None = None
    rank: Mapping[str, str] | None = None
    beats: Mapping[str, Any] | None = None

    @property
    def day(self) -> date:
        """The settlement date, or the day asked about."""
        day: date = self.settlement["day"]
        return day

    @property
    def is_look(self) -> bool:
        """Whether it looks at the values of a day and settles nothing."""
        return self.settlement["in_scope"] is None

    @property
    def practices(self) -> tuple[str, ...] | None:
        """What the pool practises in this example: what it says, in a practice's own pack that practice."""
        if self.settlement["practices"] is not None:
            return tuple(self.settlement["practices"])
        return (self.pack_id.removeprefix(PRACTICE),) if self.pack_id.startswith(PRACTICE) else None


def read_examples(pack: Pack, problems: list[Problem]) -> list[Example]:
    """Return the examples of ``examples.yaml``; everything that is wrong with them is noted."""
    path = pack.folder / "examples.yaml"
    spot = Spot(f"{pack.id}/examples.yaml", problems)
    if not path.is_file():
        spot.wrong("is missing: every pack has worked examples; write at least one")
        return []
    before = len(problems)
    rows, spot = read(path, problems)
    if not isinstance(rows, list) or not rows:
        if len(problems) == before:
            spot.wrong("a list of examples is wanted: - name: …")
        return []
    names: set[str] = set()
    found = [_example(pack, row, spot.at(number), names) for number, row in enumerate(rows, 1)]
    return [example for example in found if example is not None]


def _example(pack: Pack, row: Any, spot: Spot, names: set[str]) -> Example | None:
    before = len(spot.problems)
    if not isinstance(row, dict):
        spot.wrong("name, settlement and expect are wanted, or name, in_force and value")
        return None
    spot.unknown(row, _KEYS)
    name = row.get("name")
    if not isinstance(name, str) or not name.strip():
        spot.wrong("name missing: say what happens, in words of the business")
    elif name in names:
        spot.at("name").wrong(f"'{name}' stands twice: two examples are two situations")
    names.add(str(name))
    where, known = ("in_force", _IN_FORCE) if "in_force" in row else ("settlement", tuple(BASE))
    given = row.get(where)
    wanted = [key for key in ("expect", "value", "error") if key in row]
    if not isinstance(given, dict) or ("in_force" in row and "settlement" in row):
        spot.wrong("either a settlement or a day to look at (in_force: {pool: …, day: …}) is wanted")
        return None
    if (
        len(wanted) != 1
        or (where == "in_force" and wanted == ["expect"])
        or (where == "settlement" and wanted == ["value"])
    ):
        spot.wrong("a settlement has expect, a day has value; either may have error: PolicyGap instead")
    spot.at(where).unknown(given, known)
    settlement = {**BASE, "pool": pack.pools[0] if pack.pools else None, **given}
    _check_given(settlement, where, spot.at(where))
    _check_expected(row, spot)
    if len(spot.problems) > before:
        return None
    return Example(
        pack.id, str(name), settlement, row.get("expect"), row.get("value"), row.get("rank"), row.get("beats")
    )


def _check_given(given: Mapping[str, Any], where: str, spot: Spot) -> None:
    if type(given["day"]) is not date:
        spot.at("day").wrong("day must be a date like 2026-01-01")
    if not isinstance(given["pool"], str):
        spot.at("pool").wrong('pool is wanted where the pack has none of its own, as "5107"')
    if where == "settlement" and given["in_scope"] is None:
        spot.wrong('in_scope missing: write the in-scope amount, as "10600.00"')
    for key in ("in_scope", *ROOMS, *PAID, *BILL):
        if given[key] is not None and not _is_money(given[key]):
            spot.at(key).wrong(f"{given[key]!r}: write an amount in quotes, as '10600.00'")
    if given["level"] not in DEDC_OF_LEVEL:
        spot.at("level").wrong(f"{given['level']!r}: level is one of {', '.join(DEDC_OF_LEVEL)}")


def _check_expected(row: Mapping[Any, Any], spot: Spot) -> None:
    for key, known in (("expect", EXPECTED), ("value", PARAMETERS), ("rank", PARAMETERS), ("beats", PARAMETERS)):
        if key in row and not isinstance(row[key], dict):
            spot.at(key).wrong("keys with what is expected are wanted")
        elif key in row:
            spot.at(key).unknown(row[key], known)
    expect = row.get("expect")
    for key, amount in expect.items() if isinstance(expect, dict) else ():
        if key in AMOUNTS and not _is_money(amount):
            spot.at("expect", key).wrong(f"{amount!r}: write an amount in quotes, as '8300.00'")
    rank = row.get("rank")
    for key, one in rank.items() if isinstance(rank, dict) else ():
        if one not in RANKS:
            spot.at("rank", key).wrong(f"{one!r}: rank is one of {', '.join(RANKS)}")
    if "error" in row and row["error"] != "PolicyGap":
        spot.at("error").wrong(f"{row['error']!r}: only PolicyGap can be expected")


def _is_money(value: Any) -> bool:
    try:
        return isinstance(value, str) and Decimal(value) == Decimal(value).quantize(Decimal("0.01"))
    except InvalidOperation:
        return False
