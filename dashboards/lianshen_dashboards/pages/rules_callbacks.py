"""Reading the rules, their nights from the published snapshot, and the back-tests that were kept."""

from __future__ import annotations

import dash

from lianshen.rules.backtest_store import kept
from lianshen.warehouse import snapshot
from lianshen_dashboards.context import current, desk
from lianshen_dashboards.pages import rules
from lianshen_dashboards.parts.common import Part


def every_rule(**_query: str) -> Part:
    """Return the list; what a rule says is no secret to anybody who is signed in."""
    current()
    return rules.list_page(desk().rules, snapshot.rule_nights(desk().published))


def one_rule(rule: str = "", **_query: str) -> Part:
    """Return one rule. Back-tests show the whole province, so a region's own people do not see them."""
    principal = current()
    text = desk().rules.get(rule.upper())
    whole = principal.sees_province or not principal.sees_cases
    nights = snapshot.rule_nights(desk().published, text.id) if text and whole else []
    folder = desk().backtests
    tests = kept(folder, text.id) if text and whole and folder else []
    return rules.rule_page(text, rule, nights, tests)


def register(app: dash.Dash) -> None:
    """Register both pages."""
    dash.register_page("rules", path=rules.PATH, title=rules.TITLE, layout=every_rule)
    dash.register_page("rule", path_template=rules.RULE_PATH, title=rules.TITLE, layout=one_rule)
