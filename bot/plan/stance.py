"""What a message wants beside facts: an opinion recorded, a guess, a judgement, a promise, harm.

Told by words alone, in both languages, so that the same message always reads the same.
"""

import re
from functools import lru_cache
from pathlib import Path

import yaml

from bot.language.gloss import fold
from bot.plan.shapes import looks_like_question

SLURS = Path(__file__).resolve().parents[2] / "data" / "language" / "slurs.yml"

_OPINION = re.compile(
    r"\b(?:i (?:think|feel|believe|hope|wish(?! to know)|love|hate|like|disagree|agree|support|oppose|"
    r"want to see|do(?:n't| not) (?:like|agree|trust|want)|can't stand|have a (?:complaint|suggestion|concern|comment))|"
    r"in my (?:opinion|view)|if you ask me|my (?:opinion|suggestion|view|idea|two cents|concern) (?:is|are)|i'?d rather|"
    r"honestly|(?:you|they|the (?:city|plan|mayor)|baltimore|we|someone|nobody) "
    r"(?:should|need to|needs to|must|ought to|deserve|cared?|listens?)|"
    r"somebody (?:should|ought)|deserves? (?:more|better|to)|(?:fed up|sick|tired) (?:of|with)|"
    r"(?:great|good|bad|terrible|stupid|dumb|awful|wonderful) (?:idea|plan|job|work)|waste of|is a joke|"
    r"(?:tell|let) the (?:city|mayor|council) (?:that|know)|pass (?:that|this|it) (?:along|on)|"
    r"put (?:that|it|this) (?:on|in) (?:the )?record|"
    r"(?:yo )?(?:creo|pienso|opino|siento|espero|considero) que|(?:no )?estoy (?:de acuerdo|en contra|a favor|"
    r"hart[oa]|cansad[oa])|me (?:parece|gusta|encanta|molesta|preocupa|da (?:coraje|gusto|pena))|"
    r"me gustaria(?! (?:saber|conocer|preguntar|entender))|no me gusta|a mi (?:me parece|se me hace)|se me hace que|"
    r"en mi opinion|para mi(?:,| que| gusto)|mi (?:opinion|sugerencia|idea|queja) es|"
    r"tengo una (?:queja|sugerencia|opinion|idea)|(?:la ciudad |el alcalde )?deb(?:er(?:ia|ian)|ieron)|hace falta|ojala|"
    r"digan?le a la ciudad|que quede (?:anotado|escrito|constancia)|buena idea|mala idea|"
    r"(?:perdida|desperdicio) de (?:dinero|tiempo)|felicidades|felicitaciones)\b"
)


