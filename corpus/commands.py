"""What the command line does with the corpus: build the database, tell its state, check it, write it out.

Never prints and never parses arguments: that is ``oxysynth``.
"""

import getpass
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from corpus.audit import Head, Seen, digests, of_corpus, verify
from corpus.checks import Finding, check
from corpus.curation import dump, is_curated, read_corpus, with_comments, write_corpus
from corpus.database import reading, revisions, writing
from corpus.domain import Corpus
from corpus.domain.matters import MatterKind, heard
from corpus.errors import CheckFailed, InvalidInput
from corpus.estimation import estimate_corpus
from corpus.fitting import bring_together
from corpus.living import Living
from corpus.protocol import read_protocol
from corpus.reconciling import entity_of
from corpus.store import Store
from corpus.store.additions import FullTexts
from corpus.store.facts import Facts
from corpus.store.heads import DESK, Heads
from corpus.store.holding import holding
from corpus.store.matters import Matters
from corpus.store.runs import Runs
from corpus.store.synced import Synced
from corpus.store.trail import Trail
from corpus.store.values import UnreadableRow
from corpus.store.watch import Checks
from corpus.watch import standings, withdraw
from corpus.works.screened import csv_lines, ris_lines, screened

RUNS_SHOWN = 10
_LOADED = "curated"  # the fact that names the folder from which the curated files were loaded last


def initialise(url: str, curated: Path | None = None) -> Mapping[str, object]:
    """Bring the database up to date with the curated files, in one transaction; tells what it holds and what changed.

    What only the desk has changed is kept, and told as ``not_exported``; what both have changed is kept as the desk has it,
    and told as ``conflicts``, with what stands or falls with it; ``comments`` are the files whose comments an export may
    drop. Raises CurationError before the database is touched where a file is wrong.
    """
    folder = _folder(curated)
    files = read_corpus(folder)
    with writing(url) as session:
        store, agreement = Store(session), Synced(session)
        try:
            held = store.load()
        except UnreadableRow:
            held = Corpus()  # rows older than the codebook: every one is written anew
        found = bring_together(held, files, agreement.all() or digests(replace(held, estimates=())))
        corpus = estimate_corpus(found.corpus)
        events = store.replace(corpus, who=_who(), at=datetime.now(UTC))
        agreement.put(found.synced)
        theirs = digests(files)
        agreement.disagree(
            {entity: (_text(entity_of(files, entity)), theirs.get(entity, "")) for entity in found.conflicts},
            found.together,
        )
        Facts(session).remember(_LOADED, {"folder": str(folder.resolve())})
    changed = Counter(event.action for event in events)
    told = {
        "not_exported": list(found.ahead),
        "conflicts": list(found.conflicts),
        "comments": list(with_comments(folder)),
    }
    return {
        **_counts(corpus),
        "changed": dict(changed) or "nothing",
        **{name: one for name, one in told.items() if one},
    }


def load_corpus(url: str) -> Corpus:
    """Everything the database holds, as it is coded."""
    with reading(url) as session:
        return Store(session).load()


def load_living(url: str) -> Living:
    """The corpus as it may be synthesised today: what rests on a retracted report is held; and how the search stands."""
    with reading(url) as session:
        corpus = Store(session).load()
        checks = Checks(session).all()
        known = standings(corpus.reports, checks) if checks else {}  # nobody asked is not the same as nobody knows
        runs = Runs(session).last(RUNS_SHOWN)
        matters = Matters(session)
        told = heard(matters.told(), matters.dealt(MatterKind.REPORTED))
    return Living(corpus=withdraw(corpus, known), standings=known, heard=told, runs=runs)


def check_corpus(url: str, secret: str = "", noted: str = "") -> tuple[Finding, ...]:
    """Every finding on the corpus and on what people made at the desk, each held against the audit trail.

    With the desk's ``secret`` the trail must hold what the desk has sealed; with a head that somebody noted earlier
    ("232:3f9a…", as a check or an export tells it), also that. Raises InvalidInput for what is no head.
    """
    known = [Seen(by="who noted it", head=_head(noted))] if noted else []
    with reading(url) as session:
        store = Store(session)
        corpus, events, held = store.load(), store.events(), holding(session)
        heads, damaged = Heads(session).seen(secret.encode()), FullTexts(session).damaged()
    findings = check(corpus, events, held, (*heads, *known))
    gone = [] if any(one.by != DESK for one in heads) or not events else ["the head of the trail was taken out"]
    if secret and all(one.by != DESK for one in heads) and not all(of_corpus(event.entity) for event in events):
        gone.append("the desk has not sealed it: start the desk once; if it was started before, its seal was taken out")
    texts = [Finding("error", "full texts", f"{one}: the file is not the one that was attached") for one in damaged]
    return (*(Finding("error", "audit trail", one) for one in gone), *texts, *findings)


def trail_head(url: str) -> Head:
    """Where the audit trail ends."""
    with reading(url) as session:
        return Trail(session).head()


