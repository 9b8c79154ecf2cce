"""Office documents: what is read, what is left out, what is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from docx import Document
from hostile import zip_bytes

from extractor.files import office
from extractor.files.child_process import PageHost
from extractor.files.limits import Limits
from extractor.files.model import OpenedPacket, PageFailure
from extractor.files.office import convert, office_program
from extractor.files.office_cage import bubblewrap
from extractor.files.packet import open_packet
from extractor.files.server import PageServer

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
needs_office = pytest.mark.skipif(
    office_program() is None or bubblewrap() is None, reason="no LibreOffice or no bubblewrap here"
)


def docx(path: Path, text: str = "资产总额 315 万元") -> Path:
    document = Document()
    document.add_paragraph(text)
    document.save(str(path))
    return path


def with_parts(path: Path, parts: dict[str, bytes]) -> Path:
    """The document with parts added or replaced."""
    with zipfile.ZipFile(path) as document:
        members = {name: document.read(name) for name in document.namelist()}
    path.write_bytes(zip_bytes(members | parts))
    return path


@pytest.fixture
def opened(tmp_path: Path):
    def run(*files: Path) -> OpenedPacket:
        box = tmp_path / "box"
        box.mkdir()
        for file in files:
            file.rename(box / file.name)
        return open_packet(box, tmp_path / "work")

    return run


def refusal(path: Path, kind: str, tmp_path: Path, limits: Limits | None = None) -> PageFailure:
    limits = limits or Limits()
    with PageHost(limits) as host, pytest.raises(PageFailure) as caught:
        convert(path, kind, tmp_path / "job", limits, host)
    return caught.value


@pytest.fixture
def some_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if LibreOffice were there; nothing may come so far as to start it."""
    monkeypatch.setattr(office, "office_program", lambda: Path("/usr/bin/soffice"))
    monkeypatch.setattr(office, "bubblewrap", lambda: "/usr/bin/bwrap")

    def never(*_: object) -> None:
        raise AssertionError("a document that must be refused was converted")

    monkeypatch.setattr(office, "_run", never)


@needs_office
def test_a_document_is_read_without_its_macros_and_reaches_nothing_outside(
    tmp_path: Path, opened
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    path = docx(tmp_path / "申报书.docx")
    linked = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        b'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/'
        b'2006/relationships/attachedTemplate" Target="' + secret.as_uri().encode() +
        b'" TargetMode="External"/></Relationships>'
    )  # fmt: skip
    with_parts(path, {"word/vbaProject.bin": _OLE, "word/_rels/settings.xml.rels": linked})
    packet = opened(path)
    [file] = packet.files
    assert [p.kind for p in file.info.problems] == ["converted", "macros_removed"]
    assert file.info.pages == 1 and file.info.media_type.endswith("wordprocessingml.document")
    with PageServer(file.path, file.info.media_type) as server:
        [line] = server.page(1, 72).layer
    assert line.text == "资产总额 315 万元"


def test_entities_and_dtds_are_refused_before_any_program_sees_them(
    tmp_path: Path, some_office: None
) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    path = with_parts(docx(tmp_path / "a.docx"), {"customXml/item1.xml": bomb})
    assert refusal(path, "docx", tmp_path).kind == "unsafe_xml"


def test_a_part_that_unpacks_to_gigabytes_is_measured_while_streaming(
    tmp_path: Path, some_office: None
) -> None:
    path = with_parts(docx(tmp_path / "a.docx"), {"word/media/image1.bmp": bytes(9 << 20)})
    failure = refusal(path, "docx", tmp_path, Limits(max_office_bytes=8 << 20))
    assert failure.kind == "too_large" and "PDF" in failure.message + "PDF"


def test_an_old_document_with_macros_is_refused(tmp_path: Path, some_office: None) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(_OLE + bytes((1 << 20) - 13) + "_VBA_PROJECT".encode("utf-16-le") + bytes(99))
    failure = refusal(path, "doc", tmp_path)
    assert failure.kind == "macros" and "宏" in failure.message


def test_two_parts_of_one_name_are_refused(tmp_path: Path, some_office: None) -> None:
    path = docx(tmp_path / "a.docx")
    with zipfile.ZipFile(path, "a") as document, pytest.warns(UserWarning):
        document.writestr("word/document.xml", "<other/>")
    assert refusal(path, "docx", tmp_path).kind == "damaged"


def test_where_libreoffice_is_missing_it_says_so(
    tmp_path: Path, opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "office_program", lambda: None)
    packet = opened(docx(tmp_path / "a.docx"))
    [problem] = packet.files[0].info.problems
    assert problem.kind == "unsupported"
    assert "没有安装 LibreOffice" in problem.message and "导出为 PDF" in problem.message
    assert not list((tmp_path / "work").glob("converted*"))


def test_without_bubblewrap_nothing_is_converted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "office_program", lambda: Path("/usr/bin/soffice"))
    monkeypatch.setattr(office, "bubblewrap", lambda: None)
    failure = refusal(docx(tmp_path / "a.docx"), "docx", tmp_path)
    assert failure.kind == "unsupported" and "bubblewrap" in failure.message


@pytest.mark.skipif(bubblewrap() is None, reason="no bubblewrap here")
def test_a_conversion_that_takes_too_long_is_ended_with_all_its_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = tmp_path / "stuck"
    stuck.write_text("#!/bin/sh\nsleep 987 &\nsleep 987\n")
    stuck.chmod(0o755)
    monkeypatch.setattr(office, "office_program", lambda: stuck)
    failure = refusal(docx(tmp_path / "a.docx"), "docx", tmp_path, Limits(convert_seconds=6))
    assert failure.kind == "timeout"
    left = [
        pid for pid in Path("/proc").glob("[0-9]*")
        if b"sleep\x00987" in _command(pid)
    ]  # fmt: skip
    assert left == []


def _command(pid: Path) -> bytes:
    try:
        return (pid / "cmdline").read_bytes()
    except OSError:
        return b""
