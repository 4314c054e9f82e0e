"""Builds the site: corpus and answers in, a folder of static files out.

Never publishes a site whose links do not resolve.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files as package_files
from pathlib import Path

from tqdm import tqdm

from corpus.domain import Corpus
from corpus.errors import CheckFailed
from corpus.living import Living
from oxysite.exports import answer_csv, table_files
from oxysite.figures import forest_svg
from oxysite.linkcheck import broken
from oxysite.pages.drawn import forest_plot
from oxysite.pages.evidence_map import map_page
from oxysite.pages.landing import landing_page
from oxysite.pages.lists import reports_page, studies_page
from oxysite.pages.page import Page
from oxysite.pages.question import question_pages
from oxysite.pages.reference import data_page, methods_page, ot_methods_page
from oxysite.pages.study import study_pages
from oxysite.pages.updates import search_state, updates_page
from oxysite.pages.usage import effect_uses
from oxysite.publish import publish
from oxysite.render import Site, render
from synthesis.answers import Answer, answer_questions, refusals
from synthesis.documents import document
from synthesis.reproduction.scripts import scripts


def build_site(living: Living, out: Path, desk: str = "") -> dict[str, object]:
    """Build into ``out``; returns where the site is and how much it holds. Raises CheckFailed on a broken page.

    ``desk`` is the address where readers can tell what they hold to be wrong; without one, no page offers it.
    """
    files = site_files(living, desk)
    faults = list(broken(files))
    if faults:
        raise CheckFailed(f"{len(faults)} faults in the built pages, nothing was published; the first: {faults[0]}")
    publish(files, out)
    pages = sum(name.endswith(".html") for name in files)
    return {"out": str(out), "pages": pages, "files": len(files), "bytes": sum(map(len, files.values()))}


def site_files(living: Living, desk: str = "") -> dict[str, bytes]:
    """Every file of the site, by its path."""
    corpus = living.corpus
    answers = answer_questions(corpus)
    data = _data_files(corpus, answers)
    files = {f"data/{name}": content for name, content in data.items()}
    files.update(_assets())
    site = Site.of(living, answers, desk)
    pages = list(_pages(living, answers, data))
    for page in tqdm(pages, desc="pages", unit="page", disable=not sys.stderr.isatty(), leave=False):
        files[page.path] = render(page, site).encode("utf-8")
    return files


def _pages(living: Living, answers: tuple[Answer, ...], data: Mapping[str, bytes]) -> Iterator[Page]:
    corpus = living.corpus
    uses = effect_uses(answers)
    yield landing_page(corpus, answers, search_state(living))
    yield updates_page(living)
    yield map_page(corpus)
    yield from question_pages(corpus, answers)
    yield studies_page(corpus, uses)
    yield from study_pages(corpus, uses, refusals(corpus), living.heard)
    yield reports_page(corpus, uses)
    yield ot_methods_page(corpus)
    yield methods_page(corpus, answers)
    yield data_page(corpus, [(name, len(content)) for name, content in data.items()], answers)


def _data_files(corpus: Corpus, answers: tuple[Answer, ...]) -> dict[str, bytes]:
    data = {name: text.encode("utf-8") for name, text in table_files(corpus).items()}
    for answer in answers:
        text = json.dumps(document(answer), ensure_ascii=False, indent=1, allow_nan=False)
        data[f"{answer.question.id}.json"] = text.encode("utf-8")
        data[f"{answer.question.id}.csv"] = answer_csv(answer).encode("utf-8")
        for script in scripts(answer):
            data[f"{answer.question.id}.{script.ending}"] = script.text.encode("utf-8")
        plot = forest_plot(answer, "")
        if plot is not None:
            data[f"{answer.question.id}.svg"] = forest_svg(plot, credit=f"OxySynth {version('oxysynth')}").encode(
                "utf-8"
            )
    return data


def _assets() -> dict[str, bytes]:
    folder = package_files("oxysite").joinpath("assets")
    return {f"assets/{entry.name}": entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
