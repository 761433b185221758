"""E-mail: what is queued for residents and staff goes out by the city's own mail server."""

import logging
import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

import aiosmtplib

from bot.comments.outgoing import advance, claim, postpone
from bot.comments.sealing import BrokenSeal, Sealer
from bot.comments.store import Store
from bot.comments.tables import ContactKind, Outgoing, OutgoingState
from bot.settings import Settings

logger = logging.getLogger(__name__)
TRIES = 8
"""Then a message is given up; the waits add up to about a day."""
WAITS = (1, 5, 15, 60, 180, 360, 720)
"""Minutes before the second try, the third ..."""
TIMEOUT = 20.0


def sender_of(settings: Settings) -> str:
    """The address that messages come from."""
    if settings.smtp_from:
        return settings.smtp_from
    address = settings.public_url or (settings.smtp_url and settings.smtp_url.get_secret_value())
    host = urlsplit(address or "").hostname or "localhost"
    return f"plan-assistant@{host}"


async def send_due(store: Store, sealer: Sealer, settings: Settings, limit: int = 20) -> int:
    """Send what is due; the number that the mail server took. Raises StoreUnavailable."""
    if settings.smtp_url is None:
        return 0
    sent = 0
    for row in await claim(store, ContactKind.EMAIL, limit):
        try:
            address = sealer.open(row.sealed or "")
        except BrokenSeal:
            await advance(store, row.id, OutgoingState.FAILED, error="sealed with another key")
            continue
        try:
            await _send(settings, address, row)
        except aiosmtplib.SMTPRecipientsRefused:
            await advance(store, row.id, OutgoingState.FAILED, error="the address was refused")
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            await _later(store, row, error)
        else:
            # The mail server has it; it reports nothing further, so nothing further is kept.
            await advance(store, row.id, OutgoingState.DELIVERED)
            sent += 1
    return sent


async def _later(store: Store, row: Outgoing, error: Exception) -> None:
    code = getattr(error, "code", None)
    why = f"{type(error).__name__} {code}" if code else type(error).__name__
    logger.warning("The mail server did not take a message (%s, try %d)", why, row.tries)
    permanent = isinstance(code, int) and 500 <= code < 600 and not _is_sign_in(error)
    if permanent or row.tries >= TRIES:
        await advance(store, row.id, OutgoingState.FAILED, error=why)
        return
    wait = WAITS[min(row.tries - 1, len(WAITS) - 1)]
    await postpone(store, row.id, datetime.now(UTC) + timedelta(minutes=wait), why)


def _is_sign_in(error: Exception) -> bool:
    """A wrong password of ours is mended by the operator, and no message is lost by it."""
    return isinstance(error, aiosmtplib.SMTPAuthenticationError)


async def _send(settings: Settings, address: str, row: Outgoing) -> None:
    assert settings.smtp_url is not None
    server = urlsplit(settings.smtp_url.get_secret_value())
    secure = server.scheme == "smtps"
    await aiosmtplib.send(
        letter(sender_of(settings), address, row),
        hostname=server.hostname,
        port=server.port or (465 if secure else 587),
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=secure,
        timeout=TIMEOUT,
    )


def letter(sender: str, address: str, row: Outgoing) -> EmailMessage:
    """The message. Its id stays the same at a second try, so that a twin can be told."""
    message = EmailMessage()
    message["From"], message["To"] = sender, address
    message["Subject"] = " ".join((row.subject or "").split())
    message["Date"] = formatdate(row.created_at.timestamp())
    message["Message-ID"] = f"<{row.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answers, please
    message["Content-Language"] = row.language
    message.set_content(row.text)
    return message
