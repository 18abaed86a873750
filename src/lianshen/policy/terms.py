"""From what a settlement is to the terms that the policy gives it, for a million at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianshen.errors import UsageError
from lianshen.policy import codes
from lianshen.policy.reference import Reference, references
from lianshen.policy.shape import CHRONIC, CLINIC, FILING, HIGHEST, PERSON, PLACE, STAY, PolicyGap
from lianshen.policy.tables import FAMILIES, Tables
from lianshen.settlement import ONE, UNLIMITED, Ints, IntsLike, Terms

_FAMILY_OF_CARE = np.array([FAMILIES.index(f) for f in (STAY, CLINIC, CLINIC, CHRONIC, CLINIC, STAY, CLINIC)])
_IPT, _OPSP, _RX = (codes.CARES.index(care) for care in ("IPT", "OPSP", "RX"))


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """Terms of n settlements and where they come from."""

    terms: Terms
    """Where ``has_terms`` is False they pay nothing; do not settle those."""
    has_terms: NDArray[np.bool_]
    reason: NDArray[np.object_]
    """(n,) why there are no terms, a text, else None."""
    pack_id: NDArray[np.object_]
    """(n,) id of the pack, None where no pack speaks of the pool."""
    is_provisional: NDArray[np.bool_]
    """(n,) the day lies after the pack's ``reviewed_through``."""
    is_same_city: NDArray[np.bool_]
    """(n,) an agreement of the insured region makes care in the treating one care at home."""
    tables: Tables
    row: Ints
    care: Ints
    is_remote: NDArray[np.bool_]
    """(n,) benefits for care away from home apply: inpatient and chronic-disease care outside the pool."""
    is_resident: NDArray[np.bool_]

    def references(self, i: int) -> Mapping[str, tuple[Reference, ...]]:
        """Return the policy values behind each step of :func:`lianshen.settlement.explain` for settlement ``i``.

        Step ``same_city`` names the agreement where one applies.
        """
        if not self.has_terms[i]:
            return {}
        row, terms = int(self.row[i]), self.terms
        names = self._names(i, FAMILIES[_FAMILY_OF_CARE[self.care[i]]], row)
        if terms.enterprise_ratio[i]:
            names["hifes"] = ("supplement.enterprise_ratio", "supplement.enterprise_limit")
        if terms.veteran_ratio[i]:
            names["hifdm"] = ("supplement.veteran_ratio", "supplement.veteran_limit")
        if terms.accept_limit[i] < UNLIMITED:
            names["accepted"] = names["beyond"] = ("practice.benchmark",)
        if self.is_same_city[i]:
            names["same_city"] = ("practice.same_city",)
        found = {step: tuple(one for name in wanted for one in self._references(row, name))
                 for step, wanted in names.items()}  # fmt: skip
        return {step: references for step, references in found.items() if references}

    def _names(self, i: int, family: str, row: int) -> dict[str, tuple[str, ...]]:
        remote = bool(self.is_remote[i])
        reduction = ("remote.reduction",) if remote else ()
        if family == CLINIC:
            return {
                "deductible": ("outpatient.deductible",), "ratio": ("outpatient.ratio",), "hifp": ("outpatient.limit",),
            }  # fmt: skip
        if family == CHRONIC:
            names: dict[str, tuple[str, ...]] = {"ratio": ("chronic.ratio", *reduction), "hifp": ("inpatient.cap",)}
        else:
            elsewhere = remote and self.tables.value["remote.deductible"][row] >= 0
            own = "remote.deductible" if elsewhere else "inpatient.deductible"
            names = {
                "deductible": (own, "inpatient.deductible_step", "inpatient.deductible_floor"),
                "ratio": ("inpatient.ratio", "inpatient.retired_bonus", "inpatient.age_bonus", *reduction),
                "hifp": ("inpatient.cap",),
            }
        names |= {"prepay": ("remote.prepay",)} if remote else {}
        names |= {"maf": ("assistance.ratio", "assistance.threshold", "assistance.limit")}
        if self.is_resident[i]:
            return names | {"hifmi": ("supplement.catastrophic", "supplement.catastrophic_limit")}
        return names | {
            "hifob": ("supplement.large_amount", "supplement.large_burden"),
            "cvlserv": ("supplement.civil_ratio", "supplement.civil_limit"),
        }

    def _references(self, row: int, name: str) -> tuple[Reference, ...]:
        position = int(self.tables.position[name][row])
        if position < 0:
            return ()
        return tuple(references(self.tables.packs[self.tables.pack_of_row[row]].series[name], position))


