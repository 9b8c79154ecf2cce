"""``extractor bench``: how well and how fast the sample packets are read, against their truth."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from extractor.bench.memory import PeakMemory
from extractor.bench.score import Score, certainty_curve, score_packet
from extractor.bench.score_pages import score_pages
from extractor.bench.tally import Tally, shares
from extractor.bench.truth import Truth, load_truth
from extractor.core.errors import UsageError
from extractor.pipeline.naming import naming_of
from extractor.pipeline.review import Asked, Reviewed, review, temporary_workdir
from extractor.pipeline.tools import RunOptions, Tools, load_tools
from extractor.setup.assets import require_models
from extractor.setup.case import CaseFile

_PACKETS = (".pdf", ".tif", ".tiff", ".zip")


def bench(
    packets: Annotated[
        list[Path] | None, typer.Argument(help="样例文件夹，各含 truth.json。")
    ] = None,
    live: Annotated[bool, typer.Option("--live/--cached", help="重新识别，不用页面缓存。")] = True,
    workers: Annotated[int, typer.Option(min=1, max=64)] = 2,
    failures: Annotated[int, typer.Option(help="每项列出多少个错例。")] = 10,
) -> None:
    """在样例材料上与标准答案对照评分，并给出每分钟页数和内存峰值。"""
    folders = packets or sorted(p.parent for p in Path("fixtures/scans").glob("*/truth.json"))
    if not folders:
        raise UsageError("没有找到样例：请在项目文件夹内运行，或给出含 truth.json 的文件夹")
    tools = load_tools()
    require_models()
    kinds = dict(naming_of(tools.catalogue).kinds)
    total = Score()
    for folder in folders:
        truth = load_truth(folder / "truth.json")
        started = time.monotonic()
        with PeakMemory() as memory:
            done = _review(folder, truth, tools, live, workers)
        seconds = time.monotonic() - started
        worksheet = done.worksheet
        score = score_packet(worksheet, truth, kinds)
        score_pages(score, done.packet.pages, truth)
        peak = (memory.peak_bytes or 0) / 2**20
        rate = 60 * len(worksheet.pages) / seconds
        typer.echo(
            f"\n== {folder.name}: {len(worksheet.pages)} pages, {seconds:.0f} s, "
            f"{rate:.1f} pages/min{'' if live else ' (cached)'}, peak {peak:.0f} MiB"
        )
        print_score(score, failures)
        total.merge(score)
    if len(folders) > 1:
        typer.echo("\n== all")
        print_score(total, 0)
    typer.echo(f"checks ended passed or failed: {len(total.checks_ended)}")
    typer.echo("confidence  facts  wrong")
    for at, facts, wrong in certainty_curve(total.curve):
        typer.echo(f"  >= {at:.2f}  {facts:6d}  {wrong:5d}")


def packet_of(folder: Path) -> Path:
    """The packet beside a truth file: its one PDF or archive, else the folder ``packet``."""
    inner = folder / "packet"
    if inner.is_dir():
        return inner
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in _PACKETS)
    if len(files) != 1:
        raise UsageError(f"{folder}：应有一个 PDF、TIFF 或压缩包，或名为 packet 的文件夹")
    return files[0]


def _review(folder: Path, truth: Truth, tools: Tools, live: bool, workers: int) -> Reviewed:
    case = CaseFile(
        scheme=truth.scheme,
        filing_date=truth.case.filing_date,
        region=truth.case.region,
        functions=truth.case.functions or None,
    )
    with temporary_workdir() as work:
        options = RunOptions(workers=workers, use_cache=not live)
        return review(packet_of(folder), Asked(case), tools, options, Path(work))


def print_score(score: Score, failures: int) -> None:
    """The figures, a line each, with examples of what was wrong."""
    lines: list[tuple[str, Tally]] = [
        ("page types", score.pages),
        ("fields exact", score.fields),
        ("  figures, dates, codes", score.figures),
        ("rows found", score.rows_found),
        ("rows true", score.rows_true),
        ("cells", score.cells),
        ("boxes", score.boxes),
        ("planted defects", score.planted),
        ("verdicts", score.verdicts),
        ("right facts certain", score.certain_of_right),
        ("certain facts right", score.right_of_certain),
    ]
    for name, tally in lines:
        share = "   –  " if tally.share is None else f"{100 * tally.share:6.2f}"
        typer.echo(f"{name:26s} {share} %  {tally.right}/{tally.total}")
        for what in tally.wrong[:failures]:
            typer.echo(f"      {what}")
    if score.rows_f1 is not None:
        typer.echo(f"{'rows F1':26s} {score.rows_f1:.4f}")
    kinds = ", ".join(
        f"{kind} {t.right}/{t.total}" for kind, t in sorted(score.by_kind.items()) if t.total
    )
    typer.echo(f"by kind: {kinds}")
    methods = ", ".join(f"{m} {t.right}/{t.total}" for m, t in sorted(score.by_method.items()))
    typer.echo(f"certain facts right, by method: {methods}")
    for name, measures in shares(score.damage):
        shown = "  ".join(f"{what} {t.right}/{t.total}" for what, t in measures)
        typer.echo(f"  {name:9s} {shown}")
    for what, measure in score.damage.items():
        if what not in ("fields", "cells", "page types", "certain"):
            for said in measure.total.wrong[:failures]:
                typer.echo(f"      {what}: {said}")
    typer.echo(f"error findings nobody planted: {len(score.false_errors)}")
    for what in score.false_errors[: max(failures, 5)]:
        typer.echo(f"      {what}")
