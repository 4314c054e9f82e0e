"""One made-up reviewer with a connection of their own, who does what the pages offer, and notes what was acknowledged.

Never a browser: the time a page takes to be drawn is measured apart.
"""

import asyncio
import html
import random
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field

import httpx

from loading.world import PASSWORD

THINKS = (0.5, 1.0)  # seconds between an answer and the next request; people take many times as long
# What is done next, by weight.
MIX = {
    "decide": 58,
    "save a draft": 14,
    "skip": 8,
    "undo": 5,
    "list works": 5,
    "first page": 4,
    "form section": 4,
    "search works": 2,
}
REASONS = ("not_human", "no_oxytocin", "no_psychotherapy")
PATHS = ("study/label", "study/summary", "study/country", "report/title", "report/journal", "sample/description")
SECTIONS = ("report", "people", "study", "outcomes", "effects")
STAGE = "/screening/title_abstract"


@dataclass
class Reviewer:
    """One person."""

    number: int
    address: str
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    decided: dict[str, tuple[str, str]] = field(default_factory=dict)  # what the desk has acknowledged and must hold
    typed: dict[str, str] = field(default_factory=dict)
    saves: int = 0
    shown: str = ""
    client: httpx.AsyncClient = field(init=False)

    @property
    def key(self) -> str:
        """The short name."""
        return f"reviewer{self.number}"

    async def open(self) -> None:
        """Enter, and open the first record."""
        self.client = httpx.AsyncClient(base_url=self.address, timeout=60, follow_redirects=True)
        self.shown = await enter(self.client, self.key)

    async def work(self, until: float) -> None:
        """Go on until it is time."""
        draw = random.Random(self.number)
        while time.monotonic() < until:
            await asyncio.sleep(draw.uniform(*THINKS))
            doing = draw.choices(list(MIX), list(MIX.values()))[0]
            if doing == "undo" and not self.decided:
                doing = "decide"
            self.shown = await self.do(self.client, draw, doing, self.shown)
        await self.client.aclose()

    async def do(self, client: httpx.AsyncClient, draw: random.Random, doing: str, shown: str) -> str:
        """One request; the record that is shown after it."""
        start = time.perf_counter()
        try:
            if doing == "decide":
                verdict = draw.choices(["exclude", "include", "maybe"], [85, 10, 5])[0]
                reason = draw.choice(REASONS) if verdict == "exclude" else ""
                form = {"record": shown, "verdict": verdict, "reason": reason, "note": ""}
                reply = await client.post(f"{STAGE}/decide", data=form)
                if reply.is_success:
                    self.decided[shown] = (verdict, reason)
                    self.saves += 1
            elif doing == "save a draft":
                changes = {path: f"typed {self.saves} at {path}" for path in draw.sample(PATHS, draw.randint(1, 4))}
                told = [{"path": path, "was": self.typed.get(path, ""), "value": v} for path, v in changes.items()]
                reply = await client.post(f"/coding/made{self.number}/save", json={"changes": told})
                if reply.is_success and not reply.json()["clashes"]:
                    self.typed |= changes
                    self.saves += 1
                elif reply.is_success:
                    self.errors.append(f"clash: {reply.text[:200]}")
            elif doing == "skip":
                reply = await client.post(f"{STAGE}/skip", data={"record": shown})
            elif doing == "undo":
                reply = await client.post(f"{STAGE}/undo")
                if reply.is_success:
                    self.decided.pop(shown_on(reply.text), None)
            elif doing == "list works":
                reply = await client.get("/works", params={"start": 50 * draw.randrange(20)})
            elif doing == "search works":
                reply = await client.get("/works", params={"words": draw.choice(["oxytocin", "therapy", "mice"])})
            elif doing == "form section":
                reply = await client.get(f"/coding/made{self.number}/{draw.choice(SECTIONS)}")
            else:
                reply = await client.get("/")
        except httpx.HTTPError as error:
            self.errors.append(f"{doing}: {error!r}")
            return shown
        self.times[doing].append(time.perf_counter() - start)
        if reply.status_code == 409:  # enough others decided meanwhile, or have built on what was to be undone
            return shown_on(reply.text) if doing == "decide" else shown
        if not reply.is_success:
            self.errors.append(f"{doing}: {reply.status_code} {reply.text[:200]}")
            return shown
        return shown_on(reply.text) if doing in ("decide", "skip", "undo") else shown


async def enter(client: httpx.AsyncClient, key: str) -> str:
    """Enter as somebody, with the token of the page on every request from now on; the record that is shown."""
    await client.post("/enter", data={"account": key, "password": PASSWORD})
    page = (await client.get(STAGE)).text
    token = re.search(r'"X-CSRF-Token": "([^"]+)"', page)
    assert token is not None, page[:500]
    client.headers["x-csrf-token"] = token[1]
    client.headers["hx-request"] = "true"
    return shown_on(page)


def shown_on(page: str) -> str:
    """The record that a page shows for decision."""
    found = re.search(r'name="record" value="([^"]+)"', page)
    assert found is not None, page[:300]
    return html.unescape(found[1])
