"""Trained assistants: where they are, what they are named after, how Rasa is run.

A model's file name is a hash of everything that went in, so an outdated model is never served.
"""

import gzip
import hashlib
import os
import zlib
from pathlib import Path

from bot import ROOT

MODELS = ROOT / "models"
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
_INPUTS = (
    "config.yml",
    "domain.yml",
    "data/nlu",
    "data/rules",
    "data/stories",
    "data/plan",
    "data/language",
    "models/encoder",
    "bot/nlu/components.py",
    "bot/language/classify.py",
    "bot/language/detect.py",
    "bot/language/encoder.py",
    "bot/language/gloss.py",
    "bot/language/grams.py",
    "bot/language/network.py",
    "bot/language/spelling.py",
    "bot/language/telling.py",
    "bot/language/vectors.py",
    "bot/train.py",
    "requirements/rasa.txt",
)


def fingerprint() -> str:
    """A hash over everything that a trained assistant depends on."""
    result = hashlib.sha256()
    for name in _INPUTS:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                result.update(str(file.relative_to(ROOT)).encode() + b"\0")
                result.update(hashlib.sha256(file.read_bytes()).digest())
    return result.hexdigest()[:16]


def model_path(models: Path = MODELS) -> Path:
    """Where the model of the present data is, or will be."""
    return models / f"assistant-{fingerprint()}.tar.gz"


def is_damaged(model: Path) -> bool:
    """Whether a model's file ends too early or was changed (full disk, lost power)."""
    try:
        with gzip.open(model) as file:
            while file.read(1 << 20):
                pass
            return file.tell() == 0
    except (OSError, EOFError, zlib.error):
        return True


def rasa_environment() -> dict[str, str]:
    """The environment in which Rasa runs: no telemetry, no settings of ours, quiet."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BOT_", "RASA_"))}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        # Its cache of trained components does not see that code they call has changed.
        "RASA_MAX_CACHE_SIZE": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "MPLCONFIGDIR": str(ROOT / "var" / "matplotlib"),
    }
