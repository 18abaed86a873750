"""Files on a case, its archive and its zip, the people it can be assigned to, and the cases beside it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa
from cases.warehouse_rows import Clock, Warehouse
from hypothesis import given
from hypothesis import strategies as st

from lianshen.cases import services
from lianshen.cases import tables as t
from lianshen.cases.domain import Principal
from lianshen.cases.errors import Forbidden, NotFound, Refused
from lianshen.cases.filters import CaseFilter
from lianshen.cases.media import JPEG, MOST_BYTES, PDF, recognise, safe_name
from lianshen.cases.services import (
    archiving,
    attaching,
    colleagues,
    inquiring,
    letters,
    neighbours,
    objections,
    unmasking,
)
from lianshen.cases.store import Casebook

PAPER = b"%PDF-1.7\n1 0 obj\n%%EOF"
CONCLUSION = "调取病历与收费清单逐项核对，情况与疑点描述一致，机构书面认可。"


def office(*names: str) -> bytes:
    """Return a zip with the named parts, as office documents are."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        (PAPER, ".pdf"),
        (b"\x89PNG\r\n\x1a\n....", ".png"),
        (b"\xff\xd8\xff\xe0....", ".jpg"),
        (b"II*\x00....", ".tif"),
        (office("[Content_Types].xml", "word/document.xml"), ".docx"),
        (office("[Content_Types].xml", "xl/workbook.xml"), ".xlsx"),
        (office("OFD.xml"), ".ofd"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(body: bytes, ending: str) -> None:
    assert recognise(body).ending == ending


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"GIF89a",
        b"PK\x03\x04 and then nothing",
        office("anything.txt"),
        office("word/document.xml", "word/vbaProject.bin"),
        PAPER + b" " * MOST_BYTES,
    ],
)
def test_pages_programs_macros_archives_and_what_is_too_large_are_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        recognise(body)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("病历.pdf", "病历.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\windows\\system32\\x.exe", "x.exe.pdf"),
        ("病历\u202efdp.exe", "病历fdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("..", "附件.pdf"),
        ("", "附件.pdf"),
        (".pdf", "附件.pdf"),
        ('a"b;c.PDF', "a_b;c.PDF"),
    ],
)
def test_a_name_is_only_a_name_and_ends_as_the_file_is(name: str, kept: str) -> None:
    assert safe_name(name, PDF) == kept


def test_another_ending_of_the_same_kind_stays() -> None:
    assert safe_name("扫描.jpeg", JPEG) == "扫描.jpeg"


@given(st.text(max_size=300))
def test_no_name_leads_anywhere(name: str) -> None:
    kept = safe_name(name, PDF)
    assert 0 < len(kept) <= 130
    assert not set(kept) & set('/\\\r\n\x00"<>')
    assert kept not in (".", "..")
    assert kept.lower().endswith(".pdf")


@pytest.fixture
def case_no(book: Casebook, warehouse: Warehouse, reviewer: Principal, chengdu: Principal) -> str:
    """Return a case that Chengdu has taken."""
    warehouse.settle("S1")
    warehouse.line("L1", "S1", "300.00")
    warehouse.line("L2", "S1", "100.00")
    warehouse.find("PL-11", "S1", "400.00", lines=("L1", "L2"))
    warehouse.assemble(book.engine)
    case = services.list_cases(reviewer, book, CaseFilter())["items"][0]["case_no"]
    go(reviewer, book, case, "release")
    go(chengdu, book, case, "accept")
    return case


def go(p: Principal, book: Casebook, case_no: str, action: str, **said: Any) -> int:
    """Take an action on the case as it stands; return its version afterwards."""
    version = services.get_case(p, book, case_no)["version"]
    return int(services.transition(p, book, case_no, action, version, **said)["version"])


def close(book: Casebook, case_no: str, handler: Principal, reviewer: Principal) -> int:
    """Take an accepted case to its end; return its version."""
    services.determine_rest(handler, book, case_no, "full", "violation")
    go(handler, book, case_no, "submit", text=CONCLUSION, worth_checking=True)
    return go(reviewer, book, case_no, "confirm")


