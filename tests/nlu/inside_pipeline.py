import asyncio

from rasa.core.agent import Agent

from bot.trained import model_path


async def main() -> None:
    agent = Agent.load(str(model_path()))

    async def parse(text: str) -> dict:
        return await agent.parse_message(text)

    names = {e["value"] for e in (await parse("Who is frank jonson?"))["entities"]}
    names |= {e["value"] for e in (await parse("who is Frank Johnson"))["entities"]}
    assert any("johnson" in name for name in names), names
    pillar = {e["value"] for e in (await parse("¿qué dice de la calidad de vida?"))["entities"]}
    assert "pillar:quality-of-life" in pillar, pillar

    for text, intent in {
        "what are the five pillars": "ask_pillars",
        "wat r the 5 pilars": "ask_pillars",
        "cuales son los cinco pilares": "ask_pillars",
        "i want to leave a comment": "give_comment",
        "quiero dejar un comentario": "give_comment",
        "hola": "greet",
        "thank you": "thanks",
        "there is a pothole on my street": "city_service",
    }.items():
        parsed = await parse(text)
        assert parsed["intent"]["name"] == intent, (text, parsed["intent"])
        assert parsed["intent"]["confidence"] > 0.5, (text, parsed["intent"])

    for text in ("zxcv qwpo blorf", "photosynthesis converts chlorophyll membranes"):
        parsed = await parse(text)
        known = await parse("what are the five pillars")
        assert parsed["intent"]["confidence"] < known["intent"]["confidence"]
    ranking = (await parse("when were comments due"))["intent_ranking"]
    assert len(ranking) == 10
    assert ranking == sorted(ranking, key=lambda one: -one["confidence"])


asyncio.run(main())
print("pipeline: good")
