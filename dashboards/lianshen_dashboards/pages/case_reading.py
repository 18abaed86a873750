"""What the case page shows, read from the services under the principal's scope."""

from __future__ import annotations

from urllib.parse import unquote

from lianshen.cases import services
from lianshen.cases.domain import Principal, works_for
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services.attaching import list_attachments
from lianshen.cases.services.colleagues import colleagues
from lianshen.cases.services.inquiry_reading import of_case
from lianshen.cases.services.ranking import get_rank
from lianshen.cases.services.scope import situation
from lianshen_dashboards.context import desk
from lianshen_dashboards.evidence import Evidence
from lianshen_dashboards.pages import case
from lianshen_dashboards.pages.models_callbacks import names
from lianshen_dashboards.parts import inquiring
from lianshen_dashboards.parts.acting import Beside
from lianshen_dashboards.present import Row


def read(p: Principal, case_no: str, back: str = "") -> case.CaseView:
    """Return what the page shows.

    :raises NotFound: if the case does not exist or may not be known.
    """
    return view_of(p, services.get_case(p, desk().book, case_no), back)


def view_of(p: Principal, found: Row, back: str = "") -> case.CaseView:
    """Return what the page of a case shows that was read already."""
    book, case_no = desk().book, found["case_no"]
    beside = Beside(
        p.role,
        may_attach(p, found),
        services.get_recoveries(p, book, case_no),
        services.get_appeals(p, book, case_no),
        list_attachments(p, book, case_no),
        services.get_archive(p, book, case_no),
        services.get_events(p, book, case_no),
        inquiring.card(p, found, of_case(p, book, case_no)),
    )
    return case.CaseView(
        found,
        services.get_findings(p, book, case_no),
        services.get_lines(p, book, case_no),
        Evidence.of(services.get_dossier(p, book, case_no)),
        beside.events,
        services.related(p, book, case_no),
        book.terms,
        book.today,
        back,
        beside,
        colleagues(p, book, case_no) if "assign" in found["actions"] else (),
        book.now(),
        book.workdays,
        get_rank(p, book, case_no),
        frozenset(names(desk().models, {}, {})),
    )


def may_attach(p: Principal, found: Row) -> bool:
    """Return whether the page offers to add files; the service decides when one comes."""
    return p.role in ("reviewer", "lead") or works_for(p, situation(found))


def known_filter(back: str) -> str:
    """Return the way back as a canonical filter: an address may hold anything."""
    return CaseFilter.from_query(unquote(back))[0].to_query()