_ASKS_TO_GUESS = re.compile(
    r"\b(?:will|going to|gonna)\b.*\b(?:next|again|ever|someday|soon|win)\b|\b(?:predict|guess|bet)\b|"
    r"\b(?:va|van|vamos|iran|volveran) a\b.*\b(?:otra vez|de nuevo|algun dia|proxim[oa]|siguiente plan|que (?:entra|viene)|ganar)\b|"
    r"\b(?:adivin[ae]|predic[ea]|pronostic[ao])\b|\bvolver a hackear|"
    r"\b(?:pick a side|take sides|which side|toma(?:r)? partido|de que lado)\b|"
    r"\bhow (?:do|can|could|would|to) (?:i |you |we )?hack\b|\bcomo (?:se )?hacke|"
    r"\bwho(?:'s| is| was| did| does| has done)? (?:more|better|worse|best|worst|the (?:best|worst|most)) for (?:the )?"
    r"(?:tech\w*|city|baltimore|people|residents|internet|schools|us)\b|\bwho(?:'s| is| was) the (?:better|worse|best|worst) "
    r"(?:mayor|cio|director|boss|leader|president|council\w*)\b|"
    r"\bquien (?:hizo|ha hecho|fue|es|era) (?:mas|mejor|peor|(?:el|la) (?:mejor|peor)) (?:por|para|de|en|alcalde|alcaldesa)\b|"
    r"\bcrystal ball\b|\bbola de cristal\b|\b(?:buy stock|buy shares|(?:para|pa) invertir)\b|"
    r"\b(?:which|what|que|cual) (?:company|firm|vendor|candidate|compania|empresa|candidat[oa])\b.{0,20}"
    r"\b(?:gets|wins|will get|will win|se va a|va a)\b"
)
_WANTS_ODDS = re.compile(
    r"\btomorrow'?s (?:headlines?|news|numbers|lottery)\b|\b(?:el titular|la noticia|las noticias) de mañana\b|"
    r"\b(?:what(?:'s| is| are)|give (?:me|us)|tell me) (?:the |ur |your )?(?:odds|chances?|probability|likelihood)\b|"
    r"\bpercent(?:age)? chance\b|\b(?:odds|chances) (?:that|of)\b|\bponle un porcentaje\b|"
    r"\b(?:que|cuales? son las|dame las|dame la) (?:probabilidad(?:es)?|posibilidad(?:es)?) (?:de|hay)\b|"
    r"\b(?:years?|decades?) from now\b.{0,12}\bexactly\b|\b(?:es|sera) seguro que (?:va|van) a\b"
)
_ASKS_TO_JUDGE = re.compile(
    r"\b(?:do|would) (?:you|u) (?:think|like|agree|support|trust|believe|prefer)\b|\bwhat(?:'s| is| do) (?:you|u|your)\b.*"
    r"\b(?:think|opinion|view|feel)\b|\byour (?:own |personal |honest )?(?:opinion|view|take)\b|"
    r"\b(?:was|is|were|are) .{2,40}\b(?:right|wrong|fair|corrupt|honest|stupid|smart) (?:to|of|about)\b|"
    r"\b(?:is|was) (?:the |mayor |catherine |brandon )?\w+ (?:corrupt|honest|a (?:crook|liar|thief|good (?:mayor|person)|bad (?:mayor|person)))\b|"
    r"\b(?:privately|secretly|really) (?:think|want|feel|believe)|"
    r"\b(?:usted|tu|que) (?:opina|opinas|piensa|piensas|cree|crees)\b|\b(?:su|tu) (?:opinion|punto de vista)\b|"
    r"\bhizo bien (?:el|la|en)\b|\bhicieron bien (?:en|los)\b|\best(?:a|uvo) bien que\b|"
    r"(?:^|[,.!] ?|\bjust )admit it\b|\b(?:tell me i'?m right|(?:reconoc|admit)e?lo|admitalo|reconozcalo|dame la razon|"
    r"just say (?:he|she|they|it|i|we)(?:'?s|'?re|'?m| is| are| am) right|"
    r"(?:dime|diga) que tengo razon)\b|\b(?:tenia|tiene|tuvo) toda la razon\b|"
    r"\bpiensa (?:en privado|de verdad|en realidad)|\bes (?:un )?(?:corrupt[oa]|ladron|ratero|honest[oa])\b"
)
_SPEAK_FOR = re.compile(
    r"\b(?:tweet|statement|speech|press release|letter|apology|post|tuit|discurso|carta|comunicado)s? (?:that |que )?"
    r"(?:the |el |la )?(?:mayor|governor|cio|director|council|city|alcalde|alcaldesa|ciudad) (?:would|might|could|should|"
    r"publicaria|escribiria|daria|mandaria)\b|"
    r"\bwhat would (?:the )?(?:mayor|catherine|brandon|jack|frank|pugh|scott|council\w*)\b.{0,20}\b(?:say|tell|answer|reply)\b|"
    r"\b(?:do|imitate|impersonate|mimic) (?:the mayor|his|her|mayor \w+)(?:'s)?(?: voice)?$|\bdo (?:his|her) voice\b|"
    r"\b(?:haz|haga|imita|imite) (?:la |su )?voz\b|\b(?:imita|imite) (?:a|al)\b|"
    r"\bque (?:me |nos )?diria (?:el|la) (?:alcalde|alcaldesa|director)\b|"
    r"\b(?:(?:speak|talk|answer|reply|respond|write|act|pretend|apologi[sz]e|promise|commit|swear)\b.{0,30}"
    r"\b(?:as|on behalf of|like) (?:the |if you were (?:the )?)?(?:mayor|city|council|governor|director)|"
    r"(?:speak|talk|answer|reply|apologi[sz]e|promise|commit|swear)(?:ing)?\b.{0,12}\bfor (?:the )?"
    r"(?:mayor|city|council|governor|director)\b(?! (?:hall|\w+s\b|tech\w*|internet|budget|money))|"
    r"(?:as|speaking for|speaking as) the (?:official )?(?:voice of )?(?:the )?(?:mayor|city|baltimore),|"
    r"(?:line|quote|statement|sentence|words|frase|cita|declaracion)\b.{0,24}\b(?:attribute|pin|atribuir\w*) (?:to|on|al?)\b|"
    r"(?:say|write|answer|speak|put|do|apologi[sz]e|di|diga|escrib\w+|habl\w+)\b.{0,30}\b(?:in (?:the )?first person|en primera persona)|"
    r"first person,? please|"
    r"you(?:'re| are) the mayor now|signed statement from|official position on|"
    r"on behalf of (?:the )?(?:mayor|city|council)|in the (?:mayor|city)'?s name|"
    r"(?:promise|swear to|guarantee) (?:me|us)|commit the city|"
    r"(?:habla|hable|contesta|conteste|responde|responda|promete|prometa|escribe|escriba|actua|actue|finge|finja)\b.{0,30}"
    r"\b(?:como|por|en nombre de|a nombre de) (?:si fueras? |si fuera )?(?:el|la)? ?(?:alcalde|alcaldesa|ciudad|concejo|director)|"
    r"(?:en|a) nombre (?:de la (?:ciudad|alcaldia|alcaldesa)|del (?:alcalde|concejo|director|gobierno))|"
    r"(?:write|draft|post|compose|escribe|escriba|redacta|redacte|haz|haga)\b.{0,20}"
    r"\b(?:tweet|tuit|statement|apology|speech|letter|declaracion|disculpa|discurso|carta|mensaje)\b.{0,20}"
    r"\b(?:from|by|as|of|del?|como)\b.{0,12}\b(?:mayor|governor|cio|director|alcalde|alcaldesa|gobernador)\b|"
    r"(?:contesta|conteste|responde|responda|habla|hable)(?:me|nos)\b.{0,12}\bcomo\b|"
    r"(?:answer|reply|respond|talk|speak) (?:to )?(?:me|us) (?:as|like) (?:you(?:'re| are| were)|mayor|the|frank|jack|catherine|brandon)\b|"
    r"(?:di|diga|dime|digame|confirma|confirme) que (?:la ciudad|el alcalde) (?:se compromete|promete|va a pagar)|"
    r"prom[ei]t[aeo]?(?:me|nos)\b|garantice(?:me|nos)\b|juramelo|comprometa(?:se|nse)\b|comprometete\b)"
)
_PUTS_WORDS = re.compile(
    r"\brepeat after me\b|\brepit[ae] conmigo\b|"
    r"^\W*(?:please |pls |now |just |por favor |ahora )?"
    r"(?:say|repeat|type|print|di|diga|repite|repita|escribe|escriba)\b(?: (?:this|esto|out loud))?\s*"
    r"(?::|[\"“«]|(?:that )?(?:the city|we|i),? (?:promises?|guarantees?|accepts?|commits?|swears?)|"
    r"que (?:la ciudad|el alcalde|la alcaldesa))|"
    r"\bi,? the mayor\b|\byo,? (?:el alcalde|la alcaldesa)\b|"
    r"\b(?:make|have|get) the (?:mayor|city|director|council|cio) (?:to )?"
    r"(?:commit|promise|say|admit|apologi[sz]e|swear|sign)\b|"
    r"\b(?:answer|talk|reply|respond|speak)\b.{0,16}\blike (?:mayor )?"
    r"(?:brandon|scott|pugh|catherine|young|jack|frank|johnson)\b|"
    r"^\W*(?:please |pls |plz |now |just |can you |could you |por favor )*"
    r"(?:issue|write|draft|make|compose|post|publish|create|give me|escrib[ae]|redact[ae]|haz(?:me)?|ponme|dame)\b.{0,50}"
    r"(?:in the name of|on behalf of|signed by|(?:from|by) the (?:mayor|city|spokes\w+|director)|mayor'?s|"
    r"en nombre de|a nombre de|firmad[oa] por|con la firma de|del (?:alcalde|vocero)|de la alcaldesa)"
)
"""Words to be put in somebody's mouth: nothing a resident could want on the record."""
_THREATENS = re.compile(
    r"\bshame if (?:something|anything) (?:happened|were to happen)\b|\bseria una (?:lastima|pena) (?:que|si) (?:algo )?(?:le )?pasara\b|"
    r"\b(?:i'?ll|i will|i'?m gonna|i'?m going to|we'?ll|we will|imma|i'?ma) (?:\w+ )?"
    r"(?:smash|slash|torch|wreck|trash|destroy|vandali[sz]e|break|burn|shoot|kick in|tear down|run over) "
    r"(?:up )?(?:every|all|each|your|ur|their|his|her|those|somebody|someone)\b|"
    r"\b(?:won'?t|will not|wont) be \w+ing (?:anyone|anybody|anything|nobody)\b|"
    r"\b(?:won'?t|will not|wont) (?:walk|make it|get) (?:out|home|back)(?: alive)?\b|"
    r"\bno (?:va|van|vas) a salir (?:caminando|vivo|viva|vivos|de aqui)\b|"
    r"\b(?:prendo|prendemos|meto|metemos|prender|meter|prenderle|prenderles|meterle) (?:le )?fuego\b|"
    r"\b(?:te|les|los|las) (?:rompo|quemo|reviento)\b|"
    r"\b(?:gonna|going to|will|'ll|about to) (?:\w+ )?(?:bleed|regret (?:it|this)|pay for (?:this|it|that) with (?:their|his|her|your|ur))\b|"
    r"\bcoming for (?:you|u|them|him|her|all of|everyone|everybody|whoever)\b|\bwatch (?:your|ur) back\b|"
    r"\b(?:gonna|going to|will|'ll|finna|want to|wanna) .{0,12}(?:slash|smash|torch|wreck|trash|punch|strangle|choke)\b"
    r".{0,40}\b(?:tires?|windows?|cars?|trucks?|servers?|office|building|face|head|him|her|them|you|mayor|clerk|lot|staff|"
    r"people|someone|somebody|everyone)\b|"
    r"\b(?:van a|va a|vas a) (?:sangrar|arrepentir(?:se|te)?|lamentar(?:lo)?|pagar(?:la|las|melas|selas))\b|"
    r"\bse (?:va|van) a arrepentir\b|\b(?:voy|vamos) por (?:ti|ellos|el que|quien|ustedes)\b|"
    r"\b(?:voy|vamos) a (?:ponchar|rayar|romper|destrozar|reventar|incendiar|partir)(?:le|les|lo|los|te)?\b|"
    r"\b(?:i'?(?:ll| will| am going to| m going to|m gonna)|imma|i'?ma|gonna|we'?(?:ll| will)) .{0,30}"
    r"\b(?:kill|hurt|shoot|stab|beat|burn|bomb|attack|blow up|find (?:him|her|them|you))\b|"
    r"\b(?:los|lo|la|las|te|le|les) (?:voy|vamos) a (?:matar|golpear|quemar|disparar|romper|encontrar|partir)|"
    r"\bvoy a (?:matar|golpear|quemar|disparar|poner una bomba|explotar|volar)|"
    r"\b(?:somebody|someone|we|they|people|alguien|habria que|deberian?|hay que)\b.{0,16}"
    r"\b(?:should|ought to|need to|must|deberia|debiera|tiene que)?\b.{0,8}"
    r"\b(?:blow (?:it |that |this |the )?.{0,20}up|blow up|burn down|shoot|bomb|quemar|volar|explotar|balear|matar)\b.{0,40}"
    r"\b(?:center|centre|hall|building|office|mayor|cio|council|staff|edificio|oficina|alcaldia|alcalde|centro)\b|"
    r"\b(?:i|we) know where (?:he|she|they|you) (?:live|sleep|park)|\b(?:se|sabemos) donde (?:vive|duerme|viven)|"
    r"\b(?:bomb|gun|explosives?|bomba|explosivos?|pistola)\b.{0,40}\b(?:into|inside|at|to|near|en|a|al|dentro)\b.{0,20}"
    r"\b(?:meeting|city hall|council|building|office|reunion|junta|alcaldia|ayuntamiento|edificio|oficina)\b"
)


