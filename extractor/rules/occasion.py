"""What a packet is handed in for: an application, or the review of a title that is held already.

Measures that review their platforms (Xinjiang: every three years, Art. 15) ask for other papers then
than for an application. The kind is told by the papers: a review brings the yearly evaluation form or
the summary of the years, and none of the papers that only an applicant writes.
"""

from __future__ import annotations

from extractor.rules.facts import FactBook
from extractor.setup.schemes import MaterialSpec, Scheme

REVIEW = "three-year review"
_OF_REVIEW = ("annual_evaluation_form", "work_summary")
_OF_APPLICATION = ("application_form", "application_report", "recommendation_form", "declaration")


def is_review(book: FactBook) -> bool:
    """Whether the packet is handed in for the review of a title."""
    return bool(book.documents_of(*_OF_REVIEW)) and not book.documents_of(*_OF_APPLICATION)


def is_of_review(material: MaterialSpec) -> bool:
    """Whether a paper is asked for at the review only."""
    return material.condition is not None and material.condition.when == REVIEW


def due_materials(book: FactBook, scheme: Scheme) -> tuple[MaterialSpec, ...]:
    """The papers asked for on this occasion. At a review those of the review, and they are mandatory.

    A scheme that lists no papers of a review asks for the same papers always.
    """
    of_review = tuple(m for m in scheme.materials if is_of_review(m))
    if not of_review or not is_review(book):
        return tuple(m for m in scheme.materials if not is_of_review(m))
    asked = {"status": "mandatory", "condition": None}
    return tuple(m.model_copy(update=asked) for m in of_review)
