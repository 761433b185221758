"""What the assistant says itself: data/messages/, by key, language and channel."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

MESSAGES_DIR = Path(__file__).resolve().parents[2] / "data" / "messages"


@lru_cache(maxsize=8)
def _load(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((MESSAGES_DIR / f"{name}.yml").read_text(encoding="utf-8")))


def say(key: str, language: str, channel: str = "web", **values: object) -> str:
    """The text of a message; KeyError for an unknown key. Values fill its {placeholders}."""
    entry = _load("es" if language == "es" else "en")[key]
    text = entry["sms" if channel == "sms" else "web"] if isinstance(entry, dict) else entry
    return str(text).format(**values) if values else str(text)


def say_other(language: str, contact: str) -> str | None:
    """One sentence in a language the assistant does not speak, if we have it."""
    text = _load("others").get(language)
    return None if text is None else str(text).format(contact=contact)


def keys(language: str) -> dict[str, Any]:
    """All messages of a language, as stored; for tests and the SMS cost table."""
    return _load(language)
