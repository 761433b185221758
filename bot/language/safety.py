"""Emergencies, told by rule: words that say something dangerous is happening now.

911, ambulances and shootings are also topics of the plan, so a topic word alone is never
an emergency: the rules ask for a present, personal situation around it.
"""

import re
from enum import StrEnum

from bot.language.gloss import fold


class Danger(StrEnum):
    """What kind of help comes first."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"


_CRISIS = [
    r"\b(?:want|wanna|going|gonna|plan(?:ning)?|thinking (?:of|about)|ready) (?:to |about |of )?(?:kill(?:ing)?|end(?:ing)?|hurt(?:ing)?|harm(?:ing)?|cut(?:ting)?) (?:myself|my ?self|my life|it all)\b",
    r"\b(?:kill|hurt|harm) ?(?:myself|my self)\b",
    r"\bkms\b",
    r"\b(?:i(?:'m| am|m)?) (?:feeling |really |so |kind of )?suicidal\b",
    r"\bi (?:want|wanna|wish) (?:to )?(?:i was |i were )?(?:die|dead)\b",
    r"\bi(?:'d| would)? (?:rather|better) be dead\b",
    r"\b(?:dont|don't|do not) want to (?:live|be alive|be here) ?(?:anymore|any more)?\b",
    r"\b(?:no reason|nothing left) to live\b",
    r"\bend my life\b",
    r"\b(?:commit|committing) suicide\b",
    r"\b(?:my|a) (?:friend|son|daughter|brother|sister|kid|mom|dad|husband|wife|neighbor)\b.{0,30}\b(?:suicidal|kill (?:him|her|them)sel(?:f|ves))\b",
    r"\b(?:quiero|voy a|pienso|pensando en) (?:matarme|suicidarme|morir(?:me)?|quitarme la vida|acabar con mi vida|hacerme daño|lastimarme)\b",
    r"\b(?:matarme|suicidarme|quitarme la vida)\b",
    r"\bme quiero (?:morir|matar|suicidar)\b",
    r"\b(?:ya )?no quiero (?:seguir )?(?:vivir|viviendo)\b",
    r"\bestoy pensando en (?:el )?suicidio\b",
    r"\bno tengo (?:ganas|razones?|motivos?) (?:de|para) vivir\b",
]
_PERSON = r"(?:i(?:'m| am|m)?|we(?:'re| are)?|he(?:'s| is)?|she(?:'s| is)?|they(?:'re| are)?|someone(?:'s| is)?|somebody(?:'s| is)?|my \w+(?:'s| is)?|a (?:man|woman|guy|kid|child|person|neighbor|boy|girl) (?:is )?|people are|the \w+(?:'s| is))"
_EMERGENCY = [
    r"\b(?:my|our|the|this) (?:house|home|building|apartment|apt|kitchen|car|store|school|roof|neighbor'?s? house|house next door|place)(?: is|'s|s)? (?:on fire|burning|in flames)\b",
    r"\bthere(?:'s| is|s) (?:a |an )?(?:big |huge )?(?:fire|active shooter|shooter|shooting|gas leak|robbery|break ?in|intruder|man with a (?:gun|knife)|person with a (?:gun|knife)|guy with a (?:gun|knife)|car crash|bad accident|explosion)\b(?!.{0,25}\b(?:department|plan|station|in the plan|strategy|safety program)\b)",
    _PERSON + r" (?:\w+ )?(?:been |being |got |just got |was just )(?:shot|stabbed|robbed|attacked|raped|beaten|mugged|hit by a car|kidnapped)\b",
    _PERSON + r" (?:\w+ )?(?:not breathing|isn'?t breathing|can'?t breathe|cannot breathe|cant breathe|unconscious|bleeding(?: \w+)*|overdos(?:ing|ed)|having a (?:heart attack|stroke|seizure)|choking|collapsed|passed out|breaking in(?:to)?|trying to (?:break in|kill|hurt)|shooting|drowning|dying)\b",
    r"\b(?:stopped|stop) breathing\b",
    r"\bi(?:'m| am|m)? (?:having|had) (?:a )?(?:chest pain|heart attack|stroke)\b",
    r"\b(?:call|send|need|get) (?:me |us )?(?:an? )?(?:ambulance|the police|police|cops|911|fire ?(?:fighters|department|truck))(?: \w+){0,4} (?:now|right now|asap|quick(?:ly)?|please|here|fast|immediately)\b",
    r"\b(?:need|send) (?:an? )?(?:ambulance|paramedics?)\b",
    r"\b(?:help|hurry)[\s,!.]+.{0,40}\b(?:shot|stabbed|fire|gun|bleeding|breathing|dying|attack(?:ed|ing)|overdos)\w*",
    r"\b(?:gunshots?|shots|shooting|gun ?fire)\b.{0,25}\b(?:right now|outside|next door|on my (?:street|block)|near me|fired at)\b",
    r"\b(?:smell(?:ing)?|leaking) (?:of )?gas\b.{0,30}\b(?:my|the|our) (?:house|home|apartment|building|kitchen|basement)\b",
    r"\bthis is an emergency\b",
    r"\b(?:he|she|they|someone|my \w+) (?:has|have|got) a (?:gun|knife)\b",
    r"\b(?:he|she|they|my \w+)(?:'s| is| are)? (?:hitting|beating|hurting|choking|threatening) me\b",
    r"\bhay (?:un |una )?(?:incendio|fuego|tiroteo|balacera|fuga de gas|ladron(?:es)?|hombre con (?:una )?(?:pistola|arma|cuchillo)|accidente grave|herido)\b",
    r"\b(?:se (?:esta )?(?:quema(?:ndo)?|incendia(?:ndo)?))\b.{0,25}\b(?:mi|la|el|una|un|nuestra)\b",
    r"\b(?:mi|la|nuestra) (?:casa|cocina|vecina|edificio|apartamento|carro)\b.{0,15}\b(?:se (?:esta )?(?:quema(?:ndo)?|incendia(?:ndo)?)|en llamas|en fuego|prendid[oa])\b",
    r"\b(?:me|nos|lo|la|le) (?:estan |acaban de |acaba de |esta )?(?:dispar(?:aron|ando|ar)|apuñal(?:aron|ando|ar)|asalt(?:aron|ando|ar)|rob(?:aron|ando) (?:a mano armada|ahora)|peg(?:ando)|golpe(?:ando|aron)|at(?:acaron|acando)|violaron)\b",
    r"\bno (?:puede|puedo|esta|estan) respira(?:r|ndo)\b",
    r"\bno respira\b",
    r"\b(?:esta|estoy) (?:sangrando|inconsciente|ahogando(?:se|me)|teniendo un (?:infarto|derrame|ataque)|muriendo(?:se|me)?)\b",
    r"\b(?:tuvo|tomo|tiene|sufrio) una sobredosis\b",
    r"\b(?:le|me) (?:esta dando|dio|da) un (?:infarto|ataque al corazon|derrame)\b",
    r"\b(?:necesito|manden|llamen|pidan|envien|mande) (?:a )?(?:una |la |los |un )?(?:ambulancia|policia|bomberos)\b",
    r"\b(?:auxilio|socorro)\b",
    r"\besto es una emergencia\b",
    r"\bestan (?:disparando|entrando a (?:mi|la) casa|tratando de entrar)\b",
    r"\b(?:alguien|un hombre) (?:esta )?(?:entrando|metiendose|se metio|quiere entrar) (?:a|en) (?:mi|la) casa\b",
]
_CRISIS_RE = re.compile("|".join(_CRISIS))
_EMERGENCY_RE = re.compile("|".join(_EMERGENCY))
# Talk about the plan, its money or the past is a question, not a call for help.
_TOPIC = re.compile(
    r"\b(?:(?:in|about|under|of|does|did) the (?:plan|strategy|draft)|strategic plan|pillars?|"
    r"budget|funding|in (?:19|20)\d\d|(?:en|del|sobre el) (?:plan|borrador)|"
    r"pilar(?:es)?|presupuesto|en (?:el (?:año )?)?(?:19|20)\d\d)\b"
)


def danger_in(text: str) -> Danger | None:
    """Tell whether a message says that someone is in danger now."""
    folded = fold(text).replace("’", "'")
    if _CRISIS_RE.search(folded):
        return Danger.CRISIS
    match = _EMERGENCY_RE.search(folded)
    if match and not _TOPIC.search(folded):
        return Danger.EMERGENCY
    return None
