"""Sign-in with the city's own accounts: OpenID Connect, authorization code with PKCE.

authlib has no part for aiohttp, so the two requests are ours; the parameters, the proof key and
the checks of the ID token are authlib's and joserfc's.
"""

import json
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any

import aiohttp
from aiohttp import web
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import func, select

from bot.comments.sealing import BrokenSeal
from bot.comments.staff import log, open_session
from bot.comments.staff_tables import Staff
from bot.settings import Settings
from bot.staff.asked import COOKIE, Refused, is_secure, open_to_all, set_cookie
from bot.staff.entering import HOME, inside
from bot.staff.keys import SEALER, SETTINGS, STORE

routes = web.RouteTableDef()
TRIP_COOKIE = "staff_trip"
TRIP_LIFE = 600
"""Seconds between leaving for the city's sign-in and coming back."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
TIMEOUT = aiohttp.ClientTimeout(total=10)
LARGEST_ANSWER = 1024 * 1024
LEEWAY = 60


@dataclass(frozen=True)
class Trip:
    """What has to fit when somebody comes back."""

    state: str
    nonce: str
    verifier: str
    following: str
    left_at: float


def is_set_up(settings: Settings) -> bool:
    """Whether this installation has the city's sign-in."""
    return bool(settings.oidc_issuer and settings.oidc_client_id)


@routes.get("/city", name="city_sign_in")
@open_to_all
async def leave(request: web.Request) -> web.StreamResponse:
    """Go to the city's sign-in."""
    settings = _settings(request)
    trip = Trip(
        secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48),
        inside(request.query.get("next", "")), time.time(),
    )  # fmt: skip
    about = await _discovered(settings)
    address = prepare_grant_uri(
        about["authorization_endpoint"], settings.oidc_client_id, "code",
        redirect_uri=_redirect_uri(request), scope="openid email profile", state=trip.state,
        nonce=trip.nonce, code_challenge=create_s256_code_challenge(trip.verifier),
        code_challenge_method="S256",
    )  # fmt: skip
    response = web.HTTPSeeOther(address)
    response.set_cookie(
        TRIP_COOKIE, request.config_dict[SEALER].seal(json.dumps(asdict(trip))),
        path="/staff/city", httponly=True, samesite="Lax", secure=is_secure(request),
        max_age=TRIP_LIFE,
    )  # fmt: skip
    raise response


@routes.get("/city/back", name="city_back")
@open_to_all
async def back(request: web.Request) -> web.StreamResponse:
    """Come back: check everything, and open a session for who is known at the desk."""
    settings = _settings(request)
    trip = _trip(request)
    if not secrets.compare_digest(request.query.get("state", "").encode(), trip.state.encode()):
        raise Refused("That sign-in was begun somewhere else. Begin again here.", 403)
    if "error" in request.query or not request.query.get("code"):
        raise Refused("The city's sign-in did not let you in.", 403)
    about = await _discovered(settings)
    if request.query.get("iss", about["issuer"]) != about["issuer"]:  # RFC 9207
        raise Refused("That sign-in was begun somewhere else. Begin again here.", 403)
    tokens = await _post(
        about["token_endpoint"], settings,
        {
            "grant_type": "authorization_code", "code": request.query["code"],
            "redirect_uri": _redirect_uri(request), "code_verifier": trip.verifier,
            "client_id": settings.oidc_client_id or "",
        },
    )  # fmt: skip
    claims = await _checked(settings, about, str(tokens.get("id_token", "")), trip.nonce)
    if "email" not in claims:
        claims |= await _more_of(claims["sub"], about, tokens)
    person = await _person(request, settings, claims)
    cookie = await open_session(request.config_dict[STORE], person)
    response = web.HTTPSeeOther(trip.following or HOME)
    set_cookie(request, response, COOKIE, cookie)
    response.del_cookie(TRIP_COOKIE, path="/staff/city")
    raise response


async def _person(request: web.Request, settings: Settings, claims: dict[str, Any]) -> Staff:
    """Who this is at the desk: known by subject, or the first time by confirmed e-mail."""
    subject = f"{settings.oidc_issuer} {claims['sub']}"[:300]
    email = str(claims.get("email", "")).strip().lower()
    async with request.config_dict[STORE].session() as session:
        person = await session.scalar(select(Staff).where(Staff.subject == subject))
        if person is None and email and _is_confirmed(claims, settings):
            query = select(Staff).where(func.lower(Staff.email) == email, Staff.subject.is_(None))
            found = (await session.scalars(query)).all()
            person = found[0] if len(found) == 1 else None
            if person is not None and person.active:
                person.subject = subject
                log(session, f"staff:{person.name}", "city_account_joined")
        if person is None or not person.active:
            raise Refused("Nobody at the desk has this account. Ask an admin to add you.", 403)
    return person


