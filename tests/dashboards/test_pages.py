"""Pages without a server: from data to components."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from dashboards.conftest import SignIn
from dashboards.seed import LEAD, REVIEWER
from hypothesis import given
from hypothesis import strategies as st

from lianshen.cases import services
from lianshen.cases.domain import Principal
from lianshen.cases.filters import CaseFilter
from lianshen.cases.store import Casebook
from lianshen_dashboards.evidence import Evidence
from lianshen_dashboards.figures import size, time
from lianshen_dashboards.figures.time import Stay
from lianshen_dashboards.pages import case, overview, queue, runs
from lianshen_dashboards.parts import because, facets, lines
from lianshen_dashboards.parts.common import not_found
from lianshen_dashboards.parts.pane import pane
from lianshen_dashboards.present import clock, grouped, moment, share, short, yuan
from lianshen_dashboards.texts import TEXTS, browser_texts, say

HANDLER = Principal(4, "mianyang", "绵阳经办", "handler", "510700")


def said(part: Any) -> str:
    """Return everything that a component tree says, as one text."""
    return json.dumps(part, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


def view(book: Casebook, f: CaseFilter, p: Principal = LEAD) -> case.CaseView:
    """Return the page's view of the first case of a filter."""
    found = services.list_cases(p, book, f, 0, 1)["items"][0]["case_no"]
    return case.CaseView(
        services.get_case(p, book, found),
        services.get_findings(p, book, found),
        services.get_lines(p, book, found),
        Evidence.of(services.get_dossier(p, book, found)),
        services.get_events(p, book, found),
        services.related(p, book, found),
        book.terms,
        book.today,
    )


def test_the_queue_of_a_handler_has_no_provincial_tab_action_or_choice_of_agency() -> None:
    page = said(queue.page(HANDLER, CaseFilter(), {"PL-04": "限年龄段"}))
    assert '"data-act": "accept"' in page
    assert '"data-act": "release"' not in page
    assert '"id": "view-new"' not in page
    assert "chip-region" not in page
    assert "待复核" not in page


def test_what_the_address_asked_and_nobody_understood_is_said() -> None:
    assert "地址中有不认识的条件，已忽略：colour" in said(queue.page(REVIEWER, CaseFilter(), {}, ["colour"]))


def test_a_chip_leaves_out_what_no_case_has_but_keeps_what_is_chosen() -> None:
    shown = facets.options({"1": "低", "2": "中", "3": "高"}, {"3": 1200}, ("1",))
    assert [option["value"] for option in shown] == ["1", "3"]
    assert "1,200" in said(shown)


def test_the_pane_puts_the_sentence_and_its_numbers_before_the_list(book: Casebook) -> None:
    v = view(book, CaseFilter(rule=("PL-11",), state=("new",)))
    text = said(pane(v.case, v.findings, v.lines, []))
    sentence = because.sentence(v.findings[0])
    assert 0 < text.index(sentence) < text.index("机构")
    assert "限价" in text


def test_a_case_page_shows_why_on_what_basis_and_when_it_is_no_violation(book: Casebook) -> None:
    v = view(book, CaseFilter(rule=("AD-01",)))
    text = said(case.page(v))
    for expected in (
        "第三十八条",
        "以下情形不是违规",
        "分期手术",
        "核查要点",
        "规则 AD-01 第 1 版",
        "间隔",
        "复算步骤",
        "参保地待遇清单",
    ):
        assert expected in text


@pytest.mark.parametrize("rule", ["AD-01", "AD-06", "PL-11", "PL-13", "CH-04", "MD-11", "ST-04", "XR-01", "XR-05"])
def test_each_kind_of_finding_has_its_picture_and_says_it_in_words(book: Casebook, rule: str) -> None:
    text = said(case.page(view(book, CaseFilter(rule=(rule,)))))
    assert '"type": "figure"' in text
    assert '"role": "img"' in text


def test_a_picture_without_its_numbers_is_left_out(book: Casebook) -> None:
    v = view(book, CaseFilter(rule=("PL-11",)))
    bare = [{**finding, "because": {}} for finding in v.findings]
    page = said(case.page(case.CaseView(v.case, bare, v.lines, v.evidence, v.events, v.related, v.terms, v.today)))
    assert '"name": "f-' not in page


def test_evidence_that_no_longer_fits_its_seal_stops_the_work(book: Casebook) -> None:
    v = view(book, CaseFilter())
    broken = Evidence(v.evidence.settlements, v.evidence.lines, sha256="0" * 64, is_sealed=False)
    page = said(case.page(case.CaseView(v.case, v.findings, v.lines, broken, v.events, v.related, v.terms, v.today)))
    assert "封存的证据与校验值不一致" in page


def test_missing_and_out_of_scope_read_the_same() -> None:
    assert "案件不存在，或不在您的管辖范围内" in said(not_found())


