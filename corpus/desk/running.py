"""Starts the desk: reads its settings, refuses what would be unsafe, opens the database, serves until it is stopped.

Never listens beyond loopback unless it is told to, and never without accounts then.
"""

import gc
import getpass
import re
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from urllib.parse import urlsplit

from corpus.database import serving
from corpus.desk.application import create_application
from corpus.desk.desk import Desk, Identity, is_loopback, is_private
from corpus.desk.entering import invite_to, link_to_new_password, may_prove
from corpus.desk.joining import known_account
from corpus.desk.pages import compile_templates
from corpus.desk.practice.beginning import practice_file, prepared
from corpus.desk.practice.colleagues import follow
from corpus.desk.renewal import Renewal
from corpus.domain.people import PROGRAM, RESERVED, Account, Role
from corpus.errors import InvalidInput
from corpus.protocol import read_protocol
from corpus.settings import Settings, variable
from corpus.store.accounts import Accounts
from corpus.store.current import current_corpus
from corpus.store.facts import Facts
from corpus.store.heads import SECRET
from corpus.store.trail import Trail
from corpus.works.queueing import RANKING, decided_since

SELDOM = (20_000, 20, 50)  # when garbage is looked for; a page makes little, and looking holds everybody up
SHORTEST_SECRET = 32  # characters
FEWEST_LETTERS = 10  # different ones in a secret; one by chance has more
_PORTS = {"http": ":80", "https": ":443"}  # which browsers leave out
_ADDRESS = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")


def run_desk(settings: Settings, host: str, port: int, *, team: bool, practice: bool, anew: bool) -> None:
    """Serve the desk until it is interrupted. Raises InvalidInput for settings that would be unsafe, or a port in use."""
    import uvicorn

    if team and practice:
        raise InvalidInput("--team and --practice do not go together: everybody practises at a desk of their own")
    if anew and not practice:
        raise InvalidInput("--anew begins the practice desk from the start; it goes with --practice only")
    listening = _listen(host, port)
    port = listening.getsockname()[1]
    with open_desk(settings, host, port, team=team, practice=practice, anew=anew) as (desk, welcome):
        app = create_application(desk, hosts(desk, host, port))
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1,::1",
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        make_ready(desk)
        print(welcome, flush=True)
        with listening:
            uvicorn.Server(config).run(sockets=[listening])


def recover(settings: Settings, key: str, host: str, port: int) -> str:
    """The address where somebody who forgot the password chooses a new one; the desk may be running meanwhile."""
    origin, secret = _origin(settings, host, port, team=True), _secret(settings, team=True)
    with serving(settings.database, {SECRET: secret}) as database:
        desk = Desk(database=database, protocol=read_protocol(), origin=origin, team=True, secret=secret)
        with database.write() as session:
            accounts = Accounts(session)
            return link_to_new_password(desk, accounts, known_account(accounts, key), PROGRAM)


def make_ready(desk: Desk) -> None:
    """What the first people would wait for, before they come."""
    compile_templates()
    with desk.database.read() as session:
        current_corpus(session)
    # What is there now stays until the end; looking through it for garbage would hold everybody up, again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


@contextmanager
def open_desk(
    settings: Settings, host: str, port: int, *, team: bool, practice: bool = False, anew: bool = False
) -> Iterator[tuple[Desk, str]]:
    """A desk over the database of the settings, and what to tell whoever started it."""
    origin = _origin(settings, host, port, team)
    secret = _secret(settings, team)
    protocol = read_protocol()
    place = prepared(settings, protocol, _solo(), anew=anew) if practice else nullcontext(settings.database)
    sealing = "" if practice else settings.desk_secret
    with place as url, serving(url, {SECRET: sealing.encode()}) as database:
        with database.write() as session:
            Trail(session).begin_sealing()
        renewal = Renewal(url)

        def colleagues() -> None:
            if practice:
                with database.write() as session:
                    follow(session, protocol.screening)

        def decided() -> None:
            renewal.decided()
            colleagues()

        desk = Desk(
            database=database,
            protocol=protocol,
            origin=origin,
            team=team,
            secret=secret,
            entry_key="" if team else secrets.token_urlsafe(24),
            practice=practice,
            identity=_identity(settings) if team else None,
            decided=decided,
            emptied=renewal.emptied,
        )
        with database.read() as session:
            renewal.decided(decided_since(session, Facts(session).recall(RANKING)))
        colleagues()  # what they had not come to when the desk was ended
        try:
            yield desk, _welcome(desk) + (_practice_note(settings) if practice else "")
        finally:
            renewal.close()