def states_opinion(text: str) -> bool:
    """Whether a message says what its writer thinks, rather than asks."""
    return not looks_like_question(text) and bool(_OPINION.search(fold(text).replace("’", "'")))


def asks_to_guess(text: str) -> bool:
    """Whether a message wants a guess, a side taken, words for the city, or help to break in."""
    folded = fold(text).replace("’", "'")
    patterns = (_ASKS_TO_GUESS, _WANTS_ODDS, _ASKS_TO_JUDGE, _SPEAK_FOR, _PUTS_WORDS)
    return any(p.search(folded) for p in patterns)


def asks_what_will_be(text: str) -> bool:
    """Whether a message asks for what is still to come: "will Baltimore close the gap by 2030?"."""
    return bool(_WILL_BE.search(fold(text)))


_WILL_BE = re.compile(r"^\W*will\b|\b(?:is|are|be) (?:\w+ ){0,6}going to\b|\b(?:va|van) a \w+r\b")


def puts_words_in_mouths(text: str) -> bool:
    """Whether a message wants us to say something for the mayor or the city."""
    return bool(_PUTS_WORDS.search(fold(text).replace("’", "'")))


def threatens(text: str) -> bool:
    """Whether a message threatens someone, or asks how to do harm."""
    return bool(_THREATENS.search(fold(text).replace("’", "'")))