def test_a_file_is_kept_once_with_its_hash_and_stands_in_the_trail(
    book: Casebook, case_no: str, chengdu: Principal
) -> None:
    first = attaching.add_attachment(chengdu, book, case_no, "病历.pdf", PAPER, "record")
    again = attaching.add_attachment(chengdu, book, case_no, "另名.pdf", PAPER, "record")
    assert first["id"] == again["id"]
    assert first["sha256"] == hashlib.sha256(PAPER).hexdigest()
    assert attaching.get_attachment(chengdu, book, case_no, first["id"])["body"] == PAPER
    events = [event["action"] for event in services.get_events(chengdu, book, case_no)]
    assert events.count("attach") == 1
    with book.engine.connect() as con:
        looked = con.scalars(sa.select(t.view_log.c.what).where(t.view_log.c.case_no == case_no)).all()
    assert looked == [f"file {first['id']}"]


def test_a_hidden_file_is_listed_as_hidden_and_its_bytes_stay(
    book: Casebook, case_no: str, chengdu: Principal, chengdu_lead: Principal, reviewer: Principal
) -> None:
    file = attaching.add_attachment(chengdu, book, case_no, "错.pdf", PAPER)["id"]
    with pytest.raises(Refused):
        attaching.hide_attachment(chengdu, book, case_no, file, " ")
    with pytest.raises(Forbidden):
        attaching.hide_attachment(reviewer, book, case_no, file, "不是我的")
    attaching.hide_attachment(chengdu_lead, book, case_no, file, "传错病历")
    assert [row["is_hidden"] for row in attaching.list_attachments(chengdu, book, case_no)] == [True]
    with pytest.raises(NotFound):
        attaching.get_attachment(chengdu, book, case_no, file)
    with book.engine.connect() as con:
        assert con.scalar(sa.select(t.attachment.c.body)) == PAPER
    # The same file may come again after it was hidden.
    assert attaching.add_attachment(chengdu, book, case_no, "对.pdf", PAPER)["id"] != file


def test_files_of_another_agency_and_of_another_case_are_not_there(
    book: Casebook, case_no: str, chengdu: Principal, mianyang: Principal
) -> None:
    file = attaching.add_attachment(chengdu, book, case_no, "病历.pdf", PAPER)["id"]
    for number in (case_no, "SC20260101-AAAAAA"):
        with pytest.raises(NotFound):
            attaching.get_attachment(mianyang, book, number, file)
        with pytest.raises(NotFound):
            attaching.list_attachments(mianyang, book, number)
        with pytest.raises(NotFound):
            attaching.add_attachment(mianyang, book, number, "x.pdf", PAPER)
    manager = Principal(9, "guanli", "管理", "manager")
    assert attaching.list_attachments(manager, book, case_no)
    with pytest.raises(Forbidden):
        attaching.add_attachment(manager, book, case_no, "x.pdf", PAPER)


def test_an_inquiry_has_files_for_its_two_sides_only(
    book: Casebook, case_no: str, chengdu: Principal, mianyang: Principal
) -> None:
    with book.engine.begin() as con:
        con.execute(
            t.inquiry.insert().values(
                inquiry_no="XC1", kind="query", case_no=case_no, from_agency="510100", to_agency="510700", subject="问",
                topic="other", text="问", state="sent", due_at=book.today, version=1, asked_by="chengdu01",
                asked_at=book.now(),
            )
        )  # fmt: skip
    file = attaching.add_attachment(mianyang, book, "XC1", "答复.pdf", PAPER, "letter", of="inquiry")["id"]
    assert attaching.get_attachment(chengdu, book, "XC1", file, of="inquiry")["body"] == PAPER
    stranger = Principal(8, "zigong01", "自贡经办", "handler", "510300")
    with pytest.raises(NotFound):
        attaching.get_attachment(stranger, book, "XC1", file, of="inquiry")
    with pytest.raises(NotFound):
        # Nor by way of a case: a file belongs to what it was added to.
        attaching.get_attachment(chengdu, book, case_no, file)


