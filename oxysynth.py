"""The command line: the whole system on one page.

Never computes anything itself, and imports each floor only when a command needs it, so that --help answers at once.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from corpus.errors import CheckFailed, InvalidInput, OxySynthError
from corpus.settings import Settings, read_settings
from corpus.terminal import lines

Arguments = argparse.Namespace
EXPORTS = "RIS, nbib, BibTeX, EndNote XML, PubMed XML, Web of Science, Ovid, Embase or Scopus CSV"
DESCRIPTION = "OxySynth: a living evidence synthesis of oxytocin and psychotherapy."
EPILOG = """exit codes: 0 done, 1 a bug, 2 wrong usage or input, 3 a source failed, 4 a check failed, 5 locked by another run
settings: OXYSYNTH_DATABASE (SQLAlchemy URL, default sqlite:///oxysynth.sqlite), OXYSYNTH_EMAIL (told to the sources),
NCBI_API_KEY, OPENALEX_API_KEY, OXYSYNTH_<SOURCE>_URL; or a TOML file with --config"""


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Run one command; the user's mistakes print one line and return their exit code."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    command: Callable[[Arguments, Settings], int] = arguments.command
    try:
        return command(arguments, read_settings(os.environ if environ is None else environ, arguments.config))
    except OxySynthError as error:
        print(f"oxysynth: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output went away (as `head` does): nobody is left to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(
            f"oxysynth: {where}{error.strerror or error}; free space or choose a place you may write to",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        print("oxysynth: stopped; nothing half-written was kept", file=sys.stderr)
        return 130


def init(arguments: Arguments, settings: Settings) -> int:
    """Build or update the database from the curated files."""
    from corpus.commands import initialise

    document = initialise(settings.database, arguments.curated)
    _report(arguments, document)
    if comments := document.get("comments"):
        told = "a comment is no part of the corpus, and an export drops it with the next change of its file"
        print(f"oxysynth: {comments}: {told}; write it into a field, such as note", file=sys.stderr)
    if conflicts := document.get("conflicts"):
        raise CheckFailed(
            f"changed both in the files and at the desk, or depending on such: {conflicts}; settle them at the desk under Files"
        )
    return 0


def status(arguments: Arguments, settings: Settings) -> int:
    """Say what the database holds, and how each source of the harvest stands."""
    from corpus.commands import status
    from harvest.commands import harvest_status

    return _report(arguments, {**status(settings.database), "harvest": harvest_status(settings.database)})


def check(arguments: Arguments, settings: Settings) -> int:
    """Check every coded number against the others; warnings show values, errors end with code 4."""
    from corpus.commands import check_corpus, trail_head

    findings = check_corpus(settings.database, settings.desk_secret, arguments.trail)
    errors = [finding for finding in findings if finding.severity == "error"]
    if arguments.json:
        _print_json([{"severity": f.severity, "where": f.where, "message": f.message} for f in findings])
    else:
        for finding in findings:
            print(f"{finding.severity}: {finding.where}: {finding.message}")
        print(f"{len(errors)} errors, {len(findings) - len(errors)} warnings", file=sys.stderr)
        print(f"head of the audit trail: {trail_head(settings.database)}", file=sys.stderr)
    if errors:
        raise CheckFailed(
            f"{len(errors)} of {len(findings)} findings are errors; the first: {errors[0].where}: {errors[0].message}"
        )
    return 0


def export(arguments: Arguments, settings: Settings) -> int:
    """Write out the corpus, as curated YAML or as CSV tables with a data package, or what was decided in screening."""
    if arguments.format == "screening":
        from corpus.commands import export_screening

        return _report(arguments, export_screening(settings.database, arguments.out or Path("build/screening")))
    if arguments.format == "csv":
        from corpus.commands import load_corpus
        from oxysite.exports import write_tables

        return _report(arguments, write_tables(load_corpus(settings.database), arguments.out or Path("build/data")))
    from corpus.commands import export_yaml

    return _report(arguments, export_yaml(settings.database, arguments.out))


def effect(arguments: Arguments, settings: Settings) -> int:
    """Compute one effect size from what a report gives."""
    from corpus.effectsizes import compute

    result = compute(arguments.kind, _settings_of_effect(arguments.set), to=arguments.to)
    document = {
        "measure": result.measure.value,
        "yi": result.yi,
        "vi": result.vi,
        "formula": result.formula,
        "reference": result.reference,
        "inputs": dict(result.inputs),
        "assumptions": [
            {"name": a.name, "value": a.value, "low": a.low, "high": a.high, "reason": a.reason}
            for a in result.assumptions
        ],
    }
    if arguments.json:
        _print_json(document)
    else:
        print(
            f"{result.measure.value} {result.yi:.4f}, variance {result.vi:.4f}\n{result.substituted}\n{result.formula}\n{result.reference}"
        )
        for assumption in result.assumptions:
            print(f"assumed: {assumption.name} = {assumption.value}: {assumption.reason}")
    return 0


def pool(arguments: Arguments, settings: Settings) -> int:
    """Pool the estimates of any CSV file."""
    from synthesis.pool_csv import pool_file

    document = pool_file(
        arguments.file,
        yi=arguments.yi,
        vi=arguments.vi,
        study=arguments.study,
        cluster=arguments.cluster,
        moderators=arguments.moderator,
        method=arguments.method,
        test=arguments.test,
        bias=arguments.bias,
        influence=arguments.influence,
    )
    return _report(arguments, document)


def harvest(arguments: Arguments, settings: Settings) -> int:
    """Ask the sources for what is new, keep every reply, and link what was found."""
    from harvest.commands import harvest, reparse, span

    if arguments.reparse:
        return _report(arguments, reparse(settings, arguments.source))
    today = datetime.now(UTC).date()
    document = harvest(settings, arguments.source, span=span(arguments.since, arguments.until, today), today=today)
    _report(arguments, document)
    return _failed_sources(document)


def import_(arguments: Arguments, settings: Settings) -> int:
    """Read files exported from databases, keep what can be used, and tell every line that cannot."""
    from harvest.importing import import_files

    return _report(arguments, import_files(settings, arguments.file, today=datetime.now(UTC).date()))


def dedupe(arguments: Arguments, settings: Settings) -> int:
    """Find the duplicates within and between files of records; the files stay as they are."""
    from harvest.linking.dedupe import dedupe_file
    from harvest.readers.exports.sniff import read_export

    return _report(arguments, dedupe_file(arguments.file, lambda path: read_export(path).records))


def synthesize(arguments: Arguments, settings: Settings) -> int:
    """Answer the questions from the corpus."""
    from corpus.commands import load_living
    from synthesis.answers import answer_questions
    from synthesis.documents import document

    answers = answer_questions(load_living(settings.database).corpus, arguments.question)
    if arguments.json:
        _print_json([document(answer) for answer in answers])
    else:
        for answer in answers:
            print(f"{answer.question.number}. {answer.headline}\n   {answer.in_numbers}")
    return 0


def build(arguments: Arguments, settings: Settings) -> int:
    """Write the review site from the corpus and its answers."""
    from corpus.commands import load_living

    with _uncollected():
        living = load_living(settings.database)  # first: a missing database is said before the heavy imports
        from oxysite.build import build_site

        return _report(arguments, build_site(living, arguments.out, settings.desk_url))


def refresh(arguments: Arguments, settings: Settings) -> int:
    """Do all that a week brings: harvest, link, rank, watch for retractions, synthesise, build; then report."""
    from corpus.commands import load_living
    from corpus.refreshing import document, exit_code
    from corpus.refreshing import refresh as run_stages
    from harvest.stages import harvest_stage, link_stage, rank_stage, watch_stage
    from oxysite.build import build_site
    from oxysite.pages.updates import headline
    from synthesis.changes import compare

    today = datetime.now(UTC).date()
    run = run_stages(
        settings.database,
        (
            ("harvest", lambda: harvest_stage(settings, today)),
            ("link", lambda: link_stage(settings)),
            ("rank", lambda: rank_stage(settings)),
            ("watch", lambda: watch_stage(settings, today)),
            ("synthesise", lambda: compare(load_living(settings.database))),
            ("build", lambda: build_site(load_living(settings.database), arguments.out, settings.desk_url)),
        ),
        said=lambda line: print(line, file=sys.stderr),
    )
    if arguments.json:
        _print_json({"headline": headline(run), **document(run)})
    else:
        print(f"{run.started_at:%Y-%m-%d}: {headline(run)}")
    return exit_code(run)


def serve(arguments: Arguments, settings: Settings) -> int:
    """Show the built site on this machine only."""
    from oxysite.serve import serve_site

    serve_site(arguments.out, arguments.port)
    return 0


def desk(arguments: Arguments, settings: Settings) -> int:
    """Open the desk, where reviewers screen and code in a browser."""
    from corpus.desk.running import recover, run_desk

    if arguments.recover:
        if not arguments.team:
            raise InvalidInput("--recover is for a team's desk; give --team, and the settings that it runs with")
        print(recover(settings, arguments.recover, arguments.host, arguments.port))
        return 0
    run_desk(
        settings, arguments.host, arguments.port, team=arguments.team, practice=arguments.practice, anew=arguments.anew
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "oxysynth", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="a TOML file with settings")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(
        function: Callable[[Arguments, Settings], int], example: str, as_json: bool = True
    ) -> argparse.ArgumentParser:
        about = function.__doc__ or ""
        sub = commands.add_parser(
            function.__name__.rstrip("_"),  # `import` is a word of Python
            help=about,
            description=about,
            epilog=f"example: oxysynth {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        sub.set_defaults(command=function, json=False)
        if as_json:
            sub.add_argument("--json", action="store_true", help="print one JSON document")
        return sub

    sub = command(init, "init")
    sub.add_argument("--curated", type=Path, metavar="DIR", help="folder of curated YAML (default: the one that ships)")
    command(status, "status --json")
    sub = command(check, "check")
    sub.add_argument(
        "--trail",
        default="",
        metavar="HEAD",
        help="a head of the audit trail that was noted: the trail must still hold it",
    )
    sub = command(export, "export --format csv --out build/data")
    sub.add_argument(
        "--format",
        choices=("yaml", "csv", "screening"),
        default="yaml",
        help="default: yaml; screening: found works with the decisions, CSV and RIS",
    )
    sub.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="default: the curated folder that ships (yaml), build/data (csv), build/screening (screening); curated files that are there are not overwritten where they changed what the desk changed too",
    )
    sub = command(
        effect,
        "effect two-groups --set m1=62.16 --set sd1=37.41 --set n1=12 --set m2=52.30 --set sd2=21.30 --set n2=13 --json",
    )
    sub.add_argument(
        "kind",
        metavar="KIND",
        help="what the report gives: two-groups, t, f, p, d, g, change, crossover, correlation, …",
    )
    sub.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="one input; repeat for each")
    sub.add_argument("--to", choices=("smd", "zcor", "lor"), help="convert the result to this measure")
    sub = command(pool, "pool studies.csv --yi g --vi var_g --cluster sample --json")
    sub.add_argument("file", type=Path, metavar="FILE.csv")
    sub.add_argument("--yi", default="yi", metavar="COLUMN", help="column of estimates (default: yi)")
    sub.add_argument("--vi", default="vi", metavar="COLUMN", help="column of sampling variances (default: vi)")
    sub.add_argument("--study", metavar="COLUMN", help="column of studies: adds a model of effects within studies")
    sub.add_argument("--cluster", metavar="COLUMN", help="column of samples: adds cluster-robust (CR2) inference")
    sub.add_argument(
        "--moderator",
        nargs="+",
        action="extend",
        default=[],
        metavar="COLUMN",
        help="adds meta-regression: numbers as they are, texts as factors, a:b for an interaction",
    )
    methods = ("REML", "DL", "PM", "ML", "HE", "HS", "SJ", "EB", "FE", "HSk", "PMM")
    sub.add_argument("--method", default="REML", choices=methods)
    sub.add_argument("--test", default="knha", choices=("knha", "z", "t", "adhoc"))
    sub.add_argument(
        "--bias", action="store_true", help="add small-study effects: Egger, rank, trim and fill, PET, PEESE, selection"
    )
    sub.add_argument("--influence", action="store_true", help="add leave-one-out and influence diagnostics")
    sub = command(harvest, "harvest pubmed crossref --since 2026-01-01 --until 2026-06-30")
    sub.add_argument("source", nargs="*", metavar="SOURCE", help="default: every source whose settings are given")
    sub.add_argument("--since", type=_day, metavar="DAY", help="first day, instead of what is due")
    sub.add_argument("--until", type=_day, metavar="DAY", help="last day (default: today)")
    sub.add_argument("--reparse", action="store_true", help="rebuild the records from kept replies; ask nobody")
    sub = command(import_, "import psycinfo.ris pubmed.nbib --json")
    sub.add_argument("file", type=Path, nargs="+", metavar="FILE", help=EXPORTS)
    sub = command(dedupe, "dedupe records.csv --json")
    sub.add_argument(
        "file", type=Path, nargs="+", metavar="FILE", help=f"a table with record_id and title, or an export: {EXPORTS}"
    )
    sub = command(synthesize, "synthesize ot-augmented-symptoms --json")
    sub.add_argument("question", nargs="*", metavar="QUESTION", help="ids of questions (default: all)")
    sub = command(build, "build --out build/site")
    sub.add_argument("--out", type=Path, default=Path("build/site"), metavar="DIR", help="default: build/site")
    sub = command(refresh, "refresh --out build/site")
    sub.add_argument("--out", type=Path, default=Path("build/site"), metavar="DIR", help="default: build/site")
    sub = command(desk, "desk", as_json=False)
    sub.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    sub.add_argument("--port", type=int, default=8765, help="default: 8765")
    sub.add_argument("--team", action="store_true", help="with accounts; needs OXYSYNTH_DESK_SECRET")
    sub.add_argument(
        "--recover",
        default="",
        metavar="NAME",
        help="with --team: print a link with which the person of this short name chooses a new password, and end",
    )
    sub.add_argument("--practice", action="store_true", help="a guided first case, in a database of its own")
    sub.add_argument("--anew", action="store_true", help="with --practice: begin from the start")
    sub = command(serve, "serve --port 8000", as_json=False)
    sub.add_argument("--out", type=Path, default=Path("build/site"), metavar="DIR", help="the built site")
    sub.add_argument("--port", type=int, default=8000)
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write for example 2026-01-31") from None


def _failed_sources(document: Mapping[str, Any]) -> int:
    """Code 3 where a source failed; what the others brought is kept."""
    return 3 if any(told["state"] == "failed" for told in document["sources"].values()) else 0


def _settings_of_effect(pairs: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key or key in values:
            raise InvalidInput(f"--set {pair!r}: KEY=VALUE expected, each key once, for example --set n1=12")
        values[key.strip()] = value.strip()
    return values


def _report(arguments: Arguments, document: Mapping[str, object]) -> int:
    if arguments.json:
        _print_json(document)
    else:
        print("\n".join(lines(document)))
    return 0


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cyclic collector: a build makes hundreds of thousands of objects, keeps them, and ends."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _print_json(document: object) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False, default=str))


if __name__ == "__main__":
    raise SystemExit(main())
