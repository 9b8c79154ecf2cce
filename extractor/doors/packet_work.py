"""What a runner does with a packet: the whole review, and the files that every door leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from extractor import __version__
from extractor.core.errors import EngineError, ExtractorError, ModelError
from extractor.core.worksheet import Problem
from extractor.doors.outcomes import error_findings, is_incomplete
from extractor.doors.results import write_results
from extractor.doors.stored import refuse_decided
from extractor.files.limits import Limits
from extractor.files.packet import open_packet
from extractor.jobs.engine import EngineTrouble
from extractor.jobs.records import Finished
from extractor.jobs.runner import PacketFailed, WorkOrder
from extractor.pipeline.pool import PageOutcome
from extractor.pipeline.reader import ReaderFactory
from extractor.pipeline.review import Asked, review
from extractor.pipeline.tools import RunOptions, Tools, load_tools
from extractor.setup.assets import require_models
from extractor.worksheet.safe_text import one_line

_MOST_REASONS = 10


@dataclass(frozen=True, slots=True)
class ReviewWork:
    """Makes the work inside a runner; picklable. ``config``: an overlay of the packaged rules."""

    config: Path | None = None
    unmask: bool = False
    use_cache: bool = True

    def __call__(self) -> PacketReviewer:
        """Load rules and prove models, once.

        Raises:
            ConfigError, ModelError: nothing can be reviewed until that is mended.
        """
        tools = load_tools(self.config)
        require_models()
        return PacketReviewer(self, tools)

    def reader(self) -> ReaderFactory:
        """What reads pages in the workers."""
        options = RunOptions(use_cache=self.use_cache)
        return ReaderFactory(options.page_cache, options.pages, options.limits, options.threads)


def versions_of(tools: Tools) -> str:
    """What a result depends on beside packet and question: the program and its rules."""
    return f"{__version__} {tools.config.sha256()}"


class PacketReviewer:
    """Reviews packets one after another."""

    def __init__(self, work: ReviewWork, tools: Tools) -> None:
        self._work = work
        self._tools = tools

    def __call__(self, order: WorkOrder) -> Finished:
        """Review the packet and write its results into ``order.out``.

        Raises:
            PacketFailed: nothing of it can be read. ExtractorError: it cannot be judged; says why.
            EngineError: nothing can be read now. ResultDecided: ``order.out`` holds a result with
            decisions.
        """
        refuse_decided(order.out)  # before hours of reading
        read: list[bool] = []

        def tell(no: int, total: int, outcome: PageOutcome) -> None:
            read.append(outcome.read is not None)
            order.progress(no, total, outcome)

        asked = Asked(order.request.case, None, order.request.received)
        options = RunOptions(use_cache=self._work.use_cache)
        try:
            reviewed = review(
                order.packet, asked, self._tools, options, order.workdir / "opened", tell,
                engine=order.pages,
            )  # fmt: skip
        except EngineError:
            raise
        except ModelError as error:
            raise EngineTrouble(str(error)) from error
        except ExtractorError:
            if not any(read):  # then it is not the question that was wrong
                raise PacketFailed(_why_nothing(order)) from None
            raise
        worksheet = reviewed.worksheet
        if not worksheet.pages:
            raise PacketFailed(_reasons(worksheet.problems))
        lang: Literal["zh", "en"] = "en" if order.request.lang == "en" else "zh"
        write_results(reviewed, order.out, self._tools, lang, unmask=self._work.unmask)
        return Finished(
            outcome="incomplete" if is_incomplete(worksheet) else "complete",
            error_findings=error_findings(worksheet),
            pages=len(worksheet.pages),
            summary=_reasons(worksheet.problems) if worksheet.problems else "",
        )


def _why_nothing(order: WorkOrder) -> str:
    opened = open_packet(order.packet, order.workdir / "looked", Limits())
    return _reasons(opened.problems)


def _reasons(problems: tuple[Problem, ...]) -> str:
    said = list(dict.fromkeys(one_line(p.message) for p in problems))
    more = [f"……另有 {len(said) - _MOST_REASONS} 条"] if len(said) > _MOST_REASONS else []
    return "\n".join([*said[:_MOST_REASONS], *more]) or "没有任何可读取的页面"