def _is_confirmed(claims: dict[str, Any], settings: Settings) -> bool:
    """Whether the address is confirmed; some providers say so as a word, some not at all."""
    said = claims.get("email_verified")
    return settings.oidc_trust_email == "on" if said is None else str(said).lower() == "true"


async def _more_of(subject: str, about: dict[str, Any], tokens: dict[str, Any]) -> dict[str, Any]:
    """The e-mail address from the provider's UserInfo, where its ID tokens don't have it.

    OpenID Connect Core 1.0, 5.3: what is said of another subject is not used.
    """
    if not about.get("userinfo_endpoint") or not tokens.get("access_token"):
        return {}
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    said = await _get(about["userinfo_endpoint"], headers=bearer)
    if said.get("sub") != subject:
        raise Refused("The city's sign-in sent something that is not right.", 403)
    return {name: said[name] for name in ("email", "email_verified") if name in said}


async def _checked(
    settings: Settings, about: dict[str, Any], token: str, nonce: str
) -> dict[str, Any]:
    """The claims of an ID token whose signature, issuer, audience, time and nonce are right."""
    keys = await _get(about["jwks_uri"])
    try:
        read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        claims = CodeIDToken(
            read.claims, read.header,
            options={
                "iss": {"essential": True, "value": settings.oidc_issuer},
                "aud": {"essential": True, "value": settings.oidc_client_id},
                "sub": {"essential": True}, "exp": {"essential": True},
            },
            params={"nonce": nonce, "client_id": settings.oidc_client_id},
        )  # fmt: skip
        claims.validate(leeway=LEEWAY)
    except (JoseError, AuthlibBaseError, ValueError, KeyError, TypeError) as error:
        raise Refused("The city's sign-in sent something that is not right.", 403) from error
    return dict(read.claims)


def _trip(request: web.Request) -> Trip:
    try:
        trip = Trip(**json.loads(request.config_dict[SEALER].open(request.cookies[TRIP_COOKIE])))
    except (KeyError, BrokenSeal, ValueError, TypeError) as error:
        raise Refused("That sign-in was begun somewhere else. Begin again here.", 403) from error
    if time.time() - trip.left_at > TRIP_LIFE:
        raise Refused("That took too long. Begin again.", 403)
    return trip


def _settings(request: web.Request) -> Settings:
    settings = request.config_dict[SETTINGS]
    if not is_set_up(settings):
        raise Refused("There is no sign-in of the city here.", 404)
    return settings


def _redirect_uri(request: web.Request) -> str:
    base = request.config_dict[SETTINGS].public_url or f"{request.scheme}://{request.host}"
    return f"{base}/staff/city/back"


async def _discovered(settings: Settings) -> dict[str, Any]:
    """What the provider says of itself. Raises Refused for one that says it is another."""
    issuer = (settings.oidc_issuer or "").rstrip("/")
    about = await _get(f"{issuer}/.well-known/openid-configuration")
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if str(about.get("issuer", "")).rstrip("/") != issuer or not all(about.get(n) for n in needed):
        raise Refused("The city's sign-in is not set up right.", 503)
    return about


async def _get(address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    return await _answer("GET", address, headers=headers)


async def _post(address: str, settings: Settings, form: dict[str, str]) -> dict[str, Any]:
    secret = settings.oidc_client_secret
    auth = None
    if secret is not None:
        auth = aiohttp.BasicAuth(settings.oidc_client_id or "", secret.get_secret_value())
    return await _answer("POST", address, data=form, auth=auth)


async def _answer(method: str, address: str, **more: Any) -> dict[str, Any]:
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as session,
            session.request(method, address, allow_redirects=False, **more) as response,
        ):
            body = await response.content.read(LARGEST_ANSWER)
            found = json.loads(body) if response.status == 200 else None
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
        raise Refused("The city's sign-in does not answer. Try again in a moment.", 503) from error
    if not isinstance(found, dict):
        raise Refused("The city's sign-in did not let you in.", 403)
    return found
