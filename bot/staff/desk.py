"""The staff desk as an application of its own, under /staff of the front."""

import asyncio

from aiohttp import web

from bot.comments.sealing import Sealer
from bot.staff import (
    account,
    city_sign_in,
    entering,
    exports,
    gap_answer,
    gaps,
    importing,
    one_comment,
    people,
    privacy,
    queue,
    replies,
    reports,
    similar,
    switches,
    themes,
)
from bot.staff.background import keep_going
from bot.staff.gate import gate
from bot.staff.keys import COUNTED, PUBLISHING, REGROUPING, SEALER, SETTINGS, TEMPLATES, WAKE
from bot.staff.look import HERE, templates

PARTS = (
    entering, queue, one_comment, replies, exports, importing, similar, gaps, gap_answer, themes,
    privacy, switches, reports, city_sign_in, account, people,
)  # fmt: skip


def mount(front: web.Application) -> web.Application:
    """Put the desk under /staff of a front that has its settings and its store."""
    desk = web.Application(middlewares=[gate])
    desk[SEALER] = Sealer(front[SETTINGS].key)
    desk[TEMPLATES] = templates()
    desk[REGROUPING] = set()
    desk[COUNTED] = {}
    for part in PARTS:
        desk.add_routes(part.routes)
    desk.router.add_static("/static", HERE / "static", name="staff_static", append_version=True)
    front[PUBLISHING], front[WAKE] = asyncio.Lock(), asyncio.Event()
    front.add_subapp("/staff", desk)
    keep_going(desk, front)
    return desk
