"""Make ``config/calibration.yaml`` from recorded sample packets: ``python scripts/calibrate.py FOLDER…``.

Each folder holds a packet with ``truth.json`` and its recording. Packets that readers were not developed
on do not belong here: the table would make them look better than the next packet will be.
"""

from __future__ import annotations

import datetime as dt
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.recorded import RecordedReaders, packet_of  # noqa: E402

from extractor.bench.calibration import Observation, calibrate  # noqa: E402
from extractor.bench.score import Score, score_reading  # noqa: E402
from extractor.bench.truth import load_truth  # noqa: E402
from extractor.core.worksheet import Fact  # noqa: E402
from extractor.fields.make import CERTAIN_AT, CERTAIN_MARK_AT  # noqa: E402
from extractor.files.packet import open_packet  # noqa: E402
from extractor.pipeline.naming import naming_of  # noqa: E402
from extractor.pipeline.pool import PageOutcome, PageTask  # noqa: E402
from extractor.pipeline.reading import interpret, read_pages  # noqa: E402
from extractor.pipeline.tools import RunOptions, Tools, load_tools  # noqa: E402

HEAD = """# How often readings that would be certain were wrong on the developed sample packets, by way of reading and
# page quality. Made by scripts/calibrate.py from recordings; it can only take certainty away. Not for hand edits.
"""


class Recorded:
    """Plays a recording back in this process: no page worker is started for it."""

    def __init__(self, folder: Path) -> None:
        self._reader = RecordedReaders(folder / "recorded" / "pages.json.gz")()

    def read(self, tasks: Sequence[PageTask]) -> Iterator[PageOutcome]:
        """One outcome for each task, in order."""
        return map(self._reader.read, tasks)


def observed(folder: Path, tools: Tools) -> Iterator[Observation]:
    """The facts of one packet that confidence alone would make certain."""
    with TemporaryDirectory() as work:
        options = RunOptions(workers=1, use_cache=False)
        opened = open_packet(packet_of(folder), Path(work), options.limits)
        packet = read_pages(opened, options, engine=Recorded(folder))
        reading = interpret(packet, tools, dt.date(2024, 5, 1))
    score: Score = score_reading(
        reading, load_truth(folder / "truth.json"), dict(naming_of(tools.catalogue).kinds)
    )
    reasons = {page.no: page.quality_reasons for page in reading.pages}
    for fact, right in score.observed:
        if _sure(fact):
            yield Observation(
                fact.method.value, reasons.get(fact.page or 0, ()), fact.confidence, right
            )


def _sure(fact: Fact) -> bool:
    least = CERTAIN_MARK_AT if fact.method.value == "mark" else CERTAIN_AT
    return fact.confidence >= least and not fact.alternatives and not fact.printed.assumed


def table(seen: Iterable[Observation], packets: Sequence[str]) -> str:
    """The file's text; ``packets``: the names of those it was made from."""
    lines = [
        f"  - {{id: {g.id}, method: {g.method}, reason: {g.reason}, n: {g.n}, wrong: {g.wrong}, "
        f"at_most: {g.at_most}, certain_at: {g.certain_at}}}\n"
        for g in calibrate(seen)
    ]
    named = textwrap.fill(
        f"# Packets: {' '.join(packets)}.", 110, subsequent_indent="# ", break_on_hyphens=False
    )
    return f"{HEAD}{named}\ngroups:\n" + "".join(lines)


def main() -> None:
    """Write the table."""
    tools, folders = load_tools(), [Path(name) for name in sys.argv[1:]]
    text = table(
        (o for folder in folders for o in observed(folder, tools)),
        [folder.name for folder in folders],
    )
    (ROOT / "config" / "calibration.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
