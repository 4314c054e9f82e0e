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
    email: str = ""  # the contact that is told to every source
    ncbi_api_key: str = ""
    openalex_api_key: str = ""
    # Base addresses of the sources; empty means the one of the source's contract.
    pubmed_url: str = ""
    europepmc_url: str = ""
    crossref_url: str = ""
    openalex_url: str = ""
    ctgov_url: str = ""
    oai_url: str = ""
    journal_url: str = ""
    desk_url: str = ""  # the https address under which a team opens the desk
    desk_secret: str = ""  # keys what the database holds of sessions and invitations
    desk_oidc_issuer: str = ""  # an identity provider that people may enter with
    desk_oidc_client: str = ""
    desk_oidc_secret: str = ""
    timeout: str = ""  # seconds that a reply may take; empty means the contract's

    def environment(self) -> dict[str, str]:
        """The settings as environment variables, for a process of its own."""
        return {variable(field.name): value for field in fields(self) if (value := getattr(self, field.name))}


# Names that the services' own documentation uses.
_WITHOUT_PREFIX = ("ncbi_api_key", "openalex_api_key")


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return name.upper() if name in _WITHOUT_PREFIX else PREFIX + name.upper()


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
        if given := environ.get(variable(name)):
            values[name] = given
    return Settings(**values)