def test_the_pieces_of_an_archived_case_keep_their_hashes_whatever_comes_later(
    book: Casebook, case_no: str, clock: Clock, chengdu: Principal, reviewer: Principal
) -> None:
    attaching.add_attachment(chengdu, book, case_no, "病历.pdf", PAPER, "record")
    version = close(book, case_no, chengdu, reviewer)
    day = book.today
    services.record_recovery(chengdu, book, case_no, 10_000, "deduction", "K1", day, version)
    go(chengdu, book, case_no, "archive", text="余款分期扣回")
    listed = {row["name"]: row["sha256"] for row in services.get_archive(chengdu, book, case_no)}
    assert sum("附件" in name for name in listed) == 1
    # The clock stands still: what is later is told by the trail, not by the time.
    services.record_recovery(chengdu, book, case_no, 5_000, "deduction", "K2", day, version + 2)
    attaching.add_attachment(chengdu, book, case_no, "凭证.pdf", PAPER + b"2", "voucher")
    services.comment(chengdu, book, case_no, "第二笔已到账")
    clock.forward(days=3)
    for _ in range(2):
        with zipfile.ZipFile(io.BytesIO(services.export_case(chengdu, book, case_no))) as archive:
            packed = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
            hashes = json.loads(archive.read(archiving.LIST_NAME))
        assert {name: packed[name] for name in listed} == listed
        assert hashes == {name: packed[name] for name in packed if name != archiving.LIST_NAME}
        assert len([name for name in packed if name.startswith(archiving.LATER)]) == 3
    with pytest.raises(Refused):
        attaching.hide_attachment(chengdu, book, case_no, 1, "归档后")


