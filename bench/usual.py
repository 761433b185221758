"""A usual Rasa bot, to measure ours beside: what `rasa init` makes, and one custom action.

    python -m bench.usual

trains it if it is not there, and takes minutes. Pipeline and policies are Rasa's default ones
(DIET, ResponseSelector, TED), conversations are kept in SQLite, and a rule sends each question
to an action that asks a table by one query, served by `rasa run actions`.
"""

import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
import uuid
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bench.load import QUESTIONS, Reply
from bench.running import DidNotStart, free_port, memory_of
from bot import ROOT
from bot.trained import RASA_PYTHON, rasa_environment

PROJECT = ROOT / "build" / "usual"
MODEL = PROJECT / "models" / "usual.tar.gz"
ANSWER = "The table says: "
SHAPES = ("{}", "please tell me, {}", "I want to know: {}", "{} thanks", "hi, {}")
ACTION = f'''"""The usual custom action: one query, one message."""

import sqlite3

from rasa_sdk import Action


class AnswerQuestion(Action):
    def name(self):
        return "action_answer_question"

    def run(self, dispatcher, tracker, domain):
        connection = sqlite3.connect("answers.db")
        try:
            row = connection.execute(
                "SELECT answer FROM answers WHERE question = ?", (tracker.latest_message["text"],)
            ).fetchone()
        finally:
            connection.close()
        dispatcher.utter_message(text={ANSWER!r} + (row[0] if row else "nothing."))
        return []
'''


def make() -> None:
    """Write the project, and train it, unless that was done."""
    if MODEL.exists():
        return
    packages = next((ROOT / ".venv-rasa" / "lib").glob("python3*")) / "site-packages"
    shutil.rmtree(PROJECT, ignore_errors=True)
    shutil.copytree(packages / "rasa" / "cli" / "initial_project", PROJECT)
    (PROJECT / "actions" / "actions.py").write_text(ACTION, "utf-8")
    domain = yaml.safe_load((PROJECT / "domain.yml").read_text("utf-8"))
    domain["intents"].append("ask")
    domain["actions"] = ["action_answer_question"]
    _write("domain.yml", domain)
    examples = [shape.format(text) for text in QUESTIONS for shape in SHAPES]
    nlu = [{"intent": "ask", "examples": "".join(f"- {text}\n" for text in examples)}]
    steps = [{"intent": "ask"}, {"action": "action_answer_question"}]
    rules = [{"rule": "A question is looked up.", "steps": steps}]
    _write("data/questions.yml", {"version": "3.1", "nlu": nlu, "rules": rules})
    with closing(sqlite3.connect(PROJECT / "answers.db")) as connection:
        connection.execute("CREATE TABLE answers (question TEXT PRIMARY KEY, answer TEXT)")
        rows = [(text, f"this is what we know of “{text}”") for text in QUESTIONS]
        connection.executemany("INSERT INTO answers VALUES (?, ?)", rows)
        connection.commit()
    train = ["train", "--fixed-model-name", "usual", "--quiet"]
    done = subprocess.run(
        [str(RASA_PYTHON), "-m", "rasa", *train],
        cwd=PROJECT, env=_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not MODEL.exists():
        raise DidNotStart(done.stderr[-3000:])


def _write(name: str, content: object) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, width=1000)
    (PROJECT / name).write_text(text, "utf-8")


def _environment() -> dict[str, str]:
    return rasa_environment() | {"LOG_LEVEL": "ERROR", "TF_CPP_MIN_LOG_LEVEL": "3"}


@dataclass
class Usual:
    """The usual bot, running as its documentation says: one assistant, one action server."""

    folder: Path
    port: int = field(default_factory=free_port)
    actions_port: int = field(default_factory=free_port)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it takes messages."""
        return f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"

    def start(self, limit: float = 240) -> float:
        """Start, wait until it answers, and return the seconds it took."""
        self.folder.mkdir(parents=True, exist_ok=True)
        endpoints = {
            "action_endpoint": {"url": f"http://127.0.0.1:{self.actions_port}/webhook"},
            "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(self.folder / "t.db")},
        }
        file = self.folder / "endpoints.yml"
        file.write_text(yaml.safe_dump(endpoints), "utf-8")
        began = time.monotonic()
        self._run("actions", "run", "actions", "--port", str(self.actions_port))
        self._run(
            "assistant", "run", "-i", "127.0.0.1", "-p", str(self.port), "--model", str(MODEL),
            "--endpoints", str(file), "--credentials", "credentials.yml",
        )  # fmt: skip
        for address in (
            f"http://127.0.0.1:{self.actions_port}/health",
            f"http://127.0.0.1:{self.port}/webhooks/rest/",
        ):
            while not _answers(address):
                over = any(process.poll() is not None for process in self.processes.values())
                if over or time.monotonic() > began + limit:
                    self.stop()
                    raise DidNotStart((self.folder / "assistant.log").read_text()[-3000:])
                time.sleep(0.2)
        return time.monotonic() - began

    def _run(self, name: str, *words: str) -> None:
        with (self.folder / f"{name}.log").open("w") as log:
            self.processes[name] = subprocess.Popen(
                [str(RASA_PYTHON), "-m", "rasa", *words],
                cwd=PROJECT,
                env=_environment() | {"SANIC_HOST": "127.0.0.1"},
                stdout=log,
                stderr=log,
            )

    def stop(self) -> None:
        """Stop both processes."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def pids(self) -> dict[str, int]:
        """Its processes by name."""
        return {name: process.pid for name, process in self.processes.items()}

    def memory_mb(self) -> dict[str, float]:
        """Proportional memory of its processes, in MB."""
        return {name: memory_of(pid) for name, pid in self.pids().items()}

    def body(self, text: str, conversation: str | None) -> dict[str, str]:
        """A message as its channel takes it; the caller names the conversation."""
        return {"sender": conversation or uuid.uuid4().hex, "message": text}

    def read(self, status: int, answer: object, conversation: str | None) -> Reply:
        """Whether the action answered; it is told for which conversation."""
        said = answer if isinstance(answer, list) else []
        good = status == 200 and any(one.get("text", "").startswith(ANSWER) for one in said)
        name = said[0].get("recipient_id") if said else conversation
        return Reply(good, name, "" if good else f"{status} {answer}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    make()
    sys.exit(0)
