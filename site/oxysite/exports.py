"""Writes the tables as CSV with a Frictionless data package, and the list of reports as BibTeX and RIS.

Never writes a bare null: an empty cell has its reason in ``missing_values.csv``.
"""

import csv
import io
import json
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from corpus.domain import Corpus, Missing, Report
from oxysite.tables import TABLES, Column, Table
from synthesis.answers import Answer

# A spreadsheet runs a cell that begins so; such texts get an apostrophe in front (numbers never do).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MISSING = Table(
    "missing_values",
    "Why a cell of another table is empty.",
    ("table", "row", "field"),
    tuple(
        Column(name, "string", about, lambda row, at=at: row[at])  # type: ignore[misc]
        for at, (name, about) in enumerate(
            (
                ("table", "table"),
                ("row", "key of the row"),
                ("field", "column"),
                ("reason", "reason"),
                ("note", "remark"),
            )
        )
    ),
    lambda corpus: _missing(corpus),
)


def write_tables(corpus: Corpus, folder: Path) -> dict[str, object]:
    """Write every table and its data package into ``folder``; returns how many rows each has."""
    folder.mkdir(parents=True, exist_ok=True)
    files = table_files(corpus)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    rows = {name: max(text.count("\r\n") - 1, 0) for name, text in files.items() if name.endswith(".csv")}
    return {"out": str(folder), "files": len(files), "rows": rows}


def table_files(corpus: Corpus) -> dict[str, str]:
    """File name to content: one CSV per table, ``datapackage.json``, ``references.bib`` and ``references.ris``."""
    files = {f"{table.name}.csv": _csv(table, corpus) for table in (*TABLES, MISSING)}
    files["datapackage.json"] = json.dumps(_data_package(), ensure_ascii=False, indent=1) + "\n"
    files["references.bib"] = "\n".join(_bibtex(report) for report in corpus.reports)
    files["references.ris"] = "\n".join(_ris(report) for report in corpus.reports)
    return files


def cell(value: object) -> str:
    """A value as a CSV cell that no spreadsheet will run."""
    if value is None or isinstance(value, Missing):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value) if isinstance(value, float) else str(value.value if isinstance(value, Enum) else value)
    if text.startswith(_FORMULA_STARTS) and not _is_number(text):
        return "'" + text
    return text


def _csv(table: Table, corpus: Corpus) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([column.name for column in table.columns])
    for row in table.rows(corpus):
        writer.writerow([cell(column.value(row)) for column in table.columns])
    return buffer.getvalue()


def _missing(corpus: Corpus) -> Iterator[tuple[str, ...]]:
    for table in TABLES:
        keys = [column for column in table.columns if column.name in table.key]
        for row in table.rows(corpus):
            for column in table.columns:
                value = column.value(row)
                if isinstance(value, Missing):
                    owner = "/".join(cell(key.value(row)) for key in keys)
                    yield table.name, owner, column.name, value.missing.value, value.note


def _data_package() -> dict[str, object]:
    """Frictionless Data Package with Table Schema: https://specs.frictionlessdata.io."""
    return {
        "name": "oxysynth",
        "title": "OxySynth: oxytocin and psychotherapy, coded studies and estimates",
        "licenses": [{"name": "MIT", "title": "MIT License"}],
        "resources": [
            {
                "name": table.name,
                "path": f"{table.name}.csv",
                "description": table.description,
                "encoding": "utf-8",
                "mediatype": "text/csv",
                "schema": {
                    "fields": [{"name": c.name, "type": c.type, "description": c.description} for c in table.columns],
                    "primaryKey": list(table.key),
                    "missingValues": [""],
                    "foreignKeys": [
                        {"fields": [field], "reference": {"resource": resource, "fields": [target]}}
                        for field, resource, target in table.foreign
                    ],
                },
            }
            for table in (*TABLES, MISSING)
        ],
    }


def _bibtex(report: Report) -> str:
    fields = {
        "author": " and ".join(_authors(report)),
        "title": "{" + report.title + "}",
        "journal": report.journal,
        "year": str(report.year) if isinstance(report.year, int) else "",
        "volume": report.volume,
        "number": report.issue,
        "pages": report.pages,
        "doi": report.doi or "",
        "pmid": report.pmid or "",
    }
    kind = "book" if report.kind.value == "book" else "article" if report.journal else "misc"
    lines = [f"  {name} = {{{_tex(value)}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{report.key},", *lines, "}"]) + "\n"


def _ris(report: Report) -> str:
    kind = "BOOK" if report.kind.value == "book" else "JOUR" if report.journal else "GEN"
    start, _, end = report.pages.partition("-")
    pairs = [
        ("TY", kind),
        ("ID", report.key),
        *(("AU", author) for author in _authors(report)),
        ("TI", report.title),
        ("JO", report.journal),
        ("PY", str(report.year) if isinstance(report.year, int) else ""),
        ("VL", report.volume),
        ("IS", report.issue),
        ("SP", start),
        ("EP", end),
        ("DO", report.doi or ""),
        ("AN", report.pmid or report.nct or ""),
    ]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in pairs if value) + "ER  - \r\n"


def _authors(report: Report) -> tuple[str, ...]:
    return report.authors if isinstance(report.authors, tuple) else ()


def _tex(value: str) -> str:
    for character in "&%$#_":
        value = value.replace(character, "\\" + character)
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def answer_csv(answer: Answer) -> str:
    """The estimates a question may take, one row each; ``pooled`` marks the one chosen for its sample."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["study", "effect", "sample", "outcome", "measure", "yi", "vi", "pooled", "source_tier"])
    chosen = {(candidate.study.key, candidate.effect.key) for candidate in answer.selection.tier_a}
    for candidate in answer.selection.eligible_a:
        estimate = candidate.estimate
        if estimate is not None:
            key = candidate.study.key, candidate.effect.key
            values = (*key, candidate.cluster, candidate.outcome.construct, estimate.measure, estimate.yi, estimate.vi)
            writer.writerow([cell(value) for value in (*values, key in chosen, candidate.effect.source.tier)])
    return buffer.getvalue()
