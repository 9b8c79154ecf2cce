"""Whether words that are a label's stand where labels stand."""

from __future__ import annotations

import re

from extractor.core.text import fold_text
from extractor.fields.forms.blanks import hint_spans
from extractor.fields.forms.labels import LabelHit, LabelIndex
from extractor.fields.runs import TextRun

_BOUNDARY = re.compile(r"[\s:：.．，,；;。、（()）/|_＿\d%％元人台套米家户次…□☑☐√✓■●○]")
#: Words a form may put before any label of its own.
_WHOSE = frozenset(
    (
        "单位",
        "企业",
        "公司",
        "机构",
        "平台",
        "申请单位",
        "申报单位",
        "承担单位",
        "平台单位",
        "本单位",
    )
)
_LEADS = ("其中", "共", "计", "现有", "拥有", "具有", "具备", "设有", "配备", "其他", "以及")
#: What a label before another one holds between its colon and that one: a value, not a qualifying word.
_ANSWERED = re.compile(r"[:：]\s*\S.*\S", re.DOTALL)


def labels_in(run: TextRun, index: LabelIndex) -> tuple[LabelHit, ...]:
    """The run's labels, also those that follow a value closely: ``法人代表：胡杰联系人：叶翠花``.

    Such a one counts where its own colon follows and an answered label stands before it.
    """
    kept: list[LabelHit] = []
    for hit in index.find(run):
        if may_be_label(run, hit) or (
            kept
            and run.text[hit.end : hit.end + 1] in (":", "：")
            and _ANSWERED.match(run.text[kept[-1].end : hit.start].lstrip())
        ):
            kept.append(hit)
    return tuple(kept)


def may_be_label(run: TextRun, hit: LabelHit) -> bool:
    """A label begins its run, a line, or stands behind punctuation, a figure or a unit.

    What stands in a bracket with an instruction (（已建网站的填写）) is no label.
    """
    if any(a < hit.start and hit.end < b for a, b in hint_spans(run.text)):
        return False
    before = run.text[: hit.start]
    if not fold_text(before) or run.line_break_before(hit.start):
        return True
    if fold_text(before) in _WHOSE and not fold_text(run.text[hit.end : hit.end + 1]):
        return True
    return bool(_BOUNDARY.match(before[-1])) or before.rstrip().endswith(_LEADS)