def hosts(desk: Desk, host: str, port: int) -> tuple[str, ...]:
    """The hosts, with their ports, under which the desk may be asked for."""
    found = {urlsplit(desk.origin).netloc}
    if not desk.team:
        found |= {f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"}
    return tuple(sorted(found))


def _welcome(desk: Desk) -> str:
    if not desk.team:
        with desk.database.write() as session:
            accounts = Accounts(session)
            if not accounts.all():
                accounts.add(_solo(), by=_solo().key)
        return f"The desk is at {desk.origin}/enter?key={desk.entry_key} (Ctrl-C ends it)"
    lines = [f"The desk is at {desk.origin}/ (Ctrl-C ends it)"]
    with desk.database.write() as session:
        accounts = Accounts(session)
        accounts.withdraw_places(PROGRAM, by=PROGRAM)  # what an earlier start printed: one link is enough
        if not any(one.active and one.role is Role.ADMIN and may_prove(desk, accounts, one) for one in accounts.all()):
            link = invite_to(desk, accounts, "Admin", Role.ADMIN, PROGRAM)
            lines.append(f"Nobody can manage it yet. Become its admin: {link}")
    return "\n".join(lines)


def _practice_note(settings: Settings) -> str:
    return (
        f"\nFor practice: everything in it is made up, and kept in {practice_file(settings).resolve()}, apart from the review. "
        "Started again, it goes on where you left it; `oxysynth desk --practice --anew` begins from the start."
    )


def _solo() -> Account:
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):
        user = ""
    key = re.sub(r"[^a-z0-9_]", "_", user.lower()).lstrip("_0123456789")[:40]
    usable = len(key) > 1 and key not in RESERVED
    return Account(key=key if usable else "reviewer", name=user or "Reviewer", role=Role.ADMIN)


def _origin(settings: Settings, host: str, port: int, team: bool) -> str:
    loopback = is_loopback(host)
    shown = f"[{host}]" if ":" in host else host
    given = settings.desk_url.rstrip("/").lower()  # as browsers write it
    if not team:
        if not loopback:
            raise InvalidInput(
                f"--host {host} is reached by others; a desk without accounts stays on 127.0.0.1 (use --team for accounts)"
            )
        return f"http://{shown}:{port}"
    if not given:
        if loopback:
            return f"http://{shown}:{port}"
        raise InvalidInput(
            f"{variable('desk_url')} is not set; give the https address that people open, so that cookies travel only over TLS"
        )
    if not _ADDRESS.fullmatch(given):
        raise InvalidInput(f"{variable('desk_url')} is {given!r}; an address like https://desk.example.org is expected")
    if not is_private(given):
        raise InvalidInput(
            f"{variable('desk_url')} is {given!r}; over http anybody on the way reads the passwords: put TLS in front, and give the https address"
        )
    if not loopback and not given.startswith("https://"):
        raise InvalidInput(
            f"--host {host} is reached by others, and {variable('desk_url')} is {given!r}: give the https address that people "
            "open, so that cookies travel only over TLS; or leave --host out"
        )
    return given.removesuffix(_PORTS[given.partition("://")[0]])


def _secret(settings: Settings, team: bool) -> bytes:
    if not team:
        return b"one person"
    if len(settings.desk_secret) < SHORTEST_SECRET:
        raise InvalidInput(
            f"{variable('desk_secret')} is {'too short' if settings.desk_secret else 'not set'}; a team's desk needs at least "
            f"{SHORTEST_SECRET} characters, for example from: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if len(set(settings.desk_secret)) < FEWEST_LETTERS:
        raise InvalidInput(
            f"{variable('desk_secret')} has fewer than {FEWEST_LETTERS} different characters, so that it can be guessed; take one "
            "from: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return settings.desk_secret.encode()


def _identity(settings: Settings) -> Identity | None:
    given = (settings.desk_oidc_issuer, settings.desk_oidc_client, settings.desk_oidc_secret)
    if not any(given):
        return None
    if not all(given):
        names = ", ".join(variable(name) for name in ("desk_oidc_issuer", "desk_oidc_client", "desk_oidc_secret"))
        raise InvalidInput(f"to enter with an identity provider, all of these are needed: {names}")
    if not is_private(given[0]):
        raise InvalidInput(
            f"{variable('desk_oidc_issuer')} is {given[0]!r}; the https address by which the provider calls itself is expected"
        )
    return Identity(issuer=given[0], client=given[1], secret=given[2])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once what it writes only where a socket says that it speaks TCP; else a page waits 40 ms for an
    # acknowledgement between its head and its body (Nagle's algorithm against delayed ACKs).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise InvalidInput(f"{host}:{port} cannot be used ({error.strerror}); choose another with --port") from error
    return listening
