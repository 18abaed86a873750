"""What people do with cases. The only modules that see the tables; the principal is always the first argument.

Pages, interface, command line and tests call these functions with a :class:`~lianshen.cases.store.Casebook`,
which carries the engine, the clock and the terms. Authorisation happens here and nowhere else.
"""

from lianshen.cases.services.accounts import (
    NO_ROLE,
    OPERATOR,
    add_user,
    disable_user,
    grant_role,
    list_users,
    place_user,
    set_password,
    unlock_user,
)
from lianshen.cases.services.acting import bulk, transition
from lianshen.cases.services.archiving import export_case, get_archive
from lianshen.cases.services.demo_accounts import add_demo_users
from lianshen.cases.services.determining import comment, determine_rest, set_determination
from lianshen.cases.services.exporting import export_cases, write_csv, yuan
from lianshen.cases.services.listing import facets, list_cases
from lianshen.cases.services.reading import (
    get_case,
    get_dossier,
    get_events,
    get_findings,
    get_lines,
    log_view,
    related,
)
from lianshen.cases.services.recovering import get_appeals, get_recoveries, record_recovery, reverse_recovery
from lianshen.cases.services.scope import LEVELS
from lianshen.cases.services.sessions import (
    SignedIn,
    change_password,
    open_session,
    principal_for,
    prune_sessions,
    sign_in,
    sign_out,
)
from lianshen.cases.services.statistics import (
    AGES,
    ageing,
    funnel,
    nightly,
    region_stats,
    rule_stats,
    state_sums,
    totals,
)

__all__ = [
    "AGES",
    "LEVELS",
    "NO_ROLE",
    "OPERATOR",
    "SignedIn",
    "add_demo_users",
    "add_user",
    "ageing",
    "bulk",
    "change_password",
    "comment",
    "determine_rest",
    "disable_user",
    "export_case",
    "export_cases",
    "facets",
    "funnel",
    "get_appeals",
    "get_archive",
    "get_case",
    "get_dossier",
    "get_events",
    "get_findings",
    "get_lines",
    "get_recoveries",
    "grant_role",
    "list_cases",
    "list_users",
    "log_view",
    "nightly",
    "open_session",
    "place_user",
    "principal_for",
    "prune_sessions",
    "record_recovery",
    "region_stats",
    "related",
    "reverse_recovery",
    "rule_stats",
    "set_determination",
    "set_password",
    "sign_in",
    "sign_out",
    "state_sums",
    "totals",
    "transition",
    "unlock_user",
    "write_csv",
    "yuan",
]
