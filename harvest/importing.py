"""Takes in files that people exported from databases: what can be used is kept, what cannot is told with its line.

Never changes a file, and keeps a copy of each so that a better reader can read it again.
"""

import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from tqdm import tqdm

from corpus.database import only_run, transactions
from corpus.domain.links import work_of, works
from corpus.domain.windows import Kept, Window
from corpus.errors import InvalidInput
from corpus.protocol import read_protocol
from corpus.settings import Settings
from corpus.store import Ledger, Store
from corpus.store.links import Links
from corpus.store.record_text import record_id
from corpus.works.queueing import renew_queue
from harvest.linking.keeping import link_new
from harvest.readers.exports.sniff import ReadFile, read_export

FILE = "file"  # the source of windows that hold a file
_LARGEST = 1 << 29  # bytes of a file


def import_files(settings: Settings, paths: Sequence[Path], *, today: date) -> dict[str, object]:
    """Import the files, link what is new; counts, and everything that could not be used with file, line and reason.

    Raises InvalidInput for a file that is missing, too large, or of no known format; files before it are kept.
    """
    read, new, rejected = 0, set[str](), []
    with only_run(settings.database), transactions(settings.database) as opened:
        for path in tqdm(paths, unit="file", disable=len(paths) == 1 or not sys.stderr.isatty(), leave=False):
            payload = _bytes(path)
            found = read_export(path)
            ids = {f"{record.source}:{record_id(record)}" for record in found.records}
            with opened() as session:
                ledger = Ledger(session)
                new |= ids - ledger.checksums().keys()
                _keep(ledger, path, payload, found, today)
            read += len(found.records)
            rejected += [{"file": path.name, "line": one.line, "reason": one.reason} for one in found.rejected]
        with opened() as session:
            ledger, links = Ledger(session), Links(session)
            now = link_new(ledger, links, Store(session).load().reports)
            grouped = work_of(works(links.seen(), links.all()))
        renew_queue(opened, read_protocol())
    return {
        "read": read,
        "new": len(new),
        "linked": sum(len(grouped.get(name, ())) > 1 for name in new),
        "unsure": now.unsure,
        "rejected": rejected,
    }


def reread_files(ledger: Ledger) -> Kept:
    """Rebuild the records of every file that was imported, from its copy."""
    found = []
    for entry in ledger.entries(FILE):
        for reply in ledger.replies(entry.window):
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / reply.url
                copy.write_bytes(reply.payload)
                found.append(ledger.enter(read_export(copy).records, found=entry.window.until))
    return Kept(
        new=sum(one.new for one in found),
        changed=sum(one.changed for one in found),
        unchanged=sum(one.unchanged for one in found),
    )


def _keep(ledger: Ledger, path: Path, payload: bytes, found: ReadFile, today: date) -> None:
    window = Window(source=FILE, search=sha256(payload).hexdigest()[:32], since=today, until=today)
    ledger.plan([(window, f"{path.name}, read as {found.format}")])
    ledger.start(window)
    ledger.restart(window)  # the same file again, on the same day
    count = len(found.records)
    ledger.keep(window, payload, url=path.name, received=count, total=count, cursor=None)
    ledger.finish(window, found.records)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidInput(f"{path}: larger than {_LARGEST >> 20} MB; export it in parts")
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read ({error.strerror}); name an existing file") from error
