"""Opening packets: every kind of container, every kind of fault."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest
from hostile import (
    drawn_pdf,
    locked_pdf,
    many_pages_pdf,
    plain_pdf,
    plain_png,
    raw_named_zip,
    with_flag,
    zip_bytes,
    zip_of,
)
from PIL import Image

from extractor.core.errors import PacketError
from extractor.files.limits import Limits
from extractor.files.model import OpenedPacket
from extractor.files.office import office_program
from extractor.files.office_cage import bubblewrap
from extractor.files.packet import open_packet

_CAN_CONVERT = office_program() is not None and bubblewrap() is not None
_EMPTY_OFFICE = "damaged" if _CAN_CONVERT else "unsupported"


@pytest.fixture
def opened(tmp_path: Path):
    def run(path: Path, limits: Limits | None = None) -> OpenedPacket:
        return open_packet(path, tmp_path / "work", limits)

    return run


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "packet"
    folder.mkdir()
    return folder


def names(packet: OpenedPacket) -> list[str]:
    return [file.info.name for file in packet.files]


def kinds(packet: OpenedPacket) -> list[str]:
    return [problem.kind for problem in packet.problems]


def only_message(packet: OpenedPacket, kind: str) -> str:
    [message] = [p.message for p in packet.problems if p.kind == kind]
    return message


def test_a_folder_gives_its_files_in_the_order_people_number_them(box: Path, opened) -> None:
    for name in ("10.pdf", "2.pdf", "附件十一.pdf", "附件二.pdf"):
        plain_pdf(box / name)
    (box / "子目录").mkdir()
    plain_png(box / "子目录" / "1.png")
    packet = opened(box)
    assert names(packet) == ["2.pdf", "10.pdf", "子目录/1.png", "附件二.pdf", "附件十一.pdf"]
    assert [file.info.pages for file in packet.files] == [1] * 5
    assert packet.problems == ()
    assert packet.name == "packet"


def test_a_single_pdf_is_a_packet(tmp_path: Path, opened) -> None:
    packet = opened(plain_pdf(tmp_path / "申报书.pdf", 3))
    assert names(packet) == ["申报书.pdf"]
    assert packet.files[0].info.pages == 3
    assert packet.files[0].info.media_type == "application/pdf"


def test_ids_come_from_content_and_name_not_from_the_place(tmp_path: Path) -> None:
    for place in ("a", "b"):
        (tmp_path / place / "p").mkdir(parents=True)
        (tmp_path / place / "p" / "x.png").write_bytes(plain_png(tmp_path / "x.png").read_bytes())
    first = open_packet(tmp_path / "a" / "p", tmp_path / "w1")
    second = open_packet(tmp_path / "b" / "p", tmp_path / "w2")
    assert first.id == second.id
    assert first.files[0].info == second.files[0].info


def test_a_folder_and_a_zip_of_it_name_their_files_alike(box: Path, tmp_path: Path) -> None:
    plain_pdf(box / "a.pdf")
    zipped = zip_of(tmp_path / "p.zip", {"a.pdf": (box / "a.pdf").read_bytes()})
    assert names(open_packet(box, tmp_path / "w1")) == names(open_packet(zipped, tmp_path / "w2"))


def test_hidden_and_temporary_files_are_left_out_and_said(box: Path, opened) -> None:
    plain_pdf(box / "a.pdf")
    for junk in (".DS_Store", "Thumbs.db", "~$a.docx", "b.pdf.part"):
        (box / junk).write_bytes(b"x")
    packet = opened(box)
    assert names(packet) == ["a.pdf"]
    assert kinds(packet) == ["ignored_files"]
    for junk in (".DS_Store", "Thumbs.db", "~$a.docx", "b.pdf.part"):
        assert junk in only_message(packet, "ignored_files")


def test_packet_yaml_is_handed_over_and_is_no_file(box: Path, opened) -> None:
    plain_pdf(box / "a.pdf")
    (box / "packet.yaml").write_text("scheme: x", encoding="utf-8")
    packet = opened(box)
    assert packet.packet_yaml == b"scheme: x"
    assert names(packet) == ["a.pdf"]
    assert packet.problems == ()


def test_the_outermost_packet_yaml_of_a_zip_wins(tmp_path: Path, opened) -> None:
    inner = zip_bytes({"packet.yaml": b"deep"})
    data = {"某公司/子/packet.yaml": b"low", "某公司/packet.yaml": b"top", "b.zip": inner}
    packet = opened(zip_of(tmp_path / "p.zip", data))
    assert packet.packet_yaml == b"top"


def test_gbk_names_are_read_as_chinese(tmp_path: Path, opened) -> None:
    pdf = plain_pdf(tmp_path / "a.pdf").read_bytes()
    path = raw_named_zip(tmp_path / "p.zip", {"营业执照/审计报告.pdf".encode("gbk"): pdf})
    assert names(opened(path)) == ["营业执照/审计报告.pdf"]


def test_a_backslash_byte_inside_a_gbk_character_is_no_folder(tmp_path: Path, opened) -> None:
    name = "公司誠信.pdf".encode("gbk")  # 誠 is D5 5C: its second byte is a backslash
    assert b"\\" in name
    pdf = plain_pdf(tmp_path / "a.pdf").read_bytes()
    packet = opened(raw_named_zip(tmp_path / "p.zip", {name: pdf}))
    assert names(packet) == ["公司誠信.pdf"]


def test_utf8_names_without_the_flag_are_read_as_utf8(tmp_path: Path, opened) -> None:
    pdf = plain_pdf(tmp_path / "a.pdf").read_bytes()
    path = raw_named_zip(tmp_path / "p.zip", {"人员花名册.pdf".encode(): pdf})
    assert names(opened(path)) == ["人员花名册.pdf"]


def test_western_names_stay_western(tmp_path: Path, opened) -> None:
    pdf = plain_pdf(tmp_path / "a.pdf").read_bytes()
    path = raw_named_zip(tmp_path / "p.zip", {"Résumé à côté.pdf".encode("cp437"): pdf})
    assert names(opened(path)) == ["Résumé à côté.pdf"]


@pytest.mark.parametrize(
    "name", ["../up.pdf", "a/../../up.pdf", "/etc/up.pdf", "C:\\up.pdf", "..\\up.pdf"]
)
def test_members_that_point_outside_are_refused(name: str, tmp_path: Path, opened) -> None:
    pdf = plain_pdf(tmp_path / "a.pdf").read_bytes()
    packet = opened(zip_of(tmp_path / "p.zip", {name: pdf, "good.pdf": pdf}))
    assert names(packet) == ["good.pdf"]
    assert kinds(packet) == ["unsafe_name"]
    written = {p.name for p in tmp_path.rglob("*")}
    assert "up.pdf" not in written


def test_a_symlink_in_a_zip_is_refused(tmp_path: Path, opened) -> None:
    link = zipfile.ZipInfo("link.pdf")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("good.pdf", plain_pdf(tmp_path / "a.pdf").read_bytes())
    packet = opened(path)
    assert names(packet) == ["good.pdf"]
    assert "link.pdf" in only_message(packet, "unsafe_name")


def test_links_and_pipes_in_a_folder_are_refused(box: Path, tmp_path: Path, opened) -> None:
    plain_pdf(box / "good.pdf")
    (box / "link.pdf").symlink_to(plain_pdf(tmp_path / "outside.pdf"))
    (box / "linked").symlink_to(tmp_path)
    os.mkfifo(box / "pipe.pdf")
    packet = opened(box)
    assert names(packet) == ["good.pdf"]
    assert kinds(packet) == ["unsafe_name"] * 3


def test_an_encrypted_member_is_said_and_the_rest_is_read(tmp_path: Path, opened) -> None:
    data = with_flag(zip_bytes({"secret.pdf": b"%PDF-1.4 whatever"}), 0x1)
    pdf = plain_pdf(tmp_path / "a.pdf").read_bytes()
    packet = opened(zip_of(tmp_path / "p.zip", {"locked.zip": data, "good.pdf": pdf}))
    assert names(packet) == ["good.pdf"]
    message = only_message(packet, "password")
    assert "locked.zip!/secret.pdf" in message
    assert "密码" in message


def test_a_bomb_is_stopped_while_it_unpacks(tmp_path: Path, opened) -> None:
    limits = Limits(ratio_from_bytes=1 << 20)
    pdf = plain_pdf(tmp_path / "a.pdf").read_bytes()
    path = zip_of(tmp_path / "p.zip", {"bomb.bin": bytes(30 << 20), "good.pdf": pdf})
    packet = opened(path, limits)
    assert names(packet) == ["good.pdf"]
    assert "bomb.bin" in only_message(packet, "bomb")
    assert sum(p.stat().st_size for p in (tmp_path / "work").iterdir()) < 1 << 20


def test_the_total_of_all_members_is_limited(tmp_path: Path, opened) -> None:
    noise = {f"{i}.bin": os.urandom(300_000) for i in range(4)}
    packet = opened(zip_of(tmp_path / "p.zip", noise), Limits(max_unpacked_bytes=1_000_000))
    assert len(packet.files) == 3
    assert kinds(packet).count("too_large") == 1


def test_too_many_members_are_said(tmp_path: Path, opened) -> None:
    packet = opened(
        zip_of(tmp_path / "p.zip", {f"{i}.txt": b"x" for i in range(5)}), Limits(max_files=3)
    )
    assert len(packet.files) == 3
    assert kinds(packet).count("too_many_files") == 2


def test_a_directory_of_absurd_length_is_not_read(tmp_path: Path, opened) -> None:
    data = bytearray(zip_bytes({"a.pdf": b"x"}))
    at = data.index(b"PK\x05\x06")
    data[at + 12 : at + 16] = (100 << 20).to_bytes(4, "little")
    path = tmp_path / "p.zip"
    path.write_bytes(bytes(data))
    assert "too_many_files" in kinds(opened(path))


def test_a_zip_in_a_zip_is_opened_and_its_names_say_so(tmp_path: Path, opened) -> None:
    pdf = plain_pdf(tmp_path / "x.pdf").read_bytes()
    packet = opened(zip_of(tmp_path / "p.zip", {"a.zip": zip_bytes({"b.pdf": pdf})}))
    assert names(packet) == ["a.zip!/b.pdf"]
    assert packet.problems == ()


def test_zips_nested_too_deep_are_listed_unopened(tmp_path: Path, opened) -> None:
    pdf = plain_pdf(tmp_path / "x.pdf").read_bytes()
    deepest = zip_bytes({"c.pdf": pdf})
    data = {"a.zip": zip_bytes({"b.zip": deepest, "b.pdf": pdf})}
    packet = opened(zip_of(tmp_path / "p.zip", data))
    assert names(packet) == ["a.zip!/b.pdf", "a.zip!/b.zip"]
    assert "a.zip!/b.zip" in only_message(packet, "too_deep")


def test_a_broken_zip_is_one_clear_problem(tmp_path: Path, opened) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(zip_bytes({"a.pdf": b"x" * 5000})[:-30])
    packet = opened(path)
    assert kinds(packet) == ["damaged", "no_pages"]
    assert "p.zip" in only_message(packet, "damaged")


def test_a_member_with_a_wrong_checksum_is_refused(tmp_path: Path, opened) -> None:
    data = bytearray(zip_bytes({"a.bin": b"A" * 50}))
    at = data.index(b"PK\x01\x02")
    data[at + 16] ^= 0xFF
    path = tmp_path / "p.zip"
    path.write_bytes(bytes(data))
    assert "a.bin" in only_message(opened(path), "damaged")


def test_a_compression_python_cannot_bound_is_refused(tmp_path: Path, opened) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.pdf", b"x" * 1000)
    assert "a.pdf" in only_message(opened(path), "unsupported")


def test_names_with_newlines_are_kept_as_data_and_shown_escaped(box: Path, opened) -> None:
    name = "a\n[错误]\u202efdp.pdf"
    (box / name).write_bytes(b"")
    packet = opened(box)
    assert names(packet) == [name]
    message = only_message(packet, "empty")
    assert "\n" not in message and "\u202e" not in message
    assert "a\\n[错误]\\u202efdp.pdf" in message


def test_names_that_are_no_utf8_on_disk_still_open(box: Path, opened) -> None:
    plain_pdf(box / "x.pdf")
    (box / "x.pdf").rename(box / os.fsdecode("合同.pdf".encode("gbk")))
    packet = opened(box)
    assert names(packet) == ["合同.pdf"]
    assert packet.files[0].info.pages == 1


def test_the_content_decides_what_a_file_is(box: Path, opened) -> None:
    Image.new("RGB", (20, 20)).save(box / "scan.pdf", "JPEG")
    packet = opened(box)
    assert packet.files[0].info.media_type == "image/jpeg"
    assert packet.files[0].info.pages == 1
    assert kinds(packet) == ["suffix_mismatch"]


@pytest.mark.parametrize(
    ("name", "make", "kind", "word"),
    [
        ("空.pdf", lambda p: p.write_bytes(b""), "empty", "0 字节"),
        ("锁.pdf", locked_pdf, "password", "密码"),
        ("无页.pdf", lambda p: many_pages_pdf(p, 0), "no_pages", "没有任何页面"),
        ("乱.pdf", lambda p: p.write_bytes(b"%PDF-1.7\n" + b"junk " * 99), "damaged", "损坏"),
        ("假.pdf", lambda p: p.write_bytes(b"hello"), "damaged", "不是这种文件"),
        ("断.jpg", lambda p: p.write_bytes(b"\xff\xd8\xff\xe0 no jpeg"), "damaged", "损坏"),
        ("表.docx", lambda p: zip_of(p, {"[Content_Types].xml": b"", "word/d.xml": b""}),
         _EMPTY_OFFICE, "PDF"),
        ("表.xlsx", lambda p: zip_of(p, {"[Content_Types].xml": b"", "xl/w.xml": b""}),
         _EMPTY_OFFICE, "PDF"),
        ("发票.ofd", lambda p: zip_of(p, {"OFD.xml": b""}), "unsupported", "OFD"),
        ("材料.rar", lambda p: p.write_bytes(b"Rar!\x1a\x07\x01\x00"), "unsupported", "RAR"),
        ("说明.txt", lambda p: p.write_bytes(b"hello"), "unsupported", "暂不支持"),
    ],
)  # fmt: skip
def test_each_bad_file_is_named_with_its_cause_and_the_good_one_is_read(
    box: Path, opened, name: str, make, kind: str, word: str
) -> None:
    make(box / name)
    plain_pdf(box / "良好.pdf")
    packet = opened(box)
    assert {f.info.name: f.info.pages for f in packet.files} == {name: 0, "良好.pdf": 1}
    [problem] = packet.problems
    assert problem.kind == kind
    assert name in problem.message and word in problem.message
    [bad] = [f.info for f in packet.files if f.info.name == name]
    assert problem.file == bad.id
    assert [p.kind for p in bad.problems] == [kind]


def test_a_truncated_pdf_is_mended_as_far_as_it_goes_and_said(box: Path, opened) -> None:
    whole = plain_pdf(box / "断.pdf", 12).read_bytes()
    (box / "断.pdf").write_bytes(whole[: len(whole) * 3 // 4])
    packet = opened(box)
    assert set(kinds(packet)) & {"repaired", "damaged"}
    assert "断.pdf" in packet.problems[0].message


def test_of_five_thousand_pages_the_first_two_thousand_are_read_and_it_is_said(
    tmp_path: Path, opened
) -> None:
    packet = opened(many_pages_pdf(tmp_path / "厚.pdf", 5_000))
    assert packet.files[0].info.pages == 2_000
    message = only_message(packet, "too_many_pages")
    assert "5000" in message and "2000" in message


def test_two_members_of_one_name_are_both_kept(tmp_path: Path, opened) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("a.pdf", plain_pdf(tmp_path / "1.pdf", 1).read_bytes())
        archive.writestr("a.pdf", plain_pdf(tmp_path / "2.pdf", 2).read_bytes())
    packet = opened(path)
    assert [(f.info.name, f.info.pages) for f in packet.files] == [("a.pdf", 1), ("a.pdf#2", 2)]
    assert kinds(packet) == ["duplicate_name"]


def test_an_empty_folder_says_that_there_are_no_pages(box: Path, opened) -> None:
    assert kinds(opened(box)) == ["no_pages"]


def test_a_packet_that_is_not_there_is_an_error(tmp_path: Path, opened) -> None:
    with pytest.raises(PacketError, match="找不到"):
        opened(tmp_path / "nothing.pdf")


def test_a_file_of_chinese_text_counts_its_pages(tmp_path: Path, opened) -> None:
    path = drawn_pdf(tmp_path / "a.pdf", lambda c: c.drawString(72, 72, "x"))
    assert opened(path).files[0].info.pages == 1
