"""How the desk's pages look: their templates and what every one of them shows."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.comments.staff_tables import Role
from bot.staff.asked import DEMONSTRATION, FORM_COOKIE, FORM_TIE, ME, Kept, set_cookie, token_for
from bot.staff.keys import SETTINGS, TEMPLATES
from bot.staff.labels import FIELDS, PRIORITIES, gap_label, label, shown
from bot.web.keys import ASSETS
from bot.web.render import TEMPLATE_FOLDER

HERE = Path(__file__).parent
NAVIGATION = (
    ("/staff/comments", "Comments", Role.VIEWER),
    ("/staff/themes", "Themes", Role.VIEWER),
    ("/staff/similar", "Near-copies", Role.VIEWER),
    ("/staff/gaps", "Gaps", Role.VIEWER),
    ("/staff/reports", "Reports", Role.VIEWER),
    ("/staff/templates", "Templates", Role.REVIEWER),
    ("/staff/switches", "Switches", Role.ADMIN),
    ("/staff/privacy", "Privacy", Role.ADMIN),
    ("/staff/people", "People", Role.ADMIN),
)
"""Address, words, and who sees it."""


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The desk's templates, made once a process; whatever they are given is escaped."""
    made = Environment(
        loader=FileSystemLoader([HERE / "templates", TEMPLATE_FOLDER]), autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["label"] = label
    made.globals["shown"] = shown
    made.globals["gap_label"] = gap_label
    made.globals["field_name"] = lambda name: FIELDS.get(name, name.replace("_", " "))
    made.globals["PRIORITIES"] = PRIORITIES
    return made


def page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """A page of the desk."""
    person = request.get(ME)
    html = (
        request.config_dict[TEMPLATES]
        .get_template(template)
        .render(
            me=person,
            token=token_for(request),
            notice=person.notice if person else None,
            navigation=[one for one in NAVIGATION if person and person.role.covers(one[2])],
            city=bool(request.config_dict[SETTINGS].oidc_issuer),
            demonstration=request.get(DEMONSTRATION, False),
            here=request.path,
            Role=Role,
            moment=_moment(request.config_dict[SETTINGS].timezone),
            static=request.app.router["staff_static"].url_for,
            site_static=request.config_dict[ASSETS].address,
            contact=request.config_dict[SETTINGS].contact,
            **values,
        )
    )
    return web.Response(text=html, status=status, content_type="text/html")


def again_page(
    request: web.Request, kept: Kept, sentence: str, status: int = 200
) -> web.StreamResponse:
    """A form that was not saved, to look at and send again."""
    return page(request, "again.html", status, kept=kept, sentence=sentence)


def sign_in_page(request: web.Request, status: int = 200, **values: Any) -> web.StreamResponse:
    """The sign-in page."""
    given = {"done": None, "kept": "", "message": None, "name": "", "next": ""} | values
    return page_for_anybody(request, "sign_in.html", status, **given)


def page_for_anybody(
    request: web.Request, template: str, status: int = 200, **values: Any
) -> web.StreamResponse:
    """A page with a form for who is not signed in; a cookie ties the form to this browser."""
    fresh = not request[FORM_TIE]
    if fresh:
        request[FORM_TIE] = secrets.token_urlsafe(24)
    response = page(request, template, status, **values)
    if fresh:
        set_cookie(request, response, FORM_COOKIE, request[FORM_TIE])
    return response


def _moment(timezone: str) -> Callable[[datetime], str]:
    """Moments as the city's clocks show them."""
    zone = ZoneInfo(timezone)
    return lambda at: at.astimezone(zone).strftime("%b %-d, %Y, %-I:%M %p")
