"""Originals taken out of the inbox: each under a ticket, until its clerk has the answer.

Taking is one rename into a private folder on the same file system (``INBOX/.extractor/<ticket>/in/``); the
ticket's own note was written before. So at every instant an original lies in exactly one place: in the
inbox, under its ticket, or in ``done`` or ``failed``. Whatever is killed, the next start finds it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from extractor.core.errors import UsageError
from extractor.files.names import decode_name
from extractor.jobs.blobs import sync_folder
from extractor.jobs.packet_files import fitting_name
from extractor.worksheet.atomic import write_bytes_atomically

PRIVATE = ".extractor"
_NOTE = "ticket.json"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One original taken. ``scheme``: told by its folder. ``name``: decoded."""

    id: str
    folder: Path
    scheme: str | None
    name: str

    @property
    def original(self) -> Path | None:
        """Where the original lies; ``None`` where it never arrived or is gone to its clerk."""
        inside = self.folder / "in"
        for path in inside.iterdir() if inside.is_dir() else ():
            return path
        return None


@dataclass(frozen=True, slots=True)
class TicketDesk:
    """The private folder of one inbox."""

    inbox: Path

    @property
    def folder(self) -> Path:
        """Where tickets lie."""
        return self.inbox / PRIVATE

    def prepare(self) -> None:
        """Make the private folder. Not done later on: a share that is away must not look empty."""
        self.folder.mkdir(exist_ok=True)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else watches this inbox meanwhile.

        Raises:
            UsageError: somebody does. OSError: the inbox cannot be written.
        """
        self.prepare()
        with (self.folder / "lock").open("a", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UsageError(
                    f"已有另一个程序在监视 {self.inbox}；同一个收件夹只能由一个程序监视"
                ) from None
            except OSError as error:
                if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.EINVAL):
                    raise  # a share without locks: the renames still keep two watchers apart
            yield

    def take(self, path: Path, scheme: str | None) -> Ticket | None:
        """Take the original out of the inbox; ``None``: it went away meanwhile.

        Raises:
            OSError: it cannot be moved now.
        """
        ident = secrets.token_hex(10)
        name = decode_name(os.fsencode(path.name))
        ticket = Ticket(ident, self.folder / ident, scheme, name)
        note = {"scheme": scheme, "name": name}
        try:
            (ticket.folder / "in").mkdir(parents=True)
            write_bytes_atomically(
                ticket.folder / _NOTE, json.dumps(note, ensure_ascii=False).encode("utf-8")
            )
            path.rename(ticket.folder / "in" / path.name)
        except FileNotFoundError:
            _drop(ticket.folder)
            return None
        except OSError:
            _drop(ticket.folder)
            raise
        sync_folder(ticket.folder / "in")
        return ticket

    def tickets(self) -> list[Ticket]:
        """All tickets that are not closed, oldest first.

        Raises:
            OSError: the inbox is away; then nothing may be said about its tickets.
        """
        found: list[tuple[int, Ticket]] = []
        for folder in self.folder.iterdir():
            note = folder / _NOTE
            if not folder.is_dir():
                continue
            try:
                told = json.loads(note.read_bytes())
                came = note.stat().st_mtime_ns
            except (FileNotFoundError, ValueError):
                # Killed before its note was written: then nothing was moved in yet.
                _drop(folder)
                continue
            found.append((came, Ticket(folder.name, folder, told["scheme"], told["name"])))
        return [ticket for _came, ticket in sorted(found, key=lambda f: (f[0], f[1].id))]

    def put_away(self, ticket: Ticket, where: str, note: str, note_name: str) -> Path | None:
        """Move the original to ``done`` or ``failed`` and put ``note`` beside it, where there is one.

        Gives its new place; ``None`` where it was moved before. Raises OSError.
        """
        original = ticket.original
        if original is None:
            return None
        folder = self.inbox / where
        folder.mkdir(exist_ok=True)
        target = _free_name(folder, original)
        if note:
            path = folder / fitting_name(f"{decode_name(os.fsencode(target.name))}.{note_name}.txt")
            # With a byte order mark and Windows line ends: it is opened with Notepad.
            text = "\ufeff" + note.replace("\n", "\r\n")
            write_bytes_atomically(path, text.encode("utf-8"))
        original.rename(target)
        sync_folder(folder)
        return target

    def close(self, ticket: Ticket) -> None:
        """The clerk has everything: the ticket goes. Never with an original in it."""
        _drop(ticket.folder)


def _drop(folder: Path) -> None:
    """Remove a ticket, but never an original: a share may say that a rename failed when it did not."""
    inside = folder / "in"
    try:
        if inside.is_dir():
            inside.rmdir()
    except OSError:
        return
    shutil.rmtree(folder, ignore_errors=True)


def _free_name(folder: Path, original: Path) -> Path:
    target, again = folder / original.name, 2
    while target.exists() or target.is_symlink():
        stem, suffix = (
            (original.name, "") if original.is_dir() else (original.stem, original.suffix)
        )
        target, again = folder / f"{stem}-{again}{suffix}", again + 1
    return target
