"""Packets into the blob store and out of it again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.jobs import packet_files
from extractor.jobs.blobs import BlobStore
from extractor.jobs.packet_files import LINK, StillChanging, fitting_name, lay_out, take_in
from extractor.jobs.records import PacketContent, PacketFile


def tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_what_is_laid_out_is_what_was_taken_in(tmp_path: Path) -> None:
    source = tmp_path / "包"
    (source / "附件").mkdir(parents=True)
    (source / "a.txt").write_bytes(b"a")
    (source / "附件" / "b.txt").write_bytes(b"b" * 3_000_000)
    blobs = BlobStore(tmp_path / "blobs")
    content = take_in(source, "包", blobs)
    laid = lay_out(content, blobs, tmp_path / "work")
    assert laid.name == "包"
    assert tree(laid) == tree(source)
    assert content.bytes == 3_000_001


def test_a_single_file_is_a_packet_of_one(tmp_path: Path) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(b"a")
    blobs = BlobStore(tmp_path / "blobs")
    content = take_in(source, "甲.pdf", blobs)
    assert not content.is_folder
    laid = lay_out(content, blobs, tmp_path / "work")
    assert (laid.name, laid.read_bytes()) == ("甲.pdf", b"a")


def test_a_packet_that_changes_while_it_is_taken_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "a.pdf"
    source.write_bytes(b"a")
    put = BlobStore.put_file

    def grows(self: BlobStore, path: Path) -> tuple[str, int]:
        done = put(self, path)
        with source.open("ab") as out:
            out.write(b"b")
        return done

    monkeypatch.setattr(packet_files.BlobStore, "put_file", grows)
    with pytest.raises(StillChanging):
        take_in(source, "a.pdf", BlobStore(tmp_path / "blobs"))


def test_names_in_gbk_come_out_decoded_and_clashes_are_kept_apart(tmp_path: Path) -> None:
    source = os.fsencode(tmp_path / "src")
    (tmp_path / "src").mkdir()
    for raw in ("合同.txt".encode(), "合同.txt".encode("gbk")):
        Path(os.fsdecode(source + b"/" + raw)).write_bytes(raw)
    blobs = BlobStore(tmp_path / "blobs")
    content = take_in(tmp_path / "src", "src", blobs)
    assert sorted(f.path for f in content.files) == ["合同.txt", "合同.txt#2"]
    assert len(tree(lay_out(content, blobs, tmp_path / "work"))) == 2


def test_links_are_kept_as_links_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "src" / "a").symlink_to(tmp_path / "secret")
    blobs = BlobStore(tmp_path / "blobs")
    content = take_in(tmp_path / "src", "src", blobs)
    assert content.files == (PacketFile("a", LINK, 0),)
    laid = lay_out(content, blobs, tmp_path / "work") / "a"
    assert laid.is_symlink()
    assert not laid.exists()


def test_a_name_from_a_packet_never_leads_out_of_its_folder(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path / "blobs")
    with blobs.writer() as writer:
        writer.write(b"a")
        sha256, size = writer.keep()
    content = PacketContent("..", (PacketFile("../../x", sha256, size),), is_folder=True)
    lay_out(content, blobs, tmp_path / "work" / "deep")
    assert list(tree(tmp_path / "work")) == ["deep/_/_/_/x"]
    assert not (tmp_path / "x").exists()


@given(st.text(min_size=1, max_size=300))
def test_fitting_names_fit_and_stay_one_component(name: str) -> None:
    fitted = fitting_name(name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    assert 0 < len(os.fsencode(fitted)) <= 200
    assert "/" not in fitted
    assert fitted not in (".", "..")


def test_a_long_name_keeps_its_suffix() -> None:
    assert fitting_name("长" * 150 + ".pdf").endswith("长.pdf")


def test_a_content_is_known_by_its_bytes_and_a_folder_by_its_names_too() -> None:
    one, other = PacketFile("a", "1" * 64, 1), PacketFile("b", "1" * 64, 1)
    assert PacketContent("x", (one,)).sha256 == PacketContent("y", (other,)).sha256
    folders = [PacketContent("x", (f,), is_folder=True).sha256 for f in (one, other)]
    assert folders[0] != folders[1]


def test_a_blob_is_whole_or_not_there(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path)
    with pytest.raises(RuntimeError), blobs.writer() as writer:
        writer.write(b"half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    source = tmp_path / "source"
    source.write_bytes(b"whole")
    sha256, size = blobs.put_file(source)
    assert (blobs.path(sha256).read_bytes(), size) == (b"whole", 5)
    assert blobs.put_file(source) == (sha256, size)


def test_a_blob_cut_short_by_a_failing_disk_is_put_again(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path)
    source = tmp_path / "source"
    source.write_bytes(b"whole")
    sha256, _size = blobs.put_file(source)
    blobs.path(sha256).write_bytes(b"wh")
    blobs.put_file(source)
    assert blobs.path(sha256).read_bytes() == b"whole"
