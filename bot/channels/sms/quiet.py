"""Quiet hours: nothing that a resident does not wait for is sent between 21:00 and 8:00."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

BEGIN, END = time(21), time(8)
"""Local time; the rule for calls and texts in the United States (47 CFR 64.1200(c)(1))."""
STILL_WAITING = timedelta(minutes=15)
"""An answer may go out at any hour so long after the question: the resident is awake."""


def next_allowed(now: datetime, zone: str) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into."""
    local = now.astimezone(ZoneInfo(zone))
    if END <= local.time() < BEGIN:
        return now
    day = local.date() + timedelta(days=local.time() >= BEGIN)
    return datetime.combine(day, END, ZoneInfo(zone))