def export_yaml(url: str, out: Path | None = None) -> Mapping[str, object]:
    """Write the canonical curated files, into the folder that ships or another; tells which differed.

    Into a folder that holds curated files comes only what they and the database do not both claim: raises CheckFailed
    where they have changed what the desk has changed too. ``not_loaded`` is what only they have changed; they keep it.
    Raises InvalidInput where the database holds nothing that could be written.
    """
    folder = _folder(None) if out is None else out
    held = replace(load_corpus(url), estimates=())
    if held == Corpus():
        raise InvalidInput("the database holds no corpus; load one with `oxysynth init` first; nothing was written")
    if not is_curated(folder):
        names = _names(folder, write_corpus(held, folder))
        return {"folder": str(folder), "changed": names or "nothing", "trail": str(trail_head(url))}
    before = with_comments(folder)
    changed, behind = _export_back(url, folder)
    left = with_comments(folder)
    told = {"not_loaded": list(behind), "comments_dropped": [name for name in before if name not in left]}
    return {
        "folder": str(folder),
        "changed": _names(folder, changed) or "nothing",
        "trail": str(trail_head(url)),
        **{name: one for name, one in told.items() if one},
    }


def export_screening(url: str, out: Path) -> Mapping[str, object]:
    """Write every found work with the decisions of all people, as CSV and as RIS."""
    labels = {one.key: one.label for one in read_protocol().screening.exclude}
    out.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, lines in (("screening.csv", csv_lines), ("screening.ris", ris_lines)):
        with reading(url) as session, (out / name).open("w", encoding="utf-8", newline="") as handle:
            count = 0
            for line in lines(screened(session, lambda *_: True), labels):
                handle.write(line)
                count += 1
    return {"folder": str(out), "files": ["screening.csv", "screening.ris"], "works": count}


def status(url: str) -> Mapping[str, object]:
    """Counts of what the database holds, the revision of its tables, and the head of its audit trail."""
    with reading(url) as session:
        store = Store(session)
        corpus, events = store.load(), store.events()
        revision, _ = revisions(session.connection())
    effects = [effect for study in corpus.studies for effect in study.effects]
    last = events[-1] if events else None
    return {
        **_counts(corpus),
        "reports_by_status": _tally(report.status.value for report in corpus.reports),
        "reports_by_kind": _tally(report.kind.value for report in corpus.reports),
        "studies_by_scope": _tally(study.scope.value for study in corpus.studies),
        "studies_by_design": _tally(study.design.value for study in corpus.studies),
        "effects_by_tier": _tally(effect.tier.value for effect in effects),
        "effects_held": _tally(effect.hold.reason.value for effect in effects if effect.hold),
        "clusters": len(set(corpus.clusters().values())),
        "schema_revision": revision,
        "audit": {
            "events": len(events),
            "head": last.hash if last else None,
            "last_change": last.at.isoformat() if last else None,
            "intact": verify(events) is None,
        },
    }


def _export_back(url: str, folder: Path) -> tuple[Sequence[Path], Sequence[str]]:
    """The files that were written, and the entities that only the files have changed."""
    files = read_corpus(folder)
    with writing(url) as session:
        held, agreement = replace(Store(session).load(), estimates=()), Synced(session)
        known, ours = agreement.all(), digests(held)
        found = bring_together(held, files, known or ours)
        if found.conflicts:
            first = found.conflicts[0]
            remedy = "run `oxysynth init`" if folder == _folder(None) else f"run `oxysynth init --curated {folder}`"
            raise CheckFailed(
                f"{len(found.conflicts)} entities were changed both in the files and at the desk, or depend on such (first: "
                f"{first}); {remedy}, then settle them at the desk under Files; nothing was written"
            )
        changed = write_corpus(found.corpus, folder, known=files)
        # A copy elsewhere is not what the next `init` reads: what it holds is not agreed on.
        if (Facts(session).recall(_LOADED) or {}).get("folder") == str(folder.resolve()):
            written = {entity: ours.get(entity, "") for entity in found.ahead}
            kept = {entity: known.get(entity, "") for entity in found.behind}
            put = {**found.synced, **kept, **written}
            agreement.put({entity: digest for entity, digest in put.items() if digest})
    return changed, found.behind


def _names(folder: Path, paths: Iterable[Path]) -> list[str]:
    return [str(path.relative_to(folder)) for path in paths]


def _text(value: object) -> str:
    return "" if value is None else dump(value)


def _folder(curated: Path | None) -> Path:
    folder = curated or Path(str(files("corpus").joinpath("curated")))
    if not folder.is_dir():
        raise InvalidInput(f"{folder}: no such folder of curated files; name one with --curated")
    return folder


def _counts(corpus: Corpus) -> dict[str, object]:
    return {
        "reports": len(corpus.reports),
        "studies": len(corpus.studies),
        "samples": len(corpus.samples),
        "effects": sum(len(study.effects) for study in corpus.studies),
        "estimates": len(corpus.estimates),
    }


def _tally(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _head(text: str) -> Head:
    number, _, hashed = text.strip().partition(":")
    if not re.fullmatch(r"[0-9]{1,12}", number) or not re.fullmatch(r"[0-9a-f]{64}", hashed):
        raise InvalidInput(
            f"{text[:80]!r} is no head of a trail; `oxysynth check` prints one, such as 232:3f9a… (64 letters)"
        )
    return Head(int(number), hashed)


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user without a name, as in some containers
        return f"user {os.getuid()}"
