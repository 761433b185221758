"""Front, assistant or actions alone, for a service manager that keeps each running by itself.

They speak to one another on loopback, so all three are on one machine or in one pod, and share
the data folder. `bot run` does the same with one command.
"""

import os
import sys
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from bot import ROOT
from bot.run import OF_RASA, ONE_THREAD, CannotStart, rasa_command, write_config
from bot.settings import BadSettings, Settings
from bot.trained import RASA_PYTHON, is_damaged, model_path, rasa_environment

ASSISTANT_PORT, ACTIONS_PORT = 5005, 5055
Part = Literal["front", "assistant", "actions"]


def serve(settings: Settings, part: Part) -> None:
    """Become this part of the assistant: signals and the exit code are its own.

    Raises CannotStart.
    """
    settings = settings.model_copy(update={"data_dir": settings.data_dir.absolute()})
    command, environment = command_of(settings, part)
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(ROOT)
    os.execve(command[0], command, environment)  # noqa: S606


def command_of(settings: Settings, part: Part) -> tuple[list[str], dict[str, str]]:
    """The command of a part and its environment. Raises CannotStart."""
    try:
        secret = settings.hop_secret
    except BadSettings as error:
        raise CannotStart(str(error)) from error
    actions_port = settings.actions_port or ACTIONS_PORT
    if part == "assistant":
        return _assistant(settings, secret, actions_port)
    given = {"BOT_DATA_DIR": str(settings.data_dir), "BOT_INNER_SECRET": secret}
    environment = dict(os.environ) | ONE_THREAD | given | {"PYTHONUNBUFFERED": "1"}
    module = "bot.front" if part == "front" else "actions"
    return [sys.executable, "-m", module], environment


def _assistant(
    settings: Settings, secret: str, actions_port: int
) -> tuple[list[str], dict[str, str]]:
    url = urlsplit(settings.assistant_url or f"http://127.0.0.1:{ASSISTANT_PORT}")
    if url.hostname not in {"127.0.0.1", "localhost"}:
        raise CannotStart(
            "The assistant listens on loopback only; BOT_ASSISTANT_URL must name 127.0.0.1."
        )
    model = model_path()
    for needed in (RASA_PYTHON, model):
        if not needed.exists():
            missing = Path(needed).relative_to(ROOT)
            raise CannotStart(f"{missing} is missing. Make it with: make install train")
    if is_damaged(model):
        raise CannotStart(
            f"The model {model.name} is damaged. Remove it, then make it with: make train"
        )
    try:
        endpoints, credentials = write_config(settings, secret, actions_port)
    except OSError as error:
        raise CannotStart(
            f"The data folder {settings.data_dir} can't be written ({error.strerror})."
        ) from error
    port = url.port or ASSISTANT_PORT
    command = rasa_command(model, port, endpoints, credentials)
    return command, rasa_environment() | ONE_THREAD | OF_RASA
