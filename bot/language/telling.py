"""Which words of a question tell what it is about."""

from typing import List, Optional, Sequence

_STOPWORDS = """
the a an of to in on for is are was were do does did it this that be and or i you me my we
el la los las un una de del al en y o que es son fue lo le se su por para con me mi
"""
STOPWORDS = frozenset(_STOPWORDS.split())
"""The commonest words of both languages."""
_SAYS_NOTHING = """
what when where who whose which why how from those these there here they them their he she
his her its if than about into has have had been can could would should will very also just
any some wat wen wut u ur r abt pls please tell know
"""
SAYS_NOTHING = frozenset(_SAYS_NOTHING.split())
"""Words of questions: they tell one fact from another in no way."""
_CONTRACTED = """
s t re m ve ll d don didn doesn isn wasn aren weren ain hasn haven hadn couldn wouldn shouldn won
"""
CONTRACTED = frozenset(_CONTRACTED.split())
"""What the encoder makes of "who's" and "didn't" beside the marks."""
_SILENT = STOPWORDS | SAYS_NOTHING | CONTRACTED


def telling_tokens(tokens: Sequence[str]) -> List[bool]:
    """Of each token of the encoder, whether it tells what its sentence is about."""
    return [t not in _SILENT and any(map(str.isalnum, t)) and t[0] != "[" for t in tokens]


def telling_after(tokens: Sequence[str], texts: Sequence[Optional[int]]) -> List[bool]:
    """The same of a message that is read after a title; `texts` has 1 for each of its tokens.

    There "when" and "why" tell what is asked too, and of a message without telling words all do.
    """
    words = [
        text == 1 and any(map(str.isalnum, t)) and t[0] != "["
        for t, text in zip(tokens, texts, strict=True)
    ]
    telling = [w and t not in STOPWORDS | CONTRACTED for w, t in zip(words, tokens, strict=True)]
    return telling if any(telling) else words
