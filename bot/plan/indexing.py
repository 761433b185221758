"""Making the index of a knowledge base, and finding the one that is there.

It is kept as files in a folder named after a digest of all that went in.
"""

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from pickle import UnpicklingError

import bm25s
import numpy as np
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.language.classify import LinearClassifier
from bot.language.encoder import SHA256, SentenceEncoder
from bot.language.gloss import LEXICON, in_english, words
from bot.language.spelling import TEXTING, Speller
from bot.plan.readings import Reading, Readings, Text, texts_in, write_texts
from bot.plan.search import Index, Parts, stems

logger = logging.getLogger(__name__)

FORMAT = 15
_READ_BY = (
    "classify", "detect", "encoder", "gloss", "grams", "network", "spelling", "telling", "vectors",
)  # fmt: skip
_CODE = [LEXICON.parents[2] / "bot" / "language" / f"{name}.py" for name in _READ_BY]
_CODE += [
    Path(__file__).with_name(f"{name}.py")
    for name in ("indexing", "readings", "search", "wordings", "written")
]
"""What decides how a text is read: an index made by other code is made again."""
_USELESS = (
    OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, ImportError,
    UnpicklingError,
)  # fmt: skip
"""What opening a damaged index raises, or one that other code has made."""
ASKED = 4
"""Documents with fewer askings (passages of a plan) are not classified, only searched."""
BODY = 0.93
"""A document's own wording counts a little less than a way people ask for it."""


@dataclass(frozen=True)
class Document:
    """Something that can be found: `asks` are questions it answers, `body` its own wording.

    `questions` are more that it answers: their words put it first, and they tell whether it does.
    `near_misses` are questions that sound as if it answered them, and that it does not.
    `follow_ups` are messages that it answers after another was shown, each with that one's id;
    `unanswered` are messages after it was shown that nothing answers.
    """

    id: str
    asks: tuple[str, ...]
    body: tuple[str, ...]
    near_misses: tuple[str, ...] = ()
    follow_ups: tuple[tuple[str, str], ...] = ()
    unanswered: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    title: str = ""
    """What follow-ups on it are read after; without one they are read alone."""


def load_or_build(
    documents: Sequence[Document],
    encoder: SentenceEncoder,
    cache: Path,
    beside: Sequence[Path] = (),
) -> Index:
    """Load the index of exactly these documents from the cache folder, or build it there.

    What other indexes in that folder, or in those `beside` it, have read is taken over.
    """
    folder = cache / f"index-{digest(documents)}"
    if (folder / "index.joblib").exists():
        return Index.load(folder, encoder)
    known: dict[Text, Reading] = {}
    for older in (old for place in (*beside, cache) for old in place.glob("index-*")):
        known.update(_read_by(older, encoder, _tells(documents)))
    index, texts = _build(documents, encoder, known)
    cache.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix="partial-", dir=cache))
    index.save(partial)
    write_texts(partial, texts)
    partial.chmod(0o755)  # another user may serve it than made it
    try:
        partial.rename(folder)
    except OSError:  # another process was quicker
        shutil.rmtree(partial)
    return index


def build(documents: Sequence[Document], encoder: SentenceEncoder) -> Index:
    """Encode and index; about 2 ms per text on one core, and 20 s to classify 300 facts."""
    return _build(documents, encoder, {})[0]


