"""The changes to Rasa: what they replace is what was read, and what comes out is the same."""

import asyncio
import sys
from pathlib import Path

import rasa
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import UserMessage
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.nlu import hot_path
from bot.nlu.channel import FrontChannel, plain
from bot.nlu.hot_path import fit, log_copies
from bot.trained import model_path

FOLDER = Path(sys.argv[1])
TEXTS = [
    "what are the five pillars?",
    "hello",
    "cuándo empezó el plan",
    "asdf",
    "I want to comment",
]
STORAGE = FOLDER / "model"
STORAGE.mkdir()  # else Rasa moves the first component to its place
metadata, runner = load_predict_graph_runner(
    STORAGE, model_path(), LocalModelStorage, DaskGraphRunner
)
domain = metadata.domain


def talk(*events: Event) -> DialogueStateTracker:
    begin = [ActionExecuted("action_session_start"), SessionStarted()]
    return DialogueStateTracker.from_events("a", [*begin, *events], slots=domain.slots)


def understood() -> list:
    found = []
    for text in TEXTS:
        message = [UserMessage(text)]
        inputs = {PLACEHOLDER_MESSAGE: message, PLACEHOLDER_TRACKER: talk()}
        result = runner.run(inputs=inputs, targets=[metadata.nlu_target])[metadata.nlu_target][0]
        found.append(result.as_dict(only_output_properties=True))
    return found


def predicted() -> list:
    """What follows every intent: at once, after its action, and inside the form."""
    found = []
    for intent in domain.intents:
        said = UserUttered("text", {"name": intent, "confidence": 1.0})
        listen = ActionExecuted("action_listen")
        form = [ActionExecuted("comment_form"), ActiveLoop("comment_form"),
                SlotSet("requested_slot", "comment_topic")]  # fmt: skip
        for events in (
            [listen, said],
            [listen, said, ActionExecuted("action_answer")],
            [listen, said, ActionExecuted("action_small_talk")],
            [listen, said, *form],
            [*form, listen, said],
        ):
            target = metadata.core_target
            result = runner.run(inputs={PLACEHOLDER_TRACKER: talk(*events)}, targets=[target])
            made = result[target]
            found.append((intent, list(made.probabilities), made.policy_name, made.events))
    return found


before = understood(), predicted()
hot_path.install()
hot_path.install()  # a second time changes nothing
for _ in range(2):  # the second time from what is remembered
    assert (understood(), predicted()) == before

action = RemoteAction("action_answer", None)
assert action._validate_action_result({"events": [], "responses": [{"text": "hi"}]})
assert action._validate_action_result(
    {"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": None}], "responses": []}
)
for bad in ([], {"events": "none"}, {"responses": [1]}, {"events": [{"event": "nonsense"}]},
            {"events": [{"event": "slot", "value": 1}]}):  # fmt: skip
    try:
        action._validate_action_result(bad)
    except ValidationError:
        continue
    raise AssertionError(f"{bad} was taken")

assert Event.resolve_by_type("slot") is SlotSet
try:
    Event.resolve_by_type("nonsense")
except ValueError:
    pass
else:
    raise AssertionError("an event of no kind was made")


async def sessions() -> None:
    endpoint = EndpointConfig("http://127.0.0.1:1", headers={"X-Bot-Secret": "s"})
    async with endpoint.session() as first:
        assert first.headers["X-Bot-Secret"] == "s"
    async with endpoint.session() as second:
        assert second is first and not second.closed
    async with EndpointConfig("http://127.0.0.1:1").session() as other:
        assert other is not first
    await first.close()
    await other.close()


asyncio.run(sessions())

sent = action._action_call_format(talk(SlotSet("focus", ["five-pillars"])), domain)
assert sent["tracker"]["slots"]["focus"] == ["five-pillars"]
assert sent["domain"] == {}
assert sent["tracker"]["events"] == []

for replaced in (MessageProcessor.handle_message, RulePolicy._predict):
    try:
        fit.check_source(replaced, "of another version")
    except hot_path.WrongRasa:
        continue
    raise AssertionError("another source was taken")
try:
    log_copies.check(sys.modules["rasa.shared.core.domain"])  # copies more than it logs
except hot_path.WrongRasa:
    pass
else:
    raise AssertionError("copies that matter were taken for those of a log")

version = rasa.__version__
try:
    rasa.__version__ = "3.6.99"
    hot_path.install()
except hot_path.WrongRasa as error:
    assert "3.6.99" in str(error)
else:
    raise AssertionError("another Rasa was taken")
finally:
    rasa.__version__ = version

try:
    FrontChannel.from_credentials({})
except ValueError:
    pass
else:
    raise AssertionError("a channel without a secret was made")

for text in ("/restart", "  /affirm", "//x", "/give_comment{}"):
    assert not plain(text).startswith("/"), text
assert plain("and/or") == "and/or"
print("hot path: good")
