"""The child locks itself in before it touches a byte of a packet.

Guarantees, where the kernel grants them (Linux; each step is best effort and reported):

* memory: ``RLIMIT_AS`` so low that resident memory cannot pass ``Limits.child_bytes``;
* disk: ``RLIMIT_FSIZE`` 0, it writes no file, not even a core dump;
* time: ``RLIMIT_CPU``, renewed for each request, so that a child whose parent was killed ends too;
* files: landlock; it opens nothing but the program's own libraries and the system's fonts. The packet's
  files reach it as open handles (``child_process``), so no folder of packets is ever named to it;
* network and programs: an own network namespace where permitted (``unshare``), landlock for TCP, and a
  seccomp filter that refuses ``socket``, ``execve``, ``fork``, ``kill``, ``io_uring_setup``, ``ptrace``
  and their kin; ``setsid`` too, so that killing its process group kills all of it.

``GUARDS`` says for ``extractor doctor`` what each of these is good for.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
import sysconfig
from pathlib import Path

from extractor.files.landlock import restrict

GUARDS: dict[str, tuple[str, str]] = {
    "memory": ("内存上限（RLIMIT_AS）", "memory limit"),
    "disk": ("禁止写盘（RLIMIT_FSIZE）", "no writing to disk"),
    "core": ("禁止内存转储", "no core dumps"),
    "descriptors": ("文件句柄上限", "limit of open files"),
    "netns": ("独立网络空间（unshare）", "own network namespace"),
    "seccomp": ("系统调用过滤（seccomp）", "system call filter"),
    "files": ("文件访问限制（landlock）", "file access limited by landlock"),
    "tcp": ("TCP 限制（landlock）", "TCP refused by landlock"),
    "signals": ("信号隔离（landlock）", "signals kept inside by landlock"),
}
"""Name of each guard as ``lock_in`` gives it: Chinese and English words."""

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_RET_ALLOW = 0x7FFF0000
_RET_EPERM = 0x00050000 | 1
_RET_ENOSYS = 0x00050000 | 38
_X32_BIT = 0x40000000
_LOAD, _IS_EQUAL, _IS_AT_LEAST, _HAS_BITS, _RETURN = (
    0x20,
    0x15,
    0x35,
    0x45,
    0x06,
)  # linux/bpf_common.h
_CLONE3, _CLONE_THREAD = 435, 0x10000
_Step = tuple[int, int, int, int]

_SYSTEM_PLACES = (
    "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/etc/ld.so.cache",
    "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/X11/fonts",  # where pdfium looks for fonts
    "/dev/null", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip

# architecture -> (AUDIT_ARCH of linux/audit.h, numbers of: socket, socketpair, connect, bind, listen,
# sendto, execve, execveat, kill, setsid, setpgid, ptrace, process_vm_readv, process_vm_writev,
# pidfd_open, io_uring_setup, bpf, perf_event_open, userfaultfd, keyctl, mount, unshare, setns,
# open_by_handle_at; on x86_64 also fork and vfork, which aarch64 does not have; then that of: clone)
_SYSCALLS: dict[str, tuple[int, tuple[int, ...], int]] = {
    "x86_64": (0xC000003E, (41, 53, 42, 49, 50, 44, 59, 322, 62, 112, 109, 101, 310, 311, 434, 425, 321,
                            298, 323, 250, 165, 272, 308, 304, 57, 58), 56),
    "aarch64": (0xC00000B7, (198, 199, 203, 200, 201, 206, 221, 281, 129, 157, 154, 117, 270, 271, 434,
                             425, 280, 241, 282, 219, 40, 97, 268, 265), 220),
}  # fmt: skip


def lock_in(child_bytes: int) -> tuple[str, ...]:
    """Apply all limits; gives the names of those that hold (``memory``, ``netns``, …)."""
    held: list[str] = []
    libc = ctypes.CDLL(None, use_errno=True)
    address_space = _address_space_for(child_bytes)  # /proc is out of reach later
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        held.append("netns")
    held += restrict(library_places())
    if _deny_syscalls(libc):
        held.append("seccomp")
    for name, what, value in (
        ("disk", resource.RLIMIT_FSIZE, 0),
        ("core", resource.RLIMIT_CORE, 0),
        ("descriptors", resource.RLIMIT_NOFILE, 64),
    ):
        if _set_limit(what, value):
            held.append(name)
    if _set_limit(resource.RLIMIT_AS, address_space):
        held.append("memory")
    return tuple(held)


def library_places() -> tuple[Path, ...]:
    """Files and folders that the program itself reads: its code, its libraries, fonts, devices."""
    package = Path(__file__).resolve().parent.parent
    places = {package, Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("platstdlib"))}
    places |= {Path(sys.prefix) / "lib", Path(sys.base_prefix) / "lib", Path(sys.prefix) / "lib64"}
    for entry in sys.path:
        # Not the folder that the package itself lies in (a checkout), nor the current one: packets
        # may lie there too.
        if entry and Path(entry).resolve() not in (package.parent, Path.cwd()):
            places.add(Path(entry))
    if package.parent.name in ("site-packages", "dist-packages"):
        places.add(package.parent)
    return (*sorted(places), *(Path(place) for place in _SYSTEM_PLACES))


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


def _refuse_program(arch: int, numbers: tuple[int, ...], clone: int) -> list[_Step]:
    """BPF steps (code, jump if true, jump if false, operand); jumps count the steps skipped.

    ``clone`` may make threads, not processes; ``clone3``, whose flags a filter cannot see, is said not to
    exist, upon which the C library uses ``clone``.
    """
    allow = 8 + len(numbers)  # index of this step; refuse and unknown follow
    refuse, unknown = allow + 1, allow + 2
    steps: list[_Step] = []

    def jump(code: int, operand: int, *, yes: int | None = None, no: int | None = None) -> None:
        here = len(steps) + 1
        steps.append(
            (code, 0 if yes is None else yes - here, 0 if no is None else no - here, operand)
        )

    jump(_LOAD, 4)  # seccomp_data.arch
    jump(_IS_EQUAL, arch, no=refuse)
    jump(_LOAD, 0)  # seccomp_data.nr
    jump(_IS_AT_LEAST, _X32_BIT, yes=refuse)  # the x32 numbers would slip through
    jump(_IS_EQUAL, _CLONE3, yes=unknown)
    for number in numbers:
        jump(_IS_EQUAL, number, yes=refuse)
    jump(_IS_EQUAL, clone, no=allow)
    jump(_LOAD, 16)  # the first argument's lower half: clone's flags
    jump(_HAS_BITS, _CLONE_THREAD, yes=allow, no=refuse)
    for answer in (_RET_ALLOW, _RET_EPERM, _RET_ENOSYS):
        jump(_RETURN, answer)
    return steps
