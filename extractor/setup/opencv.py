"""Exactly one OpenCV, and one that needs no display libraries.

PaddleX requires ``opencv-contrib-python``, whose library links ``libGL.so.1`` and so does not load
on a bare server; the same code is published without windows as ``opencv-contrib-python-headless``,
which PaddleX (and pip) do not accept under that name. So we take the headless wheel, change nothing
in it but its name (version ``4.10.0.84+headless``), and install that: one distribution, the
requirement is met, ``pip check`` is content, and no later ``pip install`` brings the other one back.

Run it *before* ``pip install .`` (then the one with libGL is never even fetched), or after; twice
does no harm. It needs only Python and pip, and is therefore run as a file:

    python extractor/setup/opencv.py [--from FOLDER]
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import importlib.metadata
import importlib.util
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

VERSION = "4.10.0.84"
"""The one version PaddleX 3.7 asks for."""

_HEADLESS = "opencv-contrib-python-headless"
_WANTED = "opencv-contrib-python"
_LOCAL = f"{VERSION}+headless"


def opencv_distributions() -> list[str]:
    """``name==version`` of every installed distribution that brings a ``cv2``."""
    found = {
        f"{dist.metadata['Name']}=={dist.version}"
        for dist in importlib.metadata.distributions()
        if (dist.metadata["Name"] or "").lower().replace("_", "-").startswith("opencv-")
    }
    return sorted(found)


def opencv_libraries() -> tuple[Path, ...]:
    """``cv2`` itself and the libraries its wheel brings, found without importing it."""
    spec = importlib.util.find_spec("cv2")
    if spec is None or not spec.submodule_search_locations:
        return ()
    package = Path(next(iter(spec.submodule_search_locations)))
    # Beside the package: auditwheel's folder. There libQt5Gui is what really asks for libGL.
    places = [package, *sorted(package.parent.glob("opencv_*.libs"))]
    return tuple(f for p in places for f in sorted(p.iterdir()) if ".so" in f.name)


def linked_to_libgl(libraries: tuple[Path, ...]) -> tuple[Path, ...]:
    """Those of ``libraries`` that need libGL to load.

    The names of needed libraries stand in the dynamic string table as plain NUL-ended text, so a
    search of the bytes answers without tools that a bare machine lacks.
    """
    return tuple(f for f in libraries if b"\0libGL.so" in f.read_bytes())


def is_settled() -> bool:
    """Whether this environment has one OpenCV, of the right version, without libGL."""
    libraries = opencv_libraries()
    return (
        opencv_distributions() == [f"{_WANTED}=={_LOCAL}"]
        and bool(libraries)
        and not linked_to_libgl(libraries)
    )


def renamed_wheel(headless: Path, into: Path) -> Path:
    """A copy of the headless wheel under the name that PaddleX asks for.

    Code and libraries are copied byte for byte; METADATA gets the other name and version, and
    RECORD follows. Returns the new wheel's path.
    """
    old_info = f"{_HEADLESS.replace('-', '_')}-{VERSION}.dist-info/"
    new_info = f"{_WANTED.replace('-', '_')}-{_LOCAL}.dist-info/"
    tags = headless.name.split("-", 2)[2]
    target = into / f"{_WANTED.replace('-', '_')}-{_LOCAL}-{tags}"
    record: list[str] = []
    with (
        zipfile.ZipFile(headless) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
    ):
        for item in source.infolist():
            name = item.filename.replace(old_info, new_info, 1)
            if item.is_dir() or name == new_info + "RECORD":
                continue
            data = source.read(item)
            if name == new_info + "METADATA":
                data = _renamed_metadata(data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(data)}")
            out.writestr(name, data)
        record.append(f"{new_info}RECORD,,")
        out.writestr(new_info + "RECORD", "\n".join(record) + "\n")
    return target


def _renamed_metadata(data: bytes) -> bytes:
    head, gap, body = data.decode("utf-8").partition("\n\n")
    head = head.replace(f"Name: {_HEADLESS}", f"Name: {_WANTED}", 1)
    head = head.replace(f"Version: {VERSION}", f"Version: {_LOCAL}", 1)
    return (head + gap + body).encode("utf-8")


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise SystemExit(f"opencv: pip {arguments[0]} failed: {lines[-1]}")


def settle(folder: Path | None = None) -> str:
    """Makes ``is_settled`` true; returns a sentence that says what was done.

    Args:
        folder: holds the headless wheel (closed site); ``None``: pip fetches it.
    """
    if is_settled():
        return f"OpenCV {_LOCAL} is in place"
    with tempfile.TemporaryDirectory(prefix="extractor-opencv-") as name:
        tmp = Path(name)
        offline = [] if folder is None else ["--no-index", "--find-links", str(folder)]
        wanted = f"{_HEADLESS}=={VERSION}"
        _pip("download", "-q", "--no-deps", "--only-binary=:all:", "-d", name, *offline, wanted)
        headless = next(tmp.glob("*.whl"))
        wheel = renamed_wheel(headless, tmp)
        # Uninstalled first: two distributions that own the same cv2 files leave holes when one goes.
        before = opencv_distributions()
        if before:
            _pip("uninstall", "-q", "-y", *(d.split("==")[0] for d in before))
        _pip("install", "-q", "--no-deps", "--no-index", str(wheel))
    return f"OpenCV {_LOCAL} installed" + (f", in place of {', '.join(before)}" if before else "")


def main() -> None:
    """The command line of this file."""
    parser = argparse.ArgumentParser(description="Install the one OpenCV that needs no libGL.")
    parser.add_argument("--from", dest="folder", type=Path, help="folder that holds the wheel")
    print(settle(parser.parse_args().folder))


if __name__ == "__main__":
    main()
