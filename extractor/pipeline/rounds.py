"""What the packets of one round have in common: firms, people, phones, photos, audit reports.

Names and persons are compared by ``matching``, which says why; a likely pair is told as likely. The
packets are only compared with each other: what stands twice within one packet is its own checks' affair.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from extractor.core.worksheet import Fact, FactStatus, Finding, Outcome, Worksheet
from extractor.matching.blocks import find_duplicates
from extractor.matching.lists import ListedFirm, ListedPerson, people_twice, shared_phones
from extractor.matching.verdict import Sameness
from extractor.pipeline.judging import reading_of, told_of
from extractor.pipeline.reused_photos import PhotoPrint, reused_photos
from extractor.pipeline.tools import Tools
from extractor.rules.across import card_of
from extractor.rules.evaluate import checks_of, judge
from extractor.rules.facts import FactBook
from extractor.setup.scheme_loading import load_scheme
from extractor.values.names import name_norm
from extractor.worksheet.mask import mask_text, mask_worksheet
from extractor.worksheet.summary.model import Round, Seen, Shared, SharedKind

ACROSS = ("RC-10", "QR-04", "QR-05", "QR-06")
"""Checks of ``config/crosschecks`` that look at the other packets of a round."""
_PHONES = ("app_contact_phone", "app_contact_mobile", "app_legal_rep_mobile")
_VISIBLE_DIGITS = 7  # of a masked mobile: fewer agree by chance
_NOT_IN_NUMBERS = re.compile(r"[\s()（）〔〕\[\]【】﹝﹞-]")


def round_of(
    worksheets: Sequence[Worksheet],
    names: Sequence[str],
    tools: Tools,
    photos: Mapping[int, Sequence[PhotoPrint]],
) -> Round:
    """The round these worksheets make.

    Args:
        names: what each packet is called; made different from each other where they are not.
        photos: looks of the photos of each packet, by its place.

    Raises:
        ConfigError: rules cannot be loaded.
    """
    distinct = _distinct(names)
    phones, hidden = _shared_phones(worksheets, distinct)
    shared = (
        *_shared_firms(worksheets),
        *_shared_people(worksheets),
        *phones,
        *reused_photos(photos),
        *_same_audits(worksheets),
    )
    return Round(
        names=distinct,
        worksheets=tuple(worksheets),
        shared=tuple(shared),
        findings=across_findings(worksheets, tools),
        hidden_phones=hidden,
        pictured=len(photos),
    )


def masked_round(found: Round, sensitive: Set[str]) -> Round:
    """The round as people see it: compared with all digits, shown without ID numbers and mobiles."""
    return replace(
        found,
        worksheets=tuple(mask_worksheet(w, sensitive) for w in found.worksheets),
        shared=tuple(
            replace(
                s,
                seen=tuple(replace(place, text=mask_text(place.text)) for place in s.seen),
                why=mask_text(s.why),
            )
            for s in found.shared
        ),
        findings=tuple(
            (n, f.model_copy(update={"message": mask_text(f.message)})) for n, f in found.findings
        ),
    )


def across_findings(
    worksheets: Sequence[Worksheet], tools: Tools
) -> tuple[tuple[int, Finding], ...]:
    """What the checks across packets say of each packet, those left out that do not apply."""
    readings = [reading_of(w) for w in worksheets]
    cards = [
        card_of(FactBook(r, told_of(w.case), tools.catalogue))
        for r, w in zip(readings, worksheets, strict=True)
    ]
    specs = [spec for spec in checks_of(tools.catalogue) if spec.id in ACROSS]
    found = []
    for place, (reading, sheet) in enumerate(zip(readings, worksheets, strict=True)):
        scheme = load_scheme(tools.config, sheet.scheme.id, tools.catalogue)
        others = tuple(card for n, card in enumerate(cards) if n != place)
        judged = judge(
            reading, told_of(sheet.case), scheme, tools.catalogue,
            dt.date.fromisoformat(sheet.scheme.as_of), checks=specs, others=others,
        )  # fmt: skip
        found += [(place, f) for f in judged.findings if f.outcome is not Outcome.NOT_RUN]
    return tuple(found)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    often, seen = Counter(names), Counter[str]()
    made = []
    for name in names:
        seen[name] += 1
        made.append(f"{name}（{seen[name]}）" if often[name] > 1 else name)
    return tuple(made)


def _cells(worksheet: Worksheet, field: str) -> Iterator[dict[str, Fact]]:
    """The rows of a list by column name, rejected cells left out."""
    for rows in worksheet.rows:
        for row in rows.rows if rows.field == field else ():
            cells = {
                ident.partition(".")[2]: fact
                for ident, fact in row.cells.items()
                if fact.status is not FactStatus.REJECTED and fact.value is not None
            }
            if cells:
                yield cells


def _shared_firms(worksheets: Sequence[Worksheet]) -> Iterator[Shared]:
    """Firms on the served lists of two packets. Equal names are put together before others are compared."""
    places: dict[str, list[Seen]] = defaultdict(list)
    for packet, sheet in enumerate(worksheets):
        for cells in _cells(sheet, "served_list"):
            fact = cells.get("enterprise")
            key = name_norm(str(fact.value)) if fact is not None else ""
            if fact is not None and key and packet not in {s.packet for s in places[key]}:
                places[key].append(Seen(packet, str(fact.value), fact.page))
    groups = [seen for seen in places.values() if seen]
    yield from (
        Shared(SharedKind.FIRM, tuple(seen), "名称一致", sure=True)
        for seen in groups
        if len(seen) > 1
    )
    for pair in find_duplicates([seen[0].text for seen in groups]):
        seen = (*groups[pair.first], *groups[pair.second])
        if len({s.packet for s in seen}) > 1:
            sure = pair.match.verdict is Sameness.SAME
            yield Shared(SharedKind.FIRM, seen, pair.match.reason, sure)


def _shared_people(worksheets: Sequence[Worksheet]) -> Iterator[Shared]:
    people: list[ListedPerson] = []
    seen: list[Seen] = []
    for packet, sheet in enumerate(worksheets):
        for cells in _cells(sheet, "staff_roster"):
            if "name" not in cells:
                continue
            name, age, school, phone = (
                str(cells[c].value) if c in cells else ""
                for c in ("name", "age", "school", "phone")
            )
            people.append(ListedPerson(name, age, school, phone))
            told = "，".join(t for t in (name, f"{age}岁" if age else "", school) if t)
            seen.append(Seen(packet, told, cells["name"].page))
    for pair in people_twice(people):
        both = (seen[pair.first], seen[pair.second])
        if both[0].packet != both[1].packet:
            sure = pair.match.verdict is Sameness.SAME
            yield Shared(SharedKind.PERSON, both, pair.match.reason, sure)


def _shared_phones(
    worksheets: Sequence[Worksheet], names: Sequence[str]
) -> tuple[list[Shared], int]:
    """Numbers beside different names in two packets; and how many numbers were masked."""
    lines: list[tuple[ListedFirm, Seen]] = []
    for packet, sheet in enumerate(worksheets):
        for owner, fact in _numbers(sheet, names[packet]):
            number = str(fact.value)
            lines.append((ListedFirm(owner, number), Seen(packet, f"{owner} {number}", fact.page)))
    hidden = [n for n, (firm, _) in enumerate(lines) if "*" in firm.phone]
    found = []
    for shared in shared_phones([firm for firm, _ in lines]):
        seen = tuple(lines[row][1] for row in shared.rows)
        if len({s.packet for s in seen}) > 1:
            found.append(Shared(SharedKind.PHONE, seen, shared.reason, sure=True))
    alike: dict[str, list[int]] = defaultdict(list)
    for place in hidden:
        number = lines[place][0].phone
        if sum(c.isdigit() for c in number) >= _VISIBLE_DIGITS:
            alike[number].append(place)
    for rows in alike.values():
        seen = tuple(lines[row][1] for row in rows)
        owners = {name_norm(lines[row][0].name) for row in rows}
        if len({s.packet for s in seen}) > 1 and len(owners) > 1:
            why = "号码已遮盖，可见的数字相同"
            found.append(Shared(SharedKind.PHONE, seen, why, sure=False))
    return found, len(hidden)


def _numbers(sheet: Worksheet, name: str) -> Iterator[tuple[str, Fact]]:
    """Every number with whose it is: the applicant, a served firm, a member of staff."""
    for fact in sheet.facts:
        usable = fact.value is not None and fact.status is not FactStatus.REJECTED
        if fact.field in _PHONES and usable:
            yield name, fact
    for field, owner in (("served_list", "enterprise"), ("staff_roster", "name")):
        for cells in _cells(sheet, field):
            if owner in cells and "phone" in cells:
                yield str(cells[owner].value), cells["phone"]


def _same_audits(worksheets: Sequence[Worksheet]) -> Iterator[Shared]:
    """One report number in two packets of different applicants (or of one that filed twice)."""
    found: dict[str, dict[int, Seen]] = defaultdict(dict)
    for packet, sheet in enumerate(worksheets):
        for fact in _usable(sheet.facts, "aud_report_no"):
            number = _NOT_IN_NUMBERS.sub("", str(fact.value))
            if number:
                found[number].setdefault(packet, Seen(packet, str(fact.value), fact.page))
    for seen in found.values():
        if len(seen) > 1:
            yield Shared(SharedKind.AUDIT, tuple(seen.values()), "审计报告文号相同", sure=True)


def _usable(facts: Iterable[Fact], field: str) -> Iterator[Fact]:
    return (
        f
        for f in facts
        if f.field == field and f.value is not None and f.status is not FactStatus.REJECTED
    )
