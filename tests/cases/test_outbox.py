"""What agencies' systems are told, on both databases: what was committed, once each, and nothing else."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from cases.moving import STAFF, lead_to, recover
from cases.warehouse_rows import Clock, Warehouse
from sqlalchemy import func, select

from lianshen.cases import Casebook, services
from lianshen.cases import tables as t
from lianshen.cases.addresses import Reach, checked
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, KeyInUse, KeyReused, NotFound, Refused
from lianshen.cases.events import verify_events
from lianshen.cases.filters import CaseFilter
from lianshen.cases.services import outbox, repeating, tokens, webhooks
from lianshen.cases.store import before_commit, writing

SECURITY = Principal(90, "anquan", "安全管理员甲", "secadmin")
LEASE = timedelta(seconds=30)
THERE = "https://his.example.cn/lianshen"


@pytest.fixture
def case(warehouse: Warehouse, book: Casebook, reviewer: Principal) -> dict[str, Any]:
    """Return one new case of Chengdu."""
    warehouse.settle("S1")
    warehouse.line("L1", "S1", "120.00")
    warehouse.find("PL-11", "S1", "90.00", lines=("L1",))
    warehouse.assemble(book.engine)
    found: dict[str, Any] = services.list_cases(reviewer, book, CaseFilter())["items"][0]
    return found


def hook(book: Casebook, agency: str = "510100") -> int:
    return webhooks.add_webhook(SECURITY, book, agency, THERE, Reach()).id


def written(book: Casebook, number: int) -> list[dict[str, Any]]:
    o = t.outbox.c
    with book.engine.connect() as con:
        return [json.loads(body) for body in con.scalars(select(o.body).where(o.webhook_id == number).order_by(o.id))]


def do(p: Principal, book: Casebook, case: dict[str, Any], action: str, **said: Any) -> None:
    with book.engine.connect() as con:
        version = con.scalar(select(t.cases.c.version).where(t.cases.c.case_no == case["case_no"]))
    assert version is not None
    services.transition(p, book, case["case_no"], action, version, **said)


def test_the_handling_agency_is_told_of_each_step_and_no_other(
    book: Casebook, case: dict[str, Any], reviewer: Principal, chengdu: Principal
) -> None:
    own, others = hook(book), hook(book, "510300")
    do(reviewer, book, case, "release")
    do(chengdu, book, case, "accept")
    told = written(book, own)
    assert [one["type"] for one in told] == ["case.release", "case.accept"]
    assert told[0]["case"]["state"] == "released"
    assert told[0]["sequence"] < told[1]["sequence"]
    assert told[0]["url"] == f"/api/v1/cases/{case['case_no']}"
    assert written(book, others) == []


def test_what_the_centre_drops_is_told_to_nobody(book: Casebook, case: dict[str, Any], reviewer: Principal) -> None:
    own = hook(book)
    do(reviewer, book, case, "drop", reason="edge")
    assert written(book, own) == []


def test_an_agency_that_a_case_leaves_learns_that_and_not_where_it_went(
    book: Casebook, case: dict[str, Any], reviewer: Principal, lead: Principal
) -> None:
    old, new = hook(book), hook(book, "510300")
    do(reviewer, book, case, "release")
    do(lead, book, case, "transfer", agency="510300", text="协议在自贡")
    assert written(book, old)[-1] | {"id": "", "at": "", "sequence": 0} == {
        "id": "", "type": "case.left", "sequence": 0, "at": "", "case": {"case_no": case["case_no"]}
    }  # fmt: skip
    assert [one["type"] for one in written(book, new)] == ["case.transfer"]


def test_money_that_comes_back_and_a_remark_are_told(book: Casebook, case: dict[str, Any], reviewer: Principal) -> None:
    lead_to(book, case, "confirm")
    own = hook(book)
    entry = recover(STAFF["chengdu"], book, case, 4000, date(2026, 11, 20))
    version = services.get_case(reviewer, book, case["case_no"])["version"]
    services.reverse_recovery(STAFF["chengdu"], book, case["case_no"], entry, "凭证号有误", version)
    services.comment(STAFF["chengdu"], book, case["case_no"], "只有机构与我们知道的话")
    told = written(book, own)
    assert [one["type"] for one in told] == ["case.recover", "case.reverse", "case.comment"]
    assert told[1]["case"]["version"] == version + 1
    assert "只有机构" not in str(told)


def test_the_region_that_insures_the_person_learns_what_comes_of_it_and_no_more(
    book: Casebook, case: dict[str, Any]
) -> None:
    insured, county, others = hook(book, "510700"), hook(book, "510703"), hook(book, "510300")
    lead_to(book, case, "confirm")
    recover(STAFF["chengdu"], book, case, 4000, date(2026, 11, 20))
    told = written(book, insured)
    assert [one["type"] for one in told] == ["insured.release", "insured.confirm", "insured.recover"]
    assert told[1]["case"] == {"case_no": case["case_no"], "state": "closed", "decision": "confirmed"}
    assert written(book, others) == []
    assert written(book, county) == []


def test_the_insured_region_learns_that_a_case_was_taken_back_and_not_that_it_was_transferred(
    book: Casebook, case: dict[str, Any], reviewer: Principal, lead: Principal
) -> None:
    insured = hook(book, "510700")
    do(reviewer, book, case, "release")
    do(lead, book, case, "transfer", agency="510300", text="协议在自贡")
    do(lead, book, case, "withdraw", text="下发有误")
    assert [one["type"] for one in written(book, insured)] == ["insured.release", "case.left"]


def test_a_case_of_ones_own_insured_is_told_once(book: Casebook, warehouse: Warehouse, reviewer: Principal) -> None:
    own = hook(book)
    warehouse.settle("S2", insu_admdvs="510100", insu_pool="5101")
    warehouse.line("L2", "S2", "120.00")
    warehouse.find("PL-11", "S2", "90.00", lines=("L2",))
    warehouse.assemble(book.engine)
    (found,) = services.list_cases(reviewer, book, CaseFilter())["items"]
    do(reviewer, book, found, "release")
    assert [one["type"] for one in written(book, own)] == ["case.release"]


def test_a_system_may_be_let_read_of_its_insured(book: Casebook, case: dict[str, Any]) -> None:
    lead_to(book, case, "release")
    blind = tokens.add_token(SECURITY, book, "mianyang-his", "handler", "510700", 30)
    seeing = tokens.add_token(SECURITY, book, "mianyang-jk", "handler", "510700", 30, sees_insured=True)
    p, q = (tokens.principal_of_token(book, made.token) for made in (blind, seeing))
    assert p is not None
    assert q is not None
    with pytest.raises(NotFound):
        services.get_case(p, book, case["case_no"])
    assert not services.get_case(q, book, case["case_no"])["is_whole"]


def test_what_a_paused_webhook_is_told_waits_until_it_goes_on(
    book: Casebook, case: dict[str, Any], reviewer: Principal
) -> None:
    own = hook(book)
    webhooks.pause_webhook(SECURITY, book, own)
    do(reviewer, book, case, "release")
    assert outbox.hooks_due(book) == []
    assert outbox.take(book, own, LEASE) is None
    assert [(one["waiting"], one["paused_at"] is not None) for one in webhooks.list_webhooks(SECURITY, book)] == [
        (1, True)
    ]
    webhooks.resume_webhook(SECURITY, book, own)
    assert outbox.hooks_due(book) == [own]
    with pytest.raises(Forbidden):
        webhooks.pause_webhook(reviewer, book, own)
    with pytest.raises(Refused):
        webhooks.resume_webhook(SECURITY, book, own + 1)
    assert verify_events(book.engine) is None


def test_what_is_rolled_back_is_not_told(book: Casebook, case: dict[str, Any], reviewer: Principal) -> None:
    own = hook(book)

    def fail(_con: object) -> None:
        raise RuntimeError("the server dies before the commit")

    remembered = before_commit.set(fail)
    with pytest.raises(RuntimeError):
        do(reviewer, book, case, "release")
    before_commit.reset(remembered)
    assert written(book, own) == []
    assert services.get_case(reviewer, book, case["case_no"])["state"] == "new"
    assert verify_events(book.engine) is None


def test_a_delivery_is_one_deliverers_until_its_lease_ends(
    book: Casebook, clock: Clock, case: dict[str, Any], reviewer: Principal
) -> None:
    own = hook(book)
    do(reviewer, book, case, "release")
    assert outbox.hooks_due(book) == [own]
    first = outbox.take(book, own, LEASE)
    assert first is not None
    assert outbox.take(book, own, LEASE) is None
    clock.forward(seconds=31)
    again = outbox.take(book, own, LEASE)
    assert again is not None
    assert again.key == first.key
    outbox.note_delivered(book, again)
    clock.forward(seconds=31)
    assert outbox.hooks_due(book) == []
    clock.forward(days=31)
    assert outbox.prune_delivered(book) == 1


def test_a_dead_letter_is_listed_without_its_case_and_sent_again_under_its_key(
    book: Casebook, clock: Clock, case: dict[str, Any], reviewer: Principal
) -> None:
    own = hook(book)
    do(reviewer, book, case, "release")
    taken = outbox.take(book, own, LEASE)
    assert taken is not None
    outbox.note_failed(book, taken, "status 503", None)
    clock.forward(days=2)
    assert outbox.hooks_due(book) == []
    dead = webhooks.dead_letters(SECURITY, book)
    assert [(letter["key"], letter["last_error"]) for letter in dead] == [(taken.key, "status 503")]
    assert case["case_no"] not in str(dead)
    with pytest.raises(Forbidden):
        webhooks.dead_letters(reviewer, book)
    with pytest.raises(Refused):
        webhooks.replay(SECURITY, book, letter=dead[0]["id"] + 1)
    assert webhooks.replay(SECURITY, book, letter=dead[0]["id"]) == 1
    again = outbox.take(book, own, LEASE)
    assert again is not None
    assert (again.key, again.attempts) == (taken.key, 0)


def test_a_webhook_that_is_removed_gets_nothing_more(
    book: Casebook, case: dict[str, Any], reviewer: Principal, chengdu: Principal
) -> None:
    own = hook(book)
    do(reviewer, book, case, "release")
    webhooks.remove_webhook(SECURITY, book, own)
    do(chengdu, book, case, "accept")
    assert len(written(book, own)) == 1
    assert outbox.hooks_due(book) == []
    assert webhooks.replay(SECURITY, book) == 0
    assert webhooks.list_webhooks(SECURITY, book)[0]["dead"] == 1


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "gopher://his.example.cn/", "http://his.example.cn/", "https://127.0.0.1/", "https:///x",
     "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest", "https://0.0.0.0/", "x",
     "https://a:b@his.example.cn/", "https://his.example.cn/#x", "https://his.example.cn:99999/", "https://中.cn/"],
)  # fmt: skip
def test_an_address_that_is_none_for_deliveries_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        checked(url, Reach())


def test_agencies_systems_stand_in_private_networks(book: Casebook) -> None:
    assert checked("https://10.51.7.9:8443/lianshen?x=1", Reach()) == "https://10.51.7.9:8443/lianshen?x=1"


def test_a_key_is_claimed_once_and_its_answer_kept(book: Casebook, clock: Clock) -> None:
    held = repeating.claim(book, "api:x", "one", "a" * 64)
    assert isinstance(held, repeating.Claim)
    with pytest.raises(KeyReused):
        repeating.claim(book, "api:x", "one", "b" * 64)
    repeating.keep(book, held, repeating.Answer(200, {"content-type": "application/json"}, b"{}"))
    assert repeating.claim(book, "api:x", "one", "a" * 64) == repeating.Answer(
        200, {"content-type": "application/json"}, b"{}"
    )
    clock.forward(days=1, seconds=1)
    assert isinstance(repeating.claim(book, "api:x", "one", "a" * 64), repeating.Claim)


def test_a_server_that_died_before_the_work_lets_the_next_attempt_do_it(book: Casebook, clock: Clock) -> None:
    held = repeating.claim(book, "api:x", "one", "a" * 64)
    assert isinstance(held, repeating.Claim)
    with pytest.raises(KeyInUse):
        repeating.claim(book, "api:x", "one", "a" * 64)
    clock.forward(seconds=repeating.LEASE.total_seconds() + 1)
    assert isinstance(repeating.claim(book, "api:x", "one", "a" * 64), repeating.Claim)
    # Should the first be alive after all, its write fails as a whole.
    remembered = before_commit.set(repeating.noting(held))
    with pytest.raises(KeyInUse), writing(book.engine) as con:
        con.execute(t.note.insert().values(name="late", value="x"))
    before_commit.reset(remembered)
    with book.engine.connect() as con:
        assert con.scalar(select(func.count()).select_from(t.note)) == 0


def test_a_server_that_died_after_the_work_says_that_it_took_effect(book: Casebook, clock: Clock) -> None:
    held = repeating.claim(book, "api:x", "one", "a" * 64)
    assert isinstance(held, repeating.Claim)
    remembered = before_commit.set(repeating.noting(held))
    with writing(book.engine) as con:
        con.execute(t.note.insert().values(name="done", value="x"))
    before_commit.reset(remembered)
    clock.forward(seconds=repeating.LEASE.total_seconds() + 1)
    with pytest.raises(KeyInUse) as error:
        repeating.claim(book, "api:x", "one", "a" * 64)
    assert error.value.is_lost


def test_a_failure_gives_the_key_back(book: Casebook) -> None:
    held = repeating.claim(book, "api:x", "one", "a" * 64)
    assert isinstance(held, repeating.Claim)
    repeating.release(book, held)
    assert isinstance(repeating.claim(book, "api:x", "one", "c" * 64), repeating.Claim)


def test_a_token_stands_for_its_agency_until_it_ends(book: Casebook, clock: Clock) -> None:
    made = tokens.add_token(SECURITY, book, "chengdu-his", "handler", "510100", 30)
    found = tokens.principal_of_token(book, made.token, "10.0.0.9")
    assert found is not None
    assert (found.login, found.role, found.agency, found.ip) == ("api:chengdu-his", "handler", "510100", "10.0.0.9")
    assert tokens.list_tokens(SECURITY, book)[0]["used_at"] is not None
    assert tokens.principal_of_token(book, made.token + "x") is None
    clock.forward(days=30)
    assert tokens.principal_of_token(book, made.token) is None