def build(
    tables: Tables,
    pack: Ints,
    home: Ints,
    *,
    insutype: codes.Codes,
    psn_type: codes.Codes,
    care: codes.Codes,
    dedc_hosp_lv: codes.Codes,
    hosp_lv: codes.Codes,
    scope: codes.Codes,
    filing_type: codes.Codes,
    nth_admission: IntsLike,
    day: NDArray[np.datetime64],
    special_person: codes.Codes,
    is_civil_servant: NDArray[np.bool_] | bool,
    treat_pool: codes.Codes,
    age: IntsLike | None,
    has_enterprise: NDArray[np.bool_] | bool,
    is_veteran: NDArray[np.bool_] | bool,
) -> PolicyTerms:
    """Gather the terms of n settlements.

    ``pack`` is the number of each one's pack in ``tables``, -1 for none; ``home`` that of its pool by
    :meth:`Tables.city_of`.
    """
    n = len(pack)
    t = tables.value
    insurance = codes.encode(insutype, n, lambda code: codes.INSUTYPES.get(code or "", -1))
    kind = codes.encode(care, n, _position(codes.CARES, "care"))
    family = _FAMILY_OF_CARE[kind]
    row = tables.row_of(pack, day)
    has_terms = (row >= 0) & (insurance >= 0)
    has_terms[has_terms] = ~tables.has_gap[row[has_terms], family[has_terms]]
    r, ins = np.maximum(row, 0), np.maximum(insurance, 0)

    resident = ins == 1
    person = np.where(resident, PERSON.index("resident"), codes.encode(psn_type, n, codes.person_of))
    level = codes.level_of(dedc_hosp_lv, hosp_lv, n)
    special = codes.encode(special_person, n, lambda code: codes.SPECIAL_PERSONS.get(code or "", -1))
    listed, one_of_them = special >= 0, np.maximum(special, 0)
    civil = np.broadcast_to(is_civil_servant, (n,)) & ~resident
    stay, clinic, chronic = (family == FAMILIES.index(f) for f in (STAY, CLINIC, CHRONIC))

    place_of_scope = codes.encode(scope, n, _position(codes.SCOPES, "scope"))
    same_city = np.zeros(n, dtype=np.bool_)
    if treat_pool is not None:
        there = codes.encode(treat_pool, n, tables.city_of)
        same_city = (place_of_scope > 0) & has_terms & ((tables.same_city[r, home] & tables.same_city[r, there]) != 0)
    remote = (place_of_scope > 0) & ((kind == _IPT) | (kind == _OPSP)) & ~same_city
    away = np.maximum(place_of_scope - 1, 0)
    filed = codes.encode(filing_type, n, lambda code: codes.FILING_TYPES.get(code or "", -1))
    if (remote & has_terms & (filed < 0)).any():
        at = int(np.argmax(remote & has_terms & (filed < 0)))
        raise UsageError(f"filing_type: row {at}: remote care needs one of {', '.join(codes.FILING_TYPES)}")
    filed = np.maximum(filed, 0)

    place = np.where(kind == _RX, PLACE.index("drugstore"), level)
    ratio_table = t["inpatient.ratio"][r, ins, level]
    starts, ratios = ratio_table[:, 0, :], ratio_table[:, 1, :]
    bonus = np.where(person == PERSON.index("retired"), t["inpatient.retired_bonus"][r], 0)
    if age is not None:
        years = np.broadcast_to(np.asarray(age, dtype=np.int64), (n,))
        by_age = tables.age_points[r, np.clip(years, 0, HIGHEST["age"])]
        bonus = bonus + np.where(resident | (years < 0), 0, by_age)
    ratios = np.where(starts < UNLIMITED, np.minimum(ratios + bonus[:, None], ONE), 0)
    single = np.where(chronic, t["chronic.ratio"][r, person], t["outpatient.ratio"][r, person, place])
    first = np.arange(starts.shape[1]) == 0
    starts = np.where(stay[:, None], starts, np.where(first, 0, UNLIMITED))
    ratios = np.where(stay[:, None], ratios, np.where(first, single[:, None], 0))

    tiers = t["supplement.catastrophic"][r, listed.astype(np.int64)]
    in_tiers = (resident & ~clinic & has_terms)[:, None]
    assisted = listed & ~clinic
    reduction = t["remote.reduction"][r, :, away, filed]
    long_term = remote & stay & (filed == FILING.index("LONG_TERM"))
    layered = has_terms & ~clinic
    burden = t["supplement.large_burden"][r]
    employee = layered & ~resident
    enterprise = layered & np.broadcast_to(has_enterprise, (n,))
    veteran = layered & np.broadcast_to(is_veteran, (n,))
    terms = Terms.of(
        n,
        accept_limit=np.where(long_term & has_terms, t["practice.benchmark"][r, person], UNLIMITED),
        prepay=np.where(remote, t["remote.prepay"][r, away, filed], 0),
        deductible=np.where(
            clinic,
            t["outpatient.deductible"][r, person],
            np.where(stay, _stay_deductible(t, r, ins, level, remote, nth_admission), 0),
        ),
        slice_start=starts,
        slice_ratio=np.where(has_terms[:, None], ratios, 0),
        reduction_points=np.where(remote, reduction[:, 0], 0),
        reduction_factor=np.where(remote, reduction[:, 1], ONE),
        cap=np.where(clinic, t["outpatient.limit"][r, person], t["inpatient.cap"][r, ins]),
        tier_start=np.where(in_tiers, tiers[:, 0, :], UNLIMITED),
        tier_ratio=np.where(in_tiers, tiers[:, 1, :], 0),
        tier_limit=t["supplement.catastrophic_limit"][r, listed.astype(np.int64)],
        large_ratio=np.where(employee, t["supplement.large_amount"][r], 0),
        large_threshold=np.where(employee, burden[:, 0, 0], UNLIMITED),
        large_burden_ratio=np.where(employee, burden[:, 1, 0], 0),
        civil_ratio=np.where(layered & civil, t["supplement.civil_ratio"][r], 0),
        civil_limit=t["supplement.civil_limit"][r],
        enterprise_ratio=np.where(enterprise, t["supplement.enterprise_ratio"][r], 0),
        enterprise_limit=t["supplement.enterprise_limit"][r],
        veteran_ratio=np.where(veteran, t["supplement.veteran_ratio"][r], 0),
        veteran_limit=t["supplement.veteran_limit"][r],
        assist_ratio=np.where(has_terms & assisted, t["assistance.ratio"][r, one_of_them], 0),
        assist_threshold=np.where(assisted, t["assistance.threshold"][r, one_of_them], 0),
        assist_limit=t["assistance.limit"][r],
    )
    reason = _reasons(tables, pack, row, family, insurance, day, has_terms)
    packs = np.array([p.id for p in tables.packs] + [None], dtype=object)
    days = day.astype("datetime64[D]").astype(np.int64)
    return PolicyTerms(
        terms=terms, has_terms=has_terms, reason=reason,
        pack_id=packs[pack], is_provisional=(pack >= 0) & (days > tables.reviewed[np.maximum(pack, 0)]),
        is_same_city=same_city, tables=tables, row=row, care=kind, is_remote=remote, is_resident=resident,
    )  # fmt: skip


