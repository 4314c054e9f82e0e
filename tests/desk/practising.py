"""A practice desk within the test's own process, and somebody who practises at it without a browser."""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from pathlib import Path

from httpx import Response
from starlette.testclient import TestClient

from corpus.desk.application import create_application
from corpus.desk.desk import Desk
from corpus.desk.practice.material import material, model_coding
from corpus.desk.practice.tour import Progress, progress
from corpus.desk.running import hosts, open_desk
from corpus.domain.screening import Stage
from corpus.settings import Settings
from corpus.store.accounts import Accounts
from corpus.store.cases import Cases
from corpus.store.queue import Queue

PORT = 8765
CASE = "muster2021"
ABSTRACT = "Made up for practice. Oxytocin was measured in the saliva of therapists and patients."


class Learner:
    """Somebody who practises: asks as a browser with HTMX does."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._client = TestClient(create_application(desk, hosts(desk, "127.0.0.1", PORT)), base_url=desk.origin)
        first = self._client.get(f"/enter?key={desk.entry_key}")
        assert first.status_code == 200
        token = re.search(r'"X-CSRF-Token": "([^"]+)"', unescape(first.text))
        assert token is not None
        self._headers = {"x-csrf-token": token.group(1)}
        with desk.database.read() as session:
            self.account = next(one for one in Accounts(session).all() if one.key not in material().people)

    def get(self, path: str) -> str:
        """A whole page."""
        reply = self._client.get(path)
        assert reply.status_code == 200, reply.text
        return unescape(reply.text)

    def post(self, address: str, /, **data: str | list[str]) -> Response:
        """A form that was sent by HTMX."""
        headers = {**self._headers, "hx-request": "true"}
        reply: Response = self._client.post(address, data=data, headers=headers)
        assert reply.status_code == 200, reply.text
        return reply

    def values(self) -> Mapping[str, str]:
        """The values of the own draft."""
        with self.desk.database.read() as session:
            return Cases(session).values(CASE, self.account.key)

    def save(self, values: Mapping[str, str]) -> None:
        """What autosave sends, from a page that was just loaded."""
        held = self.values()
        changes = [{"path": path, "was": held.get(path, ""), "value": value} for path, value in values.items()]
        reply = self._client.post(f"/coding/{CASE}/save", json={"changes": changes}, headers=self._headers)
        assert reply.json() == {"saved": len(changes), "clashes": []}

    def stands(self) -> Progress:
        """Where the guided case stands."""
        with self.desk.database.read() as session:
            return progress(session, self.account)

    def next(self, stage: Stage) -> str:
        """The record that waits first; "" for none."""
        with self.desk.database.read() as session:
            return next((work.key for work in Queue(session).next(stage, self.account.key)), "")

    # The steps of the guided case, each as somebody does it who reads as the model did.

    def do(self, step: str) -> None:
        """Do a step of the guided case by its key."""
        ways: Mapping[str, Callable[[], object]] = {
            "decide": self._decide_next,
            "abstract": self._abstract,
            "titles": self._titles,
            "conflict": self._conflict,
            "full_text": self._full_text,
            "gaps": lambda: self.save(self._open(effects=False)),
            "effect": lambda: self.save(self._open(effects=True)),
            "finish": lambda: self.post(f"/coding/{CASE}/finish"),
            "settle": self._settle,
            "accept": lambda: self.post(f"/compare/{CASE}/accept"),
        }
        ways[step]()

    def _decide_next(self) -> None:
        record = self.next(Stage.TITLE_ABSTRACT)
        kim = material().opinions["kim"]
        with self.desk.database.read() as session:
            members = Queue(session).members(record)
        opinion = next(kim[one] for one in members if one in kim)
        self.post(
            "/screening/title_abstract/decide", record=record, verdict=opinion.verdict.value, reason=opinion.reason
        )

    def _titles(self) -> None:
        while self.next(Stage.TITLE_ABSTRACT):
            self._decide_next()

    def _abstract(self) -> None:
        self.post("/screening/title_abstract/abstract", record="practice:saliva", abstract=ABSTRACT)

    def _conflict(self) -> None:
        self.post("/conflicts/title_abstract", record="practice:breathing", verdict="include", note="it was taught")

    def _full_text(self) -> None:
        self.post("/screening/full_text/decide", record="practice:trial", verdict="include", also=["practice:protocol"])

    def _open(self, *, effects: bool) -> dict[str, str]:
        return {
            path: value for path, value in model_coding().open.items() if path.startswith("study/effects/") is effects
        }

    def _settle(self) -> None:
        for path in model_coding().misread:
            value = model_coding().values[path]
            self.post(f"/compare/{CASE}/settle", path=path, value=value, reason="Table 2 says so")


@contextlib.contextmanager
def practising(folder: Path, *, anew: bool = False) -> Iterator[Learner]:
    """Somebody at a practice desk whose database is in a folder."""
    settings = Settings(database=f"sqlite:///{folder / 'oxysynth.sqlite'}")
    with open_desk(settings, "127.0.0.1", PORT, team=False, practice=True, anew=anew) as (desk, _):
        yield Learner(desk)
