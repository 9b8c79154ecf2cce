"""``summary.html``: the same summary as one plain page to read and print. No script, no network."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from extractor.core.worksheet import Outcome
from extractor.worksheet.official.platforms import platform_name
from extractor.worksheet.safe_text import visible
from extractor.worksheet.summary.model import Round, SharedKind
from extractor.worksheet.summary.workbook import (
    CAUTION,
    COUNTED,
    SHARED_TITLES,
    WORDS,
    counts_of,
    shared_of,
)

_STYLE = """
body{font:14px/1.6 "Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;color:#222;margin:2em auto;
max-width:1200px;padding:0 1em}
h1{font-size:22px}h2{font-size:17px;margin-top:1.6em}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #cbd3dc;padding:4px 8px;text-align:left;
vertical-align:top;overflow-wrap:anywhere}th{background:#dde5ee}p{color:#555}
.bad{background:#fbe3e0}.care{background:#fff3d1}
@media print{thead{display:table-header-group}tr{break-inside:avoid}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def summary_page(found: Round) -> bytes:
    """The content of ``summary.html`` (UTF-8)."""
    parts = [
        "<!doctype html>",
        '<html lang="zh-CN"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>申报材料汇总</title><style>{_STYLE}</style></head><body>",
        f"<h1>申报材料汇总（{len(found.names)} 份）</h1><p>{CAUTION}</p>",
        _table(
            ("材料", "申报单位", "基准日", *COUNTED),
            (
                (("", name), ("", platform_name(w)), ("", w.scheme.as_of), *_counted(counts_of(w)))
                for name, w in zip(found.names, found.worksheets, strict=True)
            ),
        ),
    ]
    for kind in SharedKind:
        title, note = SHARED_TITLES[kind]
        parts.append(f"<h2>{title}</h2><p>{note}</p>")
        rows = [
            (
                ("bad", "相同") if shared.sure else ("care", "可能相同"),
                ("", "\n".join(f"{found.names[s.packet]}：{s.text}{_page(s.page)}" for s in shared.seen)),
                ("", shared.why),
            )
            for shared in shared_of(found, kind)
        ]  # fmt: skip
        parts.append(_table(("判断", "所在材料", "理由"), rows) if rows else "<p>未发现。</p>")
    parts.append("<h2>跨材料核对</h2>")
    failed = [
        (("bad", WORDS(f"severity.{f.severity}")), ("", found.names[n]), ("", f.check), ("", f.message))
        for n, f in found.findings
        if f.outcome is Outcome.FAILED
    ]  # fmt: skip
    parts.append(
        _table(("程度", "材料", "核对项", "说明"), failed) if failed else "<p>未发现问题。</p>"
    )
    parts.append("</body></html>")
    return "\n".join(parts).encode("utf-8", "replace")


def _counted(counts: Sequence[int]) -> list[tuple[str, str]]:
    looks = ("", "bad", "care", "", "bad", "care", "care")
    return [(look if n else "", str(n)) for look, n in zip(looks, counts, strict=True)]


def _page(page: int | None) -> str:
    return "" if page is None else f"（第{page}页）"


def _table(heads: Sequence[str], rows: Iterable[Sequence[tuple[str, str]]]) -> str:
    head = "".join(f"<th>{_text(h)}</th>" for h in heads)
    body = "".join(
        "<tr>" + "".join(f'<td class="{look}">{_text(t)}</td>' for look, t in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _text(text: str) -> str:
    return html.escape(visible(text)).replace("\n", "<br>")
