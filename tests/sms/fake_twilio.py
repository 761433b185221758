"""Twilio's REST API for the tests: a server on loopback that keeps what it is asked."""

from typing import Any

from aiohttp import BasicAuth, web
from aiohttp.test_utils import TestServer

ACCOUNT = "AC" + "1" * 32
NUMBER = "+14105550100"


class FakeTwilio:
    """Set `failures` to what the next calls are answered with: (status, code) each."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.failures: list[tuple[int, int]] = []
        self.sent: list[dict[str, str]] = []
        self.redacted: list[str] = []
        self.deaf = False
        """Takes a text but answers nothing useful, as a connection that breaks."""
        app = web.Application()
        base = f"/2010-04-01/Accounts/{ACCOUNT}"
        app.router.add_post(f"{base}/Messages.json", self._send)
        app.router.add_get(f"{base}/Messages.json", self._list)
        app.router.add_post(f"{base}/Messages/{{sid}}.json", self._change)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(self.server.make_url("")).rstrip("/")

    def bodies(self) -> list[str]:
        """The texts that were sent."""
        return [one["Body"] for one in self.sent]

    def _refused(self, request: web.Request) -> web.Response | None:
        expected = BasicAuth(ACCOUNT, self.token).encode()
        if request.headers.get("Authorization") != expected:
            return web.json_response({"code": 20003, "message": "Authenticate"}, status=401)
        if self.failures:
            status, code = self.failures.pop(0)
            return web.json_response(
                {"code": code, "message": "no", "status": status}, status=status
            )
        return None

    async def _send(self, request: web.Request) -> web.Response:
        refused = self._refused(request)
        if refused:
            return refused
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.sent.append(form | {"sid": f"SM{len(self.sent) + 1:032d}"})
        if self.deaf:
            self.deaf = False
            assert request.transport
            request.transport.close()
        return web.json_response(self._message(self.sent[-1]), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        refused = self._refused(request)
        if refused:
            return refused
        to = request.query.get("To")
        found = [self._message(one) for one in self.sent if one["To"] == to]
        return web.json_response({"messages": found, "page": 0, "page_size": 20})

    async def _change(self, request: web.Request) -> web.Response:
        refused = self._refused(request)
        if refused:
            return refused
        form: Any = await request.post()
        assert form["Body"] == ""
        self.redacted.append(request.match_info["sid"])
        return web.json_response({"sid": request.match_info["sid"], "body": ""})

    def _message(self, one: dict[str, str]) -> dict[str, Any]:
        return {
            "sid": one["sid"], "account_sid": ACCOUNT, "to": one["To"], "from": one.get("From"),
            "body": one["Body"], "status": "queued", "error_code": None, "direction": "outbound-api",
        }  # fmt: skip
