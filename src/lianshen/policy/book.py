"""All policy packs of a folder, and the two questions asked of them: what holds on a day, and on what terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.errors import UsageError
from lianshen.policy import codes
from lianshen.policy.override import changed
from lianshen.policy.pack import PRACTICE, Pack, read_pack
from lianshen.policy.reading import Problem, in_order
from lianshen.policy.reference import Reference, references
from lianshen.policy.resolve import resolve
from lianshen.policy.rows import value_rows
from lianshen.policy.shape import PARAMETERS, PolicyError
from lianshen.policy.tables import Tables
from lianshen.policy.terms import PolicyTerms, build, raise_first_gap
from lianshen.settlement import IntsLike


class PolicyBook:
    """Every pack, checked, with what holds for its pools; immutable."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        """Take packs as they were read; :class:`PolicyError` lists what does not fit together."""
        problems: list[Problem] = []
        self.packs: Mapping[str, Pack] = resolve({pack.id: pack for pack in packs}, problems)
        if problems:
            raise refused("policies", problems)
        self._tables = Tables([pack for pack in self.packs.values() if pack.has_pools])
        self._number: dict[str, int] = {}
        self._outside: list[tuple[str, int]] = []
        for number, pack in enumerate(self._tables.packs):
            self._number.update(dict.fromkeys(pack.pools, number))
            if pack.pools_outside:
                self._outside.append((pack.pools_outside, number))

    @classmethod
    def load(cls, folder: Path) -> PolicyBook:
        """Read every folder with a ``pack.yaml`` in ``folder``; :class:`PolicyError` lists everything wrong."""
        problems: list[Problem] = []
        packs = read_packs(folder, problems)
        resolve(packs, problems)
        if problems:
            raise refused(str(folder), problems)
        return cls(packs.values())

    def override(self, path: Path) -> PolicyBook:
        """Return the book with changed values on top, for asking "what if"; the same checks hold.

        ``path`` is a file of changed values (see ``policies/README.md``), or the folder of a pack, which takes the
        place of the one of that name or stands beside the others. :class:`PolicyError` lists everything wrong.
        """
        problems: list[Problem] = []
        packs = changed(self.packs, path, problems)
        resolve(packs, problems)
        if problems:
            raise refused(str(path), problems)
        return PolicyBook(packs.values())

    def practising(self, pool: str, practices: Iterable[str]) -> PolicyBook:
        """Return the book in which the pack of ``pool`` has these practices switched on."""
        pack = self.pack_of(pool)
        known = {name.removeprefix(PRACTICE) for name in self.packs if name.startswith(PRACTICE)}
        wanted = tuple(practices)
        if set(wanted) - known:
            missing = ", ".join(sorted(set(wanted) - known))
            raise UsageError(f"no practice {missing}; there are {', '.join(sorted(known))}")
        return PolicyBook(replace(one, practices=wanted) if one is pack else one for one in self.packs.values())

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

        Raises :class:`PolicyGap` when the day lies before the first value of a parameter that every pack has.
        """
        series = self.pack_of(pool).series
        found = [(series[name], name) for name in PARAMETERS if name in series]
        return [
            reference
            for one, name in found
            if not PARAMETERS[name].optional or one.find(day) >= 0
            for reference in references(one, one.at(day))
        ]

    def policy_values(self) -> pa.Table:
        """Return every leaf of every value of every pool, half open, in the columns of ``work.policy_value``.

        Only pools with four digits: the stand-in for other provinces has none.
        """
        return value_rows({pool: self.pack_of(pool) for pool in self.pools})

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
        treat_pool: codes.Codes = None,
        age: IntsLike | None = None,
        has_enterprise: NDArray[np.bool_] | bool = False,
        is_veteran: NDArray[np.bool_] | bool = False,
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
        * ``treat_pool``: first four digits of the treating region; where an agreement of the insured region's names
          both as one city, care there is settled as at home and needs no filing.
        * ``nth_admission``: whole numbers, 1 for the first admission of the year; looked at for IPT and MAT.
        * ``dedc_hosp_lv`` (1, 2, 3, 9) and, where it is missing, ``hosp_lv`` (01…11) give the level.
        * ``special_person``: ``sp_psn_type``, see :data:`lianshen.policy.codes.SPECIAL_PERSONS`.
        * ``is_civil_servant``: booleans (``cvlserv_flag`` = 1). ``has_enterprise``, ``is_veteran``: booleans, an
          active relation to the enterprise supplement or to the fund for disabled veterans.
        * ``age``: whole years, negative where it is not known: then nobody gets points by age.

        A settlement without terms raises :class:`PolicyGap`; with ``on_gap="mark"`` it has ``has_terms`` False and a
        reason instead.
        """
        n = len(day)
        places, pools = codes.distinct(insu_pool, n)
        pack, home = (codes.spread(places, pools, number) for number in (self._pack_number, self._tables.city_of))
        found = build(
            self._tables, pack, home,
            insutype=insutype, psn_type=psn_type, care=care, dedc_hosp_lv=dedc_hosp_lv, hosp_lv=hosp_lv, scope=scope,
            filing_type=filing_type, nth_admission=nth_admission, day=day, special_person=special_person,
            is_civil_servant=is_civil_servant, treat_pool=treat_pool, age=age, has_enterprise=has_enterprise,
            is_veteran=is_veteran,
        )  # fmt: skip
        if on_gap == "raise":
            raise_first_gap(found)
        return found

    def _pack_number(self, pool: str | None) -> int:
        if pool in self._number:
            return self._number[pool]
        return next((number for prefix, number in self._outside if pool and not pool.startswith(prefix)), -1)


def read_packs(folder: Path, problems: list[Problem]) -> dict[str, Pack]:
    """Read every pack of a folder and note what is wrong; :class:`PolicyError` where there is none at all."""
    folders = sorted(path.parent for path in folder.glob("*/pack.yaml"))
    if not folders:
        raise PolicyError(f"{folder}: no folder with a pack.yaml; point the setting 'content' at your policies")
    return {path.name: read_pack(path, problems) for path in folders}


def refused(where: str, problems: Iterable[Problem]) -> PolicyError:
    """Return the error that lists every problem once."""
    texts = [str(problem) for problem in in_order(problems)]
    return PolicyError(f"{where}: {len(texts)} problem(s)\n" + "\n".join(f"  {text}" for text in texts))
