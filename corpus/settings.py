"""The settings of one run: from the environment, and from the file that ``--config`` names.

Never reads the environment by itself: the command line passes it in.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from corpus.errors import InvalidInput

PREFIX = "OXYSYNTH_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run needs to know about the machine it runs on."""

    database: str = "sqlite:///oxysynth.sqlite"  # SQLAlchemy URL


def read_settings(environ: Mapping[str, str], config: Path | None = None) -> Settings:
    """Settings of this run; the environment wins over the file. Raises InvalidInput naming file and key."""
    names = [field.name for field in fields(Settings)]
    values: dict[str, str] = {}
    if config is not None:
        try:
            data = tomllib.loads(config.read_text(encoding="utf-8"))
        except OSError as error:
            raise InvalidInput(
                f"{config}: cannot be read ({error.strerror}); name an existing file with --config"
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InvalidInput(f"{config}: not valid TOML: {error}") from error
        for key, value in data.items():
            if key not in names or not isinstance(value, str):
                raise InvalidInput(f"{config}: {key} = {value!r}; allowed are texts for {', '.join(names)}")
            values[key] = value
    for name in names:
        if environ.get(PREFIX + name.upper()):
            values[name] = environ[PREFIX + name.upper()]
    return Settings(**values)
