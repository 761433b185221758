"""What a handler of the desk is given and says: who asks, the form, what is refused."""

import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from aiohttp import web
from multidict import MultiDictProxy

from bot.comments.sealing import BrokenSeal, Sealer
from bot.comments.staff import SignedIn
from bot.comments.staff_tables import Role
from bot.staff.keys import SEALER, SETTINGS

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
H = TypeVar("H", bound=Handler)
ME = web.RequestKey("me", SignedIn)
FORM = web.RequestKey("form", MultiDictProxy)
FORM_TIE = web.RequestKey("form_tie", str)
DEMONSTRATION = web.RequestKey("demonstration", bool)
COOKIE = "staff"
"""Names the session."""
FORM_COOKIE = "staff_form"
"""Ties the sign-in form to a browser, before there is a session."""


class Refused(Exception):
    """A request that is not done, and why in one sentence."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


@dataclass(frozen=True)
class Kept:
    """A form that was sent and not saved, kept so that nothing typed is lost."""

    path: str
    fields: tuple[tuple[str, str], ...]

    def sealed(self, sealer: Sealer) -> str:
        """As a hidden field of the sign-in form."""
        return sealer.seal(json.dumps([self.path, self.fields]))

    @classmethod
    def opened(cls, sealer: Sealer, sealed: str) -> "Kept | None":
        """What was kept; None for what we did not seal."""
        try:
            path, fields = json.loads(sealer.open(sealed))
        except (BrokenSeal, ValueError):
            return None
        return cls(path, tuple((str(name), str(value)) for name, value in fields))


def needs(role: Role) -> Callable[[H], H]:
    """Only staff of this role, or one that covers it, may ask this."""

    def mark(handler: H) -> H:
        handler.needed = role  # type: ignore[attr-defined]
        return handler

    return mark


def open_to_all(handler: H) -> H:
    """Anybody may ask this: it is the way in."""
    handler.is_open = True  # type: ignore[attr-defined]
    return handler


def reads_its_form(handler: H) -> H:
    """This handler takes a file, and checks the form's token itself."""
    handler.reads_form = True  # type: ignore[attr-defined]
    return handler


def me(request: web.Request) -> SignedIn:
    """Who asks."""
    return request[ME]


def form_of(request: web.Request) -> MultiDictProxy[str]:
    """The text fields of the form; its token was checked."""
    return cast("MultiDictProxy[str]", request[FORM])


def token_for(request: web.Request) -> str:
    """The hidden field that shows a form to be ours."""
    person = request.get(ME)
    tied_to = person.session if person else request[FORM_TIE]
    return request.config_dict[SEALER].fingerprint(tied_to, "staff form")


def is_secure(request: web.Request) -> bool:
    """Whether cookies may go by https only."""
    public = request.config_dict[SETTINGS].public_url or ""
    return request.secure or public.startswith("https:")


def before_codes(handler: H) -> H:
    """This may be asked by who still has to set up one-time codes."""
    handler.before_codes = True  # type: ignore[attr-defined]
    return handler


def check_token(request: web.Request, typed: str) -> None:
    """Check the token of a form that a handler reads itself. Raises Refused."""
    if not fits(typed, token_for(request)):
        raise Refused("This form did not come from the staff desk. Nothing was changed.", 403)


def fits(typed: str, token: str) -> bool:
    return hmac.compare_digest(typed.encode(), token.encode())


def set_cookie(request: web.Request, response: web.StreamResponse, name: str, value: str) -> None:
    """A cookie of the desk: for this visit, unseen by scripts, not sent by other sites' forms."""
    response.set_cookie(
        name, value, path="/staff", httponly=True, samesite="Lax", secure=is_secure(request)
    )