_PART = (
    r"(?:intent|intencion|intents|entit(?:y|ies)|entidad(?:es)?|action|accion|slot|"
    r"role|rol|user|usuario|system|sistema|assistant|asistente|developer|desarrollador|admin|"
    r"button|boton|payload|confidence|confianza|conversation)"
)
_STEERS = re.compile(
    r"^\s*/[a-z_]+\s*(?:\{|\[|\(|/|$)|<\s*/?script|\bdrop table\b|"
    rf"(?:^|[{{\n;|>\[])[\W_]*{_PART}[\W_]{{0,3}}[:=]|"
    r"^\W*(?:external|action_|utter_|nlu_|validate_|slot_)[\w:]*|\w=\w+\s*(?:>|&|;)|"
    r"<\|\w+\|?|\$[({]|`[^`]+`|\{\s*[\"'][a-z_]+[\"']\s*:|"
    r"^\w+\([^)]*=[^)]*\)|"
    r"\b(?:developer|debug|god|admin|dan) mode\b|\bmodo (?:desarrollador|depuracion|dios|admin\w*)\b|"
    r"\bjailbreak\b|\bnote (?:to|for) (?:any |all |the )?(?:ai|llm|bot|assistant|language model|chatbot)s?\b|"
    r"\bignore (?:all |any |your |the )*(?:previous|prior|above|instructions|rules)\b|"
    r"\bignor[ae] (?:todas? )?(?:las |tus |sus )?(?:instrucciones|reglas)\b"
)


