"""Rows of landed tables as plain dicts, for planted records that lie beside the bill or belong to none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from lianshen.province.faults.planted import Directed

OF_A_BILL = {
    "setl_d": "setl_id",
    "fee_list_d": "setl_id",
    "setl_fund_d": "setl_id",
    "mdtrt_d": "mdtrt_id",
    "diag_d": "mdtrt_id",
    "oprn_d": "mdtrt_id",
    "icu_d": "mdtrt_id",
    "setl_list_d": "setl_id",
    "setl_list_item_d": "setl_list_id",
    "drug_trac_d": "setl_id",
    "psn_b": "psn_no",
    "psn_insu_d": "psn_no",
    "opsp_reg_d": "psn_no",
    "spdrug_appr_d": "psn_no",
    "out_appy_d": "psn_no",
    "refl_appy_d": "psn_no",
    "manl_claim_d": "psn_no",
}
"""Tables whose rows belong to a bill, with the column that says to which."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001


class Rows(list[dict[str, Any]]):
    """The rows of one table that belong to one bill, with what a new row needs to know.

    Keys that a returned row leaves out (``setl_id``, ``mdtrt_id``, ``psn_no``, ``fixmedins_code``, ``setl_list_id``,
    ``vali_flag``, ``updt_time``) are filled in.
    """

    def __init__(self, rows: list[dict[str, Any]], keys: dict[str, Any], of: Callable[[str], list[dict[str, Any]]]):
        super().__init__(rows)
        self.keys = keys
        self._of = of

    def of(self, table: str) -> list[dict[str, Any]]:
        """Return the bill's rows of another table, as they stand now: its fee lines for their ``bkkp_sn``, say."""
        return self._of(table)


class Context(Protocol):
    """Looks up the codes that a row needs."""

    def institution(self, place: int) -> str:
        """Return the institution's code."""

    def agency(self, place: int) -> str:
        """Return the region with which the institution has its agreement."""

    def psn_no(self, person: int) -> str:
        """Return the person number."""

    def item(self, number: int) -> str:
        """Return the catalogue code of an item."""

    def doctor(self, place: int, department: int = 0, serial: int = 0) -> str:
        """Return a doctor of a hospital's department, by the department's number."""

    def setl_id(self, one: Directed) -> str | None:
        """Return the settlement of a planted bill, None before its night."""


Make = Callable[[Context], list[dict[str, Any]]]
Change = Callable[[Context, list[dict[str, Any]]], list[dict[str, Any]]]


@dataclass(frozen=True)
class MoreRows:
    """Rows to be added to a table on a night."""

    table: str
    night: int
    make: Make


@dataclass(frozen=True)
class ChangedRows:
    """A change to a table that is delivered whole."""

    table: str
    change: Change


def moment_of(seconds: int) -> datetime:
    """Return the moment of ``seconds`` since 1970 local time, as bills hold them."""
    return _EPOCH + timedelta(seconds=int(seconds))


def date_of(days: int) -> date:
    """Return the date of ``days`` since 1970, as bills hold them."""
    return (_EPOCH + timedelta(days=int(days))).date()
