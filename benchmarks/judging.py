"""How long the rules take over a stored worksheet: all quantities, materials, criteria and checks.

    python benchmarks/judging.py worksheet.json [--times 20] [--profile]

No page is read. Machines are shared and noisy: processor time is given, the fastest and the middle run.
The targets: at most 300 ms a packet, and 1,000 worksheets in 60 s on two processors (120 ms each).
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import time
from pathlib import Path

from extractor.core.worksheet import Reading, Worksheet
from extractor.rules.evaluate import checks_of, judge
from extractor.setup.catalogue import load_catalogue
from extractor.setup.paths import config_dir
from extractor.setup.scheme_loading import load_schemes


def reading_of(sheet: Worksheet) -> Reading:
    """What was read of a stored packet, without what the rules said of it."""
    return Reading(**{name: getattr(sheet, name) for name in Reading.model_fields})


def main() -> None:
    """Time the rules and print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("worksheet", type=Path)
    options.add_argument("--times", type=int, default=20)
    options.add_argument("--profile", action="store_true")
    told = options.parse_args()
    text = told.worksheet.read_text(encoding="utf-8")
    catalogue = load_catalogue(config_dir())
    schemes = load_schemes(config_dir(), catalogue)
    checks_of(catalogue)
    loading, judging = [], []
    for _ in range(told.times):
        start = time.process_time()
        sheet = Worksheet.model_validate_json(text)
        middle = time.process_time()
        judge(reading_of(sheet), sheet.case, schemes[sheet.scheme.id], catalogue)
        loading.append(middle - start)
        judging.append(time.process_time() - middle)
    cells = sum(len(row.cells) for rows in sheet.rows for row in rows.rows)
    print(
        f"{sheet.packet.name}: {len(sheet.facts)} values, {cells} cells, {len(sheet.pages)} pages"
    )
    for name, times in (("load", loading), ("judge", judging)):
        fast, usual = min(times) * 1000, statistics.median(times) * 1000
        print(f"  {name:6} fastest {fast:6.1f} ms, median {usual:6.1f} ms")
    if told.profile:
        profile = cProfile.Profile()
        profile.runcall(judge, reading_of(sheet), sheet.case, schemes[sheet.scheme.id], catalogue)
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