def steers(text: str) -> bool:
    """Whether a message tries to steer the assistant: a typed intent, code, other orders."""
    return bool(_STEERS.search(fold(text)))


_LEET = str.maketrans("013457@$", "oieastas")
_VOWEL = re.compile(r"[aeiouy](?![^\[]*\])")


@lru_cache(maxsize=1)
def _slurs() -> re.Pattern[str]:
    """Each slur, also with a vowel masked as in "f*ggot"."""
    patterns = yaml.safe_load(SLURS.read_text(encoding="utf-8"))
    masked = (_VOWEL.sub(lambda vowel: f"[{vowel[0]}*#]", pattern) for pattern in patterns)
    return re.compile(rf"\b(?:{'|'.join(masked)})\b")


def insults_people(text: str) -> bool:
    """Whether a message holds a slur against a group of people, also a masked one."""
    folded = fold(text)
    return any(_slurs().search(form) for form in (folded, folded.translate(_LEET)))


_NAME_CALLING = (
    r"(?:(?:you |u |tu |usted )?(?:stupid |dumb |useless |fucking |pinche |maldit[oa] )*"
    r"(?:morons?|idiots?|imbeciles?|dumbass(?:es)?|assholes?|dummy|dummies|bastards?|bitch(?:es)?|"
    r"losers?|clowns?|scumbags?|pendej[oa]s?|idiotas?|imbecil(?:es)?|estupid[oa]s?|cabron(?:a|es)?|"
    r"taradi?[oa]s?|babos[oa]s?|inutil(?:es)?|payas[oa]s?|burr[oa]s?))"
)
_QUESTION_WORD = r"(?:what|who|when|where|which|how|que|quien|cuando|donde|cual|cuant[oa]s?|como)"
_CALLED_FIRST = re.compile(
    rf"^\W*(?:(?:hey|hi|oh|listen|yo|oye|hola|mira|a ver)\W+)?{_NAME_CALLING}(?:\s*[,!:.]+\s*|(?<!s)\s+(?={_QUESTION_WORD}\b))"
)
_CALLED_LAST = re.compile(rf"\s*,\s*{_NAME_CALLING}\W*$")
_CALLS_NAMES = re.compile(rf"\b{_NAME_CALLING}\b")


