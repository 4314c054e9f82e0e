"""Puts a finished site in the place of the old one, all at once or not at all.

Never touches a folder that this program did not write.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from corpus.errors import InvalidInput

# A folder without this file was not made here, and is never replaced.
MARKER = ".oxysynth-site"


def publish(files: Mapping[str, bytes], out: Path) -> None:
    """Write ``files`` beside ``out``, then swap the folders by renaming; on any failure ``out`` is as it was."""
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARKER).is_file())):
        raise InvalidInput(f"{out}: exists and is not a site built by OxySynth; choose another folder with --out")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}-new-", dir=out.parent))
    except OSError as error:
        raise InvalidInput(
            f"{out.parent}: cannot be written to ({error.strerror}); choose another folder with --out"
        ) from error
    try:
        (new / MARKER).write_text("This folder is replaced as a whole by: oxysynth build\n", encoding="utf-8")
        for name, content in files.items():
            target = new / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        new.chmod(0o755)  # mkdtemp makes it private; a site is to be read
        _swap(new, out)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _swap(new: Path, out: Path) -> None:
    if not out.exists():
        os.rename(new, out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
    os.rename(out, old / out.name)
    try:
        os.rename(new, out)
    except OSError:
        os.rename(old / out.name, out)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
