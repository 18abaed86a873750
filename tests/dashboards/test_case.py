"""The case page: forms as the case offers them, clocks, ledger, appeals, files, identifiers, the insured view."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from dashboards.conftest import Client, SignIn, callback_with, forge_action
from dashboards.seed import LEAD

from lianshen.cases import services
from lianshen.cases.domain import TRANSITIONS, Principal
from lianshen.cases.errors import NotFound
from lianshen.cases.filters import CaseFilter
from lianshen.cases.limits import Rate, funnel
from lianshen.cases.services.peers import Peers, Placed
from lianshen.cases.store import Casebook, Terms
from lianshen.workdays import Workdays
from lianshen_dashboards.parts import acting, choosing, clocks, forms, ledger
from lianshen_dashboards.parts.beside_peers import among_peers
from lianshen_dashboards.parts.forms import Setting
from lianshen_dashboards.parts.outcome import Outcome
from lianshen_dashboards.parts.restricted import restricted

HOME = "510700"
TODAY = date(2026, 11, 20)
CONCLUSION = "调取病历与收费清单逐项核对，情况与疑点描述一致，机构书面认可。"
Find = Callable[..., dict[str, Any]]


def said(part: Any) -> str:
    """Return everything that a component tree says, as one text."""
    return json.dumps(part, default=lambda one: one.to_plotly_json(), ensure_ascii=False)


@pytest.fixture
def find(book: Casebook) -> Find:
    """Return a function that gives a case of Mianyang in a state, as somebody sees it."""

    def one(state: str, p: Principal = LEAD, **more: Any) -> dict[str, Any]:
        f = CaseFilter(state=(state,), region=(HOME,), **more)
        number = services.list_cases(LEAD, book, f, 0, 1)["items"][0]["case_no"]
        return services.get_case(p, book, number)

    return one


def setting(case: dict[str, Any], *actions: str, **more: Any) -> Setting:
    """Return what forms are filled from, with the actions offered."""
    return Setting({**case, "actions": list(actions)}, (), (), Terms(), TODAY, **more)


def test_every_transition_has_a_form_and_every_form_a_transition() -> None:
    assert set(forms.BODIES) == set(TRANSITIONS)


@pytest.mark.parametrize("action", TRANSITIONS)
def test_a_form_is_shown_only_where_the_case_offers_it(find: Find, action: str) -> None:
    case = find("accepted")
    button = json.dumps({"do": action})[1:-1]
    assert button in said(choosing.form(setting(case, action)))
    assert button not in said(choosing.form(setting(case)))
    assert button not in said(choosing.form(setting(case), action))


def test_what_needs_a_text_has_a_box_for_it(find: Find) -> None:
    case = find("accepted")
    for action, rule in TRANSITIONS.items():
        if rule.needs_reason and action not in ("drop", "statement"):
            assert '"field": "text"' in said(choosing.form(setting(case, action))), action


def test_what_was_typed_stays_when_another_action_is_chosen(find: Find) -> None:
    at = setting(find("submitted"), "confirm", "return", typed={"text": "我写的意见"})
    for chosen in ("confirm", "return"):
        assert "我写的意见" in said(choosing.form(at, chosen))


def test_an_undo_is_offered_for_a_minute_only(find: Find) -> None:
    case = find("released")
    soon = setting(case, "undo", now=case["moved_at"] + timedelta(seconds=30))
    late = setting(case, "undo", now=case["moved_at"] + timedelta(seconds=90))
    assert choosing.offered(soon) == ["undo"]
    assert choosing.offered(late) == []


def test_evidence_is_asked_from_the_insured_region_first_and_never_from_oneself(find: Find) -> None:
    case = find("accepted")
    text = said(choosing.form(setting(case, "ask_evidence")))
    assert "参保地 " in text
    assert f'"value": "{case["treating_agency"]}"' not in text


def test_a_case_is_assigned_to_people_by_name_with_their_open_cases(find: Find) -> None:
    people = [{"login": "mianyang", "name": "绵阳经办", "open": 3}]
    assert "绵阳经办（mianyang，在办 3 件）" in said(choosing.form(setting(find("accepted"), "assign", people=people)))
    assert "没有可指派的在用账号" in said(choosing.form(setting(find("accepted"), "assign")))


def test_a_statement_that_never_came_is_proposed_once_the_day_has_passed(find: Find) -> None:
    case = find("hearing")
    text = said(choosing.form(setting({**case, "reply_by": TODAY - timedelta(days=1)}, "statement")))
    assert text.count('"value": "timeout"') == 1
    early = said(choosing.form(setting({**case, "reply_by": TODAY}, "statement")))
    assert '"value": "timeout"' not in early


def test_the_clocks_say_what_runs_what_stands_still_and_who_was_told(find: Find) -> None:
    workdays = Workdays.shipped()
    paused = {**find("evidence"), "paused_on": date(2026, 11, 17), "escalation": 2, "extension": "granted"}
    paused |= {"escalation_name": "超期", "reply_by": date(2026, 12, 1)}
    text = said(clocks.clocks(paused, TODAY, workdays))
    for expected in ("补证期限", "2026-12-01", "自 2026-11-17，已 3 个工作日", "已同意", "超期"):
        assert expected in text
    assert clocks.clocks(find("new"), TODAY, workdays) is None
    assert clocks.clocks(find("closed"), TODAY, workdays) is None
    assert "签收期限" in said(clocks.clocks({**find("released"), "accept_by": TODAY}, TODAY, workdays))


def test_the_ledger_says_what_is_owed_and_offers_entries_only_to_who_may_enter(find: Find) -> None:
    case = {**find("closed"), "determined": 100_000, "recovered": 40_000}
    entry = {
        "id": 7, "day": TODAY, "way": "deduction", "way_name": "扣款", "amount": 40_000, "voucher": "K-1",
        "cycle": "2026-11", "text": None, "reverses": None, "is_reversed": False,
    }  # fmt: skip
    fine = {**entry, "id": 8, "way": "penalty", "way_name": "违约金", "amount": 5_000}
    text = said(ledger.ledger({**case, "may_recover": True}, [entry, fine], TODAY, {}))
    for expected in ("¥1,000.00", "¥400.00", "¥600.00", "违约金", "¥50.00", "2026-11", '"do": "recover"', "reverse-7"):
        assert expected in text
    locked = said(ledger.ledger({**case, "may_recover": False}, [entry], TODAY, {}))
    assert '"do"' not in locked
    assert "reverse-7" not in said(
        ledger.ledger({**case, "may_recover": True}, [{**entry, "is_reversed": True}], TODAY, {})
    )
    assert ledger.ledger(find("accepted"), [], TODAY, {}) is None


def test_more_than_owed_after_an_appeal_is_to_be_refunded(find: Find) -> None:
    text = said(ledger.sums({**find("closed"), "determined": 10_000, "recovered": 30_000}, []))
    assert "应退还" in text
    assert "¥200.00" in text


def test_whoever_lost_the_case_while_typing_gets_back_all_they_typed() -> None:
    text = said(acting.moved_away({"text": "我的结论", "voucher": "K-9", "worth": None, "remark": " "}, "/queue"))
    assert "我的结论\\nK-9" in text
    assert "（空）" in said(acting.moved_away({"text": ""}, "/queue"))


def test_the_insured_region_reads_summary_result_and_money_only(find: Find) -> None:
    case = {**find("closed"), "conclusion": "机密的核查经过"}
    text = said(restricted(case, [], None, "/queue"))
    for expected in ("参保地可查看摘要", case["fixmedins_name"], "市州结论", "追回台账"):
        assert expected in text
    for hidden in ("机密的核查经过", '"do"', '"type": "figure"', "流转记录", "附件", case["person"], "查看完整编号"):
        assert hidden not in text


def test_an_institution_stands_among_its_peers_or_not_at_all() -> None:
    rates = [Rate(number % 4, 100 + number) for number in range(12)]
    placed = [Placed(f"H{number}", f"医院{number}", rate, 0) for number, rate in enumerate(rates)]
    groups = {("1", "02"): Peers(funnel(rates), placed)}
    text = said(among_peers(groups, "H3"))
    assert '"name": "peers"' in text
    assert "医院3：3 / 103" in text
    assert "不作对照" in said(among_peers(groups, "H99"))
    assert "不作对照" in said(among_peers({("1", "02"): Peers(None, placed)}, "H3"))
    assert "还没有已发布的批次" in said(among_peers({}, "H3"))


def test_the_page_of_an_informed_region_is_the_restricted_one(sign_in: SignIn, book: Casebook) -> None:
    viewers = [p for p in services.list_users(services.OPERATOR, book) if p.get("sees_insured")]
    assert viewers
    client = sign_in(viewers[0]["login"])
    rows = client.get("/api/v1/cases?side=insured&end=5").json()["items"]
    assert rows
    answer = layout_of(client, rows[0]["case_no"])
    assert "参保地可查看摘要" in answer
    assert '"do"' not in answer


def layout_of(client: Client, case_no: str) -> str:
    """Return what the page of a case is made of, as Dash's router asks for it."""
    known = callback_with(client, "_pages_content.children")
    names = known["output"].strip(".").split("...")
    values = {"pathname": f"/cases/{case_no}", "search": ""}
    body = {
        "output": known["output"],
        "outputs": [{"id": name.rsplit(".", 1)[0], "property": name.rsplit(".", 1)[1]} for name in names],
        "inputs": [{**one, "value": values.get(one["property"])} for one in known["inputs"]],
        "state": [{**one, "value": None} for one in known["state"]],
        "changedPropIds": [f"{known['inputs'][0]['id']}.pathname"],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    return str(json.dumps(answer.json(), ensure_ascii=False))


def test_a_case_of_another_region_and_one_that_is_not_there_are_the_same_page(sign_in: SignIn, find: Find) -> None:
    case, client = find("accepted"), sign_in("chengdu")
    assert "不在您的管辖范围内" in layout_of(client, case["case_no"])
    assert layout_of(client, case["case_no"]) == layout_of(client, "SC20260101-AAAAAA")


def test_money_is_entered_and_reversed_by_the_page_and_wrong_entries_keep_what_was_typed(
    sign_in: SignIn, book: Casebook, find: Find
) -> None:
    case = next(
        one
        for one in services.list_cases(LEAD, book, CaseFilter(state=("closed",), region=(HOME,)), 0, 50)["items"]
        if one["determined"]
    )
    client, number = sign_in("mianyang2"), case["case_no"]
    typed = {"amount": "一百", "way": "deduction", "voucher": "K-77", "day": "2026-11-20", "cycle": "", "note": ""}
    answer = forge_action(client, "recover", number, case["version"], typed)
    told = json.dumps(answer.json(), ensure_ascii=False)
    assert "不是金额" in told
    assert "K-77" in told
    answer = forge_action(client, "recover", number, case["version"], {**typed, "amount": "1.00", "day": "20.11.2026"})
    assert "日期 20.11.2026 无效" in json.dumps(answer.json(), ensure_ascii=False)
    forge_action(client, "recover", number, case["version"], {**typed, "amount": "1.00"})
    entries = services.get_recoveries(LEAD, book, number)
    assert [one["amount"] for one in entries] == [100]
    forge_action(
        client, f"reverse-{entries[0]['id']}", number, case["version"] + 1, {f"reverse-{entries[0]['id']}": "录错"}
    )
    assert [one["amount"] for one in services.get_recoveries(LEAD, book, number)] == [100, -100]
    stranger = forge_action(sign_in("chengdu"), "recover", number, case["version"] + 2, {**typed, "amount": "1.00"})
    assert "移出您的管辖范围" in json.dumps(stranger.json(), ensure_ascii=False)
    assert len(services.get_recoveries(LEAD, book, number)) == 2


def test_a_remark_and_an_unknown_button_move_nothing(sign_in: SignIn, book: Casebook, find: Find) -> None:
    case = find("accepted")
    client = sign_in("mianyang2")
    forge_action(client, "comment", case["case_no"], case["version"], {"remark": "已电话联系机构"})
    assert services.get_events(LEAD, book, case["case_no"])[0]["reason"] == "已电话联系机构"
    for odd in ("explode", "reverse-x", "hide-999999", "reverse-1"):
        answer = forge_action(client, odd, case["case_no"], case["version"], {})
        assert answer.status_code == 200
    assert services.get_case(LEAD, book, case["case_no"])["version"] == case["version"]


def test_a_conflict_says_who_and_when_and_keeps_every_field(sign_in: SignIn, book: Casebook, find: Find) -> None:
    case = find("submitted")
    client = sign_in("shenhe2")
    services.transition(LEAD, book, case["case_no"], "return", case["version"], text="缺病历首页")
    typed = {"text": "同意认定，请办结", "remark": "另有一言"}
    text = json.dumps(
        forge_action(client, "confirm", case["case_no"], case["version"], typed).json(), ensure_ascii=False
    )
    assert "已被更新：郑负责" in text
    assert "退回 → 退回补充" in text
    assert "另有一言" in text


def test_outcomes_are_said_once_and_lead_back(find: Find) -> None:
    at = setting(find("accepted"), "submit")
    beside = acting.Beside("handler", True)
    text = said(acting.side(at, beside, Workdays.shipped(), "/queue?state=accepted", Outcome(done="已完成。")))
    assert "已完成。" in text
    assert "/queue?state=accepted" in text


def test_full_identifiers_come_for_a_reason_and_a_stranger_gets_none(
    sign_in: SignIn, book: Casebook, find: Find
) -> None:
    case = find("accepted")
    at = {"case_no": case["case_no"], "version": case["version"], "back": ""}

    def ask(client: Client, why: str) -> str:
        known = callback_with(client, "identity.children", "history.children")
        names = known["output"].strip(".").split("...")
        values = {"unmask-why": why, "at": at}
        body = {
            "output": known["output"],
            "outputs": [{"id": n.rsplit(".", 1)[0], "property": n.rsplit(".", 1)[1]} for n in names],
            "inputs": [{"id": "unmask-show", "property": "n_clicks", "value": 1}],
            "state": [{**one, "value": values[one["id"]]} for one in known["state"]],
            "changedPropIds": ["unmask-show.n_clicks"],
        }
        return json.dumps(client.post("/_dash-update-component", json=body).json(), ensure_ascii=False)

    handler = sign_in("mianyang2")
    assert "请填写查看完整编号的原因" in ask(handler, "")
    assert case["person"] in ask(handler, "与机构核对参保人身份")
    assert services.get_events(LEAD, book, case["case_no"])[0]["action"] == "unmask"
    assert case["person"] not in ask(sign_in("chengdu"), "与机构核对参保人身份")
    with pytest.raises(NotFound):
        services.get_case(Principal(5, "chengdu", "成都经办", "handler", "510100"), book, case["case_no"])


def enter(client: Client, case: dict[str, Any], row: dict[str, Any]) -> str:
    """Post to Dash what the table of lines would after an edit; return the answer as text."""
    known = callback_with(client, "lines.rowTransaction", "progress.children")
    names = known["output"].strip(".").split("...")
    at = {"case_no": case["case_no"], "version": case["version"], "back": ""}
    body = {
        "output": known["output"],
        "outputs": [{"id": n.rsplit(".", 1)[0], "property": n.rsplit(".", 1)[1]} for n in names],
        "inputs": [{"id": "lines", "property": "cellValueChanged", "value": [{"data": row, "colId": "determined"}]}],
        "state": [{"id": "at", "property": "data", "value": at}],
        "changedPropIds": ["lines.cellValueChanged"],
    }
    return json.dumps(client.post("/_dash-update-component", json=body).json(), ensure_ascii=False)


def test_an_amount_is_written_where_it_stands_and_never_lost(sign_in: SignIn, book: Casebook, find: Find) -> None:
    case = find("accepted")
    line = services.get_lines(LEAD, book, case["case_no"])[0]
    row = {"id": line["bkkp_sn"], "determined": f"{line['at_most'] / 100:.2f}", "reason": None}
    client = sign_in("mianyang2")
    enter(client, case, row)
    assert services.get_lines(LEAD, book, case["case_no"])[0]["determined"] == line["at_most"]
    too_much = f"{line['at_most'] / 100 + 1:.2f}"
    told = enter(client, case, {**row, "determined": too_much, "reason": "违规属实"})
    assert "应在 0 与" in told
    assert f"您填写的：{too_much}" in told
    stale = enter(client, {**case, "version": case["version"] - 1}, {**row, "reason": "违规属实"})
    assert "已被更新" in stale
    assert "案件没有这一行费用" in enter(client, case, {**row, "id": "nothing"})
    gone = enter(sign_in("chengdu"), case, row)
    assert "移出您的管辖范围" in gone
    assert f"您填写的：{row['determined']}" in gone