def _stay_deductible(
    t: Mapping[str, Ints], r: Ints, ins: Ints, level: Ints, remote: NDArray[np.bool_], nth_admission: IntsLike
) -> Ints:
    """A later admission of the year costs a step less, down to the floor; one that begins below the floor stays."""
    elsewhere = t["remote.deductible"][r]
    full = np.where(remote & (elsewhere >= 0), elsewhere, t["inpatient.deductible"][r, ins, level])
    earlier = np.clip(np.asarray(nth_admission, dtype=np.int64) - 1, 0, 1000)
    floor = t["inpatient.deductible_floor"][r]
    reduced = np.maximum(full - t["inpatient.deductible_step"][r] * earlier, floor)
    return np.asarray(np.where(full <= floor, full, reduced), dtype=np.int64)


def _reasons(
    tables: Tables, pack: Ints, row: Ints, family: Ints, insurance: Ints,
    day: NDArray[np.datetime64], has_terms: NDArray[np.bool_],
) -> NDArray[np.object_]:  # fmt: skip
    reason = np.full(len(pack), None, dtype=object)
    reason[~has_terms & (insurance < 0)] = "no pack speaks of this insurance type; packs know 310 and 390"
    reason[pack < 0] = "no pack speaks of this pool"
    holes = ~has_terms & (insurance >= 0) & (pack >= 0)
    if holes.any():
        days = day.astype("datetime64[D]").astype(np.int64)
        distinct, which = np.unique(
            np.stack([pack[holes], row[holes], family[holes], days[holes]], axis=1), axis=0, return_inverse=True
        )
        texts = [tables.gap(int(p), int(r), FAMILIES[f], date.fromordinal(int(d) + date(1970, 1, 1).toordinal()))
                 for p, r, f, d in distinct]  # fmt: skip
        reason[holes] = np.array(texts, dtype=object)[which.ravel()]
    return reason


def raise_first_gap(found: PolicyTerms) -> None:
    """Raise :class:`PolicyGap` for the first settlement without terms."""
    if not found.has_terms.all():
        at = int(np.argmin(found.has_terms))
        raise PolicyGap(f"settlement {at}: {found.reason[at]}")


def _position(known: tuple[str, ...], what: str) -> Any:
    def number(code: str | None) -> int:
        if code not in known:
            raise UsageError(f"{what}: {code!r} is not one of {', '.join(known)}")
        return known.index(code)

    return number
