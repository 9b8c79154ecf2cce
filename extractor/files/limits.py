"""How much of a packet we are willing to open: one frozen record, handed to every opener."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one packet. Everything beyond ends in a ``Problem``, never in silence.

    Attributes:
        max_files: files of a packet (members of archives included).
        max_file_bytes: one file, unpacked.
        max_unpacked_bytes: all archive members of a packet together, measured while streaming.
        max_ratio: unpacked to packed bytes of one member; looked at only past ``ratio_from_bytes``,
            since a blank scan packs as well as a bomb does.
        ratio_from_bytes: see ``max_ratio``.
        max_archive_depth: a zip is depth 1, a zip in it depth 2. Deeper ones are not opened.
        max_pages_per_file: pages read of one file; the rest is counted and reported.
        max_pixels: of a page image handed to the reader; larger pages are rendered coarser.
        max_decoded_bytes: memory for the decoded pixels of one image file in the child.
        page_seconds: wall clock for one page (render, text layer and tables together).
        layer_seconds: of these, at most so long for text layer and tables: the picture alone is
            still a page.
        open_seconds: wall clock for opening one file.
        child_bytes: resident memory a child may reach; held by ``RLIMIT_AS``.
        max_office_bytes: an office document, unpacked.
        convert_seconds: wall clock for turning an office document into PDF.
        convert_bytes: resident memory of the program that does so, all its processes together.
        max_child_deaths: time-outs and crashes in one file, after which its other pages are given
            up; a hostile file must not cost ``page_seconds`` for each of thousands of pages.
    """

    max_files: int = 5_000
    max_file_bytes: int = 1024 * MIB
    max_unpacked_bytes: int = 4096 * MIB
    max_ratio: int = 200
    ratio_from_bytes: int = 64 * MIB
    max_archive_depth: int = 2
    max_pages_per_file: int = 2_000
    max_pixels: int = 40_000_000
    max_decoded_bytes: int = 480 * MIB
    page_seconds: float = 20.0
    layer_seconds: float = 8.0
    open_seconds: float = 15.0
    child_bytes: int = 1000 * MIB
    max_office_bytes: int = 256 * MIB
    convert_seconds: float = 26.0
    convert_bytes: int = 1000 * MIB
    max_child_deaths: int = 6
