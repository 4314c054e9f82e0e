"""Reading 30,000 PubMed records beside Bio.Entrez in batches of 200: records per second, ratio, peak memory, fields filled.

Never part of the tests: a machine's speed is not a property of the code. Memory is the peak of a process of its own.
Usage: .venv/bin/python bench/pubmed_parsing.py [RECORDS]      (reads the sample of ../shared/harvest-samples)
"""

import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import fields
from io import BytesIO
from pathlib import Path

from corpus.domain.harvested import HarvestedRecord
from harvest.readers.pubmed_split import Part, PubmedStream
from harvest.readers.pubmed_xml import read_pubmed_xml

SAMPLE = Path(__file__).resolve().parents[2] / "shared" / "harvest-samples" / "pubmed_xml" / "pubmedsample_2019.xml"
RECORDS = 30_000
BATCH = 200  # what one efetch gives, and what Bio.Entrez.read holds in memory at a time
# The DTD of the sample, by the address under which Biopython ships it.
HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January '
    b'2019//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">\n<PubmedArticleSet>\n'
)
TAIL = b"</PubmedArticleSet>\n"
_PMID = re.compile(rb'(<PMID Version="\d+">)\d+(</PMID>)')


def main(records: int) -> int:
    if not SAMPLE.exists():
        print(f"{SAMPLE} is not there: nothing to measure")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "records.xml"
        with whole.open("wb") as handle:
            handle.write(HEAD)
            for article in _articles(records):
                handle.write(article + b"\n")
            handle.write(TAIL)
        print(f"{records:,} records, {whole.stat().st_size / 1e6:.0f} MB, repeated from {SAMPLE.name} with new PMIDs")
        speeds = {}
        for name in ("ours", "entrez"):
            done = subprocess.run(
                [sys.executable, __file__, name, str(whole)], check=True, stdout=subprocess.PIPE, text=True
            )
            found, seconds, peak, *filled = done.stdout.split()
            speeds[name] = int(found) / float(seconds)
            print(
                f"{name:8} {int(found):7,} records  {float(seconds):6.1f} s  {speeds[name]:7,.0f} records/s  peak {float(peak):5.0f} MB"
            )
            if name == "ours":
                print(f"         fields never filled: {' '.join(filled) or 'none'}")
        print(f"ratio    {speeds['ours'] / speeds['entrez']:.1f} × (wanted: 6); peak wanted below 64 MB")
    return 0


def _articles(count: int) -> Iterator[bytes]:
    """The sample's articles in turn, each with a PMID of its own; references to other articles keep theirs."""
    with SAMPLE.open("rb") as handle:
        parts = [part for part in PubmedStream(handle, SAMPLE.name).parts() if isinstance(part, Part)]
    articles = [part.xml for part in parts if part.kind == "PubmedArticle"]
    for number in range(count):
        pmid = str(10_000_000 + number).encode()
        yield _PMID.sub(rb"\g<1>" + pmid + rb"\g<2>", articles[number % len(articles)], count=1)


def _ours(path: Path) -> tuple[int, list[str]]:
    count, empty = 0, {field.name for field in fields(HarvestedRecord)}
    with path.open("rb") as handle:
        for part in read_pubmed_xml(handle, path.name):
            if isinstance(part, HarvestedRecord):
                count += 1
                empty -= {name for name in empty if getattr(part, name)}
    return count, sorted(empty)


def _entrez(path: Path) -> tuple[int, list[str]]:
    from Bio import Entrez

    count, batch = 0, list[bytes]()

    def read() -> int:
        found = Entrez.read(BytesIO(HEAD + b"".join(batch) + TAIL))
        batch.clear()
        return len(found["PubmedArticle"])

    with path.open("rb") as handle:
        for part in PubmedStream(handle, path.name).parts():
            if isinstance(part, Part):
                batch.append(part.xml)
                if len(batch) == BATCH:
                    count += read()
    return count + (read() if batch else 0), []


def _measured(name: str, path: Path) -> None:
    start = time.perf_counter()
    count, empty = {"ours": _ours, "entrez": _entrez}[name](path)
    seconds = time.perf_counter() - start
    print(count, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, *empty)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _measured(sys.argv[1], Path(sys.argv[2]))
        raise SystemExit(0)
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS))
