"""Ids for whoever writes a scheme: quantities, fields, doctypes and service functions by their words."""

from __future__ import annotations

from extractor.setup.catalogue import Catalogue


def found_ids(catalogue: Catalogue, words: str) -> tuple[str, ...]:
    """One line for each thing whose id or a name of which holds ``words``: kind, id, names, unit.

    Computed quantities come first: a condition is best written on one of them.
    """
    lines = []
    for ident, derived in catalogue.derived.items():
        if words in ident or words in derived.zh:
            unit = f"，单位 {derived.unit}" if derived.unit else ""
            lines.append(f"指标\t{ident}\t{derived.zh}{unit}；{derived.formula}")
    for ident, spec in {**catalogue.fields, **catalogue.columns}.items():
        if words in ident or any(words in name for name in spec.zh):
            unit = f"，单位 {spec.unit}" if spec.unit else ""
            papers = "、".join(catalogue.label(found.doc) for found in spec.found_in)
            lines.append(
                f"栏目\t{ident}\t{spec.zh[0]}{unit}" + (f"；见于{papers}" if papers else "")
            )
    for ident, doctype in catalogue.doctypes.items():
        if words in ident or words in doctype.zh or any(words in title for title in doctype.titles):
            lines.append(f"文件类型\t{ident}\t{doctype.zh}")
    for member in catalogue.enums["service_function"].members:
        if words in member.id or any(words in name for name in member.zh):
            lines.append(f"服务功能\t{member.id}\t{'、'.join(member.zh)}")
    return tuple(lines)
