"""Texts that came in while the store was away: kept on disk, and answered by the API afterwards.

One file for each, sealed and written through, named by a keyed hash of the provider's id: the
same message again is the same file.
"""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.channels.sms.provider import Text
from bot.comments.outbox import write_once
from bot.comments.sealing import BrokenSeal, Sealer

logger = logging.getLogger(__name__)
_SUFFIX = ".text"


@dataclass(frozen=True)
class KeptText:
    """A text that waits for the store."""

    path: Path
    provider: str
    text: Text
    received_at: datetime


class KeptTexts:
    """The texts that this front keeps."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self.folder = folder
        self._sealer = sealer

    def keep(self, provider: str, text: Text) -> None:
        """Write a text to the disk, once. Raises OSError."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        name = self._sealer.fingerprint(f"{provider}:{text.id}", "kept text")
        content = json.dumps([provider, datetime.now(UTC).isoformat(), asdict(text)])
        write_once(self.folder / f"{name}{_SUFFIX}", self._sealer.seal(content).encode())

    def waiting(self) -> list[KeptText]:
        """What waits, oldest first."""
        kept = []
        for path in self.folder.glob(f"*{_SUFFIX}"):
            try:
                provider, moment, values = json.loads(self._sealer.open(path.read_text()))
            except (BrokenSeal, ValueError, OSError) as error:
                logger.error("A kept text can't be read: %s", type(error).__name__)
                continue
            kept.append(KeptText(path, provider, Text(**values), datetime.fromisoformat(moment)))
        return sorted(kept, key=lambda one: one.received_at)
