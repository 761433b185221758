"""Twilio: signed form posts in, TwiML back, its REST API for what is sent later."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import aiohttp
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from bot.channels.sms.provider import BadText, Forged, NotSent, Received, Rendered, Report, Text
from bot.comments.tables import OutgoingState

API = "https://api.twilio.com"
API_PATIENCE = 10.0
MAX_FIELDS = 200
_ID_LENGTH = 64
_ADDRESS_LENGTH = 120
_STATES = {
    "sent": OutgoingState.SENT,
    "delivered": OutgoingState.DELIVERED,
    "read": OutgoingState.DELIVERED,
    "undelivered": OutgoingState.FAILED,
    "failed": OutgoingState.FAILED,
}


@dataclass
class Twilio:
    """One Twilio account. Sending needs account SID, token and number."""

    token: str
    account: str | None = None
    number: str | None = None
    """The number we send from, or a messaging service (MG...)."""
    status_url: str | None = None
    api: str = API
    name: str = "twilio"
    _session: aiohttp.ClientSession | None = field(default=None, init=False)

    @property
    def can_send(self) -> bool:
        """Whether texts can be sent outside of a webhook's answer."""
        return bool(self.account and self.number)

    @property
    def can_redact(self) -> bool:
        """Whether bodies can be blanked at Twilio."""
        return bool(self.account)

    def verify(self, request: Received) -> None:
        """Twilio's own check of X-Twilio-Signature. Raises Forged."""
        signature = request.headers.get("X-Twilio-Signature", "")
        # Twilio's validator fails loudly on a signature that is no ASCII.
        if not signature or not signature.isascii():
            raise Forged("no signature")
        try:
            fields = _fields(request)
        except BadText as error:
            raise Forged("unreadable") from error
        if not RequestValidator(self.token).validate(request.url, fields, signature):
            raise Forged("wrong signature")

    def parse(self, request: Received) -> Text:
        """The text of a form post. Raises BadText."""
        fields = _fields(request)
        identity = fields.get("MessageSid") or fields.get("SmsMessageSid") or fields.get("SmsSid")
        sender = fields.get("From", "").strip()
        for name, value in (("MessageSid", identity), ("From", sender)):
            if not value or not value.isprintable():  # the database keeps no null
                raise BadText(f"{name} is missing")
        if len(str(identity)) > _ID_LENGTH or len(sender) > _ADDRESS_LENGTH:
            raise BadText("MessageSid or From is too long")
        media = fields.get("NumMedia", "0").strip()
        return Text(
            id=str(identity),
            sender=sender,
            receiver=fields.get("To", "").strip()[:_ADDRESS_LENGTH],
            body=fields.get("Body", ""),
            media=int(media) if media.isdecimal() and len(media) < 4 else 0,
            handled=fields.get("OptOutType", "").strip().upper() or None,
        )

    def report(self, request: Received) -> Report:
        """A status callback. Raises BadText."""
        fields = _fields(request)
        identity = fields.get("MessageSid") or fields.get("SmsSid")
        status = (fields.get("MessageStatus") or fields.get("SmsStatus") or "").strip().lower()
        if not identity or not status or not identity.isprintable():
            raise BadText("MessageSid or MessageStatus is missing")
        code = fields.get("ErrorCode", "").strip()
        receiver = fields.get("To", "").strip() or None
        return Report(identity[:_ID_LENGTH], _STATES.get(status), code[:20] or None, receiver)

    def render(self, messages: Sequence[str]) -> Rendered:
        """TwiML; an empty <Response/> says nothing to the resident."""
        said = "".join(f"<Message>{escape(text)}</Message>" for text in messages)
        body = f"<Response>{said}</Response>" if said else "<Response/>"
        return Rendered(f'<?xml version="1.0" encoding="UTF-8"?>{body}', "text/xml")

    async def send(self, identity: str, to: str, text: str) -> str:
        """POST Messages.json. Raises NotSent."""
        body = {"To": to, "Body": text}
        number = self.number or ""
        body["MessagingServiceSid" if number.startswith("MG") else "From"] = _like(to, number)
        if self.status_url:
            body["StatusCallback"] = self.status_url
        answer = await self._call("POST", "Messages.json", data=body)
        code = answer.get("error_code")
        if code:
            raise NotSent(str(code), again=False)
        return str(answer.get("sid") or "")

    async def find(self, identity: str, to: str, text: str, since: datetime) -> str | None:
        """A text with these words to this number since then, if Twilio has one. Raises NotSent."""
        query = {"To": to, "DateSent>": since.strftime("%Y-%m-%d"), "PageSize": "20"}
        answer = await self._call("GET", "Messages.json", params=query)
        found = (m for m in answer.get("messages") or [] if m.get("body") == text)
        return next((str(m["sid"]) for m in found if m.get("sid")), None)

    async def redact(self, identity: str) -> None:
        """Blank the body of a message. Raises NotSent."""
        await self._call("POST", f"Messages/{identity}.json", data={"Body": ""})

    async def close(self) -> None:
        """Give the connections back."""
        if self._session:
            await self._session.close()

    async def _call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        url = f"{self.api}/2010-04-01/Accounts/{self.account}/{path}"
        try:
            async with self._http().request(method, url, **more) as response:
                content = await response.json(content_type=None)
                answer = content if isinstance(content, dict) else {}
                if response.status < 400:
                    return answer
                wait = response.headers.get("Retry-After", "")
                raise NotSent(
                    str(answer.get("code") or response.status),
                    again=response.status == 429 or response.status >= 500,
                    wait=float(wait) if wait.isdecimal() else None,
                )
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            raise NotSent("unreachable", again=True) from error

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                auth=aiohttp.BasicAuth(self.account or "", self.token),
                timeout=aiohttp.ClientTimeout(total=API_PATIENCE),
            )
        return self._session


def _like(to: str, number: str) -> str:
    """Our number on the resident's own channel: WhatsApp answers go out by WhatsApp."""
    return f"whatsapp:{number}" if to.startswith("whatsapp:") else number


def _fields(request: Received) -> "MultiDict[str]":
    """The form's fields, blank ones too: the signature is made over all of them."""
    try:
        text = request.body.decode("ascii")
        pairs = parse_qsl(
            text, keep_blank_values=True, encoding=request.charset, errors="strict",
            max_num_fields=MAX_FIELDS,
        )  # fmt: skip
    except (ValueError, LookupError) as error:
        raise BadText("the form can't be read; its charset is not what it says") from error
    return MultiDict(pairs)
