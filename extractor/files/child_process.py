"""A caged child process: how it is started, asked, and killed."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

from extractor.files.child import limits_to_message
from extractor.files.limits import Limits
from extractor.files.wire import Message, WireError, pack, send, unpack

_START_SECONDS = 60.0  # imports on a cold, busy disk; no packet data is involved yet
_MAX_OPENS = 200  # files a child opens before it is replaced: decoders leak


class ChildDead(Exception):
    """The child ended, or talked nonsense, before it answered."""


class ChildLate(Exception):
    """The child did not answer in time."""


class ChildProcess:
    """One child process and the pipes to it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.opens = 0
        self.answers = 0
        environment = {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "1",
        }
        self._requests, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-B", "-s", "-m", "extractor.files.child"],
                stdin=theirs.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        try:
            answer, _ = self.ask(limits_to_message(limits), _START_SECONDS)
        except (ChildDead, ChildLate):
            self.end()
            raise
        self.held = tuple(str(item) for item in answer.get("held", ()))

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(
        self, request: Message, seconds: float, handle: int | None = None
    ) -> tuple[Message, bytes]:
        """One answer. ``handle``: an open file that goes with the request.

        Raises:
            ChildLate: no answer in ``seconds``; the child is still there.
            ChildDead: it ended or answered nonsense.
        """
        deadline = time.monotonic() + seconds
        stdout = self._process.stdout
        assert stdout is not None
        try:
            send(self._requests, pack(request), handle)
            return unpack(
                lambda n: _read_until(stdout.fileno(), n, deadline), 3 * self._max_pixels()
            )
        except (OSError, WireError) as exc:
            raise ChildDead from exc

    def end(self) -> int | None:
        """Kill the whole group and wait; gives the signal it died of by itself, else ``None``."""
        before = self._process.poll()
        if before is None:
            time.sleep(0)  # a child that just closed its pipe may still be exiting
            before = self._process.poll()
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._process.kill()
        self._process.wait()
        self._requests.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        return -before if before is not None and before < 0 else None

    def _max_pixels(self) -> int:
        # rounding of sides may pass the limit by a row and a column
        return self._limits.max_pixels + 100_000


class PageHost:
    """A context manager around one child that several ``PageServer``s use in turn.

    Starting a child costs half a second; a packet of a hundred photos should pay that once. A child
    that died, or has opened many files, is replaced. One thread at a time.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.owner: object | None = None
        self._child: ChildProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.drop()

    @property
    def child(self) -> ChildProcess | None:
        """The living child, ``None`` where none was needed yet."""
        return self._child

    def take(self, owner: object) -> ChildProcess:
        """A living child for ``owner``, which has to open its file anew if it was not the last one.

        Raises:
            ChildDead, ChildLate: no child can be started.
        """
        if self._child is not None and self.owner is not owner and self._child.opens >= _MAX_OPENS:
            self.drop()
        if self._child is None:
            self._child = ChildProcess(self.limits)
        self.owner = owner
        return self._child

    def drop(self) -> int | None:
        """End the child; gives the signal it had died of by itself, else ``None``."""
        child, self._child, self.owner = self._child, None, None
        return None if child is None else child.end()


def _read_until(descriptor: int, n: int, deadline: float) -> bytes:
    """Exactly ``n`` bytes from a pipe before ``deadline`` (monotonic clock)."""
    data = bytearray()
    while len(data) < n:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise ChildLate
        part = os.read(descriptor, min(n - len(data), 1 << 20))
        if not part:
            raise WireError("the child closed its pipe")
        data += part
    return bytes(data)