def test_every_mark_of_the_overview_leads_to_its_cases(book: Casebook) -> None:
    figures = overview.Overview(
        services.totals(LEAD, book),
        services.state_sums(LEAD, book),
        services.region_stats(LEAD, book),
        services.rule_stats(LEAD, book),
        services.ageing(LEAD, book),
    )
    text = said(overview.page(figures))
    for href in (
        "/queue?state=new",
        "/queue?due=overdue",
        "/queue?region=510100",
        "/queue?region=519900",
        "/queue?rule=AD-01",
    ):
        assert f'"href": "{href}"' in text
    assert text.count('"className": "tile ') == 22
    assert grouped(services.totals(LEAD, book)["at_issue"]) in text


def test_an_overview_without_cases_says_what_will_be_there() -> None:
    nothing = dict.fromkeys(("cases", "new", "open", "overdue", "at_issue", "determined", "newest_night"), 0)
    assert "还没有案件" in said(overview.page(overview.Overview(nothing, [], [], [], [])))


RUN = {
    "night": "2026-11-20",
    "status": "published",
    "started_at": datetime(2026, 11, 21, 1, 30, tzinfo=UTC),
    "seconds": 71.2,
    "findings": 3,
    "failed_rules": 1,
    "detail": {
        "packages": ["2026-11-20"],
        "stopped": [],
        "account": {
            "received": 10,
            "accepted": 7,
            "set_aside": 2,
            "superseded": 1,
            "received_yuan": "100.00",
            "accepted_yuan": "70.00",
            "set_aside_yuan": "20.00",
            "superseded_yuan": "9.99",
        },
    },
    "steps": [{"step": "screen", "seconds": 3.5, "times": 1, "status": "done", "note": None}],
    "rules": [
        {"rule_id": "PL-04", "rows_read": 9, "findings": 3, "seconds": 0.1, "error": None},
        {"rule_id": "PL-11", "rows_read": 0, "findings": 0, "seconds": 0.1, "error": "Binder Error"},
    ],
    "checks": [
        {
            "severity": "set_aside",
            "table_name": "setl_d",
            "column_name": "psn_no",
            "code": "C1",
            "title_zh": "人员编号必填",
            "unexpected": 2,
            "evaluated": 10,
            "passed": False,
            "sample": [],
        }
    ],
    "accounts": [],
}


def test_a_night_shows_whether_rows_and_yuan_balance_and_which_rule_failed() -> None:
    text = said(runs.night_page(RUN, "2026-11-20"))
    assert text.count("✓ 平衡") == 1
    assert text.count("✗ 不平衡") == 1
    assert "Binder Error" in text
    assert "人员编号必填" in text
    assert "1 分 11 秒" in text


def test_without_a_published_night_the_page_says_when_there_will_be_one() -> None:
    assert "还没有已发布的批次" in said(runs.list_page([]))
    assert "没有这个批次" in said(runs.night_page(None, "2026-01-01"))


@pytest.mark.parametrize(
    ("limit", "amount", "reason", "changed", "wanted"),
    [
        (500, 500, None, "determined", (500, "violation")),
        (500, 200, None, "determined", (200, "partly")),
        (500, 0, None, "determined", (0, None)),
        (500, 0, "clinical", "determined", (0, "clinical")),
        (500, 200, "violation", "determined", (200, "partly")),
        (500, 500, "partly", "determined", (500, "violation")),
        (500, None, "clinical", "reason", (0, "clinical")),
        (500, 500, "policy", "reason", (0, "policy")),
        (500, None, "violation", "reason", (500, "violation")),
        (500, 0, "settlement_error", "reason", (500, "settlement_error")),
        (500, None, "violation", "determined", (None, None)),
        (-500, -500, None, "determined", (-500, "violation")),
        (500, 700, None, "determined", (700, None)),
    ],
)
def test_amount_and_reason_complete_each_other_only_where_one_says_the_other(
    limit: int, amount: int | None, reason: str | None, changed: str, wanted: tuple[int | None, str | None]
) -> None:
    assert lines.complete(limit, amount, reason, changed) == wanted


def test_the_sum_says_what_is_open_and_what_follows() -> None:
    line = {"at_issue": 500, "at_most": 500, "determined": None, "reason": None}
    assert "还有 2 行未认定" in said(lines.progress([line, line]))
    done = {**line, "determined": 500, "reason": "violation"}
    none = {**line, "determined": 0, "reason": "clinical"}
    text = said(lines.progress([done, none]))
    assert "结论将为：部分属实" in text
    assert "认定合计 ¥5.00 / 可认定 ¥10.00" in text


def test_an_estimate_is_never_said_to_be_a_deduction_that_is_proposed() -> None:
    estimated = {"at_issue": 0, "at_most": 234_500, "determined": None, "reason": None}
    priced = {"at_issue": 500, "at_most": 500, "determined": None, "reason": None}
    assert "提出扣款 ¥0.00（估计 ¥2,345.00 由机构核实）" in said(lines.progress([estimated]))
    assert "提出扣款 ¥5.00（估计 ¥2,345.00 由机构核实）" in said(lines.progress([priced, estimated]))


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_written_money_reads_back_to_the_same_fen(fen: int) -> None:
    assert Decimal(yuan(fen) or "") * 100 == fen
    assert grouped(fen).replace(",", "") == yuan(fen)


