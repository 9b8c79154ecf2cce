"""Landlock: the kernel lets this process, for the rest of its life, touch only the files named here.

Linux 5.13 and newer; what is guarded depends on the kernel's ABI (``abi``): files from 1, renaming out
of a folder from 2, truncation from 3, TCP from 4, signals and abstract sockets of others from 6. Numbers
and layouts are those of linux/landlock.h; the three system calls have the same numbers everywhere.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REFER, _TRUNCATE, _IOCTL = 1 << 13, 1 << 14, 1 << 15
_CHANGES = _WRITE_FILE | sum(1 << bit for bit in range(4, 13))  # removing and making of every kind
_TCP = 0b11  # bind, connect
_SCOPES = 0b11  # abstract unix sockets, signals


def abi() -> int:
    """The kernel's landlock ABI; 0 where it has none."""
    try:
        found = ctypes.CDLL(None, use_errno=True).syscall(
            ctypes.c_long(_CREATE), None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG)
        )
    except (AttributeError, OSError):
        return 0
    return max(0, int(found))


def restrict(
    read: Iterable[Path],
) -> tuple[str, ...]:
    """Lock this process in: it reads below ``read``, changes nothing, starts no programs and uses no TCP.
    What is open already stays usable.

    Gives what holds: ``files``, ``tcp``, ``signals``; empty where the kernel has no landlock.
    """
    version = abi()
    if version == 0:
        return ()
    libc = ctypes.CDLL(None, use_errno=True)
    handled = _handled(version)
    attributes = struct.pack("=Q", handled)
    if version >= 4:
        attributes += struct.pack("=Q", _TCP)
    if version >= 6:
        attributes += struct.pack("=Q", _SCOPES)
    ruleset = libc.syscall(
        ctypes.c_long(_CREATE), attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0)
    )
    if ruleset < 0:
        return ()
    try:
        for path in read:
            _allow(libc, ruleset, path, _READ_FILE | _READ_DIR)
        zero = ctypes.c_ulong(0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero)
        if libc.syscall(ctypes.c_long(_RESTRICT), ctypes.c_int(ruleset), ctypes.c_uint32(0)) != 0:
            return ()
    finally:
        os.close(ruleset)
    held = ("files", "tcp" if version >= 4 else "", "signals" if version >= 6 else "")
    return tuple(name for name in held if name)


def _handled(version: int) -> int:
    handled = _EXECUTE | _READ_FILE | _READ_DIR | _CHANGES
    if version >= 2:
        handled |= _REFER
    if version >= 3:
        handled |= _TRUNCATE
    if version >= 5:
        handled |= _IOCTL
    return handled


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, access: int) -> None:
    """A rule for a folder or file; one that is not there needs none."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            access &= _READ_FILE
        libc.syscall(
            ctypes.c_long(_ADD_RULE), ctypes.c_int(ruleset), ctypes.c_int(_RULE_PATH_BENEATH),
            struct.pack("=Qi", access, place), ctypes.c_uint32(0),
        )  # fmt: skip
    finally:
        os.close(place)
