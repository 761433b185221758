"""The filtered view as a file: CSV and JSON lines at once, a spreadsheet with its progress."""

import asyncio
import contextlib
import json
import re
import secrets
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict

from bot.comments.export import as_csv, as_jsonl, write_xlsx
from bot.comments.queue import View, count, stream
from bot.comments.staff import log
from bot.comments.staff_tables import Role
from bot.comments.store import StoreUnavailable
from bot.staff.asked import Refused, form_of, me, needs
from bot.staff.keys import SETTINGS, STORE
from bot.staff.look import page

routes = web.RouteTableDef()
KINDS = {
    "csv": ("text/csv", as_csv),
    "jsonl": ("application/x-ndjson", as_jsonl),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 64 * 1024
KEPT = 3600
"""Seconds that a finished spreadsheet waits for its download."""
MOST_ROWS = 1_000_000
"""A sheet of Excel holds 1,048,576 rows."""
_TASKS: set[asyncio.Task[None]] = set()


@routes.get("/exports", name="exports")
@needs(Role.VIEWER)
async def exports(request: web.Request) -> web.StreamResponse:
    """How many comments the view has, and the kinds of files."""
    view = View.of(request.query)
    zone = request.config_dict[SETTINGS].timezone
    number = await count(request.config_dict[STORE], view, zone, most=MOST_ROWS)
    return page(request, "exports.html", query=view.query(), number=number, most=MOST_ROWS)


@routes.get("/exports/comments.{kind:csv|jsonl}", name="export_stream")
@needs(Role.VIEWER)
async def export_stream(request: web.Request) -> web.StreamResponse:
    """The view, row by row as it is read; the first bytes go out at once."""
    kind = request.match_info["kind"]
    view = View.of(request.query)
    store, zone = request.config_dict[STORE], request.config_dict[SETTINGS].timezone
    await _note(request, view, kind)
    content_type, lines = KINDS[kind]
    response = web.StreamResponse(headers=_attachment(content_type, f"comments.{kind}"))
    await response.prepare(request)
    originals = me(request).role is Role.ADMIN
    async for piece in _pieces(lines(stream(store, view, zone), originals)):
        await response.write(piece)
    await response.write_eof()
    return response


async def _pieces(lines: AsyncIterator[str]) -> AsyncIterator[bytes]:
    """The first line at once, then pieces of a size that the network likes."""
    waiting: list[bytes] = []
    size = 0
    first = True
    async for line in lines:
        waiting.append(line.encode())
        size += len(waiting[-1])
        if first or size >= CHUNK:
            yield b"".join(waiting)
            waiting, size, first = [], 0, False
    yield b"".join(waiting)


@routes.post("/exports", name="export_begun")
@needs(Role.VIEWER)
async def export_begun(request: web.Request) -> web.StreamResponse:
    """Begin to write a spreadsheet; its page shows how far it is."""
    view = View.of(MultiDict(parse_qsl(form_of(request).get("query", ""))))
    store, zone = request.config_dict[STORE], request.config_dict[SETTINGS].timezone
    total = await count(store, view, zone, most=MOST_ROWS)
    if total > MOST_ROWS:
        raise Refused("A spreadsheet holds about a million rows. Take CSV, or narrow the view.")
    await _note(request, view, "xlsx")
    folder = _folder(request)
    _tidy(folder)
    name = secrets.token_hex(16)
    state = folder / f"{name}.json"
    owner = me(request).name
    originals = me(request).role is Role.ADMIN
    _say(state, owner, 0, total)

    async def write() -> None:
        path = folder / f"{name}.part"
        try:
            done = await write_xlsx(
                stream(store, view, zone), path, originals,
                lambda rows: _say(state, owner, rows, total),
            )  # fmt: skip
            path.rename(folder / f"{name}.xlsx")
            _say(state, owner, done, done, finished=True)
        except (StoreUnavailable, OSError) as error:
            _say(state, owner, 0, total, problem=f"It could not be written ({error}).")
        finally:
            path.unlink(missing_ok=True)

    task = asyncio.create_task(write())
    _TASKS.add(task)
    task.add_done_callback(_TASKS.discard)
    raise web.HTTPSeeOther(f"/staff/exports/{name}")


@routes.get("/exports/{name:[0-9a-f]{32}}", name="export_progress")
@needs(Role.VIEWER)
async def export_progress(request: web.Request) -> web.StreamResponse:
    """How far a spreadsheet is; the page asks again by itself until it is there."""
    state = _state(request)
    response = page(request, "export_progress.html", state=state, name=request.match_info["name"])
    if not state.get("finished") and not state.get("problem"):
        response.headers["Refresh"] = "2"
    return response


@routes.get("/exports/{name:[0-9a-f]{32}}/comments.xlsx", name="export_file")
@needs(Role.VIEWER)
async def export_file(request: web.Request) -> web.StreamResponse:
    """The finished spreadsheet."""
    if not _state(request).get("finished"):
        raise Refused("The spreadsheet is not finished yet.", 404)
    path = _folder(request) / f"{request.match_info['name']}.xlsx"
    if not path.exists():
        raise Refused("The spreadsheet was deleted. Begin again.", 404)
    headers = _attachment(XLSX, "comments.xlsx")
    return web.FileResponse(path, headers=headers)


async def _note(request: web.Request, view: View, kind: str) -> None:
    store = request.config_dict[STORE]
    async with store.session() as session:
        log(session, me(request).actor, "exported", kind, after={"view": view.query()})


def _attachment(content_type: str, name: str) -> dict[str, str]:
    """A stream is on its way before the front puts its own headers on."""
    is_text = "officedocument" not in content_type
    return {
        "Content-Type": f"{content_type}; charset=utf-8" if is_text else content_type,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
    }


def _folder(request: web.Request) -> Path:
    folder = request.config_dict[SETTINGS].data_dir / "exports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _state(request: web.Request) -> dict[str, object]:
    """How far one's own spreadsheet is. Raises Refused."""
    path = _folder(request) / f"{request.match_info['name']}.json"
    try:
        state: dict[str, object] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Refused("There is no such spreadsheet any more. Begin again.", 404) from error
    if state.get("owner") != me(request).name:
        raise Refused("That spreadsheet is somebody else's.", 403)
    return state


def _say(path: Path, owner: str, rows: int, total: int, **more: object) -> None:
    fresh = path.with_suffix(".fresh")
    fresh.write_text(json.dumps({"owner": owner, "rows": rows, "total": total} | more))
    fresh.rename(path)


def _tidy(folder: Path) -> None:
    """Delete what nobody fetched in time."""
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            if re.match(r"[0-9a-f]{32}\.", path.name) and path.stat().st_mtime < time.time() - KEPT:
                path.unlink()
