"""Every error the product raises on purpose.

    ExtractorError                 the run, or the thing asked for, cannot go on
    ├── UsageError                 options that cannot be obeyed
    ├── ConfigError                a file under config/ is wrong: file, line, key, found, right
    ├── ModelError                 an OCR model is missing or altered; says the mending command
    ├── PacketError                the whole packet cannot be opened
    └── EngineError                an engine failed in a way that is not one page's fault

A page or a stage that went badly is not an exception but a ``Problem`` (``core.worksheet``), kept in
the result. What a packet says wrong is a ``Finding``. The three are never mixed. Exit codes and HTTP
statuses belong to the doors: one table maps ``kind`` there.
"""

from __future__ import annotations


class ExtractorError(Exception):
    """Root of the tree. ``kind`` is stable and machine-readable; the message is for people."""

    kind = "error"


class UsageError(ExtractorError):
    kind = "usage"


class ConfigError(ExtractorError):
    """``file``/``line`` name the place; the message says what was found and what would be right."""

    kind = "config"

    def __init__(self, message: str, *, file: str = "", line: int | None = None) -> None:
        where = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(where + message)
        self.file = file
        self.line = line


class ModelError(ExtractorError):
    kind = "model"


class PacketError(ExtractorError):
    kind = "packet"


class EngineError(ExtractorError):
    kind = "engine"
