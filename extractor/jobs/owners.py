"""Who holds a lease, named so that its death can be told: machine, boot, process, and when it began."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def this_owner() -> str:
    """The name of this process."""
    pid = os.getpid()
    return f"{socket.gethostname()}:{_boot()}:{pid}:{_began(pid)}"


def owner_of(pid: int) -> str:
    """The name of a living process of this machine."""
    return f"{socket.gethostname()}:{_boot()}:{pid}:{_began(pid)}"


def is_gone(owner: str) -> bool:
    """Whether the process is certainly no more; False for processes of other machines."""
    parts = owner.rsplit(":", 3)
    if len(parts) != 4 or parts[0] != socket.gethostname():
        return False
    _host, boot, pid, began = parts
    return boot != _boot() or not pid.isdigit() or _began(int(pid)) != began


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")[:8]
    except OSError:
        return "unknown"


def _began(pid: int) -> str:
    """Clock ticks since the boot when the process began: a pid used again is another process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "gone"
    after_name = stat.rsplit(")", 1)[-1].split()
    return "gone" if after_name[0] in ("Z", "X") else after_name[19]
