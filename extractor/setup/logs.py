"""Logs for operators: one line an entry, text or JSON, without personal data.

Every entry is cleaned as a whole: ID numbers, mobile and bank numbers are painted over, in the
message, in its arguments and in tracebacks. Text from packets cannot make a line of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sys
from typing import TextIO

from extractor.setup.settings import Settings, settings

_HIDDEN = (
    # 18 digits of an identity number (old ones: 15), mobile numbers with or without country code, and
    # runs of 16 to 19 digits as cards have: none of them is ever needed to understand a log.
    (re.compile(r"(?<![0-9A-Za-z])\d{6}(?:18|19|20)\d{9}[0-9Xx](?![0-9A-Za-z])"), "<身份证号>"),
    (re.compile(r"(?<![0-9A-Za-z])\d{6}\d{2}(?:0[1-9]|1[0-2])\d{2}\d{3}(?![0-9A-Za-z])"), "<身份证号>"),
    (re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])"), "<手机号>"),
    (re.compile(r"(?<![0-9A-Za-z.])\d{16,19}(?![0-9A-Za-z.])"), "<卡号>"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "<邮箱>"),
)  # fmt: skip
_BREAKS = dict.fromkeys((*range(32), 127, *range(128, 160), 8232, 8233), " ")


def without_personal_data(text: str) -> str:
    """``text`` with numbers and addresses of people painted over, on one line."""
    text = text.translate(_BREAKS)
    for pattern, instead in _HIDDEN:
        text = pattern.sub(instead, text)
    return text


class _Clean(logging.Formatter):
    """Says an entry on one line, cleaned as a whole: nothing slips through by its arguments."""

    def clean(self, record: logging.LogRecord) -> tuple[str, str]:
        """The message and the traceback (empty where there is none)."""
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        return (
            without_personal_data(record.getMessage()),
            " | ".join(without_personal_data(line) for line in trace.splitlines()),
        )


class TextFormatter(_Clean):
    """``2026-01-02T03:04:05Z INFO name: message``."""

    def format(self, record: logging.LogRecord) -> str:
        message, trace = self.clean(record)
        more = f" | {trace}" if trace else ""
        return f"{_time(record)} {record.levelname} {record.name}: {message}{more}"


class JsonFormatter(_Clean):
    """One JSON object a line: ``time`` (UTC), ``level``, ``logger``, ``pid``, ``message``, ``trace``."""

    def format(self, record: logging.LogRecord) -> str:
        message, trace = self.clean(record)
        entry: dict[str, str | int] = {
            "time": _time(record), "level": record.levelname, "logger": record.name,
            "pid": record.process or 0, "message": message,
        }  # fmt: skip
        if trace:
            entry["trace"] = trace
        return json.dumps(entry, ensure_ascii=False)


def set_up_logs(told: Settings | None = None, stream: TextIO | None = None) -> None:
    """Send all logs to stderr (or ``stream``) as the settings say. Call once a process."""
    told = told or settings()
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if told.log_format == "json" else TextFormatter())
    root = logging.getLogger()
    for old in [h for h in root.handlers if getattr(h, "of_extractor", False)]:
        root.removeHandler(old)
    handler.of_extractor = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    logging.getLogger("extractor").setLevel(told.log_level)


def _time(record: logging.LogRecord) -> str:
    at = dt.datetime.fromtimestamp(record.created, dt.UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
