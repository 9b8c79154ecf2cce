"""The command line: ``extractor …``. Thin: it asks, shows and exits; stages do the work."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from extractor import __version__
from extractor.core.errors import ExtractorError
from extractor.doors import (
    cli_backup,
    cli_bench,
    cli_carry,
    cli_doctor,
    cli_forget,
    cli_import,
    cli_jobs,
    cli_judge,
    cli_letter,
    cli_models,
    cli_review,
    cli_sample,
    cli_schemes,
    cli_serve,
    cli_show,
    cli_summary,
    cli_tables,
    cli_verify,
    cli_watch,
)
from extractor.doors.batch import RunRequest, run_batch
from extractor.doors.outcomes import exit_code_of_error
from extractor.setup.case import CaseFile, read_case_file
from extractor.setup.logs import set_up_logs
from extractor.worksheet.outputs import DEFAULT_FORMATS, FORMATS, unknown_formats

app = typer.Typer(
    name="extractor",
    help="读取申报材料，核对数据，给审核人员一份有据可查的工作底稿。",
    no_args_is_help=True,
    add_completion=False,
)
app.add_typer(cli_schemes.app, name="schemes")
app.add_typer(cli_models.app, name="models")
app.command("show")(cli_show.show)
app.command("bench")(cli_bench.bench)
app.command("judge")(cli_judge.judge)
app.command("import")(cli_import.import_)
app.command("carry")(cli_carry.carry_)
app.command("review")(cli_review.review)
app.command("verify")(cli_verify.verify)
app.command("forget")(cli_forget.forget)
app.command("letter")(cli_letter.letter)
app.command("sample")(cli_sample.sample)
app.command("tables")(cli_tables.tables)
app.command("summary")(cli_summary.summary)
app.command("compare")(cli_summary.compare)
app.add_typer(cli_jobs.app, name="jobs")
cli_backup.register(cli_jobs.app)
app.command("doctor")(cli_doctor.doctor)
app.command("serve")(cli_serve.serve)
app.add_typer(cli_serve.keys_app, name="keys")
app.command("watch")(cli_watch.watch)
app.command("worker")(cli_watch.worker)


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"extractor {__version__}")
        raise typer.Exit()


@app.callback()
def version_option(
    version: Annotated[
        bool,
        # eager: told before a command is missed
        typer.Option("--version", help="显示版本后退出。", is_eager=True, callback=_tell_version),
    ] = False,
) -> None:
    """Options of the program itself."""
    set_up_logs()


@app.command()
def run(
    packets: Annotated[list[Path], typer.Argument(help="申报材料：文件、文件夹或压缩包，可多个。")],
    scheme: Annotated[
        str | None, typer.Option(help="适用的办法，见 extractor schemes list。")
    ] = None,
    out: Annotated[Path, typer.Option(help="结果文件夹。")] = Path("out"),
    filing_date: Annotated[str | None, typer.Option(help="填报日期，如 2024-04-18。")] = None,
    received_date: Annotated[str | None, typer.Option(help="收件日期。")] = None,
    region: Annotated[str | None, typer.Option(help="所在地行政区划代码，如 360113。")] = None,
    functions: Annotated[
        str | None, typer.Option(help="申报的服务功能，逗号分隔，如 training,technical。")
    ] = None,
    case: Annotated[Path | None, typer.Option(help="案件数据文件（YAML）。")] = None,
    batch: Annotated[
        bool, typer.Option("--batch", help="把文件夹里的每一项当作一份材料。")
    ] = False,
    config: Annotated[Path | None, typer.Option(help="覆盖自带配置的文件夹。")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="同时读页的进程数。")] = 2,
    lang: Annotated[str, typer.Option(help="工作底稿的语言：zh 或 en。")] = "zh",
    unmask: Annotated[bool, typer.Option("--unmask", help="不遮盖身份证号和手机号。")] = False,
    formats: Annotated[
        str, typer.Option("--format", help="写出的格式，逗号分隔：json,xlsx,docx,html,csv。")
    ] = ",".join(DEFAULT_FORMATS),
    cache: Annotated[bool, typer.Option("--cache/--no-cache", help="是否使用页面缓存。")] = True,
) -> None:
    """读取一份或多份申报材料，写出 OUT/<名称>/worksheet.json、xlsx、docx、html。

    退出码：0 完成；1 完成，有“不符”级问题；2 用法有误；3 有材料未能读取或不完整。
    """
    if lang not in ("zh", "en"):
        raise typer.BadParameter(f"{lang!r} 不支持；应为 zh 或 en", param_hint="--lang")
    request = RunRequest(
        packets=tuple(packets),
        out=out,
        options=_case(scheme, filing_date, received_date, region, functions),
        case_file=read_case_file(case) if case is not None else None,
        batch=batch,
        config=config,
        workers=workers,
        lang="en" if lang == "en" else "zh",
        unmask=unmask,
        use_cache=cache,
        formats=_formats(formats),
    )
    raise typer.Exit(int(run_batch(request, Console())))


def _case(
    scheme: str | None, filed: str | None, received: str | None, region: str | None,
    functions: str | None,
) -> CaseFile:  # fmt: skip
    return CaseFile(
        scheme=scheme,
        filing_date=_day(filed, "--filing-date"),
        received_date=_day(received, "--received-date"),
        region=region,
        functions=tuple(f.strip() for f in functions.split(",") if f.strip())
        if functions
        else None,
    )


def _formats(text: str) -> tuple[str, ...]:
    asked = tuple(name.strip().lower() for name in text.split(",") if name.strip())
    unknown = unknown_formats(asked)
    if unknown or not asked:
        raise typer.BadParameter(
            f"{text!r} 不支持；可选 {'、'.join(FORMATS)}", param_hint="--format"
        )
    return asked


def _day(text: str | None, option: str) -> str | None:
    if text is None:
        return None
    try:
        CaseFile(filing_date=text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} 不是日期；应如 2024-04-18", param_hint=option) from None
    return text


def main() -> None:
    """Entry point of the ``extractor`` command."""
    try:
        app()
    except ExtractorError as error:
        Console(stderr=True).print(f"[red]错误[/red]：{escape(str(error))}", highlight=False)
        sys.exit(int(exit_code_of_error(error)))


if __name__ == "__main__":
    main()
