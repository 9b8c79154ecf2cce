"""The child locks itself in before it touches a byte of a packet.

Guarantees, where the kernel grants them (Linux; each step is best effort and reported):

* memory: ``RLIMIT_AS`` so low that resident memory cannot pass ``Limits.child_bytes``;
* disk: ``RLIMIT_FSIZE`` 0, it writes no file, not even a core dump;
* time: ``RLIMIT_CPU``, renewed for each request, so that a child whose parent was killed ends too;
* network and programs: an own network namespace where permitted (``unshare``), and a seccomp filter
  that refuses ``socket``, ``execve``, ``io_uring_setup``, ``ptrace`` and their kin.

Not guaranteed yet: it may still read any file the user may read (landlock is a later step).
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_RET_ALLOW = 0x7FFF0000
_RET_EPERM = 0x00050000 | 1
_X32_BIT = 0x40000000
_LOAD, _IS_EQUAL, _IS_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h

# architecture -> (AUDIT_ARCH of linux/audit.h, numbers of: socket, socketpair, connect, bind,
# execve, execveat, ptrace, process_vm_writev, io_uring_setup, bpf)
_SYSCALLS: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, (41, 53, 42, 49, 59, 322, 101, 311, 425, 321)),
    "aarch64": (0xC00000B7, (198, 199, 203, 200, 221, 281, 117, 271, 425, 280)),
}


def lock_in(child_bytes: int) -> tuple[str, ...]:
    """Apply all limits; gives the names of those that hold (``memory``, ``netns``, …)."""
    held: list[str] = []
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        held.append("netns")
    if _deny_syscalls(libc):
        held.append("seccomp")
    for name, what, value in (
        ("disk", resource.RLIMIT_FSIZE, 0),
        ("core", resource.RLIMIT_CORE, 0),
        ("descriptors", resource.RLIMIT_NOFILE, 64),
    ):
        if _set_limit(what, value):
            held.append(name)
    if _set_limit(resource.RLIMIT_AS, _address_space_for(child_bytes)):
        held.append("memory")
    return tuple(held)


def allow_cpu(seconds: float) -> None:
    """Let this process use ``seconds`` of CPU from now on (whole seconds, rounded up)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _set_limit(what: int, value: int) -> bool:
    try:
        resource.setrlimit(what, (value, value))
    except (OSError, ValueError):
        return False
    return True


def _address_space_for(child_bytes: int) -> int:
    """The address space at which resident memory is at most ``child_bytes``.

    What is mapped now but not resident (libraries, the allocator's reserve) may become resident
    later, but it is small beside what pages take: it is counted as free of charge.
    """
    fields = open("/proc/self/statm", "rb").read().split()  # noqa: PTH123, SIM115
    page = os.sysconf("SC_PAGE_SIZE")
    mapped, resident = int(fields[0]) * page, int(fields[1]) * page
    return mapped + max(0, child_bytes - resident)


def _deny_syscalls(libc: ctypes.CDLL) -> bool:
    known = _SYSCALLS.get(platform.machine())
    if known is None:
        return False
    program = b"".join(struct.pack("HBBI", *step) for step in _refuse_program(*known))
    steps = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(steps))
    filter_ = ctypes.create_string_buffer(head, len(head))
    zero = ctypes.c_ulong(0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero) != 0:
        return False
    mode, where = ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.c_void_p(ctypes.addressof(filter_))
    return bool(libc.prctl(_PR_SET_SECCOMP, mode, where, zero, zero) == 0)


def _refuse_program(arch: int, numbers: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """BPF steps (code, jump if true, jump if false, operand); jumps count the steps skipped."""
    refuse = 3 + len(numbers) + 2  # index of the last step
    steps = [
        (_LOAD, 0, 0, 4),  # seccomp_data.arch
        (_IS_EQUAL, 0, refuse - 2, arch),
        (_LOAD, 0, 0, 0),  # seccomp_data.nr
        (_IS_AT_LEAST, refuse - 4, 0, _X32_BIT),  # the x32 numbers would slip through
    ]
    for number in numbers:
        steps.append((_IS_EQUAL, refuse - len(steps) - 1, 0, number))
    steps += [(_RETURN, 0, 0, _RET_ALLOW), (_RETURN, 0, 0, _RET_EPERM)]
    return steps
