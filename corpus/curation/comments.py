"""Finds the comments of curated files, which the corpus does not hold and a new writing of a file would drop.

Never reads them: a remark that matters is a field.
"""

import re
from pathlib import Path

import yaml

_PERHAPS = re.compile(r"(?m)(^|[ \t])#")


def has_comment(text: str) -> bool:
    """Whether a YAML text holds a comment; a # within a value is none."""
    if not _PERHAPS.search(text):
        return False
    end = 0
    try:
        for token in yaml.scan(text, Loader=yaml.CSafeLoader):
            if "#" in text[end : token.start_mark.index]:
                return True
            end = max(end, token.end_mark.index)
    except yaml.YAMLError:
        return False  # whoever reads the file tells what is wrong with it
    return "#" in text[end:]


def commented(path: Path) -> bool:
    """Whether a file holds a comment."""
    try:
        return has_comment(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return False
