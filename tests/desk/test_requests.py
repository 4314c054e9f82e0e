"""Requests that no page of the desk would send: by schemathesis over the OpenAPI, and by hand; none ends in a server error."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from starlette.testclient import TestClient

from corpus.coding.ways import WAYS
from corpus.commands import initialise
from corpus.desk.passwords import hashed
from corpus.domain.people import Account, Role
from corpus.effectsizes import KINDS
from corpus.store.accounts import Accounts
from corpus.store.cases import Cases
from tests.desk.leading import NOT_LED_TO, PASSWORD, Leading, lead
from tests.desk.visitors import Team, database_of, team_at

# Of each operation: with any value, and with such as lead somewhere. Any value hardly reaches the database, so that one
# system is enough for it.
EXAMPLES = {"sqlite": (3, 5), "postgresql": (0, 3)}
BUT = {("post", "/leave")}  # ends the session that all others need
# What would end what the others work on comes last, in this order.
LAST = ("/judgement", "/take-out", "/finish", "/reopen", "/accept", "/close", "/people/change")
OWN = {("post", "/leave"), ("post", "/password")}  # end sessions; somebody else asks for them
DOORS = ("/enter", "/invitation", "/recovery")  # where somebody new comes in
NUMBERS = (
    "0",
    "-0",
    "inf",
    "-inf",
    "1e400",
    "-1e400",
    "1e-400",
    "NaN",
    "1e308",
    "²",
    "0x10",
    "1_000",
    "9" * 400,
    "9" * 100_000,
)
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Asked:
    """A desk, somebody who may ask for anything, and what can be asked for."""

    team: Team
    client: TestClient
    known: Mapping[str, list[str]]  # values that lead somewhere, by the name under which they are sent
    examples: tuple[int, int]
    leading: Leading

    def operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Method, path and description of every operation."""
        found = [
            (method, path, told)
            for path, methods in self.team.app.openapi()["paths"].items()
            for method, told in methods.items()
            if (method, path) not in BUT
        ]
        last = {end: place for place, end in enumerate(LAST, start=1)}
        return sorted(found, key=lambda one: next((last[end] for end in LAST if one[1].endswith(end)), 0))

    def led(self) -> dict[str, Any]:
        """The OpenAPI, narrowed for each operation to the one request that the desk takes there."""
        told: dict[str, Any] = json.loads(json.dumps(self.team.app.openapi()))
        schemas = told["components"]["schemas"]
        for path, methods in told["paths"].items():
            for method, operation in methods.items():
                given = self.leading.given.get((method, path), {})
                parameters = [one for one in operation.get("parameters", ()) if one["name"] in given]
                for one in parameters:
                    one |= {"required": True, "schema": {"type": "string", "enum": [given[one["name"]]]}}
                operation["parameters"] = parameters
                for content in operation.get("requestBody", {}).get("content", {}).values():
                    self._lead(schemas, content["schema"]["$ref"], given)
        return told

    def _lead(self, schemas: dict[str, Any], named: str, given: Mapping[str, str]) -> None:
        """A form, or the list of changes that a page saves."""
        schema = schemas[named.rpartition("/")[2]]
        if "changes" in schema["properties"]:
            self._lead(schemas, schema["properties"]["changes"]["items"]["$ref"], given)
            return
        known = {name: {"type": "string", "enum": [given[name]]} for name in schema["properties"] if name in given}
        schema |= {"properties": known, "required": list(known), "additionalProperties": False}

    def asking(self, method: str, path: str) -> TestClient:
        """Who asks for an operation."""
        if (method, path) in OWN:
            return self.team.entered(Role.CODER, "leaver")
        return self.team.nobody() if path in DOORS else self.client

    def described(self, *, known: bool) -> dict[str, Any]:
        """The OpenAPI; ``known`` narrows it to values that lead further than any random text, where there are some."""
        told: dict[str, Any] = json.loads(json.dumps(self.team.app.openapi()))
        if not known:
            return told
        for methods in told["paths"].values():
            for operation in methods.values():
                for one in operation.get("parameters", ()):
                    one["schema"] = self._known_or(one["name"], one["schema"])
        for schema in told["components"]["schemas"].values():
            for name, one in schema.get("properties", {}).items():
                schema["properties"][name] = self._known_or(name, one)
        return told

    def _known_or(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        return {"type": "string", "enum": self.known[name]} if name in self.known else schema

    def forms(self) -> Iterator[tuple[str, list[str]]]:
        """Address and fields of every form."""
        schemas = self.team.app.openapi()["components"]["schemas"]
        for _, path, told in self.operations():
            for one in told.get("requestBody", {}).get("content", {}).values():
                named = schemas[one["schema"]["$ref"].rpartition("/")[2]]
                there = path.replace("{case}", self.known["case"][0]).replace("{stage}", "full_text")
                yield there, list(named["properties"])

    @property
    def save(self) -> str:
        """Where a page of the form sends what was typed."""
        return f"/coding/{self.known['case'][0]}/save"

    def status(self, method: str, url: str, **more: Any) -> int:
        """What the desk answers."""
        status: int = self.client.request(method, url, **more).status_code
        return status


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A desk with something in it, on each of the two systems."""
    with team_at(_loaded(request, tmp_path_factory)) as team:
        leading = lead(team, team.entered(Role.ADMIN, follow_redirects=True), "admin")
        with team.desk.database.write() as session:
            leaver = Account(key="leaver", name="Leaver", role=Role.CODER)
            Accounts(session).add(leaver, by="test", password=hashed(PASSWORD))
        client = team.entered(Role.ADMIN, follow_redirects=True)
        case, records = leading.case, leading.records
        known = {
            "case": [case],
            "record": records,
            "also": records,
            "work": records,
            "section": ["report", "effects", "outcomes", "finish"],
            "effect": ["study/effects/1", "study/effects/²", "study/effects/500"],
            "where": ["study/effects", "study/outcomes", "report/links", "study/effects/1/assumptions"],
            "item": ["study/effects/1"],
            "path": ["study/label", "study/effects/1/computation/inputs/m1", "study/effects/²/outcome", "report/year"],
            "way": ["two-groups", "t", "none"],
            "kind": ["for", "against"],
            "key": ["admin", "second"],
            "who": ["admin"],
            "verdict": ["include", "exclude"],
            "url": ["https://x.example/a.pdf", "http://["],
        }
        yield Asked(team, client, known, EXAMPLES[request.param], leading)


def _loaded(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> str:
    """A database for the whole module, with a few curated files in it."""
    url = database_of(request, folders)
    initialise(url, request.getfixturevalue("curated"))
    return url


def test_every_operation_is_led_to_where_the_desk_takes_something(asked: Asked) -> None:
    """What no request ever gets past the first check of is not looked at by the tests below."""
    schema = schemathesis.openapi.from_dict(asked.led())
    statuses: dict[tuple[str, str], int] = {}
    told: dict[tuple[str, str], str] = {}
    operations = [*asked.operations(), ("post", "/leave", {})]
    for method, path, _ in operations:

        @given(case=schema[path][method].as_strategy())
        @settings(
            max_examples=1, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
        )
        def sent(case: Case[Any]) -> None:
            operation = (case.method.lower(), case.path)
            reply = _send(asked, asked.asking(*operation), case)
            statuses[operation], told[operation] = reply.status_code, reply.text

        sent()
    assert all(status < 500 for status in statuses.values())
    refused = {one: (status, told[one][-900:]) for one, status in statuses.items() if status >= 400}
    assert refused.keys() == NOT_LED_TO.keys(), {one: refused[one] for one in refused if one not in NOT_LED_TO}


def _send(asked: Asked, client: TestClient, case: Case[Any]) -> Any:
    given = case.as_transport_kwargs(base_url=asked.team.desk.origin)
    return client.request(**{name: value for name, value in given.items() if name != "cookies"})


def test_no_number_is_too_large_or_none(asked: Asked) -> None:
    """Where a number is expected, all that is none, and all that a computation cannot hold: typed, previewed, shown."""
    effect, failed = "study/effects/1", []
    for way in WAYS:
        if not way.kind:
            continue
        assert asked.status("POST", f"/coding/{asked.leading.case}/way", data={"effect": effect, "way": way.key}) < 400
        paths = [f"{effect}/computation/inputs/{name}" for name in KINDS[way.kind].keys]
        for bad in NUMBERS:
            with asked.team.desk.database.read() as session:
                held = Cases(session).values(asked.leading.case, "admin")
            typed = (*paths, f"{effect}/n", f"{effect}/p/value")
            changes = [{"path": path, "was": held.get(path, ""), "value": bad} for path in typed]
            body = json.dumps({"changes": changes})
            if asked.status("POST", asked.save, content=body, headers={"content-type": JSON}) >= 500:
                failed.append(("save", way.key, effect, bad[:20]))
            for shown in (f"preview?effect={effect}", "effects"):
                if asked.status("GET", f"/coding/{asked.leading.case}/{shown}") >= 500:
                    failed.append((shown, way.key, effect, bad[:20]))
    assert failed == []


def test_schemathesis_finds_no_server_error(asked: Asked) -> None:
    schemas = [schemathesis.openapi.from_dict(asked.described(known=known)) for known in (False, True)]
    failed, seen = {}, set()
    both = list(zip(schemas, asked.examples, strict=True))
    others = [one for one in asked.operations() if one[:2] not in OWN]
    for (method, path, told), (schema, examples) in product(others, both):
        takes = bool(told.get("parameters") or told.get("requestBody"))
        if not examples or (not takes and schema is schemas[0]):
            continue

        @given(case=schema[path][method].as_strategy())
        @settings(
            max_examples=examples if takes else 1,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def sent(case: Case[Any]) -> None:
            reply = _send(asked, asked.client, case)
            seen.add(reply.status_code)
            if reply.status_code >= 500:
                failed[case.method, case.path] = case.as_transport_kwargs(base_url=asked.team.desk.origin)

        sent()
    assert failed == {}
    assert {200, 422} <= seen
    assert asked.client.get("/").status_code == 200  # and whoever asked is still there


def test_what_is_no_text_is_refused_in_an_address(asked: Asked) -> None:
    """NUL, half a character, digits that are none, numbers beyond every column: in each place of each address."""
    failed = []
    for method, path, told in asked.operations():
        for one in told.get("parameters", ()):
            for text in ("a%00b", "%ED%A0%80", "%C2%B2", "9" * 400):
                there = path
                for name in ("case", "section", "stage"):
                    known = asked.known.get(name, ["full_text"])[0]
                    there = there.replace(f"{{{name}}}", text if one["name"] == name else known)
                if one["in"] == "query":
                    there += f"?{one['name']}={text}"
                status = asked.status(method, there)
                if status >= 500 or (status == 200 and "%00" in there):
                    failed.append((method, there, status))
    assert failed == []


def test_what_is_no_text_is_refused_in_a_form(asked: Asked) -> None:
    """The same in each field, beside such as lead somewhere; NUL is never taken."""
    failed = []
    for path, names in asked.forms():
        good = {name: asked.known.get(name, ["1"])[0] for name in names}
        bodies = ["&".join(f"{name}={bad}" for name in names) for bad in ("%ED%A0%80", "%FF", "9" * 400)]
        bodies += [urlencode(good | {name: "a\0b"}) for name in names]
        for body in bodies:
            status = asked.status("POST", path, content=body, headers={"content-type": FORM})
            if status >= 500 or (status < 400 and "%00" in body):
                failed.append((path, body[:80], status))
    assert failed == []


def test_what_is_no_text_is_refused_in_what_is_saved(asked: Asked) -> None:
    change = {"path": "study/label", "was": "", "value": "x"}
    for name in change:
        bads: list[object] = ["\0", "a\0b", "\ud800", 10**400, None, [], "x" * 30_000]
        for bad in bads:
            body = json.dumps({"changes": [change | {name: bad}]})
            assert asked.status("POST", asked.save, content=body, headers={"content-type": JSON}) == 422, (name, bad)
    many = json.dumps({"changes": [change] * 501})
    assert asked.status("POST", asked.save, content=many, headers={"content-type": JSON}) == 422


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (JSON, b"{"),
        (JSON, b"\xff\xfe"),
        (JSON, b"[" * 100_000),
        (JSON, b'{"changes": ' + b"9" * 10_000 + b"}"),
        (JSON, b'{"changes": NaN}'),
        (JSON, b""),
        ("application/problem+json", b"{"),
        ("application/xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"),
        ("text/plain", b"case=x"),
        ("", b"case=x"),
        (FORM + "; charset=utf-16", "case=x".encode("utf-16")),
        (FORM + "; charset=nothing", b"case=x"),
        (FORM, b"&" * 5000),
        (FORM, b"a=b&" * 5000),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\0\r\n--x--'),
        ("multipart/form-data; boundary=" + "x" * 5000, b"--x"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_body_of_another_kind_is_refused(asked: Asked, kind: str, body: bytes) -> None:
    """One route for each kind of body: a form, a file, JSON, and none."""
    for path in ("/screening/words", "/full-texts/attach", asked.save, "/screening/full_text/undo"):
        status = asked.status("POST", path, content=body, headers={"content-type": kind})
        assert 400 <= status < 500 or path.endswith("undo"), path
        assert status < 500, path
