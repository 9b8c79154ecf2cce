"""``summary.html``: the same summary as one plain page to read and print. No script, no network."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from extractor.core.worksheet import Outcome
from extractor.worksheet.naming import Naming
from extractor.worksheet.official.platforms import platform_name
from extractor.worksheet.safe_text import visible
from extractor.worksheet.shown import show_date
from extractor.worksheet.summary.model import Round, Shared, SharedKind
from extractor.worksheet.summary.workbook import (
    counts_of,
    heads_of,
    shared_note,
    shared_of,
    spoken,
)
from extractor.worksheet.wording import Language, Words, words_of

_STYLE = """
body{font:14px/1.6 "Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;color:#222;margin:2em auto;
max-width:1200px;padding:0 1em}
h1{font-size:22px}h2{font-size:17px;margin-top:1.6em}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #cbd3dc;padding:4px 8px;text-align:left;
vertical-align:top;overflow-wrap:anywhere}th{background:#dde5ee;overflow-wrap:normal}.one{white-space:nowrap}p{color:#555}
.bad{background:#fbe3e0}.care{background:#fff3d1}
@media print{thead{display:table-header-group}tr{break-inside:avoid}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def summary_page(found: Round, naming: Naming, lang: Language = "zh") -> bytes:
    """The content of ``summary.html`` (UTF-8)."""
    words = words_of(lang)
    told = spoken(found, naming, lang)
    titled = words("round.titled").format(n=len(told.names))
    heads = [words(f"round.{key}") for key in ("packet", "applicant", "scheme", "as_of")]
    parts = [
        "<!doctype html>",
        f'<html lang="{"zh-CN" if words.chinese else "en"}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{_text(words('round.title'))}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{_text(titled)}</h1><p>{_text(words('round.caution'))}</p>",
        _table(
            (*heads, *(head.replace("-\n", "") for head in heads_of(words))),
            (
                (
                    ("", name),
                    ("", platform_name(w)),
                    ("", w.scheme.title),
                    ("one", show_date(w.scheme.as_of, words)),
                    *_counted(counts_of(w)),
                )
                for name, w in zip(told.names, told.worksheets, strict=True)
            ),
        ),
    ]
    none = f"<p>{_text(words('round.none'))}</p>"
    for kind in SharedKind:
        title, note = words(f"shared.{kind}"), shared_note(told, kind, words)
        parts.append(f"<h2>{_text(title)}</h2><p>{_text(note)}</p>")
        rows = [_shared_row(told, shared, words) for shared in shared_of(told, kind)]
        shared_heads = tuple(words(f"shared.{key}") for key in ("sureness", "seen", "why"))
        parts.append(_table(shared_heads, rows) if rows else none)
    parts.append(f"<h2>{_text(words('across.title'))}</h2>")
    failed = [
        (("bad", words(f"severity.{f.severity}")), ("", told.names[n]), ("", f.check), ("", f.message))
        for n, f in told.findings
        if f.outcome is Outcome.FAILED
    ]  # fmt: skip
    finding_heads = ("col.severity", "round.packet", "across.check", "across.message")
    parts.append(_table([words(key) for key in finding_heads], failed) if failed else none)
    parts.append("</body></html>")
    return "\n".join(parts).encode("utf-8", "replace")


def _shared_row(found: Round, shared: Shared, words: Words) -> tuple[tuple[str, str], ...]:
    seen = []
    for s in shared.seen:
        line = words("fact.line").format(label=found.names[s.packet], value=s.text)
        if s.page is not None:
            place = words("place.page").format(n=s.page)
            line += words("place.brackets").format(place=place)
        seen.append(line)
    look = ("bad", words("shared.same")) if shared.sure else ("care", words("shared.likely"))
    return look, ("", "\n".join(seen)), ("", shared.why)


def _counted(counts: Sequence[int]) -> list[tuple[str, str]]:
    looks = ("", "bad", "care", "", "bad", "care", "care")
    return [(look if n else "", str(n)) for look, n in zip(looks, counts, strict=True)]


def _table(heads: Sequence[str], rows: Iterable[Sequence[tuple[str, str]]]) -> str:
    head = "".join(f"<th>{_text(h)}</th>" for h in heads)
    body = "".join(
        "<tr>" + "".join(f'<td class="{look}">{_text(t)}</td>' for look, t in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _text(text: str) -> str:
    return html.escape(visible(text)).replace("\n", "<br>")
