"""One-time codes (TOTP, RFC 6238): setting them up and checking them, each code once."""

import hmac
import time

import pyotp
import segno

from bot.comments.sealing import BrokenSeal, Sealer
from bot.comments.staff import BadStaff, log
from bot.comments.staff_tables import Staff
from bot.comments.store import Store

ISSUER = "Plan assistant staff desk"
STEP = 30
"""Seconds of one code."""
DRIFT = 1
"""Steps that a phone's clock may be ahead or behind."""


def new_secret() -> str:
    """A fresh secret for an authenticator app."""
    return pyotp.random_base32()


def setup_address(secret: str, name: str) -> str:
    """What the authenticator app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def picture(secret: str, name: str) -> str:
    """The QR code of a secret, as SVG that stands in the page itself."""
    made = segno.make(setup_address(secret, name), error="m")
    return made.svg_inline(scale=5, border=3, light="#fff", title="Picture for the app")


def step_of(secret: str, code: str, now: float | None = None) -> int | None:
    """The time step whose code this is, within the drift allowed; None if it is none's."""
    typed = "".join(code.split())
    present = int((now if now is not None else time.time()) // STEP)
    codes = pyotp.TOTP(secret)
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(codes.at(step * STEP).encode(), typed.encode()):
            return step
    return None


async def use_code(store: Store, sealer: Sealer, identity: int, code: str) -> bool:
    """Whether the code is right and was not used before; it is used up by this."""
    async with store.session() as session:
        person = await session.get_one(Staff, identity, with_for_update=True)
        if person.code_secret is None:
            return True
        try:
            step = step_of(sealer.open(person.code_secret), code)
        except BrokenSeal:
            return False
        if step is None or (person.code_step is not None and step <= person.code_step):
            return False
        person.code_step = step
    return True


async def set_up(store: Store, sealer: Sealer, identity: int, secret: str, code: str) -> None:
    """Ask for codes from now on, once a code of the secret shows that the app has it.

    Raises BadStaff.
    """
    step = step_of(secret, code)
    if step is None:
        raise BadStaff("That code does not fit. Check the phone's clock and try the next one.")
    async with store.session() as session:
        person = await session.get_one(Staff, identity)
        person.code_secret, person.code_step = sealer.seal(secret), step
        log(session, f"staff:{person.name}", "codes_on", f"staff:{person.name}")


async def switch_off(store: Store, identity: int, actor: str, reason: str | None = None) -> None:
    """Ask for no codes any more: the phone is lost, or the person wants none. Raises BadStaff."""
    async with store.session() as session:
        person = await session.get(Staff, identity)
        if person is None:
            raise BadStaff("There is no such person.")
        person.code_secret = person.code_step = None
        log(session, actor, "codes_off", f"staff:{person.name}", reason)
