"""One OpenCV, without display libraries, under the name that PaddleX asks for."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from extractor.setup.opencv import (
    VERSION,
    linked_to_libgl,
    opencv_distributions,
    opencv_libraries,
    renamed_wheel,
)


def test_this_environment_has_exactly_one_opencv() -> None:
    assert len(opencv_distributions()) == 1, opencv_distributions()


def test_none_of_its_libraries_is_linked_against_libgl() -> None:
    libraries = opencv_libraries()
    assert any(f.name.startswith("cv2") for f in libraries)
    assert linked_to_libgl(libraries) == ()


def test_paddlex_finds_the_opencv_it_asks_for() -> None:
    from importlib.metadata import version

    from packaging.specifiers import SpecifierSet

    assert version("opencv-contrib-python") in SpecifierSet(f"=={VERSION}")


@pytest.mark.parametrize(
    ("data", "linked"),
    [(b"\x7fELF..\0libGL.so.1\0libm.so.6\0", True), (b"\x7fELF..\0libm.so.6\0libGLib\0", False)],
)
def test_a_link_to_libgl_is_seen_in_the_string_table(
    tmp_path: Path, data: bytes, linked: bool
) -> None:
    library = tmp_path / "libQt5Gui.so.5"
    library.write_bytes(data)
    assert bool(linked_to_libgl((library,))) is linked


@pytest.fixture
def headless_wheel(tmp_path: Path) -> Path:
    path = tmp_path / f"opencv_contrib_python_headless-{VERSION}-py3-none-any.whl"
    info = f"opencv_contrib_python_headless-{VERSION}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cv2_stand_in/__init__.py", "ANSWER = 42\n")
        archive.writestr(
            f"{info}/METADATA",
            f"Metadata-Version: 2.1\nName: opencv-contrib-python-headless\nVersion: {VERSION}\n"
            "\nName: opencv-contrib-python-headless is quoted in the text and stays\n",
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "old,,\n")
    return path


def test_the_renamed_wheel_changes_only_its_name(headless_wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    wheel = renamed_wheel(headless_wheel, tmp_path / "out")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        info = f"opencv_contrib_python-{VERSION}+headless.dist-info"
        assert archive.read("cv2_stand_in/__init__.py") == b"ANSWER = 42\n"
        metadata = archive.read(f"{info}/METADATA").decode()
        record = list(csv.reader(io.StringIO(archive.read(f"{info}/RECORD").decode())))
    assert "Name: opencv-contrib-python\n" in metadata
    assert "opencv-contrib-python-headless is quoted" in metadata
    assert {row[0] for row in record} == set(names)


def test_pip_installs_the_renamed_wheel(headless_wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    wheel = renamed_wheel(headless_wheel, tmp_path / "out")
    target = tmp_path / "site"
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", str(target), str(wheel)], check=True)
    assert (target / "cv2_stand_in" / "__init__.py").exists()


def test_the_script_needs_nothing_but_the_standard_library() -> None:
    # It runs before anything is installed: -S hides site-packages, -I the environment.
    script = Path(__file__).resolve().parents[2] / "extractor" / "setup" / "opencv.py"
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script), "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and "--from" in done.stdout
