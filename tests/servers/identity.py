"""An identity provider on this machine: OpenID Connect as its standard says, with every lie that a token can tell.

Never asks for a password: whoever comes is the person that the test has set before it.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.servers.faulty import Answer, Fault, Request

CLIENT = "desk of the tests"
SECRET = "made up, and told to nobody"


class Lie(StrEnum):
    """What is wrong with a token."""

    NONCE = "the nonce of another attempt"
    NO_NONCE = "no nonce"
    AUDIENCE = "for another client"
    EXPIRED = "expired"
    FUTURE = "issued tomorrow"
    SIGNATURE = "signed with another key of the same name"
    UNSIGNED = "not signed"
    SHARED_SECRET = "signed with the public key as a shared secret"
    ISSUER = "from another issuer"
    NOBODY = "without a subject"
    NO_TOKEN = "no ID token at all"
    CUT = "a token cut short"


@dataclass(slots=True)
class Person:
    """Who sits before the browser, as the provider knows them."""

    subject: str = "made-up-1"
    name: str = "Anna Muster"
    short: str = "anna.muster@id.example"


@dataclass(slots=True)
class Provider:
    """The service; mount it below the path of its issuer."""

    issuer: str
    person: Person = field(default_factory=Person)
    lie: Lie | None = None
    refuses: bool = False  # the person says no
    in_form: bool = False  # takes the client's secret in the form only
    told: dict[str, Any] = field(default_factory=dict)  # put over what it says of itself
    _key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    _other: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    _asked: dict[str, dict[str, str]] = field(default_factory=dict)  # by code

    def __call__(self, request: Request, _: Fault | None) -> Answer:
        """Answer a request."""
        path = request.path.removeprefix(urlsplit(self.issuer).path)
        if path == "/authorize":
            return self._authorize(request.query)
        if path == "/token":
            return self._token(request)
        if path == "/jwks":
            keys = [self._key.as_dict(private=False), {"kty": "unheard-of", "kid": "two"}]
            return _json({"keys": keys})
        return _json(self._itself())

    def _itself(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "token_endpoint_auth_methods_supported": ["client_secret_post" if self.in_form else "client_secret_basic"],
            **self.told,
        }

    def _authorize(self, asked: dict[str, str]) -> Answer:
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._asked[code] = asked
        said = {"error": "access_denied"} if self.refuses else {"code": code}
        there = f"{asked['redirect_uri']}?{urlencode({**said, 'state': asked['state'], 'iss': self.issuer})}"
        return Answer(body=b"", status=302, headers={"Location": there})

    def _token(self, request: Request) -> Answer:
        given = request.query
        held = self._asked.pop(given.get("code", ""), None)  # a code is good for once
        if held is None or held["redirect_uri"] != given["redirect_uri"]:
            return _json({"error": "invalid_grant"}, 400)
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != held["code_challenge"]:
            return _json({"error": "invalid_grant"}, 400)
        if not self._is_client(request):
            return _json({"error": "invalid_client"}, 401)
        token = {"access_token": secrets.token_urlsafe(8), "token_type": "Bearer", "expires_in": 60}
        return _json(token if self.lie is Lie.NO_TOKEN else {**token, "id_token": self._signed(held["nonce"])})

    def _is_client(self, request: Request) -> bool:
        if self.in_form:
            return (request.query.get("client_id"), request.query.get("client_secret")) == (CLIENT, SECRET)
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        return request.headers.get("Authorization", request.headers.get("authorization")) == f"Basic {known}"

    def _signed(self, nonce: str) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": self.person.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "name": self.person.name,
            "preferred_username": self.person.short,
        }
        wrong: dict[Lie | None, dict[str, Any]] = {
            Lie.NONCE: {"nonce": "of another attempt"},
            Lie.AUDIENCE: {"aud": "another client"},
            Lie.EXPIRED: {"iat": now - 7200, "exp": now - 3600},
            Lie.FUTURE: {"iat": now + 86_400, "exp": now + 90_000},
            Lie.ISSUER: {"iss": "https://elsewhere.example"},
        }
        claims |= wrong.get(self.lie, {})
        if self.lie is Lie.NO_NONCE:
            del claims["nonce"]
        if self.lie is Lie.NOBODY:
            claims["sub"] = ""
        if self.lie is Lie.UNSIGNED:
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        if self.lie is Lie.SHARED_SECRET:
            whole = f"{_part({'alg': 'HS256', 'kid': 'one'})}.{_part(claims)}"
            mark = hmac.digest(self._key.as_pem(private=False), whole.encode(), "sha256")
            return f"{whole}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"
        signing = self._other if self.lie is Lie.SIGNATURE else self._key
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, signing)
        return token[:40] if self.lie is Lie.CUT else token


def came_back(location: str) -> dict[str, str]:
    """What the provider sends back, by name."""
    return dict(parse_qsl(urlsplit(location).query))


def _json(value: dict[str, Any], status: int = 200) -> Answer:
    return Answer(body=json.dumps(value).encode(), status=status)


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