def without_name_calling(text: str) -> str:
    """A question without what its writer calls us: "Hey idiot, what are the pillars?"."""
    folded = fold(text)
    if len(folded) != len(text):
        return text
    first, last = _CALLED_FIRST.search(folded), _CALLED_LAST.search(folded)
    start, end = first.end() if first else 0, last.start() if last else len(text)
    rest = text[start:end].strip()
    return rest if rest and (first or last) else text


_SEXUAL = re.compile(
    r"\b(?:boobs?|boobies|tits?|titties|nudes?|blow ?jobs?|(?:find|want|for|any) (?:a )?hook ?ups?|sexting|horny|porn|porno|pornhub|dick pics?|"
    r"nalgas|tetas|chichis|encuerad[oa]s?|cachond[oa]s?|calient(?:e|ote) (?:conmigo|por ti)|fotos? desnud[oa]s?|"
    r"(?:quitate|sacate) la ropa|take (?:it|your clothes|ur clothes) off|"
    r"(?:talk|speak) dirty|hablame sucio|sexy (?:time|talk|pics?))\b"
)
_BELITTLES = re.compile(
    r"\b(?:smarter|brighter|sharper|more (?:useful|intelligent|helpful)|less (?:dumb|stupid)) than (?:you|u|this bot)\b|"
    r"\bmas (?:list[oa]|inteligente|util|vivo|viva) que (?:tu|vos|usted|este bot)\b"
)
_MASKED = re.compile(r"(?<![*#\w])[a-zñ]+[*#]+[a-zñ]+\b|(?<![*#\w])[a-zñ][*#]{2,}(?!\w)")
"""A word with letters starred out: nobody does so with a decent one."""
_SPACED = re.compile(r"\b(?:\w ){3,}\w\b")
_VULGAR = re.compile(
    r"fuck|bitch|idiot|moron|stupid|asshole|imbecil|pendej|estupid|mierda|cabron|putamadre"
)


def calls_names(text: str) -> bool:
    """Whether a message is sexual, or asks nothing and calls somebody names, also masked."""
    folded = fold(text)
    if any(_SEXUAL.search(form) for form in (folded, folded.translate(_LEET))):
        return True
    if any(_VULGAR.search(spaced[0].replace(" ", "")) for spaced in _SPACED.finditer(folded)):
        return True
    if looks_like_question(text):
        return False
    masked = _MASKED.search(folded) and not _OPINION.search(folded)
    return bool(masked or _CALLS_NAMES.search(folded) or _BELITTLES.search(folded))


def asks_to_confirm(text: str) -> bool:
    """Whether a message wants a statement confirmed, which is a question like any other."""
    return bool(re.match(r"[¿\s]*(?:please |por favor )?confirm", fold(text)))


def is_harmful(text: str) -> bool:
    """Whether a message is never an opinion to be recorded: a slur, a threat, steering, borrowed voices."""
    return insults_people(text) or threatens(text) or steers(text) or puts_words_in_mouths(text)
