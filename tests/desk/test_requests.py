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

from corpus.domain.people import Role
from tests.desk.hostile import fill
from tests.desk.visitors import Team, database_of, team_at

# Of each operation: with any value, and with such as lead somewhere. Any value hardly reaches the database, so that one
# system is enough for it.
EXAMPLES = {"sqlite": (3, 5), "postgresql": (0, 3)}
BUT = {("post", "/leave")}  # ends the session that all others need; see test_rights
# What would end the case that the others work on comes last.
LAST = ("/finish", "/accept", "/close", "/people/change")
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Asked:
    """A desk, somebody who may ask for anything, and what can be asked for."""

    team: Team
    client: TestClient
    known: Mapping[str, list[str]]  # values that lead somewhere, by the name under which they are sent
    examples: tuple[int, int]

    def operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Method, path and description of every operation."""
        found = [
            (method, path, told)
            for path, methods in self.team.app.openapi()["paths"].items()
            for method, told in methods.items()
            if (method, path) not in BUT
        ]
        return sorted(found, key=lambda one: one[1].endswith(LAST))

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
    with team_at(database_of(request, tmp_path_factory)) as team:
        client = team.entered(Role.ADMIN, follow_redirects=True)
        case = fill(team.desk, client, "admin")
        records = [f'pubmed:{number}"><script>window.harmed=1</script>' for number in range(3)]
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
        yield Asked(team, client, known, EXAMPLES[request.param])


def test_schemathesis_finds_no_server_error(asked: Asked) -> None:
    schemas = [schemathesis.openapi.from_dict(asked.described(known=known)) for known in (False, True)]
    failed, seen = {}, set()
    both = list(zip(schemas, asked.examples, strict=True))
    for (method, path, told), (schema, examples) in product(asked.operations(), both):
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
            given = case.as_transport_kwargs(base_url=asked.team.desk.origin)
            reply = asked.client.request(**{name: value for name, value in given.items() if name != "cookies"})
            seen.add(reply.status_code)
            if reply.status_code >= 500:
                failed[case.method, case.path] = given

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
