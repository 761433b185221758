"""The words of messages that reach residents and staff apart from a conversation; tests compare."""

WORDS = {
    "en": {
        "reply_subject": "The city answered your comment {receipt}",
        "reply_email": "Hello,\n\nyou left the comment {receipt} on Baltimore's digital plan and "
        "asked to be told of the answer. City staff wrote:\n\n{reply}\n\nYour comment and the "
        "answer: {link}\n\nThis message was sent once, because you asked for it; your address is "
        "deleted when nothing more is owed. Please do not answer it. To reach a person, contact "
        "{contact}.\n",
        "reply_sms": "City staff on your comment {receipt}: {reply}",
        "reply_sms_link": "City staff answered your comment {receipt}. Read it: {link}",
        "reply_sms_status": "City staff answered your comment {receipt}. "
        "To read it, text STATUS {receipt}.",
        "answer_subject": "The city has an answer about the plan",
        "answer_email": "Hello,\n\nyou asked something about Baltimore's digital plan that the "
        "assistant could not answer, and left the comment {receipt}. There is an answer now:\n\n"
        "{answer}\n\nMore: {link}\n\nPlease do not answer this message. To reach a person, contact "
        "{contact}.\n",
        "answer_sms": "You asked about Baltimore's digital plan. Now there is an answer: {answer}",
        "answer_sms_link": "You asked about Baltimore's digital plan. Now there is an answer: "
        "{link}",
        "answer_sms_short": "You asked about Baltimore's digital plan. Now there is an answer: "
        "text your question again.",
    },
    "es": {
        "reply_subject": "La ciudad respondió a su comentario {receipt}",
        "reply_email": "Hola:\n\nUsted dejó el comentario {receipt} sobre el plan digital de "
        "Baltimore y pidió que le avisáramos de la respuesta. El personal de la ciudad "
        "escribió:\n\n{reply}\n\nSu comentario y la respuesta: {link}\n\nEste mensaje se envió una "
        "sola vez, porque usted lo pidió; su dirección se borra cuando ya no se le debe nada. Por "
        "favor no lo responda. Para hablar con una persona: {contact}.\n",
        "reply_sms": "La ciudad, sobre su comentario {receipt}: {reply}",
        "reply_sms_link": "La ciudad respondió a su comentario {receipt}. Léalo: {link}",
        "reply_sms_status": "La ciudad respondió a su comentario {receipt}. "
        "Para leerlo, escriba ESTADO {receipt}.",
        "answer_subject": "La ciudad tiene una respuesta sobre el plan",
        "answer_email": "Hola:\n\nUsted preguntó algo sobre el plan digital de Baltimore que el "
        "asistente no pudo responder, y dejó el comentario {receipt}. Ahora hay una respuesta:\n\n"
        "{answer}\n\nMás: {link}\n\nPor favor no responda este mensaje. Para hablar con una "
        "persona: {contact}.\n",
        "answer_sms": "Usted preguntó sobre el plan digital de Baltimore. Ya hay respuesta: "
        "{answer}",
        "answer_sms_link": "Usted preguntó sobre el plan digital de Baltimore. Ya hay respuesta: "
        "{link}",
        "answer_sms_short": "Usted preguntó sobre el plan digital de Baltimore. Ya hay respuesta: "
        "escriba su pregunta otra vez.",
    },
}


def words(key: str, language: str, **values: str) -> str:
    """A message's text with its values."""
    return WORDS["es" if language == "es" else "en"][key].format(**values)
