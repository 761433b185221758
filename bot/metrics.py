"""What the front counts and measures, as Prometheus reads it at /metrics.

Every label is from a closed list; nothing is told of a person. docs/operations.md explains each.
"""

from collections.abc import Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = Counter(
    "bot_requests", "Requests by route and status.", ("route", "status"), registry=REGISTRY
)
MESSAGES = Counter(
    "bot_messages",
    "Messages by channel, language and answer status.",
    ("channel", "language", "status"),
    registry=REGISTRY,
)
MESSAGE_SECONDS = Histogram(
    "bot_message_seconds",
    "Time of a message, from the front's receiving it to its answer.",
    ("channel",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
PART_SECONDS = Histogram(
    "bot_message_part_seconds",
    "Time of the parts of a message: read, rules, assistant, record.",
    ("part",),
    buckets=_SECONDS,
    registry=REGISTRY,
)
COMMENTS = Counter("bot_comments_filed", "Comments filed.", ("channel",), registry=REGISTRY)
SEGMENTS = Counter("bot_sms_segments", "Segments of text messages sent.", registry=REGISTRY)
ERRORS = Counter(
    "bot_errors",
    "What failed: assistant, store, heartbeat, unexpected.",
    ("part",),
    registry=REGISTRY,
)
LAST_SUCCESS = Gauge(
    "bot_last_success_timestamp_seconds",
    "When a message last went through front, assistant, actions and store.",
    registry=REGISTRY,
)
UP = Gauge("bot_up", "Whether a part answers.", ("part",), registry=REGISTRY)
OUTGOING = Gauge(
    "bot_outgoing_messages", "Messages to residents that wait.", ("kind",), registry=REGISTRY
)
OUTGOING_AGE = Gauge(
    "bot_outgoing_overdue_seconds",
    "For how long the first of them is due.",
    ("kind",),
    registry=REGISTRY,
)
TEXTS_WAITING = Gauge(
    "bot_texts_waiting", "Text messages from residents without an answer yet.", registry=REGISTRY
)
OUTBOX = Gauge(
    "bot_outbox_comments", "Confirmed comments that wait for the store.", registry=REGISTRY
)
_FROM_THE_START = {
    ERRORS: ("assistant", "store", "heartbeat", "unexpected"),
    PART_SECONDS: ("read", "rules", "assistant", "record"),
    MESSAGE_SECONDS: ("web", "sms"),
    COMMENTS: ("web", "sms"),
}
for _metric, _labels in _FROM_THE_START.items():
    for _label in _labels:  # what is not there yet can't be seen to rise
        _metric.labels(_label)


def show_up(parts: Mapping[str, bool]) -> None:
    """Show which parts answer."""
    UP.clear()
    for name, good in parts.items():
        UP.labels(name).set(good)


def show_outgoing(waiting: Mapping[str, tuple[int, float]]) -> None:
    """Show the queue of each kind of message: how many wait, and for how long one is due."""
    for kind, (count, overdue) in waiting.items():
        OUTGOING.labels(kind).set(count)
        OUTGOING_AGE.labels(kind).set(overdue)


def text() -> bytes:
    """All of it, in Prometheus' text format."""
    return generate_latest(REGISTRY)
