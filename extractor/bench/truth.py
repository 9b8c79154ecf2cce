"""Ground truth of a sample packet: ``truth.json`` beside its files (format: ``fixtures/README.md``)."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from extractor.core.errors import UsageError
from extractor.core.worksheet import BoxTuple, Value


class _Truth(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TrueSeal(_Truth):
    """A stamp; ``text`` is the organisation around its ring."""

    text: str
    kind: str
    box: BoxTuple


class TrueMark(_Truth):
    """``kind``: ``tick | box_ticked | box_empty | circle | cross``."""

    kind: str
    box: BoxTuple


class TrueEntity(_Truth):
    """``kind``: ``organisation | person | date | money | document_number``; ``text`` as printed."""

    kind: str
    text: str


class TruePage(_Truth):
    """A page of a file. ``document_type_right``: of the right sheet where two lie on one scan.

    ``copy_of_page_before``: the same paper scanned twice.
    """

    no: int
    document_type: str
    document_type_right: str | None = None
    rotation_deg: int = 0
    damage: tuple[str, ...] = ()
    damage_class: str = "?"
    copy_of_page_before: bool = False
    seals: tuple[TrueSeal, ...] = ()
    marks: tuple[TrueMark, ...] = ()
    entities: tuple[TrueEntity, ...] = ()


class TrueValue(_Truth):
    """What stands on the paper; ``value`` canonical. ``None``: there, but no value to be read."""

    value: Value | None = None
    raw: str = ""
    page: int
    box: BoxTuple


class TrueFact(TrueValue):
    field: str


class TrueRow(_Truth):
    no: int
    cells: dict[str, TrueValue]


class TrueRows(_Truth):
    field: str
    rows: tuple[TrueRow, ...]


class TrueFinding(_Truth):
    """A check that must fail, and the pages it must cite (at least one of them)."""

    check: str
    pages: tuple[int, ...] = ()


class TrueCase(_Truth):
    filing_date: str | None = None
    region: str | None = None
    functions: tuple[str, ...] = ()


class Truth(_Truth):
    """All of one packet."""

    packet: str
    scheme: str
    split: str = "developed"
    case: TrueCase = TrueCase()
    pages: tuple[TruePage, ...]
    facts: tuple[TrueFact, ...]
    rows: tuple[TrueRows, ...]
    findings: tuple[TrueFinding, ...] = ()
    companions: tuple[TrueFinding, ...] = ()
    expected_no_error: bool = False
    verdicts: dict[str, str] = {}
    verdicts_also_right: dict[str, tuple[str, ...]] = {}

    def damage_of(self, page: int) -> str:
        """The damage class of page ``page``; ``?`` where the truth does not say."""
        return next((p.damage_class for p in self.pages if p.no == page), "?")


def load_truth(path: Path) -> Truth:
    """Read ``truth.json``.

    Raises:
        UsageError: it is missing or not of this form.
    """
    try:
        return Truth.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}：读不到标准答案（{error.strerror}）") from error
    except ValueError as error:
        raise UsageError(f"{path}：标准答案格式有误：{error}") from error
