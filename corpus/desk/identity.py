"""Asks an identity provider who somebody is: OpenID Connect, by an authorization code with PKCE.

Never believes what the provider's own keys have not signed for this desk and for this attempt, and never keeps its tokens.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import httpx
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from corpus.desk.desk import Identity, is_private
from corpus.errors import OxySynthError

# Signatures by a key that only the provider has: a shared secret, or none at all, proves nothing about who signed.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
KEY_KINDS = ("RSA", "EC", "OKP")
PATIENCE = 10  # seconds for an answer of the provider
CLOCKS_DIFFER = 60  # seconds, at most
LONGEST_SUBJECT = 255  # by the standard
_WELL_KNOWN = "/.well-known/openid-configuration"


class ProviderFails(OxySynthError):
    """The identity provider does not answer, or not as OpenID Connect asks."""


class NotVouchedFor(OxySynthError):
    """The identity provider does not say who somebody is, or not in a way that can be believed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to enter; its browser holds it until the provider has answered."""

    state: str
    nonce: str
    verifier: str
    invitation: str  # token of the link with which somebody joins; "" for who belongs to the team already

    @classmethod
    def fresh(cls, invitation: str) -> Self:
        """A new attempt, which nobody can guess."""
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        return cls(state, nonce, verifier, invitation)

    @property
    def values(self) -> Mapping[str, str]:
        """The attempt by the names of its parts."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the provider names."""

    subject: str  # the provider and its own name for the person: "https://id.example.org|248289761001"
    name: str
    short: str  # what the person is called there; may be anything


def address_to_ask(identity: Identity, back: str, attempt: Attempt) -> str:
    """Where the browser goes, so that the provider asks the person who they are. Raises ProviderFails."""
    with _transport() as transport:
        provider = _provider(identity, transport)
        client = _client(identity, transport, provider, back)
        address, _ = client.create_authorization_url(
            provider["authorization_endpoint"],
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
    return str(address)


def known_by(identity: Identity, back: str, attempt: Attempt, code: str) -> Known:
    """Whom the provider names for the code that it sent back. Raises NotVouchedFor and ProviderFails."""
    with _transport() as transport:
        provider = _provider(identity, transport)
        client = _client(identity, transport, provider, back)
        methods = provider.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        in_form = "client_secret_basic" not in methods
        proof = {"client_id": identity.client, "client_secret": identity.secret} if in_form else {}
        try:
            token = client.fetch_token(
                provider["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=attempt.verifier,
                auth=httpx.Auth() if in_form else httpx.BasicAuth(identity.client, identity.secret),
                **proof,
            )
        except OAuth2Error as error:
            raise NotVouchedFor(f"the identity provider refused: {str(error.error)[:60]}; enter again") from error
        except (httpx.HTTPError, ValueError) as error:
            raise _fails(identity, error) from error
        keys = [one for one in _asked(identity, transport, provider["jwks_uri"]).get("keys", ()) if _is_public(one)]
    return _verified(identity, attempt, token, keys)


def _verified(identity: Identity, attempt: Attempt, token: Mapping[str, Any], keys: list[Any]) -> Known:
    try:
        signed = jwt.decode(
            str(token.get("id_token", "")),
            KeySet.import_key_set({"keys": keys}),
            registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False),
        )
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            options={
                "iss": {"essential": True, "value": identity.issuer},
                "aud": {"essential": True, "value": identity.client},
            },
            params={
                "nonce": attempt.nonce,
                "client_id": identity.client,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=CLOCKS_DIFFER)
    except (JoseError, ValueError) as error:
        raise NotVouchedFor(f"the identity provider's answer cannot be believed ({error}); enter again") from error
    subject = claims["sub"]
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise NotVouchedFor("the identity provider's answer cannot be believed (it names nobody); enter again")
    name, short = (str(claims.get(claim, ""))[:100] for claim in ("name", "preferred_username"))
    return Known(subject=f"{identity.issuer}|{subject}", name=name, short=short)


def _provider(identity: Identity, transport: httpx.Client) -> Mapping[str, Any]:
    """What the provider says of itself."""
    found = _asked(identity, transport, identity.issuer.rstrip("/") + _WELL_KNOWN)
    if found.get("issuer") != identity.issuer:
        raise ProviderFails(f"{identity.issuer}: the identity provider calls itself {str(found.get('issuer'))[:100]!r}")
    for endpoint in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not is_private(str(found.get(endpoint, ""))):
            raise ProviderFails(f"{identity.issuer}: the identity provider gives no https address for {endpoint}")
    return found


def _asked(identity: Identity, transport: httpx.Client, address: str) -> Mapping[str, Any]:
    try:
        found = transport.get(address).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise _fails(identity, error) from error
    if not isinstance(found, dict):
        raise ProviderFails(f"{identity.issuer}: {address} is not what an identity provider shows there")
    return found


def _client(identity: Identity, transport: httpx.Client, provider: Mapping[str, Any], back: str) -> Any:
    scopes = [one for one in ("openid", "profile") if one in provider.get("scopes_supported", ("openid", "profile"))]
    return OAuth2Client(
        transport,
        client_id=identity.client,
        scope=" ".join(scopes),
        redirect_uri=back,
        code_challenge_method="S256",
    )


def _transport() -> httpx.Client:
    # Redirects are not followed: an address of the provider is the one that it has given.
    return httpx.Client(timeout=PATIENCE, follow_redirects=False)


def _is_public(key: object) -> bool:
    return isinstance(key, dict) and key.get("kty") in KEY_KINDS


def _fails(identity: Identity, error: Exception) -> ProviderFails:
    return ProviderFails(
        f"the identity provider {identity.issuer} does not answer as it should ({error or type(error).__name__})"
    )
