"""What rules said in Chinese, told in English: the same figures, units and pages in other words.

``worksheet.json`` holds one text for a message, in Chinese. Where a reader wants English the message is
taken apart by the templates it was made from (``finding_zh`` of its check, the phrases of
``config/english``) and put together again from their English. What stood on the paper (names, quoted
words) is no phrase and stays as it was printed; so does a text that has no English.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from extractor.core.worksheet import (
    Criterion,
    Decision,
    Finding,
    Material,
    PacketInfo,
    Problem,
    Quantity,
    SchemeInfo,
    Worksheet,
)
from extractor.worksheet.english_parts import (
    ANNEX,
    ARTICLE,
    ARTICLE_ITEM,
    BRACKET,
    COLON,
    COUNTED,
    DEEPEST,
    HAN,
    IDENT,
    ITEM,
    JOIN_WORDS,
    JOINED,
    JOINS,
    LAST_COLON,
    LONGEST,
    LONGEST_NAME,
    MARKS,
    NOT_CHECKED,
    PAGES_BEHIND,
    QUOTED,
    REMEMBERED,
    ROWS,
    ROWS_OF,
    SEPARATORS,
    SIGNED,
    SPREAD,
    VALUE_NAME,
    VALUED,
    Template,
    closing_of,
    number_of,
    split_outside,
)


@dataclass(frozen=True)
class English:
    """English of the texts in a worksheet.

    Attributes:
        texts: Chinese → English of fixed texts, and of phrases with places.
        checks: check id → its title in Chinese and English, ``finding_zh`` and ``finding_en``.
        labels: field, column and quantity id → its label in Chinese and English.
    """

    texts: Mapping[str, str]
    checks: Mapping[str, tuple[str, str, str, str]] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    # -- the parts of a worksheet ---------------------------------------------------------------

    def worksheet(self, worksheet: Worksheet) -> Worksheet:
        """The worksheet with every text of the rules in English. Facts and papers stay as read."""
        fields = {f.id: f.field for f in worksheet.facts}
        for rows in worksheet.rows:
            fields.update((f.id, f.field) for row in rows.rows for f in row.cells.values())
        return worksheet.model_copy(
            update={
                "scheme": self.scheme(worksheet.scheme),
                "quantities": tuple(map(self.quantity, worksheet.quantities)),
                "materials": tuple(map(self.material, worksheet.materials)),
                "criteria": tuple(map(self.criterion, worksheet.criteria)),
                "findings": tuple(self.finding(f, fields) for f in worksheet.findings),
                "decisions": tuple(map(self._decision, worksheet.decisions)),
                "problems": tuple(map(self._problem, worksheet.problems)),
                "packet": self._packet(worksheet.packet),
            }
        )

    def finding(self, finding: Finding, fields: Mapping[str, str] | None = None) -> Finding:
        """One finding. ``fields``: fact id → field, to name its values as the facts are named."""
        cited = ((fields or {}).get(ident, "") for ident in finding.facts)
        names = dict(self.labels[field] for field in cited if field in self.labels)
        title = self.checks.get(finding.check, (finding.title, finding.title))[1]
        return finding.model_copy(
            update={
                "title": title,
                "message": self.message(finding.message, finding.check),
                "values": {
                    self._name(name, names): self.text(value)
                    for name, value in finding.values.items()
                },
                "articles": tuple(map(self._cited, finding.articles)),
                "difference": _or_none(finding.difference, self.text),
                "repairs": tuple(map(self.text, finding.repairs)),
            }
        )

    def criterion(self, criterion: Criterion) -> Criterion:
        """One condition; its Chinese words stay beside the English, they are what counts."""
        return criterion.model_copy(
            update={
                "article": self.article(criterion.article),
                "text": self._beside(criterion.text),
                "note": _or_none(criterion.note, self.message),
                "readings": tuple(
                    r.model_copy(update={"title": self.message(r.title)})
                    for r in criterion.readings
                ),
            }
        )

    def material(self, material: Material) -> Material:
        """One paper asked for."""
        return material.model_copy(
            update={
                "article": self.article(material.article),
                "text": self._beside(material.text),
                "needs": tuple(map(self.text, material.needs)),
                "note": _or_none(material.note, self.message),
            }
        )

    def quantity(self, quantity: Quantity) -> Quantity:
        """One computed figure with its trace."""
        trace = tuple(
            s.model_copy(update={"label": self.text(s.label), "value": self.text(s.value)})
            for s in quantity.trace
        )
        readings = tuple(
            r.model_copy(update={"title": self.message(r.title)}) for r in quantity.readings
        )
        formula = self.text(quantity.formula)
        return quantity.model_copy(
            update={"trace": trace, "readings": readings, "formula": formula}
        )

    def scheme(self, scheme: SchemeInfo) -> SchemeInfo:
        """Title, status, banner and gaps."""
        return scheme.model_copy(
            update={
                "title": self.text(scheme.title),
                "status": self.text(scheme.status),
                "banner": _or_none(scheme.banner, self.text),
                "gaps": tuple(map(self.message, scheme.gaps)),
            }
        )

    def article(self, text: str) -> str:
        """An article as it is cited: ``第八条（三） 附件1`` → ``Art. 8(3), Annex 1``."""
        told = []
        for part in text.split(" "):
            numbered, annex = ARTICLE_ITEM.fullmatch(part), ANNEX.fullmatch(part)
            if annex is not None:
                told.append(f"Annex {annex[1]}")
            elif numbered is not None:
                behind = numbered[2] or ""
                item = behind if behind.isdigit() else f" {self.text(behind)}" if behind else ""
                told.append(
                    f"{number_of(numbered[1])}.{item}"
                    if behind
                    else f"part {number_of(numbered[1])}"
                )
            else:
                told.append(self.text(part))
        return ", ".join(told)

    def _cited(self, text: str) -> str:
        criterion, colon, article = text.rpartition(": ")
        return criterion + colon + self.article(article)

    def _problem(self, problem: Problem) -> Problem:
        return problem.model_copy(update={"message": self.message(problem.message)})

    def _packet(self, packet: PacketInfo) -> PacketInfo:
        files = tuple(
            file.model_copy(
                update={
                    "problems": tuple(
                        p.model_copy(update={"message": self.message(p.message)})
                        for p in file.problems
                    )
                }
            )
            for file in packet.files
        )
        return packet.model_copy(update={"files": files})

    def _decision(self, decision: Decision) -> Decision:
        if not decision.on.startswith("finding:") or not isinstance(decision.before, str):
            return decision
        check = decision.on.removeprefix("finding:").partition("/")[0]
        return decision.model_copy(update={"before": self.message(decision.before, check)})

    # -- texts ----------------------------------------------------------------------------------

    def message(self, text: str, check: str | None = None) -> str:
        """Several sentences; those of a check are known by its template."""
        if not HAN.search(text):
            return text
        lacking = NOT_CHECKED.fullmatch(text)
        if lacking is not None:  # labels hold the separator of sentences too
            names = ", ".join(self._listed(split_outside(lacking[1], "、"), "、"))
            more = f" and others, {lacking[2]} in all" if lacking[2] else ""
            return f"Not checked, missing: {names}{more}"
        pieces = split_outside(text, "；")
        told, at = [], 0
        while at < len(pieces):
            english, at = self._next(pieces, at, check)
            told.append(english)
        return "; ".join(told)

    def _next(self, pieces: list[str], at: int, check: str | None) -> tuple[str, int]:
        most = min(len(pieces), at + LONGEST_NAME)
        for end in range(most, at, -1):  # a known text may hold several sentences
            joined = "；".join(pieces[at:end])
            ident = IDENT.fullmatch(joined)
            if joined in self.texts:
                return self.texts[joined], end
            if ident is not None and ident[3] in self.texts:
                about = f" ({self.text(ident[2])})" if ident[2] else ""
                return f"{ident[1]}{about}: {self.texts[ident[3]]}", end
        for end in range(at + 1, most + 1):
            sentence = self._sentence("；".join(pieces[at:end]), check)
            if sentence is not None:
                return sentence, end
        return self.text(pieces[at]), at + 1

    def _sentence(self, text: str, check: str | None) -> str | None:
        template = self._templates.get(check or "")
        if template is None or check is None:
            return None
        behind = PAGES_BEHIND.fullmatch(text)
        chinese, english, _, _ = self.checks[check]
        if text.startswith(f"{chinese}：未发现不符"):
            return self.text(text.replace(chinese, "＊", 1)).replace("＊", english, 1)
        for words, pages in (*(((behind[1], behind[2]),) if behind else ()), (text, "")):
            held = template.match(words)
            if held is not None:
                told = self._filled(template.english, held)
                return f"{told} ({self.text(pages)})" if pages else told
        return None

    def text(self, text: str) -> str:
        """One text; what has no English stays as it is."""
        if not HAN.search(text):
            return text
        known = self._memory.get(text)
        if known is None:
            known = self._memory[text] = self._told(text)
            if len(self._memory) > REMEMBERED:
                self._memory.clear()
        return known

    def _told(self, text: str) -> str:
        if text in self.texts:
            return self.texts[text]
        named = BRACKET.fullmatch(text)
        if named is not None and named[1] in self.texts:
            return f"{self.texts[named[1]]} ({self.text(named[2])})"
        if len(split_outside(text, "；")) > 1:
            return self.message(text)
        if len(text) > LONGEST or text.count("（") > DEEPEST:
            return text  # what was read on a page may be anything; what rules say is shorter
        for pattern in (IDENT, JOINS):
            found = pattern.fullmatch(text)
            if found is not None:
                return f"{JOIN_WORDS.get(found[1], found[1])}: {self.text(found[found.re.groups])}"
        if text[0] == "（" and closing_of(text) == len(text) - 1:
            return f"({self.text(text[1:-1])})"
        article = ARTICLE.fullmatch(text)
        if article is not None:
            items = "".join(f"({number_of(item)})" for item in ITEM.findall(article[2]))
            behind_it = f" {self.text(article[3])}" if article[3] else ""
            return f"Art. {number_of(article[1])}{items}{behind_it}"
        spread = SPREAD.fullmatch(text)
        if spread is not None:
            return f"{spread[3]} pages from {spread[1]} to {spread[2]}"
        rows = ROWS.fullmatch(text)
        if rows is not None:
            one, more = COUNTED[rows[2]]
            return f"{one if rows[1].isdigit() else more} {rows[1].replace('、', ', ')}"
        named = ROWS_OF.fullmatch(text)
        if named is not None:
            return f"{self.text(named[1])}: {self.text(named[2])}"
        behind = PAGES_BEHIND.fullmatch(text)
        if (
            behind is not None
            and len(split_outside(text, "；")) == 1
            and len(split_outside(text, "、")) == 1
        ):
            return f"{self.text(behind[1])} ({self.text(behind[2])})"
        for phrase in self._phrases:
            held = phrase.match(text)
            if held is None:
                continue
            told = {name: self._held(words) for name, words in held.items()}
            words = [name for name, text in held.items() if HAN.search(text)]
            if phrase.is_weak and words and all(told[name] == held[name] for name in words):
                continue  # a verb before words that are no phrase: likelier a name from the paper
            return phrase.english.format_map(told)
        return self._by_parts(text)

    def _by_parts(self, text: str) -> str:
        """A list of texts, ``label：text``, ``text（text）`` or “text”: told if some part is."""
        for separator, english in SEPARATORS:
            parts = split_outside(text, separator)
            if len(parts) > 1:
                told = list(self._listed(parts, separator))
                changed = separator == "、" or told != parts
                return english.join(p for p in told if p).strip() if changed else text
        for pattern in (LAST_COLON, COLON, BRACKET, QUOTED, SIGNED, VALUED):
            found = pattern.fullmatch(text)
            if found is not None:
                parts = list(found.groups())
                told = [self.text(part) for part in parts]
                if told != parts:
                    return JOINED[pattern].format(*told)
        return text

    def _listed(self, parts: list[str], separator: str) -> Iterator[str]:
        """The parts of a list, where a known text that holds the separator itself is one part."""
        at = 0
        while at < len(parts):
            for end in range(min(len(parts), at + LONGEST_NAME), at, -1):
                whole = separator.join(parts[at:end])
                named = BRACKET.fullmatch(whole)
                if whole in self.texts or (named is not None and named[1] in self.texts):
                    yield self.text(whole)
                    break
                if end > at + 1 and ROWS_OF.fullmatch(whole):
                    yield self.text(whole)
                    break
            else:
                end = at + 1
                yield self.text(parts[at])
            at = end

    def _filled(self, english: str, held: Mapping[str, str]) -> str:
        return english.format_map({name: self._held(text) for name, text in held.items()})

    def _held(self, text: str) -> str:
        if not HAN.search(text):
            return text.replace("、", ", ").translate(MARKS)
        return self.text(text)

    def _beside(self, text: str) -> str:
        english = self.text(text)
        return text if english == text else f"{english} [{text}]"

    def _name(self, name: str, own: Mapping[str, str]) -> str:
        found = VALUE_NAME.fullmatch(name)
        assert found is not None  # the pattern takes any text
        label = own.get(found["label"]) or self.text(found["label"])
        page = f" (page {found['page']})" if found["page"] else ""
        return f"{label}{page}{found['again'] or ''}"

    @cached_property
    def _templates(self) -> Mapping[str, Template]:
        return {
            ident: Template.of(chinese, english, typed=False)
            for ident, (_, _, chinese, english) in self.checks.items()
            if english
        }

    @cached_property
    def _phrases(self) -> tuple[Template, ...]:
        """Phrases with places, those with most fixed words first."""
        made = [
            Template.of(chinese, english, typed=True)
            for chinese, english in self.texts.items()
            if "{" in chinese
        ]
        return tuple(sorted(made, key=lambda t: -sum(map(len, t.fixed))))

    @cached_property
    def _memory(self) -> dict[str, str]:
        return {}


def _or_none(text: str | None, told: Callable[[str], str]) -> str | None:
    return None if text is None else told(text)
