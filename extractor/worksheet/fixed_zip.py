"""Office files whose bytes depend on their content only: member times and property times are fixed."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

# The zip format's own first day: members carry it, so that equal input gives equal bytes.
_MEMBER_TIME = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_UNKNOWN_TIME = datetime(1980, 1, 1, tzinfo=UTC)


def stated_time(received_at: str) -> datetime:
    """The packet's own time for a file's properties, without a zone; 1980 where it has none."""
    try:
        return datetime.fromisoformat(received_at).replace(tzinfo=None)
    except ValueError:
        return _UNKNOWN_TIME.replace(tzinfo=None)


def fixed(content: bytes, modified: datetime) -> bytes:
    """An OOXML file with the same members in the same order, and no trace of the clock."""
    stamp = modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as saved, zipfile.ZipFile(out, "w") as made:
        for name in saved.namelist():
            data = saved.read(name)
            if name == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
            member = zipfile.ZipInfo(name, _MEMBER_TIME)
            # Pictures are compressed already; trying again takes time and gains nothing.
            packed = name.endswith((".jpeg", ".jpg", ".png"))
            member.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            made.writestr(member, data)
    return out.getvalue()
