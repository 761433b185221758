"""Who may use the staff desk: people, sessions, one-time links, and the desk's own history."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.comments.staff_tables import (
    DeskSetting,
    Role,
    SignInAttempt,
    Staff,
    StaffEvent,
    StaffLink,
    StaffSession,
)
from bot.comments.store import Store

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
IDLE = timedelta(minutes=60)
"""A session ends when nothing was asked for so long."""
ABSOLUTE = timedelta(hours=12)
"""A session ends so long after the sign-in, whatever is asked."""
LINK_LIFE = timedelta(days=3)
ATTEMPTS = 5
"""Failed attempts per name or address in the span below; then even the right password waits."""
ATTEMPT_SPAN = timedelta(minutes=15)
_NAME = re.compile(r"[\w.@+-]{2,60}")
_HASHER = PasswordHasher()
# Checked for a name nobody has, so that the time taken does not tell which names exist.
_NOBODY = _HASHER.hash(secrets.token_hex(16))


class BadStaff(ValueError):
    """Why a person can't be added or changed, in one sentence."""


@dataclass(frozen=True)
class SignedIn:
    """A signed-in person, as one request sees them."""

    id: int
    name: str
    role: Role
    email: str | None
    has_codes: bool
    session: str
    """The hash of the session's cookie."""
    has_password: bool
    notice: dict[str, Any] | None = None

    @property
    def actor(self) -> str:
        """How histories name this person."""
        return f"staff:{self.name}"


def hashed(token: str) -> str:
    """How a session's cookie or a link's token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_password(password: str) -> str:
    """The hash of a new password. Raises BadStaff for one too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadStaff(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; "
            f"three or four words make a good one."
        )
    return _HASHER.hash(password)


