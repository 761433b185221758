"""What a provider's error code means, in words for staff: errors.yml."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("errors.yml")


@lru_cache(maxsize=1)
def known() -> dict[str, dict[str, Any]]:
    """Every code that we can explain."""
    return dict(yaml.safe_load(FILE.read_text("utf-8")))


def explain(code: str, language: str = "en") -> str:
    """A sentence for staff; an unknown code is told as it is."""
    entry = known().get(code) or known()["unknown"]
    return str(entry["es" if language == "es" else "en"]).format(code=code)


def is_opt_out(code: str | None) -> bool:
    """Whether a code says that the resident has opted out at the carrier."""
    return bool(known().get(code or "", {}).get("opted_out"))


def lasts(code: str) -> bool:
    """Whether trying again can't help."""
    return bool(known().get(code, {}).get("lasting"))
