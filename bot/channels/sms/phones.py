"""Numbers: a keyed hash, consent with its history, and one text of each at a time."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import phonenumbers
from sqlalchemy import insert, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.channels.tokens import ID_BYTES
from bot.comments.sealing import Sealer
from bot.comments.sms_tables import Phone, PhoneConsent

HOLD = timedelta(seconds=30)
"""How long a text may be worked on before another front takes it over."""
QUIET = timedelta(days=7)
"""After so long a silence the next text begins a new conversation."""
PREFIXES = ("rcs:", "whatsapp:", "sms:")
SHORT_CODE = 7
"""Numbers of fewer digits are short codes."""


@dataclass(frozen=True)
class Sender:
    """Who sent a text, as far as it matters here."""

    hash: str
    can_read: bool = True
    """False for a sender's name: nothing can be sent there."""


class NoNumber(ValueError):
    """An address that is no number and no name of a sender."""


def sender_of(address: str, sealer: Sealer) -> Sender:
    """The keyed hash of an address, the same by SMS, RCS and WhatsApp. Raises NoNumber."""
    bare = address.strip()
    for prefix in PREFIXES:
        bare = bare.removeprefix(prefix)
    digits = "".join(c for c in bare if c.isdigit() and c.isascii())
    plain = "".join(c for c in bare if c not in " ()-.+")
    if plain and plain == digits:
        number = _canonical(bare, digits)
        return Sender(sealer.fingerprint(number, "phone"))
    # A sender's name: letters, at most 11 of them, as carriers allow.
    if 1 <= len(bare) <= 11 and bare.replace(" ", "").isalnum() and bare.isascii():
        return Sender(sealer.fingerprint(bare.lower(), "phone"), False)
    raise NoNumber("that is no phone number")


def is_short_code(address: str) -> bool:
    """Whether an address is a short code: a machine, which may answer an answer."""
    return len("".join(c for c in address if c.isdigit())) < SHORT_CODE


def _canonical(bare: str, digits: str) -> str:
    """The number as +1..., however a gateway writes it."""
    if len(digits) < SHORT_CODE:
        return digits
    if len(digits) > 15:
        raise NoNumber("that is too long for a phone number")
    try:
        number = phonenumbers.parse(bare if bare.startswith("+") else digits, "US")
    except phonenumbers.NumberParseException:
        return digits
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def know(session: Session, number: str, language: str, now: datetime) -> None:
    """Make a row for a number that is new."""
    values = {
        "hash": number, "conversation_id": secrets.token_urlsafe(ID_BYTES), "language": language,
        "first_at": now, "last_at": now, "noticed": False, "pending": {},
    }  # fmt: skip
    session.execute(insert_once(session, Phone, values))


def insert_once(session: Session, table: Any, values: dict[str, Any]) -> Any:
    """An insert that does nothing when the row is there; its rowcount tells."""
    dialect = session.get_bind().dialect.name
    if dialect == "sqlite":
        return sqlite.insert(table).values(**values).on_conflict_do_nothing()
    if dialect == "postgresql":
        return postgresql.insert(table).values(**values).on_conflict_do_nothing()
    return insert(table).values(**values)


def hold(session: Session, number: str, text: str, now: datetime) -> bool:
    """Take a number for one text; False while another of its texts is being answered."""
    taken = session.execute(
        update(Phone)
        .where(
            Phone.hash == number,
            or_(Phone.held_by.is_(None), Phone.held_until < now),
        )
        .values(held_by=text, held_until=now + HOLD)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def release(session: Session, number: str, text: str) -> None:
    """Let the number's next text be answered."""
    session.execute(
        update(Phone)
        .where(Phone.hash == number, Phone.held_by == text)
        .values(held_by=None, held_until=None)
    )


def set_consent(session: Session, number: str, opted_out: bool, by: str) -> bool:
    """Opt a number out or in again, and log it; whether anything changed.

    An opt-out ends the conversation, and with it an open form: the next text begins a new one.
    """
    now = datetime.now(UTC)
    changed = Phone.opted_out_at.is_(None) if opted_out else Phone.opted_out_at.is_not(None)
    values: dict[str, Any] = {"opted_out_at": now if opted_out else None, "pending": {}}
    if opted_out:
        values["conversation_id"] = secrets.token_urlsafe(ID_BYTES)
    done = session.execute(update(Phone).where(Phone.hash == number, changed).values(values))
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    session.add(PhoneConsent(hash=number, at=now, opted_out=opted_out, by=by[:40]))
    return True


def conversation_for(phone: Phone, now: datetime) -> tuple[str, bool]:
    """The conversation that a text belongs to, and whether it begins with this text."""
    if now - phone.last_at > QUIET:
        return secrets.token_urlsafe(ID_BYTES), True
    return phone.conversation_id, False


def pending(pages: Sequence[str], choices: Sequence[str]) -> dict[str, Any]:
    """What a number may choose from next."""
    return {"pages": list(pages), "choices": list(choices)}
