"""Files over the interface: types, sizes, names, whose they are, and how they come back."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from dashboards.conftest import Client, SignIn
from dashboards.seed import LEAD

from lianshen.cases import services
from lianshen.cases.filters import CaseFilter
from lianshen.cases.media import MOST_BYTES
from lianshen.cases.store import Casebook

PAPER = b"%PDF-1.7\n1 0 obj\n%%EOF"


@pytest.fixture
def case_no(book: Casebook) -> str:
    """Return a case of Mianyang that is being worked on."""
    found = services.list_cases(LEAD, book, CaseFilter(region=("510700",), state=("accepted",)), 0, 1)["items"]
    return str(found[0]["case_no"])


def send(client: Client, case_no: str, name: str, body: bytes, kind: str = "record") -> Any:
    """Upload a file as the page does."""
    url = f"/api/v1/cases/{case_no}/attachments"
    return client.post(url, files={"file": (name, body, "text/html")}, data={"kind": kind})


def test_a_file_goes_in_and_comes_out_as_it_was_and_only_to_be_saved(sign_in: SignIn, case_no: str) -> None:
    client = sign_in("mianyang")
    answer = send(client, case_no, "../../病历 1.pdf", PAPER)
    assert answer.status_code == 200, answer.text
    file = answer.json()
    assert (file["name"], file["media_type"]) == ("病历 1.pdf", "application/pdf")
    assert file["sha256"] == hashlib.sha256(PAPER).hexdigest()
    assert "body" not in file
    back = client.get(f"/api/v1/cases/{case_no}/attachments/{file['id']}")
    assert back.content == PAPER
    assert back.headers["content-type"] == "application/pdf"
    assert back.headers["content-disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%E7%97%85%E5%8E%86%201.pdf" in back.headers["content-disposition"]
    assert back.headers["x-content-type-options"] == "nosniff"
    assert back.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "body"),
    [("a.pdf", b""), ("a.pdf", b"<script>alert(1)</script>"), ("a.png", b"MZ\x90"), ("a.docx", b"PK\x03\x04zzz")],
)
def test_what_is_not_of_a_taken_kind_is_refused_whatever_it_is_called(
    sign_in: SignIn, case_no: str, name: str, body: bytes
) -> None:
    client = sign_in("mianyang")
    assert send(client, case_no, name, body).status_code == 422
    assert client.get(f"/api/v1/cases/{case_no}/attachments").json() == []


def test_what_is_too_large_is_refused_before_it_is_read(sign_in: SignIn, case_no: str) -> None:
    client = sign_in("mianyang")
    assert send(client, case_no, "a.pdf", PAPER + b" " * (MOST_BYTES + 70_000)).status_code == 413
    assert send(client, case_no, "a.pdf", PAPER.ljust(MOST_BYTES + 1)).status_code == 422
    assert send(client, case_no, "a.pdf", PAPER.ljust(MOST_BYTES)).status_code == 200


def test_an_upload_that_says_no_length_or_brings_no_file_is_refused(sign_in: SignIn, case_no: str) -> None:
    client = sign_in("mianyang")
    url = f"/api/v1/cases/{case_no}/attachments"
    assert client.post(url, content=iter([b"x"])).status_code == 411
    assert client.post(url, data={"kind": "record"}).status_code == 422
    assert send(client, case_no, "a.pdf", PAPER, kind="no-kind").status_code == 422


def test_files_of_another_region_look_like_none(sign_in: SignIn, case_no: str) -> None:
    file = send(sign_in("mianyang"), case_no, "a.pdf", PAPER).json()["id"]
    stranger = sign_in("chengdu")
    for path in ("", f"/{file}"):
        hidden = stranger.get(f"/api/v1/cases/{case_no}/attachments{path}")
        missing = stranger.get(f"/api/v1/cases/SC20260101-AAAAAA/attachments{path}")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.text.replace(case_no, "X") == missing.text.replace("SC20260101-AAAAAA", "X")
    assert send(stranger, case_no, "a.pdf", PAPER).status_code == 404
    body = {"text": "不是我的"}
    assert stranger.request("DELETE", f"/api/v1/cases/{case_no}/attachments/{file}", json=body).status_code == 404
    assert stranger.get(f"/api/v1/cases/{case_no}/file.zip").status_code == 404
    assert stranger.get(f"/api/v1/cases/{case_no}/archive").status_code == 404
    assert stranger.post(f"/api/v1/cases/{case_no}/unmask", json={"reason": "核对身份信息"}).status_code == 404


def test_a_hidden_file_is_no_longer_given_out(sign_in: SignIn, case_no: str) -> None:
    client = sign_in("mianyang")
    file = send(client, case_no, "a.pdf", PAPER).json()["id"]
    url = f"/api/v1/cases/{case_no}/attachments/{file}"
    assert client.request("DELETE", url, json={"text": ""}).status_code == 422
    assert client.request("DELETE", url, json={"text": "传错"}).status_code == 200
    assert client.get(url).status_code == 404
    assert [row["is_hidden"] for row in client.get(f"/api/v1/cases/{case_no}/attachments").json()] == [True]


def test_a_file_cannot_be_reached_through_another_case(sign_in: SignIn, book: Casebook, case_no: str) -> None:
    client = sign_in("mianyang")
    file = send(client, case_no, "a.pdf", PAPER).json()["id"]
    own = services.list_cases(LEAD, book, CaseFilter(region=("510700",), state=("closed",)), 0, 1)["items"][0]
    assert client.get(f"/api/v1/cases/{own['case_no']}/attachments/{file}").status_code == 404


def test_the_case_file_holds_its_files_and_the_hashes_of_all(sign_in: SignIn, case_no: str) -> None:
    client = sign_in("mianyang")
    send(client, case_no, "病历.pdf", PAPER)
    answer = client.get(f"/api/v1/cases/{case_no}/file.zip")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        hashes = json.loads(packed.read("目录.json"))
        assert {name for name in packed.namelist() if name != "目录.json"} == set(hashes)
        assert all(hashlib.sha256(packed.read(name)).hexdigest() == hashes[name] for name in hashes)
    assert any(name.endswith("病历.pdf") for name in hashes)


def test_full_identifiers_are_given_for_a_reason_only(sign_in: SignIn, case_no: str) -> None:
    client = sign_in("mianyang")
    url = f"/api/v1/cases/{case_no}/unmask"
    assert client.post(url, json={"reason": ""}).status_code == 422
    shown = client.post(url, json={"reason": "与机构核对参保人身份"}).json()
    assert len(shown["person"]) == 32
    assert client.get(f"/api/v1/cases/{case_no}/events").json()
    assert sign_in("guanli").post(url, json={"reason": "与机构核对参保人身份"}).status_code == 403
