"""Results of the ledger as the service shows and changes them: worksheets, pictures, decisions."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from PIL import Image
from pydantic import ValidationError

from extractor.core.errors import ExtractorError
from extractor.core.worksheet import Worksheet
from extractor.decisions.heads import HeadMoved
from extractor.decisions.model import Correction, Frozen, Reviewer
from extractor.decisions.sealing import is_signed
from extractor.decisions.signing import SiteKey
from extractor.doors.http.problems import Trouble
from extractor.doors.review.folder_store import exported
from extractor.doors.review.store import MEDIA_TYPES, Content, ExportFormat, head_of
from extractor.jobs.ledger import Ledger
from extractor.jobs.records import Artifact, Job, JobState
from extractor.jobs.result_book import WORKSHEET, NewHead, ResultBook
from extractor.pipeline.deciding import decide
from extractor.pipeline.judging import judge_worksheet
from extractor.pipeline.naming import naming_of
from extractor.pipeline.tools import Tools
from extractor.worksheet.json_out import worksheet_bytes
from extractor.worksheet.mask import mask_worksheet
from extractor.worksheet.outputs import STEM
from extractor.worksheet.prepared import prepare
from extractor.worksheet.wording import Language

_KEPT = 8
"""Worksheets kept in memory; one takes some tens of megabytes at most."""


@dataclass(frozen=True, slots=True)
class StoredWorksheet:
    """A worksheet as the ledger has it. ``sha256`` is that of its bytes."""

    worksheet: Worksheet
    sha256: str

    @property
    def head(self) -> str:
        """The hash that the next decision follows."""
        return head_of(self.worksheet)


@dataclass(frozen=True, slots=True)
class LedgerPictures:
    """Page pictures of a result, for writers of worksheets."""

    ledger: Ledger
    job: str
    pages: dict[int, Artifact]

    def get(self, page_no: int) -> Image.Image | None:
        """The picture; ``None`` where none was kept."""
        found = self.pages.get(page_no)
        if found is None:
            return None
        try:
            with Image.open(self.ledger.blobs.path(found.sha256)) as picture:
                return picture.convert("RGB")
        except OSError:
            return None


@dataclass
class Results:
    """All results of one ledger. Methods block; call them from worker threads.

    Each raises ``Trouble`` (``not_ready``) for a job without a result.
    """

    ledger: Ledger
    tools: Tools
    key: SiteKey
    unmask: bool = False
    _kept: OrderedDict[str, Worksheet] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def _sensitive(self) -> frozenset[str]:
        return naming_of(self.tools.catalogue).sensitive

    def artifacts(self, job: Job) -> dict[str, Artifact]:
        """The files of a done job by name."""
        if job.state is not JobState.DONE:
            raise not_ready(job)
        return {artifact.name: artifact for artifact in self.ledger.jobs.artifacts(job.id)}

    def worksheet_sha256(self, job: Job) -> str:
        """Which state of the worksheet is kept now."""
        found = self.artifacts(job).get(WORKSHEET)
        if found is None:
            raise not_ready(job)
        return found.sha256

    def worksheet(self, job: Job) -> StoredWorksheet:
        """The worksheet as it stands."""
        found = self.artifacts(job).get(WORKSHEET)
        if found is None:
            raise not_ready(job)
        with self._lock:
            worksheet = self._kept.get(found.sha256)
            if worksheet is not None:
                self._kept.move_to_end(found.sha256)
        if worksheet is None:
            worksheet = self._read(found)
            self._remember(found.sha256, worksheet)
        return StoredWorksheet(worksheet, found.sha256)

    def _remember(self, sha256: str, worksheet: Worksheet) -> None:
        with self._lock:
            self._kept[sha256] = worksheet
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)

    def _read(self, artifact: Artifact) -> Worksheet:
        try:
            return Worksheet.model_validate_json(
                self.ledger.blobs.path(artifact.sha256).read_bytes()
            )
        except (FileNotFoundError, ValidationError) as error:
            raise ExtractorError("底稿文件已损坏或丢失，请从备份恢复") from error

    def page_image(self, job: Job, page_no: int) -> Content | None:
        """The page's picture; ``None`` where there is none. Painted over already where it must be."""
        found = self.artifacts(job).get(f"pages/{page_no:04d}.jpg")
        if found is None:
            return None
        return Content(self.ledger.blobs.path(found.sha256).read_bytes(), "image/jpeg")

    def export(self, job: Job, fmt: ExportFormat, lang: Language) -> Content:
        """The worksheet in a format, as it stands now; as it was written where nothing changed."""
        stem = job.name.rpartition(".")[0] or job.name
        name = f"{stem}-{STEM}.{'zip' if fmt == 'csv' else fmt}"
        kept = self.artifacts(job)
        written = kept.get(f"{STEM}.{fmt}")
        if written is not None and (fmt == "json" or job.request.lang == lang):
            content = self.ledger.blobs.path(written.sha256).read_bytes()
            return Content(content, MEDIA_TYPES[fmt], name)
        pages = {
            int(a.name[6:10]): a
            for a in kept.values()
            if a.name.startswith("pages/") and a.name[6:10].isdigit()
        }
        pictures = LedgerPictures(self.ledger, job.id, pages)
        prepared = prepare(
            self.worksheet(job).worksheet, pictures, naming=naming_of(self.tools.catalogue, lang),
            unmask=self.unmask, lang=lang, pictures=fmt in ("xlsx", "docx", "html"),
        )  # fmt: skip
        return Content(exported(prepared, fmt, pictures), MEDIA_TYPES[fmt], name)

    def decide(
        self, job: Job, corrections: Sequence[Correction], reviewer: Reviewer, expected: str
    ) -> tuple[StoredWorksheet, StoredWorksheet]:
        """Carry corrections out and judge again; the worksheet before and after.

        Raises:
            HeadMoved: ``expected`` is not the head any more. Frozen, DecisionError: nothing was done.
        """
        before = self.worksheet(job)
        if before.head != expected:
            raise HeadMoved("此份材料的处理记录刚被更新；请看过新的内容后再提交")
        heads = self.ledger.heads(job.tenant)
        decided = decide(
            before.worksheet, corrections, reviewer, self.tools, key=self.key, heads=heads
        )
        after = decided.before.hash if decided.before is not None else None
        return before, self._keep(
            job, before, decided.worksheet, NewHead(job.tenant, decided.head, after)
        )

    def judge(
        self, job: Job, scheme: str | None, as_of: dt.date | None, expected: str | None
    ) -> tuple[StoredWorksheet, StoredWorksheet]:
        """Judge again under another scheme or date; kept where ``expected`` names the head.

        Raises:
            HeadMoved: ``expected`` is not the head any more. Frozen: it is signed.
            UsageError: there is no such scheme.
        """
        before = self.worksheet(job)
        if expected is not None:
            if before.head != expected:
                raise HeadMoved("此份材料的处理记录刚被更新；请看过新的内容后再提交")
            if is_signed(before.worksheet):
                raise Frozen("底稿已签字，不能重新评审；须由负责人先重新打开")
        judged = judge_worksheet(before.worksheet, self.tools, scheme, as_of)
        if expected is None:
            return before, StoredWorksheet(judged, "")
        return before, self._keep(job, before, judged, None)

    def _keep(
        self, job: Job, before: StoredWorksheet, worksheet: Worksheet, head: NewHead | None
    ) -> StoredWorksheet:
        shown = worksheet if self.unmask else mask_worksheet(worksheet, self._sensitive)
        with self.ledger.blobs.writer() as writer:
            writer.write(worksheet_bytes(shown))
            sha256, size = writer.keep()
        made = Artifact(WORKSHEET, sha256, size, MEDIA_TYPES["json"])
        ResultBook(self.ledger.db).replace(job.id, before.sha256, made, head)
        self._remember(sha256, shown)
        return StoredWorksheet(shown, sha256)


def not_ready(job: Job) -> Trouble:
    """There is no worksheet, and why."""
    if job.state is JobState.FAILED:
        return Trouble("not_ready", f"这份材料处理失败：{job.reason}", "This packet failed.")
    return Trouble(
        "not_ready", "这份材料还没有处理完（或已取消）；请查看状态", "The packet is not done."
    )
