"""Parse messages with a trained pipeline; run by Rasa's own Python (see bench/intents.py).

Usage: inside_parse.py MODEL IN OUT. IN holds one JSON string a line; OUT gets one
[intent, confidence] a line.
"""

import asyncio
import json
import sys
from pathlib import Path

from rasa.core.agent import Agent


async def parsed(model: str, lines: list[str]) -> list[str]:
    """Parse every line with the model's pipeline, as the assistant does for a message."""
    agent = Agent.load(model)
    found = []
    for line in lines:
        intent = (await agent.parse_message(json.loads(line)))["intent"]
        found.append(json.dumps([intent["name"], intent["confidence"]]))
    return found


model, source, target = sys.argv[1:4]
lines = Path(source).read_text("utf-8").splitlines()
Path(target).write_text("\n".join(asyncio.run(parsed(model, lines))), "utf-8")