def _build(
    documents: Sequence[Document], encoder: SentenceEncoder, known: dict[Text, Reading]
) -> tuple[Index, list[Text]]:
    """The index, and the texts that its readings are of."""
    asked = [text for d in documents for text in (*d.asks, *d.body)]
    is_ask = np.array(
        [i < len(d.asks) for d in documents for i in range(len(d.asks) + len(d.body))]
    )
    speller = Speller(asked)
    classified = _classified(documents)
    tells = _tells(documents)
    messages, shown, answering = _follow_ups(documents)
    alone = [text for d in documents for text in d.near_misses]
    alone += [text for d in documents for text in d.questions]
    texts = [("", in_english(text)) for text in asked]
    texts += [("", in_english(speller(text))) for text in alone]
    titles = [in_english(speller(d.title)) for d in documents]
    texts += [
        (titles[place], in_english(speller(text)))
        for place, text in zip(shown.tolist(), messages, strict=True)
    ]
    readings = Readings.of(texts, encoder, known, tells)
    owners = _owners([(*d.asks, *d.body) for d in documents])
    grams = _letter_grams()
    # By letter group, so that a search reads only the groups of its question.
    postings = grams.fit_transform(asked).T.tocsr()
    keywords = bm25s.BM25(method="lucene")
    keywords.index(
        [stems(" ".join([*d.asks, *d.body])) or ["-"] for d in documents], show_progress=False
    )
    classifier = None
    if classified:
        vectors = readings.vectors[: len(asked)].floats()
        classifier = LinearClassifier.fit(asked, vectors, owners, np.where(is_ask, 1.0, 0.5))
    parts = Parts(
        ids=[d.id for d in documents],
        titles=[d.title for d in documents],
        readings=readings,
        tells=tells,
        owners=owners,
        discount=np.where(is_ask, 1.0, BODY).astype(np.float32),
        near_miss_owners=_owners([d.near_misses for d in documents]),
        question_owners=_owners([d.questions for d in documents]),
        shown=shown,
        follow_up_owners=answering,
        grams=grams,
        postings=postings,
        speller=speller,
        classifier=classifier,
    )
    return Index(parts, keywords, encoder), texts


def digest(documents: Sequence[Document]) -> str:
    """Names an index after all that decides its content."""
    content = [
        FORMAT,
        sklearn.__version__,
        SHA256,
        [astuple(d) for d in documents],
    ]
    data = json.dumps(content).encode()
    for file in (LEXICON, TEXTING, *sorted(LEXICON.parent.glob("*.txt")), *_CODE):
        data += file.read_bytes()
    return hashlib.sha256(data).hexdigest()[:16]


def _classified(documents: Sequence[Document]) -> bool:
    return bool(documents) and min(len(d.asks) for d in documents) >= ASKED


def _tells(documents: Sequence[Document]) -> bool:
    """Whether the words of the texts count too."""
    return _classified(documents) and any(d.body for d in documents)


def _read_by(folder: Path, encoder: SentenceEncoder, tells: bool) -> dict[Text, Reading]:
    """What an older index has read; nothing where it can't be opened or was read otherwise."""
    try:
        texts = texts_in(folder)
        if not texts:
            return {}
        index = Index.load(folder, encoder)
        if tells and not index.tells:
            return {}  # it has no words
        return {text: index.readings[row] for row, text in enumerate(texts)}
    except _USELESS as error:
        logger.info("Nothing is taken over from %s: %s", folder.name, error)
        return {}


def _owners(texts: Sequence[Sequence[str]]) -> np.ndarray:
    """The place of the document that each text is of."""
    return np.repeat(np.arange(len(texts)), [len(some) for some in texts])


def _follow_ups(
    documents: Sequence[Document],
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Each; the place of what it leans on; that of what answers it.

    Those that nothing answers, the number of documents, come last.
    """
    places = {d.id: place for place, d in enumerate(documents)}
    rows = [
        (text, places[shown], owner)
        for owner, d in enumerate(documents)
        for shown, text in d.follow_ups
        if shown in places
    ]
    if rows:
        rows += [
            (text, shown, len(documents))
            for shown, d in enumerate(documents)
            for text in d.unanswered
        ]
    messages = [text for text, *_ in rows]
    shown, answering = (np.array([row[n] for row in rows], dtype=np.int64) for n in (1, 2))
    return messages, shown, answering


def _letter_grams() -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32,
        preprocessor=_spaced,
    )  # fmt: skip


def _spaced(text: str) -> str:
    return " ".join(words(text))
