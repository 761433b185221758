"""Sign-in with the city's own accounts, against a provider that checks as the standard says."""

import base64
import hashlib
import time
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pydantic import SecretStr

from bot.comments import staff as people
from bot.comments.staff_tables import Role
from bot.front import make_app
from bot.web.keys import STORE
from tests.staff.conftest import Desk

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})


class Provider:
    """Discovery, authorization with PKCE, tokens and keys (OpenID Connect Core 1.0, RFC 7636)."""

    def __init__(self):
        self.asked, self.claims, self.key, self.header = {}, {}, KEY, {"alg": "RS256", "kid": "one"}
        self.apart = None
        """What is told of the person at UserInfo alone, and not in the ID token."""
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self.about)
        app.router.add_get("/authorize", self.authorize)
        app.router.add_post("/token", self.token)
        app.router.add_get("/keys", self.keys)
        app.router.add_get("/userinfo", self.userinfo)
        self.server = TestServer(app)

    @property
    def issuer(self):
        return str(self.server.make_url("")).rstrip("/")

    async def about(self, request):
        return web.json_response({
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
        })  # fmt: skip

    async def authorize(self, request):
        query = request.query
        assert query["response_type"] == "code" and query["client_id"] == "desk"
        assert "openid" in query["scope"].split() and query["code_challenge_method"] == "S256"
        self.asked = dict(query)
        raise web.HTTPSeeOther(f"{query['redirect_uri']}?code=c0de&state={query['state']}")

    async def token(self, request):
        form = await request.post()
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        right = (
            aiohttp.BasicAuth.decode(request.headers["Authorization"]) == ("desk", "s3cret", "latin1")
            and form["code"] == "c0de" and form["grant_type"] == "authorization_code"
            and form["redirect_uri"] == self.asked["redirect_uri"] and challenge == self.asked["code_challenge"]
        )  # fmt: skip
        if not right:
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": "desk", "sub": "u1", "iat": now, "exp": now + 300,
            "nonce": self.asked["nonce"], "email": "Ana@city.example", "email_verified": True,
        } | self.claims  # fmt: skip
        if self.apart is not None:
            del claims["email"], claims["email_verified"]
        return web.json_response(
            {
                "id_token": jwt.encode(self.header, claims, self.key),
                "token_type": "Bearer",
                "access_token": "x",
            }
        )

    async def userinfo(self, request):
        assert request.headers["Authorization"] == "Bearer x"
        return web.json_response(self.apart)

    async def keys(self, request):
        return web.json_response(KeySet([KEY]).as_dict(private=False))


@pytest.fixture
async def provider():
    provider = Provider()
    async with provider.server:
        yield provider


@pytest.fixture
async def desk(provider, settings, knowledge, aiohttp_client):
    more = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": "desk",
        "oidc_client_secret": SecretStr("s3cret"),
    }
    app = make_app(settings.model_copy(update=more), knowledge)
    client = await aiohttp_client(app, cookie_jar=aiohttp.DummyCookieJar())
    await people.add(app[STORE], "ana", Role.REVIEWER, "ana@city.example", "test")
    return Desk(client)


async def travel(desk, change=lambda query: query):
    """Press the link, go to the provider, and come back."""
    await desk.open("/staff/sign-in")
    link = next(a for a in desk.page.all("a") if "city" in a.words)
    async with desk.client.get(link["href"], allow_redirects=False) as response:
        desk.cookies |= {name: m.value for name, m in response.cookies.items()}
        away = response.headers["Location"]
    async with (
        aiohttp.ClientSession() as session,
        session.get(away, allow_redirects=False) as answer,
    ):
        home = urlsplit(answer.headers["Location"])
    query = change({name: value[0] for name, value in parse_qs(home.query).items()})
    from urllib.parse import urlencode

    return await desk.open(f"{home.path}?{urlencode(query)}")


async def test_who_is_known_by_a_confirmed_email_comes_in_and_later_by_subject(desk, provider):
    await travel(desk)
    assert "ana (reviewer)" in desk.page.one("header").words
    provider.claims = {"email": "new@city.example"}
    desk.cookies.clear()
    await travel(desk)
    assert "ana (reviewer)" in desk.page.one("header").words


EMAIL_APART = {"sub": "u1", "email": "ana@city.example", "email_verified": "true"}


async def test_an_address_that_is_told_apart_from_the_token_is_asked_for(desk, provider):
    provider.apart = EMAIL_APART
    await travel(desk)
    assert "ana (reviewer)" in desk.page.one("header").words


@pytest.mark.parametrize(
    "other", [{"sub": "u2"}, {"email_verified": "false"}, {"email_verified": None}], ids=str
)
async def test_what_is_told_apart_must_be_of_the_same_person_and_confirmed(desk, provider, other):
    provider.apart = EMAIL_APART | other
    await travel(desk)
    assert desk.status == 403


async def test_an_answer_that_says_it_is_of_another_provider_is_refused(desk, provider):
    await travel(desk, lambda query: query | {"iss": "https://evil.example"})
    assert desk.status == 403
    desk.cookies.clear()
    await travel(desk, lambda query: query | {"iss": provider.issuer})
    assert "ana (reviewer)" in desk.page.one("header").words


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "eve@city.example"}, {"email_verified": False}, {"nonce": "other"},
        {"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1000}, {"sub": None},
    ],
    ids=["unknown", "unconfirmed", "nonce", "audience", "issuer", "expired", "no subject"],
)  # fmt: skip
async def test_whatever_does_not_fit_stays_outside(desk, provider, claims):
    provider.claims = claims
    await travel(desk)
    assert desk.status == 403
    assert "staff" not in desk.cookies


async def test_a_token_of_another_key_or_of_none_stays_outside(desk, provider):
    provider.key = OTHER
    await travel(desk)
    assert desk.status == 403 and "staff" not in desk.cookies


async def test_a_forged_way_back_stays_outside(desk, provider):
    await travel(desk, lambda query: query | {"state": "forged"})
    assert desk.status == 403
    await travel(desk, lambda query: query | {"code": "stolen"})
    assert desk.status == 403
    desk.cookies.clear()
    await desk.open("/staff/city/back?code=c0de&state=x")
    assert desk.status == 403


async def test_a_provider_that_is_away_is_told_plainly(desk, provider):
    await provider.server.close()
    await desk.open("/staff/city")
    assert desk.status == 503 and "does not answer" in desk.words


async def test_without_settings_there_is_no_such_sign_in(stranger):
    await stranger.open("/staff/sign-in")
    assert "city's account" not in stranger.words
    await stranger.open("/staff/city")
    assert stranger.status == 404
