"""All policy packs of a folder, and the two questions asked of them: what holds on a day, and on what terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lianshen.errors import UsageError
from lianshen.policy import codes
from lianshen.policy.pack import Pack, Series, read_pack
from lianshen.policy.shape import PARAMETERS, PolicyError
from lianshen.policy.tables import Tables
from lianshen.policy.terms import PolicyTerms, Reference, build, raise_first_gap, reference
from lianshen.settlement import IntsLike


class PolicyBook:
    """Every pack, checked, with what it inherits; immutable."""

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self.packs = dict(packs)
        self._tables = Tables([pack for pack in self.packs.values() if pack.pools or pack.pools_outside])
        self._number: dict[str, int] = {}
        self._outside: list[tuple[str, int]] = []
        for number, pack in enumerate(self._tables.packs):
            self._number.update(dict.fromkeys(pack.pools, number))
            if pack.pools_outside:
                self._outside.append((pack.pools_outside, number))

    @classmethod
    def load(cls, folder: Path) -> PolicyBook:
        """Read every folder with a ``pack.yaml`` in ``folder``; :class:`PolicyError` lists everything wrong."""
        folders = sorted(path.parent for path in folder.glob("*/pack.yaml"))
        if not folders:
            raise PolicyError(f"{folder}: no folder with a pack.yaml; point the setting 'content' at your policies")
        problems: list[str] = []
        own = {pack.id: pack for pack in (read_pack(path, problems) for path in folders) if pack is not None}
        packs = {} if problems else {name: _inherited(pack, own, problems) for name, pack in own.items()}
        _check_whole(packs, problems)
        if problems:
            raise PolicyError(f"{folder}: {len(problems)} problem(s)\n" + "\n".join(f"  {text}" for text in problems))
        return cls(packs)

    @property
    def pools(self) -> list[str]:
        """The pools that have a pack of their own, in order."""
        return sorted(self._number)

    def pack_of(self, pool: str) -> Pack:
        """Return the pack of a pool (first four digits of a region); a pool of another province gets theirs."""
        number = self._pack_number(pool)
        if number < 0:
            raise UsageError(f"pool {pool}: no policy pack; there are packs for {', '.join(self.pools)}")
        return self._tables.packs[number]

    def on(self, pool: str, day: date) -> list[Reference]:
        """Return every value in force for ``pool`` on ``day``, in the order of the parameters.

        Raises :class:`PolicyGap` when the day lies before a parameter's first value.
        """
        pack = self.pack_of(pool)
        series: list[Series] = [pack.series[name] for name in PARAMETERS if name in pack.series]
        return [reference(one, one.at(day)) for one in series]

    def terms(
        self,
        insu_pool: codes.Codes,
        *,
        insutype: codes.Codes,
        psn_type: codes.Codes,
        care: codes.Codes,
        day: NDArray[np.datetime64],
        scope: codes.Codes = "LOCAL",
        filing_type: codes.Codes = None,
        nth_admission: IntsLike = 1,
        dedc_hosp_lv: codes.Codes = None,
        hosp_lv: codes.Codes = None,
        special_person: codes.Codes = None,
        is_civil_servant: NDArray[np.bool_] | bool = False,
        on_gap: Literal["raise", "mark"] = "raise",
    ) -> PolicyTerms:
        """Return the terms of n settlements; n is the length of ``day``.

        Every code argument is an array of n texts (None where missing; NumPy text, object or masked arrays) or one
        text for all:

        * ``insu_pool``: first four digits of the insured region. ``insutype``: 310 or 390; others have no terms.
        * ``psn_type``: national person class; 12… and 13… are retired. Not looked at for residents.
        * ``care``: IPT, OTP, ER, OPSP, RX, MAT, OTHER. ER and OTHER are settled as OTP, RX as a drugstore, MAT as IPT
          at home.
        * ``day``: datetime64, the settlement date.
        * ``scope``: LOCAL, IN_PROV, CROSS_PROV. ``filing_type``: LONG_RETIREE, LONG_RESIDENT, LONG_STATIONED,
          REFERRAL, EMERGENCY, TEMPORARY_OTHER, UNFILED; looked at for remote IPT and OPSP only, and wanted there.
        * ``nth_admission``: whole numbers, 1 for the first admission of the year; looked at for IPT and MAT.
        * ``dedc_hosp_lv`` (1, 2, 3, 9) and, where it is missing, ``hosp_lv`` (01…11) give the level.
        * ``special_person``: ``sp_psn_type``, see :data:`lianshen.policy.codes.SPECIAL_PERSONS`.
        * ``is_civil_servant``: booleans (``cvlserv_flag`` = 1).

        A settlement without terms raises :class:`PolicyGap`; with ``on_gap="mark"`` it has ``has_terms`` False and a
        reason instead.
        """
        n = len(day)
        found = build(
            self._tables, codes.encode(insu_pool, n, lambda pool: self._pack_number(pool or "")),
            insutype=insutype, psn_type=psn_type, care=care, dedc_hosp_lv=dedc_hosp_lv, hosp_lv=hosp_lv, scope=scope,
            filing_type=filing_type, nth_admission=nth_admission, day=day, special_person=special_person,
            is_civil_servant=is_civil_servant,
        )  # fmt: skip
        if on_gap == "raise":
            raise_first_gap(found)
        return found

    def _pack_number(self, pool: str) -> int:
        if pool in self._number:
            return self._number[pool]
        return next((number for prefix, number in self._outside if pool and not pool.startswith(prefix)), -1)


def _inherited(pack: Pack, own: Mapping[str, Pack], problems: list[str]) -> Pack:
    """Return the pack with the parameters of its ancestors that it does not give itself."""
    series: dict[str, Series] = {}
    line, current = [pack], pack
    while current.inherits:
        parent = own.get(current.inherits)
        if parent is None or parent in line:
            problems.append(f"{current.id}/pack.yaml: inherits {current.inherits}: no such pack, or a circle")
            break
        line.append(parent)
        current = parent
    for ancestor in reversed(line):
        series.update(ancestor.series)
    return Pack(pack.id, pack.title, pack.title_zh, pack.pools, pack.pools_outside, pack.inherits,
                pack.reviewed_through, series, pack.folder)  # fmt: skip


def _check_whole(packs: Mapping[str, Pack], problems: list[str]) -> None:
    seen: dict[str, str] = {}
    for pack in packs.values():
        for pool in pack.pools:
            if pool in seen:
                problems.append(f"{pack.id}/pack.yaml: pool {pool} belongs to {seen[pool]} already")
            seen[pool] = pack.id
        if pack.pools or pack.pools_outside:
            wanted = [name for name, parameter in PARAMETERS.items() if not parameter.optional]
            problems.extend(
                f"{pack.id}: {name} is missing; give it, or inherit a pack that has it"
                for name in wanted
                if name not in pack.series
            )
