"""How fast stored worksheets are judged again, from bytes to the new judgement, without xlsx.

    python benchmarks/rejudging.py WORKSHEET.json … [--count 1000] [--workers 2] [--scheme ID]

The target is 1,000 worksheets in 60 s on two cores, and one packet in under a second. CPU seconds are
given beside wall time: machines are shared.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from extractor.pipeline.judging import judge_worksheet
from extractor.pipeline.tools import Tools, load_tools
from extractor.worksheet.json_out import read_json, worksheet_bytes

_TOOLS: list[Tools] = []


def start(first: Path, scheme: str | None) -> None:
    """Loads the configuration; done once a process and timed apart."""
    _TOOLS.append(load_tools())
    judge_worksheet(read_json(first), _TOOLS[0], scheme)


def judge_file(job: tuple[Path, str | None]) -> tuple[float, int]:
    """CPU seconds of one worksheet, and how large the result is."""
    path, scheme = job
    before = time.process_time()
    judged = judge_worksheet(read_json(path), _TOOLS[0], scheme)
    size = len(worksheet_bytes(judged))
    return time.process_time() - before, size


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("worksheets", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scheme")
    told = parser.parse_args(arguments)
    jobs = [(told.worksheets[n % len(told.worksheets)], told.scheme) for n in range(told.count)]
    with ProcessPoolExecutor(
        told.workers, get_context("spawn"), start, (told.worksheets[0], told.scheme)
    ) as pool:
        list(pool.map(judge_file, jobs[: told.workers]))  # every process is up
        began = time.perf_counter()
        cpu = [seconds for seconds, _ in pool.map(judge_file, jobs, chunksize=4)]
        wall = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{len(jobs)} worksheets, {told.workers} processes: {wall:.1f} s")
    print(
        f"CPU {sum(cpu):.1f} s, {1000 * sum(cpu) / len(cpu):.0f} ms each; slowest "
        f"{1000 * max(cpu):.0f} ms; with two quiet cores {sum(cpu) / 2:.0f} s"
    )
    print(f"start of the processes, CPU: {used.ru_utime + used.ru_stime - sum(cpu):.1f} s")


if __name__ == "__main__":
    main()