def test_amounts_and_clocks_in_words() -> None:
    assert [short(fen) for fen in (12_345, 1_234_567, 123_456_789_012)] == [
        ("123.45", "元"),
        ("1.23", "万元"),
        ("12.35", "亿元"),
    ]
    assert short(-5_555_555) == ("-5.56", "万元")
    assert [share(1, 3), share(2, 3), share(0, 0)] == ["33%", "67%", "0%"]
    assert [clock(days) for days in (-2, 0, 3, 4, None)] == [
        ("超期 2 日", "late"),
        ("今日到期", "soon"),
        ("剩 3 日", "soon"),
        ("剩 4 日", "fine"),
        ("", ""),
    ]
    assert moment(datetime(2026, 11, 20, 17, 5, tzinfo=UTC)) == "2026-11-21 01:05"


def test_numbers_are_shown_under_the_labels_that_the_finding_was_sealed_with(book: Casebook) -> None:
    v = view(book, CaseFilter(rule=("CH-04",)))
    for page in (case.page(v), pane(v.case, v.findings, v.lines, [])):
        assert "计费天数" in said(page)
    relabelled = [{**one, "labels": {**one["labels"], "because_days": "床位计费日数"}} for one in v.findings]
    assert "床位计费日数" in said(pane(v.case, relabelled, v.lines, []))


@pytest.mark.parametrize("labels", [{}, None])
def test_a_finding_sealed_before_labels_were_kept_shows_its_numbers_under_their_own_names(
    book: Casebook, labels: dict[str, str] | None
) -> None:
    v = view(book, CaseFilter(rule=("CH-04",)))
    older = [{**finding, "labels": labels} for finding in v.findings]
    page = case.page(case.CaseView(v.case, older, v.lines, v.evidence, v.events, v.related, v.terms, v.today))
    for shown in (said(page), said(pane(v.case, older, v.lines, []))):
        assert "los days" in shown
        assert "计费天数" not in shown


def test_codes_of_regions_are_shown_by_name_and_ids_are_left_alone() -> None:
    finding = {"sentence_zh": "备案就医地为510700，编号5107001。", "because": {"because_filed_for": "510700"}}
    assert because.sentence(finding) == "备案就医地为绵阳市，编号5107001。"
    assert because.value_of("because_treated_in", "510722") == "绵阳市 510722"
    assert because.value_of("because_filing", "51070020260101") == "51070020260101"
    assert because.value_of("because_fund", "12345.60") == "12,345.60"


def test_neighbouring_stays_show_their_gap_and_their_overlap() -> None:
    one = Stay("甲", date(2026, 9, 1), date(2026, 9, 6), True)
    two = Stay("甲", date(2026, 9, 9), date(2026, 9, 15), False)
    three = Stay("乙", date(2026, 9, 13), date(2026, 9, 20), False)
    assert [days for _, _, days in time.gaps([three, one, two])] == [3, -2]
    texts = [note["text"] for note in time.stays_figure([one, two, three])["layout"]["annotations"]]
    assert texts == ["间隔 3 天", "重叠 2 夜"]


def test_a_long_name_keeps_its_brackets_and_a_longer_one_says_that_it_was_cut() -> None:
    begin, end = date(2026, 9, 1), date(2026, 9, 6)
    names = ("甲医院", "高坪区第1人民医院（演示）", "四川省某某市某某区中医医院")
    figure = time.stays_figure([Stay(name, begin, end, True) for name in names])
    shown = ["甲医院", "高坪区第1人民医院<br>（演示）", "四川省某某市某某区中医…"]
    assert figure["layout"]["yaxis"]["ticktext"] == shown


def test_a_date_in_a_sentence_is_never_broken_over_two_lines() -> None:
    before, day, after = because.unbroken("费用在2026-10-29发生")
    assert (before, day.children, day.className, after) == ("费用在", "2026-10-29", "unbroken", "发生")


def test_what_is_beyond_the_limit_is_hatched_and_what_is_within_is_not() -> None:
    beyond = size.against_limit(Decimal(9), Decimal(7), "天", "计费", "应计")["data"]
    within = size.against_limit(Decimal(6), Decimal(7), "天", "计费", "应计")["data"]
    assert [bar["x"][0] for bar in beyond] == [7.0, 2.0]
    assert beyond[1]["marker"]["pattern"]["shape"] == "/"
    assert len(within) == 1


def test_scripts_get_only_the_texts_they_say() -> None:
    assert set(browser_texts()) < set(TEXTS)
    assert "login.promise" not in browser_texts()
    assert say("bulk.done", action="下发", n=2) == "已下发 2 件"


def test_the_plot_library_is_the_one_that_plotly_py_speaks(sign_in: SignIn) -> None:
    import re
    from importlib.resources import files

    own = sign_in("shenhe").get("/assets/vendor/plotly-cartesian-4.1.1.min.js").text[:120]
    theirs = (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")[:120]
    version = re.compile(r"v(\d+\.\d+\.\d+)")
    assert version.findall(own) == version.findall(theirs) == ["4.1.1"]
