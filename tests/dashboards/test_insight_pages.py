"""Pages of agencies, institutions, persons, models, accounts and the trail: who sees what, and what nobody else may."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cases.snapshots import publish_some
from dashboards.conftest import SignIn, callback_with
from dashboards.kinds import RULE_NAMES
from dashboards.seed import LEAD, REVIEWER
from dashboards.synthetic import fill, warehouse
from fastapi import FastAPI
from starlette.testclient import TestClient

from lianshen.cases import services
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import accounts
from lianshen.cases.store import Casebook
from lianshen.rules.catalogue import rule_texts
from lianshen_dashboards.app import create_app
from lianshen_dashboards.pages.models import ModelView, Version, model_page
from lianshen_dashboards.pages.users import agency_code


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a snapshot of the settlements that the seeded cases are about."""
    with warehouse() as con:
        fill(con, 189)
        return publish_some(con, tmp_path_factory.mktemp("published"))


@pytest.fixture
def app(book: Casebook, published: Path, tmp_path: Path) -> FastAPI:
    return create_app(book, published, RULE_NAMES, rule_texts(), models=tmp_path / "models")


def open_page(client: TestClient, path: str, query: str = "") -> str:
    """Return what Dash puts into the page of an address, as the browser asks for it."""
    known = callback_with(client, "_pages_content.children")
    output = known["output"]
    names = output.strip(".").split("...")
    given = {"pathname": path, "search": query}
    body = {
        "output": output,
        "outputs": [{"id": name.rsplit(".", 1)[0], "property": name.rsplit(".", 1)[1]} for name in names],
        "inputs": [{**one, "value": given.get(one["property"])} for one in known["inputs"]],
        "state": [{**one, "value": None} for one in known["state"]],
        "changedPropIds": ["_pages_location.pathname"],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    return json.dumps(answer.json()["response"]["_pages_content"], ensure_ascii=False)


def press(client: TestClient, account: str, action: str, **typed: Any) -> Any:
    """Post to Dash what a button of the accounts page would, whatever the page shows."""
    button = {"account": account, "do": action}
    changed = f'{{"account":"{account}","do":"{action}"}}.n_clicks'
    body = {
        "output": "..users-said.children...users-list.children..",
        "outputs": [{"id": name, "property": "children"} for name in ("users-said", "users-list")],
        "inputs": [[{"id": button, "property": "n_clicks", "value": 1}]],
        "state": [
            [{"id": {"field": name}, "property": "value", "value": value} for name, value in typed.items()],
            [{"id": {"field": name}, "property": "id", "value": {"field": name}} for name in typed],
        ],
        "changedPropIds": [changed],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    return json.dumps(answer.json()["response"], ensure_ascii=False)


def an_institution(book: Casebook, region: str) -> str:
    """Return an institution of the agency with a case that went out."""
    f = CaseFilter(region=(region,), state=("released", "accepted", "closed"))
    return str(services.list_cases(LEAD, book, f, 0, 1)["items"][0]["fixmedins_code"])


def test_managers_see_who_is_late_what_came_back_and_every_agency_behind_a_link(sign_in: SignIn) -> None:
    page = open_page(sign_in("guanli"), "/overview")
    for word in ("各地在办时限", "认定与追回", "资金去向", "已追回", "查看数据"):
        assert word in page
    for href in ("/regions/510700", "/queue?due=overdue&region=510700", "/queue?state=closed,appealed,archived"):
        assert href in page
    assert page.count('"role": "img"') == page.count("查看数据") == 2


@pytest.mark.parametrize("login", ["mianyang", "mianyang2"])
def test_an_agency_opens_its_own_page_and_no_others(sign_in: SignIn, login: str) -> None:
    client = sign_in(login)
    own = open_page(client, "/regions/510700")
    assert "办结速度" in own
    assert "经办人工作量" in own
    assert open_page(client, "/overview") == own
    for other in ("510100", "519900", "510000", "999999", "x"):
        assert "没有这个经办机构，或不在您的查看范围内" in open_page(client, f"/regions/{other}")
    assert "成都" not in own


def test_the_province_opens_every_agency_and_administrators_none(sign_in: SignIn) -> None:
    assert "成都市" in open_page(sign_in("shenhe"), "/regions/510100")
    assert "没有这个经办机构" in open_page(sign_in("xitong"), "/regions/510100")
    assert "您的角色不查看案件" in open_page(sign_in("xitong"), "/institutions")


def test_an_agency_sees_its_own_institutions_and_the_missing_and_the_others_read_the_same(
    sign_in: SignIn, book: Casebook
) -> None:
    client = sign_in("mianyang")
    listed = open_page(client, "/institutions")
    assert "绵阳" in listed
    assert "成都" not in listed
    own = open_page(client, f"/institutions/{an_institution(book, '510700')}")
    for word in ("疑点构成与同级对照", "涉及最多的项目", "24 个月涉案占比", "关于机构的疑点"):
        assert word in own
    foreign = open_page(client, f"/institutions/{an_institution(book, '510100')}")
    assert foreign == open_page(client, "/institutions/H999999999")
    assert "没有这个机构，或不在您的查看范围内" in foreign


def test_an_institution_leads_to_its_cases_and_a_manager_gets_no_person(sign_in: SignIn, book: Casebook) -> None:
    path = f"/institutions/{an_institution(book, '510700')}"
    reviewer, manager = open_page(sign_in("shenhe"), path), open_page(sign_in("guanli"), path)
    for page in (reviewer, manager):
        assert f"/queue?inst={path.rsplit('/', 1)[1]}" in page
    assert "/persons/" in reviewer
    assert "/persons/" not in manager


def test_a_person_is_opened_by_whoever_has_a_case_of_theirs(sign_in: SignIn, book: Casebook) -> None:
    case = services.list_cases(LEAD, book, CaseFilter(region=("510700",), state=("accepted",)), 0, 1)["items"][0]
    path = f"/persons/{case['person']}"
    own = open_page(sign_in("mianyang"), path)
    assert case["case_no"] in own
    assert "结算与费用" in own
    missing = open_page(sign_in("mianyang"), "/persons/ffffffffffffffffffffffffffffffff")
    elsewhere = services.list_cases(REVIEWER, book, CaseFilter(region=("510100",)), 0, 200)["items"]
    here = {one["person"] for one in services.list_cases(LEAD, book, CaseFilter(region=("510700",)), 0, 200)["items"]}
    other = next(one["person"] for one in elsewhere if one["person"] not in here)
    assert open_page(sign_in("mianyang"), f"/persons/{other}") == missing
    for login in ("guanli", "xitong", "shenji"):
        assert open_page(sign_in(login), path) == missing


def test_models_say_that_there_are_none_yet_and_a_region_sees_no_figures(sign_in: SignIn) -> None:
    assert "还没有训练过的模型" in open_page(sign_in("shenhe"), "/models")
    assert "没有这个模型" in open_page(sign_in("shenhe"), "/models/MD-11")
    assert "没有这个模型" in open_page(sign_in("shenhe"), "/models/..%2f..")


def test_only_administrators_see_accounts_and_only_the_auditor_the_trail(sign_in: SignIn) -> None:
    for login in ("shenhe", "fuze", "mianyang", "guanli"):
        page = open_page(sign_in(login), "/admin/users")
        assert "只有系统、安全、审计三类管理员可以查看账号" in page
        assert "chengdu" not in page
    for login in ("shenhe", "fuze", "mianyang", "guanli", "xitong", "anquan"):
        client = sign_in(login)
        assert "只有审计员可以查看审计记录" in open_page(client, "/admin/audit")
        assert client.get("/api/v1/trail.csv").status_code == 403
    assert "chengdu" in open_page(sign_in("shenji"), "/admin/users")


def test_one_administrator_makes_an_account_another_gives_it_a_role_and_then_it_can_work(
    sign_in: SignIn, app: FastAPI
) -> None:
    system, security = sign_in("xitong"), sign_in("anquan")
    said = press(system, "", "add", **{"add-login": "deyang01", "add-name": "德阳经办", "add-agency": "德阳"})
    password = json.loads(said)["users-said"]["children"]["props"]["children"][-1]["props"]["children"]
    assert "待授权" in said
    client = TestClient(app, follow_redirects=False)
    assert client.post("/login", data={"login": "deyang01", "password": password}).status_code != 303
    assert "请安全管理员操作" in press(system, "", "grant", **{"grant-login": "deyang01", "grant-role": "handler"})
    assert "市州经办" in press(security, "", "grant", **{"grant-login": "deyang01", "grant-role": "handler"})
    assert "请系统管理员操作" in press(security, "deyang01", "disable")
    assert "已停用" in press(system, "deyang01", "disable")


@pytest.mark.parametrize("login", ["shenhe", "fuze", "mianyang2", "guanli", "shenji"])
def test_a_forged_press_on_the_accounts_page_does_nothing(sign_in: SignIn, book: Casebook, login: str) -> None:
    client = sign_in(login)
    before = accounts.list_users(services.OPERATOR, book)
    for action in ("add", "place", "grant", "reset", "disable", "unlock", "nonsense"):
        said = press(
            client, "chengdu", action,
            **{"add-login": "new01", "add-name": "新", "place-login": "chengdu", "grant-login": "chengdu",
               "grant-role": "lead"},
        )  # fmt: skip
        assert "banner red" in said
        assert "one-time" not in said
    assert accounts.list_users(services.OPERATOR, book) == before


def test_an_administrator_gives_no_role_to_the_own_account_nor_a_password_to_another_administrator(
    sign_in: SignIn,
) -> None:
    assert "不能为自己的账号" in press(
        sign_in("anquan"), "", "grant", **{"grant-login": "anquan", "grant-role": "auditor"}
    )
    assert "命令行" in press(sign_in("xitong"), "shenji", "reset")
    assert "请选择角色" in press(sign_in("anquan"), "", "grant", **{"grant-login": "xitong", "grant-role": ""})


def test_the_auditor_searches_by_address_walks_the_chain_and_takes_the_trail_out(
    sign_in: SignIn, book: Casebook
) -> None:
    client = sign_in("shenji")
    case_no = services.list_cases(LEAD, book, CaseFilter(state=("closed",)), 0, 1)["items"][0]["case_no"]
    page = open_page(client, "/admin/audit", f"?case_no={case_no.lower()}&action=confirm")
    assert "确认办结" in page
    assert "尚未核验" in page
    assert "日期须写成" in open_page(client, "/admin/audit", "?since=yesterday")
    assert "没有符合条件的记录" in open_page(client, "/admin/audit", "?actor=nobody&before=99999999999999999999")
    body = {
        "output": "chain-said.children",
        "outputs": {"id": "chain-said", "property": "children"},
        "inputs": [{"id": "verify", "property": "n_clicks", "value": 1}],
        "changedPropIds": ["verify.n_clicks"],
    }
    assert "核验完成" in client.post("/_dash-update-component", json=body).text
    forged = sign_in("xitong").post("/_dash-update-component", json=body)
    assert "只有审计员可以查看审计记录" in forged.text
    taken = client.get(f"/api/v1/trail.csv?case_no={case_no}")
    assert taken.status_code == 200
    assert taken.text.startswith("\ufeff序号,时间,账号")
    assert case_no in taken.text
    assert "导出" in open_page(client, "/admin/audit", "?action=export")
    assert client.get("/api/v1/trail.csv?since=yesterday").status_code == 422


def test_every_role_finds_its_pages_in_the_navigation(sign_in: SignIn) -> None:
    def layout(login: str) -> str:
        return json.dumps(sign_in(login).get("/_dash-layout").json(), ensure_ascii=False)

    assert '"href": "/institutions"' in layout("mianyang")
    assert '"href": "/admin' not in layout("shenhe")
    for login, shown, hidden in (("xitong", "/admin/users", "/admin/audit"), ("shenji", "/admin/audit", "/queue")):
        page = layout(login)
        assert f'"href": "{shown}"' in page
        assert f'"href": "{hidden}' not in page


@pytest.mark.parametrize(
    ("typed", "code"),
    [("绵阳市", "510700"), ("绵阳", "510700"), ("510700", "510700"), (" ", None), ("510722", "510722")],
)
def test_an_agency_is_typed_by_name_or_code(typed: str, code: str | None) -> None:
    assert agency_code(typed) == code


def test_a_model_shows_its_window_and_metrics_and_a_damaged_version_is_said() -> None:
    document = {
        "title_zh": "费用离群",
        "data": {"from": "2026-10-11", "holdout_from": "2026-11-03", "until": "2026-11-08", "rows": 513,
                 "holdout_rows": 1218, "fingerprint": "e193"},
        "metrics": {"rows": 1218, "coverage": 0.9286,
                    "by_segment": {"TERTIARY": {"rows": 729, "mae_yuan": 5557.99, "coverage": 0.94}}},
    }  # fmt: skip
    versions = (Version("d5cd", document, True), Version("e000", None, False, "model.json"))
    view = ModelView("MD-11", versions, classes=[{"low": 3.5, "settlements": 4}])
    said = json.dumps(model_page(view), default=lambda part: part.to_plotly_json(), ensure_ascii=False)
    for word in (
        "费用离群",
        "2026-10-11 至 2026-11-03",
        "92.9%",
        "三级",
        "5,557.99",
        "e000：模型文件与校验值不一致",
        "3.5 至 4",
    ):
        assert word in said
    assert "尚无漂移监测与校准记录" in said
    hidden = json.dumps(
        model_page(ModelView("MD-11", versions, shows_figures=False)), default=lambda part: part.to_plotly_json(),
        ensure_ascii=False,
    )  # fmt: skip
    assert "全省数据，由省级查看" in hidden
    assert "92.9%" not in hidden
