"""Serve the actions on loopback: python -m actions. The front and residents never call this."""

import hmac
import inspect
import sys
import time
import warnings
from typing import Any

from rasa_sdk import Action
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic, response
from sanic.request import Request

from actions import answers, comment_status, comments, small_talk
from actions.services import services
from bot import logs
from bot.comments.store import StoreUnavailable
from bot.language.encoder import DamagedEncoder
from bot.plan.load import BadKnowledge
from bot.settings import BadSettings, load

DEFAULT_PORT = 5055


def make_app(secret: str) -> Sanic[Any, Any]:
    """The action server's application; every call but /health needs the shared secret."""
    executor = ActionExecutor()
    for module in (answers, comment_status, comments, small_talk):
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Action) and kind.__module__ == module.__name__:
                executor.register_action(kind)
    app: Sanic[Any, Any] = create_app(executor)
    expected = secret.encode()

    @app.on_request
    async def under_its_id(request: Request) -> None:
        request.ctx.began = time.monotonic()
        logs.REQUEST.set(logs.good_id(request.headers.get(logs.HEADER)))

    @app.on_request
    async def only_the_assistant(request: Request) -> Any:
        if request.path == "/health":
            return None
        given = request.headers.get("x-bot-secret", "").encode(errors="replace")
        if not hmac.compare_digest(given, expected):
            return response.json({"error": "forbidden"}, status=403)
        return None

    @app.on_response
    async def told(request: Request, answered: Any) -> None:
        if request.path != "/health":
            took = round((time.monotonic() - request.ctx.began) * 1000)
            logs.tell("action", status=answered.status, ms=took)

    @app.after_server_stop
    async def close(_: Any) -> None:
        await services().store.close()

    return app


def main() -> int:
    """Load everything, then serve; one clear line and exit code 1 if something is missing."""
    # This SDK serves this Rasa: tested by tests/dialogue.
    warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk")
    try:
        settings = load()
        logs.begin("actions", settings.log_format, settings.log_level, libraries="warning")
        secret = settings.inner_secret
        if secret is None:
            print("The action server needs BOT_INNER_SECRET; `bot run` sets it.", file=sys.stderr)
            return 1
        services()
    except (BadSettings, BadKnowledge, DamagedEncoder, StoreUnavailable) as error:
        print(error, file=sys.stderr)
        return 1
    app = make_app(secret.get_secret_value())
    port = settings.actions_port or DEFAULT_PORT
    app.run(
        host="127.0.0.1", port=port, single_process=True, access_log=False, motd=False, debug=False
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
