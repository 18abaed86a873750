"""The flow that trains: one model that cannot be trained does not hold up the others, and the policy is stated."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from models.test_nights import LAST, TOY, con, content

from lianshen.anomaly import ModelStore, TooFewRows
from lianshen.errors import LianshenError
from lianshen_flows import train as flow
from lianshen_flows.nightly import call

__all__ = ["con", "content"]

NEEDY = replace(TOY, id="TT-04", needs={"settled.icu_d": "没有重症监护数据"})


def broken(*_: Any) -> Any:
    raise LianshenError("its knowledge is torn")


@pytest.fixture
def workshop(con: duckdb.DuckDBPyConnection, content: Path, tmp_path: Path) -> Any:
    settings = SimpleNamespace(content=content)
    return SimpleNamespace(connection=con, store=ModelStore(tmp_path / "models"), settings=settings)


def train(monkeypatch: pytest.MonkeyPatch, workshop: Any, *models: Any, auto_approve: bool) -> dict[str, Any]:
    monkeypatch.setattr(flow, "MODELS", models)
    return {card["model"]: card for card in flow.train_all(workshop, LAST, call, auto_approve=auto_approve)}


def test_what_cannot_be_trained_says_why_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch, workshop: Any) -> None:
    cards = train(monkeypatch, workshop, NEEDY, TOY, auto_approve=True)
    assert "没有重症监护数据" in cards["TT-04"]["state"]
    assert not cards["TT-04"]["promoted"]
    assert cards["TT-02"]["promoted"]
    assert cards["TT-02"]["approved_by"] == "policy"


def test_without_the_policy_a_person_approves(monkeypatch: pytest.MonkeyPatch, workshop: Any) -> None:
    card = train(monkeypatch, workshop, TOY, auto_approve=False)["TT-02"]
    assert not card["promoted"]
    assert "waits for approval" in card["state"]
    assert workshop.store.champion("TT-02") is None


def test_when_nothing_can_be_trained_the_flow_fails_and_says_why(
    monkeypatch: pytest.MonkeyPatch, workshop: Any
) -> None:
    with pytest.raises(TooFewRows, match="没有重症监护数据"):
        train(monkeypatch, workshop, NEEDY, auto_approve=True)
    monkeypatch.setattr(flow, "MODELS", (TOY,))
    with pytest.raises(TooFewRows):
        flow.train_all(workshop, LAST - timedelta(days=400), call, auto_approve=True)


def test_another_error_is_raised_when_the_others_are_done(monkeypatch: pytest.MonkeyPatch, workshop: Any) -> None:
    with pytest.raises(LianshenError, match="TT-05: its knowledge is torn"):
        train(monkeypatch, workshop, replace(TOY, id="TT-05", learn=broken), TOY, auto_approve=True)
    assert workshop.store.champion("TT-02") is not None
