"""Where things live on the site and in the world: one place that knows every address.

Never checks that a page exists; the build does.
"""

from corpus.domain import Report

_REGISTRIES = (
    ("ISRCTN", "https://www.isrctn.com/"),
    ("ACTRN", "https://www.anzctr.org.au/Trial/Registration/TrialReview.aspx?ACTRN="),
)


def question_path(question_id: str) -> str:
    """Page of a question."""
    return f"questions/{question_id}.html"


def study_path(key: str, effect: str = "") -> str:
    """Page of a study, or the place of one effect on it."""
    return f"studies/{key}.html" + (f"#effect-{effect}" if effect else "")


def report_path(key: str) -> str:
    """Place of a report in the list of reports."""
    return f"reports/index.html#{key}"


def outside(report: Report) -> tuple[tuple[str, str], ...]:
    """(name, address) of each public page of a report: DOI, PubMed, PubMed Central, registry."""
    found = [
        (name, identifier.url)
        for name, identifier in (
            ("DOI", report.doi),
            ("PubMed", report.pmid),
            ("PMC", report.pmcid),
            (report.nct or "registry", report.nct),
        )
        if identifier is not None
    ]
    for start, address in _REGISTRIES:
        if report.registration.startswith(start):
            found.append((report.registration, address + report.registration.removeprefix("ACTRN")))
    return tuple(found)
