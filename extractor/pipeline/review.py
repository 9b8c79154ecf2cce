"""The whole story of a packet, in one function."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from extractor import __version__
from extractor.core.errors import ConfigError, UsageError
from extractor.core.worksheet import Case, ExtractorInfo, Problem, Reading, Worksheet
from extractor.files.model import OpenedPacket
from extractor.files.packet import open_packet
from extractor.pipeline.case import told_case
from extractor.pipeline.pictures import PagePictures
from extractor.pipeline.pool import PageEngine
from extractor.pipeline.reading import Progress, ReaderMaker, ReadPacket, interpret, read_pages
from extractor.pipeline.tools import RunOptions, Tools
from extractor.rules.choosing import choose_scheme, known_of
from extractor.rules.evaluate import checks_of, judge
from extractor.rules.facts import FactBook
from extractor.setup.case import CaseFile, Told, merge_case, parse_packet_yaml
from extractor.setup.scheme_loading import load_scheme, load_schemes, scheme_ids
from extractor.setup.schemes import Scheme


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A worksheet with the pictures of its pages; the pictures live as long as ``folder`` does."""

    worksheet: Worksheet
    pictures: PagePictures
    packet: ReadPacket


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user asks of one packet: case data by option and by file, and when it came in."""

    options: CaseFile = CaseFile()
    case_file: CaseFile | None = None
    today: dt.date | None = None


def review(
    path: Path,
    asked: Asked,
    tools: Tools,
    options: RunOptions,
    workdir: Path,
    progress: Progress | None = None,
    make_reader: ReaderMaker | None = None,
    engine: PageEngine | None = None,
) -> Reviewed:
    """Open, read, split, extract, compute, check, judge: a packet's worksheet.

    ``workdir`` holds unpacked archives and, without a cache, page pictures; it is the caller's to
    remove. A bad file or page becomes a problem in the worksheet, never an exception.

    Raises:
        PacketError: there is nothing at ``path``. UsageError, ConfigError: no scheme, bad case data.
        EngineError: ``engine`` cannot go on, for a reason that is no page's.
    """
    for given in (asked.options, asked.case_file):
        _check_functions(given, tools)
    keep = (
        options if options.use_cache else replace(options, cache=workdir / "pages", use_cache=True)
    )
    opened = open_packet(path, workdir, options.limits)
    told, problem = _told(opened, asked, tools)
    told_scheme(told, tools)  # wrong rules end the run before the slow part, not after it
    received = _received(told, asked)
    packet = read_pages(opened, keep, progress, make_reader, engine)
    reading = interpret(packet, tools, received)
    if problem is not None:
        reading = reading.model_copy(update={"problems": (*reading.problems, problem)})
    worksheet = judge_reading(reading, told, tools, received, _engines(packet))
    folder = keep.page_cache
    assert folder is not None  # ``keep`` always has a cache
    return Reviewed(worksheet, PagePictures(packet.pages, folder), packet)


def judge_reading(
    reading: Reading,
    told: Mapping[str, Told],
    tools: Tools,
    received: dt.date,
    engines: tuple[str, ...],
) -> Worksheet:
    """The rules over a reading: fast, and all that is run again after a correction."""
    case = told_case(told, received)
    scheme, chosen_by = told_scheme(told, tools) or fitting_scheme(reading, case, tools)
    judged = judge(reading, case, scheme, tools.catalogue)
    info = judged.scheme.model_copy(update={"chosen_by": chosen_by})
    return Worksheet(
        extractor=ExtractorInfo(
            version=__version__,
            config_sha256=tools.config.sha256(),
            engines=engines,
            overridden=tools.config.overridden(),
        ),
        packet=reading.packet,
        scheme=info,
        case=judged.case,
        pages=reading.pages,
        documents=reading.documents,
        facts=reading.facts,
        rows=reading.rows,
        quantities=judged.quantities,
        materials=judged.materials,
        criteria=judged.criteria,
        findings=judged.findings,
        problems=reading.problems,
    )


def told_scheme(told: Mapping[str, Told], tools: Tools) -> tuple[Scheme, str] | None:
    """The scheme told and who told it; ``None`` where nobody did. All checks are loaded with it.

    Raises:
        UsageError: there is none of that name. ConfigError: rules cannot be loaded.
    """
    named = told.get("scheme")
    known = scheme_ids(tools.config)
    checks_of(tools.catalogue)
    if named is None:
        load_schemes(tools.config, tools.catalogue)
        return None
    if named.value not in known:
        raise UsageError(
            f"没有名为 {named.value} 的办法；请用 --scheme 指定其一：{'、'.join(known)}"
        )
    return load_scheme(tools.config, str(named.value), tools.catalogue), named.source


def fitting_scheme(reading: Reading, case: Case, tools: Tools) -> tuple[Scheme, str]:
    """The scheme that fits the packet's date, place and titles, and why in a sentence.

    Raises:
        SchemeUndecided: none or several fit.
    """
    schemes = load_schemes(tools.config, tools.catalogue)
    known = known_of(FactBook(reading, case, tools.catalogue))
    choice = choose_scheme((scheme.head for scheme in schemes.values()), known)
    return schemes[choice.scheme], choice.why


def _check_functions(case: CaseFile | None, tools: Tools) -> None:
    """Criteria of functions not applied for do not apply: a misspelled one would be judged by.

    Raises:
        UsageError: it names what is not known, and what is.
    """
    known = [member.id for member in tools.catalogue.enums["service_function"].members]
    told = case.functions if case is not None and case.functions is not None else ()
    wrong = "、".join(f for f in told if f not in known)
    if wrong:
        raise UsageError(f"没有名为 {wrong} 的服务功能；现有：{'、'.join(known)}")


def _told(
    opened: OpenedPacket, asked: Asked, tools: Tools
) -> tuple[Mapping[str, Told], Problem | None]:
    """All that was told; a wrong ``packet.yaml`` is a problem, not the end of the packet."""
    inside: CaseFile | None = None
    problem = None
    if opened.packet_yaml is not None:
        try:
            inside = parse_packet_yaml(opened.packet_yaml)
            _check_functions(inside, tools)
        except (ConfigError, UsageError) as error:
            inside = None
            problem = Problem(
                stage="case", kind="packet_yaml", message=f"packet.yaml 有误，未采用：{error}"
            )
    return merge_case(asked.options, asked.case_file, inside), problem


def _received(told: Mapping[str, Told], asked: Asked) -> dt.date:
    given = told.get("received_date")
    if given is not None and isinstance(given.value, str):
        return dt.date.fromisoformat(given.value)
    return asked.today or dt.date.today()


def _engines(packet: ReadPacket) -> tuple[str, ...]:
    return tuple(sorted({e for page in packet.pages for e in page.read.engines}))


def temporary_workdir() -> tempfile.TemporaryDirectory[str]:
    """A folder for one packet's unpacked files, removed after use."""
    return tempfile.TemporaryDirectory(prefix="extractor-")
