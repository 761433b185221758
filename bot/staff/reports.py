"""The dashboard: figures with charts, tables and CSV, and a report to print or as PDF."""

import asyncio
import csv
import io
import time
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from bot.comments.export import cell
from bot.comments.figures import Figure, Numbers, Span, figures
from bot.comments.queue import CHANNELS, LANGUAGES
from bot.comments.staff_tables import Role
from bot.comments.themes import counted as counted_themes
from bot.staff import charts
from bot.staff.asked import Refused, needs
from bot.staff.keys import COUNTED, KNOWLEDGE, SETTINGS, STORE
from bot.staff.labels import label
from bot.staff.look import page

routes = web.RouteTableDef()
MOST_DAYS = 3660
KEPT_SECONDS = 60.0


def span_of(request: web.Request) -> Span:
    """The days that are asked for, the last 90 otherwise; one channel and language, if any.

    Raises Refused.
    """
    settings = request.config_dict[SETTINGS]
    today = settings.now().date()
    try:
        last = date.fromisoformat(request.query.get("until") or today.isoformat())
        since = request.query.get("since")
        first = date.fromisoformat(since) if since else last - timedelta(days=89)
    except ValueError as error:
        raise Refused("Give days such as 2018-03-16.") from error
    if not 0 <= (last - first).days <= MOST_DAYS:
        raise Refused("The first day comes before the last, at most ten years.")
    channel, language = (request.query.get(name, "") for name in ("channel", "language"))
    return Span(
        first, last, settings.timezone, channel if channel in CHANNELS else "",
        language if language in LANGUAGES else "",
    )  # fmt: skip


async def _figures(
    request: web.Request, span: Span, as_shown: bool = False
) -> tuple[Numbers, list[Figure]]:
    """Count everything; `as_shown` takes what was counted in the last minute, if anything was.

    So the charts of a page say what its tables say, and are not each counted again.
    """
    counted, now = request.config_dict[COUNTED], time.monotonic()
    for old in [one for one, (at, _) in counted.items() if now - at > KEPT_SECONDS]:
        del counted[old]
    if span not in counted or not as_shown:
        facts = request.config_dict[KNOWLEDGE].facts
        topics = {identity: fact.topic.value for identity, fact in facts.items()}
        counting = asyncio.create_task(figures(request.config_dict[STORE], span, topics))
        counted[span] = now, counting
    _, counting = counted[span]
    try:
        return await asyncio.shield(counting)
    except Exception:
        counted.pop(span, None)
        raise


@routes.get("/reports", name="reports")
@needs(Role.VIEWER)
async def dashboard(request: web.Request) -> web.StreamResponse:
    """Comments and questions over time and by kind, each chart with its table."""
    return await _page(request, "reports.html")


@routes.get("/reports/print", name="report_print")
@needs(Role.VIEWER)
async def to_print(request: web.Request) -> web.StreamResponse:
    """The same and the themes, laid out for paper."""
    return await _page(request, "report_print.html")


async def _page(request: web.Request, template: str) -> web.StreamResponse:
    span = span_of(request)
    numbers, found = await _figures(request, span)
    asked = {"since": span.first, "until": span.last}
    asked |= {name: one for name in ("channel", "language") if (one := getattr(span, name))}
    return page(
        request, template, span=span, numbers=_lines(numbers), figures=found,
        query=urlencode(asked), channels=CHANNELS, languages=LANGUAGES, only=_only(span),
        themes=await counted_themes(request.config_dict[STORE]),
        plan=request.config_dict[KNOWLEDGE].plan,
    )  # fmt: skip


@routes.get("/reports/{name:[a-z-]{1,40}}.svg", name="chart")
@needs(Role.VIEWER)
async def chart(request: web.Request) -> web.StreamResponse:
    """One chart, of the figures that its page shows."""
    figure = await _figure(request, as_shown=True)
    drawn = await asyncio.to_thread(charts.svg, figure, label)
    # The page's own policy forbids styles in the file itself; a picture runs nothing.
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return web.Response(body=drawn, content_type="image/svg+xml", headers=headers)


@routes.get("/reports/{name:[a-z-]{1,40}}.csv", name="chart_table")
@needs(Role.VIEWER)
async def table(request: web.Request) -> web.StreamResponse:
    """One chart's table as CSV."""
    figure = await _figure(request)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([figure.label, figure.value])
    writer.writerows([cell(name), value] for name, value in figure.rows)
    headers = {"Content-Disposition": f'attachment; filename="{figure.name}.csv"'}
    return web.Response(text="\ufeff" + out.getvalue(), content_type="text/csv", headers=headers)


@routes.get("/reports/report.pdf", name="report_pdf")
@needs(Role.VIEWER)
async def as_pdf(request: web.Request) -> web.StreamResponse:
    """The report as PDF."""
    span = span_of(request)
    numbers, found = await _figures(request, span)
    title = f"Comments on the plan, {span.first} to {span.last}{_only(span)}"
    lines = [f"{name}: {value}" for name, value in _lines(numbers)]
    made = await asyncio.to_thread(charts.pdf, title, lines, found, label)
    headers = {"Content-Disposition": 'attachment; filename="report.pdf"'}
    return web.Response(body=made, content_type="application/pdf", headers=headers)


async def _figure(request: web.Request, as_shown: bool = False) -> Figure:
    _, found = await _figures(request, span_of(request), as_shown)
    for figure in found:
        if figure.name == request.match_info["name"]:
            return figure
    raise Refused("There is no such chart.", 404)


def _only(span: Span) -> str:
    """Says it where a report is not of everything."""
    return "".join(f", {label(one)} only" for one in (span.channel, span.language) if one)


def _lines(numbers: Numbers) -> list[tuple[str, Any]]:
    def share(value: float | None) -> str:
        return "no questions" if value is None else f"{value:.0%}"

    def hours(value: float | None) -> str:
        if value is None:
            return "none yet"
        return f"{value:.0f} hours" if value < 72 else f"{value / 24:.0f} days"

    useful = "not rated yet" if numbers.useful is None else f"{numbers.useful:.0%}"
    return [
        ("Comments", f"{numbers.comments:,}"), ("Questions", f"{numbers.questions:,}"),
        ("Answered", share(numbers.answered)), ("Not in the sources", share(numbers.absent)),
        ("Out of scope or refused", share(numbers.refused)),
        (f"Useful, of {numbers.rated:,} rated answers", useful),
        ("To the first review, half within", hours(numbers.hours_to_review)),
        ("To the reply, half within", hours(numbers.hours_to_reply)),
    ]  # fmt: skip