def password_is_right(person: Staff | None, password: str) -> bool:
    """Whether this is the person's password; takes as long for nobody as for somebody."""
    kept = person.password if person and person.password else _NOBODY
    try:
        _HASHER.verify(kept, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return person is not None and person.password is not None


def log(
    session: AsyncSession,
    actor: str,
    action: str,
    subject: str | None = None,
    reason: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add to the desk's history, within the caller's transaction."""
    session.add(
        StaffEvent(
            at=datetime.now(UTC), actor=actor, action=action, subject=subject, reason=reason,
            before=before, after=after,
        )
    )  # fmt: skip


async def add(store: Store, name: str, role: Role, email: str | None, actor: str) -> Staff:
    """Add a person, without a way to sign in yet. Raises BadStaff, StoreUnavailable."""
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        raise BadStaff("A name has 2 to 60 letters, digits, dots, dashes or an @, without blanks.")
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise BadStaff(f"{email} is not an e-mail address.")
    try:
        async with store.session() as session:
            person = Staff(
                name=name, role=role.value, email=email, active=True, digest=False,
                created_at=datetime.now(UTC),
            )  # fmt: skip
            session.add(person)
            await session.flush()
            log(session, actor, "staff_added", f"staff:{name}", after={"role": role.value})
    except IntegrityError as error:
        raise BadStaff(f"There is somebody called {name} already.") from error
    return person


async def everyone(store: Store) -> Sequence[Staff]:
    """Every person, by name."""
    async with store.session() as session:
        return (await session.execute(select(Staff).order_by(Staff.name))).scalars().all()


async def by_name(store: Store, name: str) -> Staff | None:
    """A person by name."""
    async with store.session() as session:
        query = select(Staff).where(Staff.name == name.strip().lower())
        return (await session.execute(query)).scalar_one_or_none()


async def change(
    store: Store, identity: int, actor: str, role: Role, active: bool, reason: str | None = None
) -> Staff:
    """Change a person's role, or switch them off and on. Raises BadStaff.

    The last active admin stays one: nobody could let anybody in again.
    """
    async with store.session() as session:
        person = await session.get(Staff, identity, with_for_update=True)
        if person is None:
            raise BadStaff("There is no such person.")
        others = await session.scalar(
            select(func.count())
            .select_from(Staff)
            .where(Staff.role == Role.ADMIN.value, Staff.active, Staff.id != identity)
        )
        if not others and person.role == Role.ADMIN and (role != Role.ADMIN or not active):
            raise BadStaff("This is the last admin; make somebody else admin first.")
        before = {"role": person.role, "active": person.active}
        person.role, person.active = role.value, active
        if not active or role.value != before["role"]:
            await session.execute(delete(StaffSession).where(StaffSession.staff_id == identity))
        log(
            session, actor, "staff_changed", f"staff:{person.name}", reason, before,
            {"role": role.value, "active": active},
        )  # fmt: skip
    return person


async def new_link(store: Store, identity: int, actor: str) -> str:
    """The token of a new one-time link; older links of the person stop working."""
    token = secrets.token_urlsafe(24)
    async with store.session() as session:
        person = await session.get(Staff, identity)
        if person is None:
            raise BadStaff("There is no such person.")
        await session.execute(delete(StaffLink).where(StaffLink.staff_id == identity))
        session.add(
            StaffLink(hash=hashed(token), staff_id=identity, ends_at=datetime.now(UTC) + LINK_LIFE)
        )
        log(session, actor, "link_made", f"staff:{person.name}")
    return token


async def link_owner(store: Store, token: str) -> Staff | None:
    """Whose one-time link this is, if it still works."""
    async with store.session() as session:
        link = await session.get(StaffLink, hashed(token))
        if link is None or link.ends_at < datetime.now(UTC):
            return None
        person = await session.get_one(Staff, link.staff_id)
        return person if person.active else None


async def set_password(store: Store, identity: int, password: str, actor: str) -> None:
    """Set a password; links, sessions and one-time codes set up before end. Raises BadStaff."""
    kept = hash_password(password)
    async with store.session() as session:
        person = await session.get_one(Staff, identity)
        person.password = kept
        await session.execute(delete(StaffLink).where(StaffLink.staff_id == identity))
        await session.execute(delete(StaffSession).where(StaffSession.staff_id == identity))
        log(session, actor, "password_set", f"staff:{person.name}")


async def set_digest(store: Store, identity: int, wanted: bool, email: str | None) -> None:
    """Whether the daily e-mail goes to a person, and where. Raises BadStaff."""
    if wanted and not (email and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email)):
        raise BadStaff("The daily e-mail needs an e-mail address, such as name@city.example.")
    async with store.session() as session:
        person = await session.get_one(Staff, identity)
        person.digest, person.email = wanted, email or None


async def may_try(store: Store, whos: Sequence[str]) -> bool:
    """Whether an attempt to sign in is looked at: not too many failed lately."""
    since = datetime.now(UTC) - ATTEMPT_SPAN
    async with store.session() as session:
        for who in whos:
            query = select(func.count()).where(SignInAttempt.who == who, SignInAttempt.at > since)
            if (await session.scalar(query) or 0) >= ATTEMPTS:
                return False
    return True


async def count_failure(store: Store, whos: Sequence[str]) -> None:
    """Count a failed attempt, and forget those that no longer matter."""
    now = datetime.now(UTC)
    async with store.session() as session:
        await session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - ATTEMPT_SPAN))
        session.add_all(SignInAttempt(who=who, at=now) for who in whos)


async def open_session(store: Store, person: Staff, forget: Sequence[str] = ()) -> str:
    """Begin a session; its cookie's value. Failed attempts under `forget` are forgotten."""
    token = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    async with store.session() as session:
        await session.execute(delete(SignInAttempt).where(SignInAttempt.who.in_(forget)))
        session.add(
            StaffSession(hash=hashed(token), staff_id=person.id, created_at=now, seen_at=now)
        )
        log(session, f"staff:{person.name}", "signed_in")
    return token


async def signed_in(store: Store, token: str, take_notice: bool = False) -> SignedIn | None:
    """Who a cookie belongs to, if its session still runs; notes that it was seen.

    `take_notice`: the page that is asked for says what the session has to say, once.
    """
    now = datetime.now(UTC)
    async with store.session() as session:
        row = await session.get(StaffSession, hashed(token))
        if row is None:
            return None
        person = await session.get_one(Staff, row.staff_id)
        if now > row.seen_at + IDLE or now > row.created_at + ABSOLUTE or not person.active:
            await session.delete(row)
            return None
        notice = row.notice if take_notice else None
        if notice is not None:
            row.notice = None
        if now - row.seen_at > timedelta(minutes=1):
            row.seen_at = now
        return SignedIn(
            person.id, person.name, Role(person.role), person.email,
            person.code_secret is not None, row.hash, person.password is not None, notice,
        )  # fmt: skip


async def leave_notice(store: Store, session_hash: str, notice: dict[str, Any]) -> None:
    """Have the session's next page say something once."""
    async with store.session() as session:
        row = await session.get(StaffSession, session_hash)
        if row is not None:
            row.notice = notice


async def close_session(store: Store, session_hash: str, actor: str) -> None:
    """End a session."""
    async with store.session() as session:
        await session.execute(delete(StaffSession).where(StaffSession.hash == session_hash))
        log(session, actor, "signed_out")


async def desk_setting(store: Store, name: str, otherwise: Any = None) -> Any:
    """What admins set under this name."""
    async with store.session() as session:
        row = await session.get(DeskSetting, name)
        return otherwise if row is None else row.value


async def set_desk_setting(
    store: Store, name: str, value: Any, actor: str, reason: str | None = None
) -> None:
    """Set something for the whole desk; the history keeps what it was."""
    async with store.session() as session:
        row = await session.get(DeskSetting, name)
        before = None if row is None else row.value
        await session.merge(DeskSetting(name=name, value=value))
        log(session, actor, "setting", name, reason, {"value": before}, {"value": value})
