"""Where configuration comes from: the packaged ``config/``, overlaid by a folder of the user's own.

An overlay repeats the layout of ``config/`` and needs only what it changes. Lists are overlaid entry
by entry, by ``id``: an entry with a known id replaces the packaged one in its place, a new id is
added at the end. Files that hold one thing (``scheme.yaml``, a case) are replaced whole.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from extractor.core.errors import ConfigError, UsageError
from extractor.setup.paths import config_dir
from extractor.setup.yaml_strict import Place, Plain, StrictFile, closest, shown_value

M = TypeVar("M", bound=BaseModel)

ENVIRONMENT = "EXTRACTOR_CONFIG"

READ = (
    "calibration.yaml", "conventions.yaml", "cues.yaml", "derived.yaml", "doctypes.yaml", "enums.yaml", "general_rules.yaml",
    "identifiers.yaml", "statements.yaml", "units.yaml", "crosschecks/*.yaml", "crosschecks/cases/*.yaml", "english/*.yaml",
    "fields/*.yaml", "forms/*.yaml", "papers/*.yaml", "rows/*.yaml", "schemes/*/scheme.yaml",
    "schemes/*/criteria.yaml", "schemes/*/materials.yaml", "schemes/*/ambiguities.yaml",
    "schemes/*/cases/*.yaml",
)  # fmt: skip
"""The files of a configuration folder; ``*`` stands for one name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list with the file and place it was read from, for error messages."""

    id: str
    data: Plain
    file: StrictFile
    place: Place

    def error(self, message: str, *below: str | int) -> ConfigError:
        """A ``ConfigError`` at this entry (or at a key below it)."""
        return ConfigError(
            f"{self.id}: {message}",
            file=self.file.name,
            line=self.file.line((*self.place, *below)),
        )

    def as_model(self, model: type[M]) -> M:
        """The entry as ``model``; faults name file, line and key."""
        return self.file.validate(model, self.data, self.place)


@dataclass(frozen=True, slots=True)
class ConfigSource:
    """The packaged folder and, where given, the overlay; ``base`` first, the overlay wins."""

    base: Path
    overlay: Path | None = None

    @classmethod
    def find(cls, overlay: Path | None = None) -> ConfigSource:
        """The packaged configuration with ``overlay``, else with ``EXTRACTOR_CONFIG``, else alone.

        Raises:
            UsageError: the overlay named is not a folder.
        """
        told = os.environ.get(ENVIRONMENT)
        chosen = overlay or (Path(told) if told else None)
        if chosen is not None and not chosen.is_dir():
            raise UsageError(f"configuration folder not found: {chosen}")
        return cls(config_dir(), chosen)

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders, the packaged one first."""
        return (self.base,) if self.overlay is None else (self.base, self.overlay)

    def names(self, pattern: str) -> tuple[str, ...]:
        """Names (paths inside ``config/``) that match a glob, in either folder, sorted."""
        found = {
            path.relative_to(root).as_posix()
            for root in self.roots
            for path in root.glob(pattern)
            if path.is_file()
        }
        return tuple(sorted(found))

    def versions(self, name: str) -> tuple[StrictFile, ...]:
        """The file ``name`` as it stands in each folder that has it, the packaged one first."""
        return tuple(
            StrictFile.read(root / name, _shown(index, name))
            for index, root in enumerate(self.roots)
            if (root / name).is_file()
        )

    def one(self, name: str) -> StrictFile:
        """The file that holds one thing: the overlay's if it has it. Missing is a ``ConfigError``."""
        versions = self.versions(name)
        if not versions:
            raise ConfigError("the file is missing", file=f"config/{name}")
        return versions[-1]

    def entries(self, pattern: str, key: str) -> tuple[Entry, ...]:
        """The entries of list ``key`` from all matching files, overlaid by id.

        Inside one folder an id stands once, in whichever file; twice is an error.
        """
        merged: dict[str, Entry] = {}
        for index, root in enumerate(self.roots):
            seen: dict[str, Entry] = {}
            for path in sorted(p for p in root.glob(pattern) if p.is_file()):
                name = _shown(index, path.relative_to(root).as_posix())
                for entry in file_entries(StrictFile.read(path, name), key):
                    if entry.id in seen:
                        first = seen[entry.id]
                        raise entry.error(
                            "id stands twice (first in "
                            f"{first.file.name}:{first.file.line(first.place)}); keep one"
                        )
                    seen[entry.id] = entry
            merged.update(seen)
        return tuple(merged.values())

    def overridden(self) -> tuple[str, ...]:
        """Names of the overlay's files, sorted; they override or add to the packaged ones."""
        if self.overlay is None:
            return ()
        return tuple(p.relative_to(self.overlay).as_posix() for p in _yaml_files(self.overlay))

    def misplaced(self) -> tuple[ConfigError, ...]:
        """Files of the overlay that nothing would read: a folder or file name written wrongly.

        A scheme's folder that has no ``scheme.yaml``, here or among the packaged ones, is one as well.
        """
        faults = []
        for name in self.overridden():
            parts = name.split("/")
            if not any(_fits(parts, pattern.split("/")) for pattern in READ):
                right = closest(name, READ)
                faults.append(
                    ConfigError(f"nothing reads a file of this name; {right}", file=_shown(1, name))
                )
            elif parts[0] == "schemes" and not self.versions(f"schemes/{parts[1]}/scheme.yaml"):
                place = _shown(1, f"schemes/{parts[1]}/scheme.yaml")
                faults.append(
                    ConfigError("the file is missing: a scheme begins with it", file=place)
                )
        return tuple({str(fault): fault for fault in faults}.values())

    def sha256(self) -> str:
        """A digest over names and contents of both folders, the same on every machine."""
        digest = hashlib.sha256()
        for index, root in enumerate(self.roots):
            for path in _yaml_files(root):
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{index}\0{path.relative_to(root).as_posix()}\0{content}\n".encode())
        return digest.hexdigest()


def file_entries(file: StrictFile, key: str) -> tuple[Entry, ...]:
    """The entries of the list ``key``, the only key a list file may have."""
    if not isinstance(file.data, dict):
        raise file.error(
            (), f"found {shown_value(file.data)}; expected the key {key!r} with a list"
        )
    for other in file.data:
        if other != key:
            raise file.error((other,), f"unknown key; a file here holds the one list {key!r}")
    items = file.data.get(key)
    if not isinstance(items, tuple):
        raise file.error((key,), f"found {shown_value(items)}; expected a list of entries with ids")
    entries = []
    for number, item in enumerate(items):
        place: Place = (key, number)
        ident = item.get("id") if isinstance(item, dict) else None
        if not isinstance(ident, str) or not ident:
            raise file.error(place, "the entry has no 'id' (text)")
        entries.append(Entry(ident, item, file, place))
    return tuple(entries)


def _fits(parts: list[str], pattern: list[str]) -> bool:
    return len(parts) == len(pattern) and all(
        fnmatch.fnmatchcase(part, wanted) for part, wanted in zip(parts, pattern, strict=True)
    )


def _shown(index: int, name: str) -> str:
    return f"config/{name}" if index == 0 else f"overlay/{name}"


def _yaml_files(root: Path) -> list[Path]:
    return sorted(p for p in root.rglob("*.yaml") if p.is_file())
