"""Collects planted records: bills, filings, findings about an institution, rows that belong to no bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lianshen.errors import UsageError
from lianshen.province.bills import DAY, STAY, Bills
from lianshen.province.faults.makings import Makings
from lianshen.province.faults.planted import RELATED, Claim, Directed, Filing, SubjectPlan
from lianshen.province.faults.rows import OF_A_BILL, Change, ChangedRows, Make, MoreRows
from lianshen.province.people import EMERGENCY, LOCAL, LONG_STATIONED, UNFILED


@dataclass
class Builder(Makings):
    """Collects planted records; every draw comes from its own generator."""

    directed: list[Directed] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    subjects: list[SubjectPlan] = field(default_factory=list)
    more: list[MoreRows] = field(default_factory=list)
    changed: list[ChangedRows] = field(default_factory=list)
    group: int = 0

    def new(self) -> int:
        """Begin a new planted record and return its number."""
        self.group += 1
        return self.group

    def file(
        self,
        who: int,
        kind: int,
        begin: int,
        *,
        region: str | None = None,
        end: int | None = None,
        review: str = "1",
        valid: str = "1",
        created: int | None = None,
        uploaded: str = "1",
        uses: int | None = None,
    ) -> None:
        """Add a filing; by default to the city of treatment, open for long-term kinds and half a year for others."""
        city = self.regions.city_code[int(self.people.treat[who])] if region is None else region
        until = (-1 if kind <= LONG_STATIONED else begin + 180) if end is None else end
        made = (begin * DAY + 9 * 3600) if created is None else created
        self.filings.append(Filing(who, kind, city, begin, until, made, review, valid, uploaded, uses))

    def plant(
        self,
        bill: Bills,
        rule: str,
        kind: str,
        note: str,
        *,
        group: int | None = None,
        file: bool = True,
        **more: Any,
    ) -> Directed:
        """Add a bill of a planted record; stays away from home get their filing unless ``file`` is False."""
        who = int(bill.person[0])
        if file and int(bill.care[0]) in (3, STAY) and self.people.scope[who] != LOCAL:
            kind_filed = int(bill.true_filing[0])
            if kind_filed != UNFILED and not (kind_filed == EMERGENCY and int(bill.med_type[0]) == 6):
                begin = int(bill.begin[0]) - (0 if kind_filed == EMERGENCY else int(self.rng.integers(1, 15)))
                self.file(who, kind_filed, begin)
        one = Directed(bill, rule, kind, note, self.new() if group is None else group, **more)
        one.night = int(np.clip(one.settled_on - self.start, 0, self.nights - 1))
        self.directed.append(one)
        return one

    def plant_subject(
        self,
        rule: str,
        kind: str,
        note: str,
        *,
        bills: Sequence[Bills | Directed] = (),
        place: int | None = None,
        region: str | None = None,
        period: str | None = None,
        a2: int | None = None,
        **more: Any,
    ) -> int:
        """Plant what a rule of :data:`SUBJECT_RULES` says of an institution (or of a ``region``, six digits) in a
        period, and return its group.

        ``bills`` are what it rests on: :class:`Bills` are planted here, with ``more`` passed to :meth:`plant`; a
        :class:`Directed` has been planted already. ``place`` is by default the first bill's institution, ``period``
        the month in which the last one is settled. ``a2`` is the fund at issue in fen. The finding counts as planted
        once every bill was received. Raises :class:`UsageError` when there is neither a bill nor place and period.
        """
        group = self.new()
        days = [self.start]
        for bill in bills:
            if isinstance(bill, Directed):
                days.append(bill.settled_on)
                place = int(bill.bill.place[0]) if place is None else place
                continue
            one = self.plant(bill, rule, RELATED, note, group=group, of_subject=True, **more)
            days.append(one.settled_on)
            place = int(bill.place[0]) if place is None else place
        if (place is None and region is None) or (period is None and not bills):
            raise UsageError(f"{rule}: a finding about a subject needs bills, or a place (or region) and a period")
        last = max(days)
        when = str(np.datetime64(last, "D").astype("datetime64[M]")) if period is None else period
        subject: int | str = region if region is not None else int(place or 0)
        self.subjects.append(SubjectPlan(rule, kind, note, subject, when, group, self.night_of(last), a2))
        return group

    def night_of(self, day: int) -> int:
        """Return the number of the night that settles what was settled on ``day``; a small number is one already."""
        night = day if day < self.nights else day - self.start
        return int(np.clip(night, 0, self.nights - 1))

    def more_rows(self, table: str, night: int, make: Make) -> None:
        """Add rows that belong to no bill: ``make(context)`` returns them as dicts of national columns.

        ``night`` is a day as :meth:`night` returns, or the number of a night from 0. Tables that are delivered whole
        (doctors, prices, contracts …) get the rows with every delivery, whatever the night. ``vali_flag`` and
        ``updt_time`` are filled in where they are left out. Raises :class:`UsageError` for a table whose rows belong
        to a bill: that is what ``rows=`` of :meth:`plant` is for.
        """
        if table in OF_A_BILL and OF_A_BILL[table] in ("setl_id", "mdtrt_id"):
            raise UsageError(f"{table}: its rows belong to a bill; plant the bill with rows={{{table!r}: ...}}")
        self.more.append(MoreRows(table, self.night_of(night), make))

    def change_rows(self, table: str, change: Change) -> None:
        """Change rows of a table that is delivered whole: ``change(context, rows)`` returns what they shall be."""
        self.changed.append(ChangedRows(table, change))
