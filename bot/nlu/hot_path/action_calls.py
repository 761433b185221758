"""Keep the connection to the action server, and send it what our actions read.

Why: Rasa opens a client session and a connection for each call, and sends the whole domain and
the conversation's every event along. Our actions read the slots, the last message and its
metadata. The SDK asks again (status 449) for a call without a domain, so an empty one is sent.
The id of the request goes along in a header.
"""

import asyncio
from typing import Any, Dict

import aiohttp
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT, EndpointConfig

from bot.logs import HEADER, REQUEST
from bot.nlu.hot_path.fit import FITS, check_source

REPLACES_SESSION = "e55aa13d9d4fb4bc"
REPLACES_FORMAT = "428795b944f22edb"
IDLE = 30.0
"""Seconds after which an unused connection is closed, before the action server does it."""


def install() -> None:
    """Replace EndpointConfig.session and RemoteAction._action_call_format."""
    if EndpointConfig.session is not _session:
        check_source(EndpointConfig.session, REPLACES_SESSION)
        EndpointConfig.session = _session  # type: ignore[assignment]
    if RemoteAction._action_call_format is not _call:
        check_source(RemoteAction._action_call_format, REPLACES_FORMAT)
        RemoteAction._action_call_format = _call  # type: ignore[assignment]


class _Lent:
    """A session that stays open when its user is done with it."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(self, *_: Any) -> None:
        return None


def _session(self: EndpointConfig) -> Any:
    loop = asyncio.get_running_loop()
    made_in, session = self.__dict__.get("_kept_session", (None, None))
    if session is None or made_in is not loop or session.closed:
        auth = self.basic_auth
        session = aiohttp.ClientSession(
            headers=self.headers,
            auth=aiohttp.BasicAuth(auth["username"], auth["password"]) if auth else None,
            timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE),
            trace_configs=[_named()],
        )
        self.__dict__["_kept_session"] = (loop, session)
    return _Lent(session)


def _named() -> aiohttp.TraceConfig:
    """Gives each call the id of the request it is made for."""

    async def name(_: Any, __: Any, call: aiohttp.TraceRequestStartParams) -> None:
        identity = REQUEST.get()
        if identity:
            call.headers[HEADER] = identity

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(name)
    return trace


def _call(self: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> Dict[str, Any]:
    state = tracker.current_state(EventVerbosity.NONE)
    state["events"] = []
    return {
        "next_action": self._name,
        "sender_id": tracker.sender_id,
        "tracker": state,
        "version": FITS,
        "domain": {},
    }
