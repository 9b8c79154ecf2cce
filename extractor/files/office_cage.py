"""Locks itself in, then becomes LibreOffice: ``python -m extractor.files.office_cage PROGRAM FOLDER KIND
FILTER SECONDS`` turns ``FOLDER/in.KIND`` into ``FOLDER/out/in.pdf``.

The cage is bubblewrap's: its own view of the disk (the system read-only, FOLDER the only place to write), own
process, network and user spaces; limits on CPU time, size of files and address space beside. Where bubblewrap
does not work no document is converted: LibreOffice wants a socket in /tmp and more, so that landlock
alone would have to let it do too much.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

_MIB = 1 << 20
_ADDRESS_SPACE = 4096 * _MIB  # reserved, not used: what is resident is measured by the parent
_LARGEST_FILE = 512 * _MIB
_SYSTEM = (
    "/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/fonts", "/etc/libreoffice", "/etc/alternatives",
    "/etc/ld.so.cache", "/var/cache/fontconfig", "/var/spool/libreoffice", "/var/lib/libreoffice", "/usr/local/share/fonts",
)  # fmt: skip


@cache
def bubblewrap() -> str | None:
    """The program, where it is installed and may be used by this user."""
    found = shutil.which("bwrap")
    if found is None:
        return None
    call = [
        found,
        "--unshare-all",
        "--ro-bind",
        "/",
        "/",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "true",
    ]
    try:
        works = subprocess.run(call, capture_output=True, timeout=10, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found if works else None


def wrapped(bwrap: str, program: Path, folder: Path) -> list[str]:
    """The start of a command line that shows a program the system read-only, and ``folder``."""
    command = [bwrap, "--unshare-all", "--die-with-parent", "--proc", "/proc", "--dev", "/dev"]
    command += ["--tmpfs", "/tmp", "--setenv", "HOME", str(folder)]
    for place in _SYSTEM:
        path = Path(place)
        if path.is_symlink():
            command += ["--symlink", str(path.readlink()), place]
        elif path.exists():
            command += ["--ro-bind", place, place]
    if not program.is_relative_to("/usr"):
        home = str(program.parent.parent)
        command += ["--ro-bind", home, home]
    return [*command, "--bind", str(folder), str(folder), "--chdir", str(folder)]


def set_limits(seconds: int) -> None:
    """CPU seconds, address space and size of files, for this process and what it becomes."""
    for what, value in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, _ADDRESS_SPACE),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (value, value))


def main() -> None:
    """Become LibreOffice."""
    program, folder, kind, target, seconds = sys.argv[1:6]
    place = Path(folder)
    (place / "tmp").mkdir()
    os.environ["TMPDIR"] = str(place / "tmp")
    call = [
        program, "--headless", "--nologo", "--nodefault", "--norestore", "--nolockcheck",
        f"-env:UserInstallation={(place / 'profile').as_uri()}",
        "--convert-to", target, "--outdir", str(place / "out"), str(place / f"in.{kind}"),
    ]  # fmt: skip
    _write_profile(place / "profile" / "user")
    bwrap = bubblewrap()
    if bwrap is None:
        sys.exit("bubblewrap does not work here")
    set_limits(int(seconds))
    call = [*wrapped(bwrap, Path(program), place), *call]
    os.execv(call[0], call)


def _write_profile(folder: Path) -> None:
    """A profile in which no macro runs, no link is followed and nothing is asked."""
    folder.mkdir(parents=True)
    settings = (
        ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
        ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
        ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
        ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
        ("/org.openoffice.Office.Calc/Content/Update", "Link", "1"),
        ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    )
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in settings
    )
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">' + items + "</oor:items>",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
