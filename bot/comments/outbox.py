"""Confirmed comments that the store could not take: kept on disk, filed by themselves later, once.

One file for each, sealed, written to the disk before the receipt is told, and named by that
receipt. A receipt is made from the draft's id, so that the same draft has the same receipt
wherever and however often it is confirmed, and the store keeps one comment for a draft.
"""

import asyncio
import json
import logging
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.comments.receipt import ALPHABET, receipt_from
from bot.comments.sealing import BrokenSeal, Sealer
from bot.comments.store import NewComment, NewContact, Store, StoreUnavailable
from bot.comments.tables import Comment, ContactKind

logger = logging.getLogger(__name__)
PATIENCE = 5.5
"""Seconds after which a store that does not answer counts as away; a locked file is told in 5."""
SUFFIX = ".comment"
_PURPOSE = "outbox"
_UNFINISHED_SECONDS = 600.0


@dataclass(frozen=True)
class Waiting:
    """A comment in the outbox."""

    receipt: str
    kept_at: datetime
    new: NewComment


@dataclass(frozen=True)
class Filed:
    """What is known of a comment that was just confirmed."""

    receipt: str
    created_at: datetime
    waits: bool
    """Whether it is in the outbox and not in the store yet."""


class Outbox:
    """The outbox of this machine: its front and its actions share the folder."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self.folder = folder
        self._sealer = sealer
        self._broken: set[str] = set()
        """Files that can't be opened; each is complained of once."""

    async def file(self, store: Store, new: NewComment) -> Filed:
        """Store a confirmed comment, or keep it here.

        Raises StoreUnavailable when neither could be done; nothing is kept then.
        """
        storing = asyncio.create_task(self._stored(store, new))
        # What is too late may still be stored; it is the same comment with the same receipt.
        storing.add_done_callback(_look_at)
        done, _ = await asyncio.wait({storing}, timeout=PATIENCE)
        try:
            if not done:
                raise StoreUnavailable("it does not answer")
            comment = storing.result()
        except StoreUnavailable as error:
            try:
                kept = await asyncio.to_thread(self.keep, new, datetime.now(UTC))
            except OSError as full:
                logger.error("Neither store nor outbox could take a comment: %s; %s", error, full)
                raise StoreUnavailable(str(error)) from full
            logger.error(
                "The store is away (%s); %d confirmed comments wait in the outbox.",
                error, self.count(),
            )  # fmt: skip
            return Filed(kept.receipt, kept.kept_at, waits=True)
        return Filed(comment.receipt, comment.created_at, waits=False)

    async def _stored(
        self, store: Store, new: NewComment, at: datetime | None = None, given: str | None = None
    ) -> Comment:
        comment = await store.add_comment(new, at, self.receipts(new.draft), given)
        await store.write_through()
        return comment

    def receipts(self, draft: str) -> Iterator[str]:
        """The receipts of a draft: the first, and what is taken if another comment has that."""
        number = 0
        while True:
            digest = self._sealer.fingerprint(f"{draft}\0{number}", "receipt")
            receipt = receipt_from(int(digest, 16) % len(ALPHABET) ** 7)
            number += 1
            if receipt:
                yield receipt

    def keep(self, new: NewComment, now: datetime) -> Waiting:
        """Write a comment to the disk, once for a draft. Raises OSError."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        content = self._sealer.seal(
            json.dumps([_PURPOSE, now.isoformat(), asdict(new)], ensure_ascii=False)
        ).encode()
        for receipt in self.receipts(new.draft):
            if write_once(self._path(receipt), content):
                return Waiting(receipt, now, new)
            kept = self.find(receipt)
            if kept is not None and kept.new.draft == new.draft:
                return kept
        raise AssertionError("there is always another receipt")

    def find(self, receipt: str) -> Waiting | None:
        """The comment that waits under a canonical receipt code."""
        path = self._path(receipt)
        try:
            sealed = path.read_text()
            purpose, moment, values = json.loads(self._sealer.open(sealed))
        except FileNotFoundError:
            return None
        except (BrokenSeal, ValueError, OSError) as error:
            if path.name not in self._broken:
                self._broken.add(path.name)
                logger.error(
                    "A comment in the outbox can't be read (%s); was the secret key changed?",
                    type(error).__name__,
                )
            return None
        if purpose != _PURPOSE:
            return None
        contact = values.pop("contact")
        return Waiting(
            receipt,
            datetime.fromisoformat(moment),
            NewComment(
                **values | {"masked": tuple(values["masked"])},
                contact=contact and NewContact(ContactKind(contact["kind"]), contact["sealed"]),
            ),
        )

    def waiting(self) -> list[str]:
        """The receipts of the comments that wait."""
        try:
            names = [path.stem for path in self.folder.iterdir() if path.suffix == SUFFIX]
        except OSError:
            return []
        return sorted(names)

    def count(self) -> int:
        """How many comments wait."""
        return len(self.waiting())

    async def deliver(self, store: Store) -> int:
        """File what waits; how many left. What the store can't take stays."""
        left = 0
        receipts = await asyncio.to_thread(self.waiting)
        for receipt in receipts:
            kept = await asyncio.to_thread(self.find, receipt)
            if kept is None:
                continue
            try:
                await self._stored(store, kept.new, kept.kept_at, receipt)
            except StoreUnavailable as error:
                if not await _answers(store):
                    break
                logger.error("A comment in the outbox could not be filed: %s", error)
                continue
            await asyncio.to_thread(self._path(receipt).unlink, missing_ok=True)
            left += 1
        if left:
            logger.warning(
                "The store is back: %d comments were filed from the outbox, %d wait.",
                left, self.count(),
            )  # fmt: skip
        return left

    def tidy(self) -> None:
        """Remove what was begun and not finished by a process that died: no receipt was told."""
        try:
            for path in self.folder.glob("*.new"):
                if datetime.now().timestamp() - path.stat().st_mtime > _UNFINISHED_SECONDS:
                    path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("The outbox could not be tidied: %s", error)

    def _path(self, receipt: str) -> Path:
        return self.folder / f"{receipt}{SUFFIX}"


async def _answers(store: Store) -> bool:
    try:
        await store.ping()
    except StoreUnavailable:
        return False
    return True


def _look_at(storing: "asyncio.Task[object]") -> None:
    if not storing.cancelled():
        storing.exception()


def write_once(path: Path, content: bytes) -> bool:
    """Write a file through to the disk, whole or not at all; False if it is there already.

    Raises OSError.
    """
    fresh = path.with_name(f"{secrets.token_hex(8)}.new")
    try:
        with open(fresh, "xb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)
    except FileExistsError:
        return False
    finally:
        fresh.unlink(missing_ok=True)
    _sync(path.parent)
    return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    """Put the folder's list of names on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
