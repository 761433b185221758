import rasa
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.nlu import hot_path
from bot.nlu.channel import FrontChannel, plain

hot_path.install()
action = RemoteAction("action_answer", None)
assert action._validate_action_result({"events": [], "responses": [{"text": "hi"}]})
assert action._validate_action_result(
    {"events": [{"event": "slot", "name": "a", "value": 1, "timestamp": None}], "responses": []}
)
for bad in ({"events": "none"}, {"responses": [1]}, {"events": [{"event": "nonsense"}]}):
    try:
        action._validate_action_result(bad)
    except ValidationError:
        continue
    raise AssertionError(f"{bad} was taken")

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