def zipped(p: Principal, book: Casebook, case_no: str) -> dict[str, bytes]:
    """Return the pieces of the case's file by name."""
    with zipfile.ZipFile(io.BytesIO(services.export_case(p, book, case_no))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_letters_and_what_other_agencies_sent_are_in_the_file_with_their_hashes(
    book: Casebook, case_no: str, clock: Clock, chengdu: Principal, reviewer: Principal
) -> None:
    insured = Principal(7, "mianyang03", "绵阳经办3", "handler", "510700", sees_insured=True)
    query = inquiring.ask(chengdu, book, case_no, "filing", "请核实该参保人住院期间异地就医备案是否有效。")
    number = query["inquiry_no"]
    attaching.add_attachment(insured, book, number, "备案表.pdf", PAPER, "evidence", of="inquiry")
    first = letters.case_letter(reviewer, book, case_no, "协查函", "docx").body
    clock.forward(hours=3)
    second = letters.case_letter(chengdu, book, case_no, "协查函", "docx").body
    asking = letters.inquiry_letter(chengdu, book, number, "委托协查函", "docx").body
    assert first != second
    close(book, case_no, chengdu, reviewer)
    go(chengdu, book, case_no, "archive", text="款项随下月清算扣回")
    listed = {row["name"]: row["sha256"] for row in services.get_archive(chengdu, book, case_no)}
    # What was written after the archiving lies beside what was archived.
    later = letters.case_letter(chengdu, book, case_no, "办结单", "docx").body
    for _ in range(2):
        packed = zipped(chengdu, book, case_no)
        names = {name.partition("_")[2] if not name.startswith(archiving.LATER) else name: name for name in packed}
        assert packed[names[f"文书_2_协查函-{case_no}.docx"]] == first
        assert packed[names[f"协同_{number}_附件_1_备案表.pdf"]] == PAPER
        assert packed[names[f"协同_{number}_文书_3_委托协查函-{number}.docx"]] == asking
        assert packed[f"{archiving.LATER}文书_4_办结单-{case_no}.docx"] == later
        assert {name: hashlib.sha256(packed[name]).hexdigest() for name in listed} == listed
    assert sum(name.endswith((".docx", ".pdf")) for name in listed) == 3
    with pytest.raises(Refused, match="已归档"):
        attaching.hide_attachment(insured, book, number, 1, "放错了", of="inquiry")


def test_the_file_of_a_case_holds_nothing_of_a_persons_objection(
    book: Casebook, case_no: str, chengdu: Principal
) -> None:
    insured = Principal(7, "mianyang03", "绵阳经办3", "handler", "510700", sees_insured=True)
    objection = objections.receive(insured, book, "S1", "amount", "参保人认为起付线重复扣除，请核实。")
    attaching.add_attachment(insured, book, objection["inquiry_no"], "身份证.pdf", PAPER, "other", of="inquiry")
    packed = zipped(chengdu, book, case_no)
    assert not any(objection["inquiry_no"] in name for name in packed)
    assert PAPER not in packed.values()


def test_full_identifiers_need_a_reason_and_leave_an_event(
    book: Casebook, case_no: str, chengdu: Principal, mianyang: Principal
) -> None:
    with pytest.raises(Refused):
        unmasking.unmask(chengdu, book, case_no, "看看")
    with pytest.raises(NotFound):
        unmasking.unmask(mianyang, book, case_no, "核对参保人身份")
    with pytest.raises(Forbidden):
        unmasking.unmask(Principal(9, "fenxi", "分析", "analyst"), book, case_no, "核对参保人身份")
    shown = unmasking.unmask(chengdu, book, case_no, "核对参保人身份")
    assert shown["person"] == services.get_case(chengdu, book, case_no)["person"]
    assert shown["settlements"][0]["setl_id"] == "S1"
    event = services.get_events(chengdu, book, case_no)[0]
    assert (event["action"], event["reason"]) == ("unmask", "核对参保人身份")


def test_a_case_is_assigned_to_people_of_the_agency_least_work_first(
    book: Casebook, case_no: str, chengdu: Principal, chengdu_lead: Principal
) -> None:
    for login, agency, role in (
        ("chengdu01", "510100", "handler"),
        ("chengdu09", "510100", "handler"),
        ("mianyang01", "510700", "handler"),
        ("chengdu08", "510100", "manager"),
    ):
        services.add_user(services.OPERATOR, book, login, login, role, agency, "pages-are-tested-1")
    found = [(one["login"], one["open"]) for one in colleagues.colleagues(chengdu_lead, book, case_no)]
    assert found == [("chengdu09", 0), ("chengdu01", 1)]
    assert colleagues.colleagues(chengdu, book, case_no) == []


@pytest.mark.parametrize("sort", [None, "at_issue", "-due_at", "due_at,-severity", "case_no"])
def test_before_and_after_follow_the_order_of_the_queue(
    book: Casebook, warehouse: Warehouse, reviewer: Principal, sort: str | None
) -> None:
    for number in range(7):
        warehouse.settle(f"S{number}", person=f"p{number}")
        warehouse.find("PL-11", f"S{number}", f"{100 + number % 3}.00")
    warehouse.assemble(book.engine)
    f = CaseFilter(sort=sort)
    numbers = [case["case_no"] for case in services.list_cases(reviewer, book, f)["items"]]
    for number in numbers[:3]:
        go(reviewer, book, number, "release")
    rows = [case["case_no"] for case in services.list_cases(reviewer, book, f)["items"]]
    for index, number in enumerate(rows):
        before, after = neighbours.neighbours(reviewer, book, f, number)
        assert before == (rows[index - 1] if index else None)
        assert after == (rows[index + 1] if index + 1 < len(rows) else None)


def test_what_left_the_queue_still_has_its_place_beside_the_others(
    book: Casebook, warehouse: Warehouse, reviewer: Principal
) -> None:
    for number in range(3):
        warehouse.settle(f"S{number}", person=f"p{number}")
        warehouse.find("PL-11", f"S{number}", f"{100 + number}.00")
    warehouse.assemble(book.engine)
    f = CaseFilter(state=("new",))
    first, second, third = (case["case_no"] for case in services.list_cases(reviewer, book, f)["items"])
    go(reviewer, book, second, "release")
    assert neighbours.neighbours(reviewer, book, f, second) == (first, third)
