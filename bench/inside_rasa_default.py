"""Runs in Rasa's environment: train a given configuration, and tell the intent of every text.

python inside_rasa_default.py CONFIG DATA TEXTS.json INTENTS.json
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

import rasa
from rasa.core.agent import Agent
from rasa.model_training import train_nlu


async def intents(model: str, texts: list) -> dict:
    """The intent of each text."""
    agent = Agent.load(model)
    return {text: (await agent.parse_message(text))["intent"]["name"] for text in texts}


def main() -> None:
    """Train, ask, and write what was told."""
    config, data, texts, result = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        model = train_nlu(config, data, folder)
        told = asyncio.run(intents(model, json.loads(Path(texts).read_text("utf-8"))))
    found = {"rasa": rasa.__version__, "intents": told}
    Path(result).write_text(json.dumps(found, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
