"""When a packet is complete: pure judgement, and the looks at the disk."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.doors.intake import (
    READY,
    SettleTimes,
    Sighting,
    StabilityTracker,
    is_whole,
    is_written_to,
    look_into,
)
from extractor.jobs.packet_files import Look, look_at

TIMES = SettleTimes(file=3.0, folder=20.0, unfinished=300.0)


def file(size: int = 1, mtime: int = 1, inode: int = 1) -> Sighting:
    return Sighting(Path("/in/a.pdf"), None, {b"": Look("file", size, mtime, inode)}, False)


def folder(*names: str, marked: bool = False, partial: str = "") -> Sighting:
    looks = {name.encode(): Look("file", 1, 1, at) for at, name in enumerate(names)}
    return Sighting(Path("/in/b"), None, looks, True, marked, partial)


def first_taken(steps: list[tuple[float, Sighting]], is_whole: bool = True) -> float | None:
    """When the tracker says yes first; ``steps``: time and what lies there then."""
    tracker = StabilityTracker(TIMES)
    for now, sighting in steps:
        if not tracker.why_wait(sighting, now, is_whole):
            return now
    return None


def test_a_file_is_taken_once_it_held_still_long_enough() -> None:
    assert first_taken([(t, file()) for t in (0.0, 1.0, 2.9, 3.0)]) == 3.0


@pytest.mark.parametrize("changed", [file(size=2), file(mtime=2), file(inode=2)])
def test_any_change_of_size_time_or_inode_starts_the_wait_anew(changed: Sighting) -> None:
    steps = [(0.0, file()), (2.9, changed), (5.8, changed), (5.9, changed)]
    assert first_taken(steps) == 5.9


@given(st.lists(st.tuples(st.floats(0.01, 2.99), st.integers(1, 10**6)), min_size=1, max_size=30))
def test_a_growing_file_is_never_taken(growth: list[tuple[float, int]]) -> None:
    now, size, steps = 0.0, 0, []
    for seconds, more in growth:
        now, size = now + seconds, size + more
        steps.append((now, file(size=size)))
    assert first_taken(steps) is None


def test_a_file_without_its_end_is_waited_for_much_longer_but_not_for_ever() -> None:
    steps = [(float(t), file()) for t in range(0, 400, 10)]
    assert first_taken(steps, is_whole=False) == 300.0


def test_a_folder_waits_longer_than_a_file_unless_it_is_marked() -> None:
    times = [float(t) for t in range(0, 60)]
    assert first_taken([(t, folder("a", "b")) for t in times]) == 20.0
    assert first_taken([(t, folder("a", "b", marked=True)) for t in times]) == 3.0


def test_a_file_that_comes_into_a_folder_starts_its_wait_anew() -> None:
    steps = [(0.0, folder("a")), (19.0, folder("a", "b")), (38.0, folder("a", "b"))]
    assert first_taken(steps) is None
    assert first_taken([*steps, (39.0, folder("a", "b"))]) == 39.0


def test_a_half_written_file_inside_holds_even_a_marked_folder() -> None:
    steps = [(float(t), folder("a", marked=True, partial="b.part")) for t in range(0, 200, 5)]
    assert first_taken(steps) is None


def test_an_empty_folder_is_never_taken() -> None:
    assert first_taken([(float(t), folder(marked=True)) for t in range(0, 1000, 50)]) is None


def test_what_went_away_and_came_back_is_new() -> None:
    tracker = StabilityTracker(TIMES)
    tracker.why_wait(file(), 0.0, True)
    tracker.forget_all_but([])
    assert tracker.why_wait(file(), 10.0, True)
    assert not tracker.why_wait(file(), 13.0, True)


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "a" * 1000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "cut"),
    [
        (b"%PDF-1.7\n" + b"x" * 9000 + b"\n%%EOF\n" + b"\0" * 512, -600),
        (zipped(), -30),
        (b"\xff\xd8\xff\xe0" + b"x" * 900 + b"\xff\xd9", -1),
    ],
    ids=["pdf", "zip", "jpeg"],
)
def test_the_end_of_a_file_is_known_by_its_kind(tmp_path: Path, data: bytes, cut: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    assert is_whole(path, look_at(path))
    path.write_bytes(data[:cut])
    assert not is_whole(path, look_at(path))


def test_an_empty_file_is_not_whole_and_text_always_is(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"")
    assert not is_whole(path, look_at(path))
    path.write_bytes(b"a")
    assert is_whole(path, look_at(path))


def test_a_file_open_for_writing_is_noticed_and_one_open_for_reading_is_not(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"a")
    with path.open("rb"):
        assert not is_written_to(path, look_at(path))
    with path.open("ab"):
        assert is_written_to(path, look_at(path))
    assert not is_written_to(path, look_at(path))


def test_a_file_being_written_inside_a_folder_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    inner = tmp_path / "b" / "c.txt"
    inner.write_bytes(b"a")
    with inner.open("ab"):
        assert is_written_to(tmp_path, look_at(tmp_path))
    assert not is_written_to(tmp_path, look_at(tmp_path))


def test_an_inbox_is_seen_with_its_scheme_folders_marks_and_strangers(tmp_path: Path) -> None:
    for name in ("a.pdf", "方案/b.pdf", "c/d.pdf", "done/x.pdf", "failed/y.pdf", ".hidden", "~$z"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"a")
    (tmp_path / f"c{READY}").touch()
    (tmp_path / "e.pdf.crdownload").touch()
    os.mkfifo(tmp_path / "pipe")
    view = look_into(tmp_path, {"方案": "scheme_1"})
    seen = {s.name: (s.scheme, s.is_folder, s.is_marked) for s in view.candidates}
    assert seen == {
        "a.pdf": (None, False, False),
        "b.pdf": ("scheme_1", False, False),
        "c": (None, True, True),
    }
    assert [name for name, _why in view.refused] == ["e.pdf.crdownload", "pipe"]


def test_a_mark_inside_the_folder_counts_and_is_no_file_of_it(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / READY).touch()
    (tmp_path / "c" / "a.pdf").write_bytes(b"a")
    (sighting,) = look_into(tmp_path, {}).candidates
    assert sighting.is_marked
    assert list(sighting.looks) == [b"a.pdf"]
