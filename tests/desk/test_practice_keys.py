"""The guided first case, played in a browser from first step to last: the keys that it names lead through it."""

from pathlib import Path

from playwright.sync_api import Browser

from corpus.desk.practice.material import material, model_coding
from corpus.desk.practice.tour import steps
from corpus.domain.screening import Stage, Verdict
from corpus.protocol import read_protocol
from tests.desk.people import Person, running
from tests.desk.practising import ABSTRACT, CASE


class Practiser(Person):
    """Somebody who does what the page says, by keyboard."""

    def step(self, number: int) -> None:
        """Wait until the page says that a step is reached."""
        wanted = f"Step {number} of {len(steps())}" if number <= len(steps()) else "steps are done"
        self.until("text => document.querySelector('.tour-step').textContent.includes(text)", wanted)

    def follow(self) -> None:
        """Go where the guided case goes on."""
        with self.page.expect_navigation():
            self.page.keyboard.press("h")

    def decide_as_kim(self) -> None:
        """Press the key of Kim's decision on the record that is shown."""
        reasons = [one.key for one in read_protocol().screening.reasons(Stage.TITLE_ABSTRACT)]
        ids = [f"{one.source}:{one.source_id}" for one in material().records if one.title == self.heading()]
        opinion = material().opinions["kim"][ids[0]]
        verdicts = {Verdict.INCLUDE: "i", Verdict.MAYBE: "m"}
        self.key(verdicts.get(opinion.verdict) or str(reasons.index(opinion.reason) + 1))

    def section(self, key: str, values: dict[str, str]) -> None:
        """Go to a section of the form by its key, and type."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.type_values(values)
        self.page.keyboard.press("Escape")


def test_the_guided_case_is_played_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'oxysynth.sqlite'}", tmp_path, "--practice") as desk:
        person = Practiser(browser, desk)
        person.page.goto(desk.door)
        person.step(1)
        person.follow()
        person.decide_as_kim()
        person.step(2)
        person.follow()
        person.page.keyboard.press("a")
        person.page.keyboard.insert_text(ABSTRACT)
        person.page.keyboard.press("Tab")
        person.key("Enter")
        person.step(3)
        person.follow()
        while person.heading() != "Nothing waits for you here":
            person.decide_as_kim()
        person.step(4)
        person.follow()
        person.key("i")
        person.step(5)
        person.follow()
        with person.page.context.expect_page() as opened:
            person.page.keyboard.press("r")
        assert "Table 2" in opened.value.locator("main").inner_text()
        opened.value.close()
        person.key("i")
        person.step(6)
        left = dict(model_coding().open)
        effect = {path: left.pop(path) for path in [*left] if path.startswith("study/effects/")}
        outcome = {path: left.pop(path) for path in [*left] if path.startswith("study/outcomes/")}
        person.follow()
        person.type_values(left)
        person.page.keyboard.press("Escape")
        person.section("6", outcome)
        person.step(7)
        person.follow()
        person.type_values(effect)
        person.page.keyboard.press("Escape")
        person.step(8)
        person.until("text => document.querySelector('.preview .estimate')?.textContent.includes(text)", "0.461")
        person.follow()
        assert "Every value fits." in person.said(), person.said()
        with person.page.expect_navigation():
            person.page.keyboard.press("e")
        person.step(9)
        assert "10.04" in person.said()
        mine = "1" if person.page.locator(".difference dt").first.inner_text() != "kim" else "2"
        person.page.keyboard.press(mine)
        person.page.keyboard.insert_text("Table 2 says 10.40")
        person.key("Enter")
        person.step(10)
        person.page.keyboard.press("Escape")
        with person.page.expect_navigation():
            person.page.keyboard.press("e")
        person.step(11)
        assert "It is in the corpus." in person.said()
        person.follow()
        assert f"case/{CASE}" in person.said()
        assert person.errors == []
