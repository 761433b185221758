"""Hybrid search: sentence embeddings, stemmed BM25 and letter n-grams, combined and re-ranked.

A document is a fact, a gap, or later a passage of an imported plan: an id, the ways people ask
for it, and a body. The index is built once, kept as files named after a digest of what went
in, and loaded in milliseconds.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import bm25s
import joblib
import numpy as np
import sklearn
import Stemmer
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.language.classify import LinearClassifier
from bot.language.encoder import SHA256, SIZE, SentenceEncoder
from bot.language.gloss import LEXICON, in_english, words
from bot.language.grams import Grams, products
from bot.language.spelling import TEXTING, Speller
from bot.language.telling import STOPWORDS
from bot.plan.wordings import UNKNOWN, Coverage, Told
from bot.plan.written import AS_USUAL, After, FollowUps, ReadAfter, votes

Floats = Any
FORMAT = 13
_READ_BY = ("classify", "detect", "encoder", "gloss", "grams", "network", "spelling", "telling")
_CODE = [Path(__file__).parents[1] / "language" / f"{name}.py" for name in _READ_BY]
_CODE += [Path(__file__).with_name(name) for name in ("wordings.py", "written.py")]
"""What decides how a text is read: an index made by other code is made again."""
SEMANTIC, CHARACTERS, KEYWORDS = 0.55, 0.25, 0.20
"""Weights of the three scores; chosen on the validation questions, see docs/decisions/0005."""
RANKING = 0.3
"""Weight of the classifier's margin, which tells documents with many known askings apart."""
COVERED, COVERED_IN_CONTEXT, AMONG = 2.5, 5.0, 16
"""Weights of how far a document tells of the question's words, alone and after what it leans on,
for the 16 that are best without."""
ASKED = 4
"""Documents with fewer askings (passages of a plan) are not classified, only searched."""
BODY = 0.93
"""A document's own wording counts a little less than a way people ask for it."""
EARLIER_TURN = 0.5
NEAR_MISS, ANY_NEAR_MISS = -0.20, -0.16
"""What `Hit` says of near misses where none are known: the mean over the validation questions."""
READ_AFTER = 2.0
"""Weight of the likeness of a message that is read after what it leans on."""
_english, _spanish = Stemmer.Stemmer("english"), Stemmer.Stemmer("spanish")


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


@dataclass(frozen=True)
class Hit:
    """A found document. Score 1 is a question that stands in its asks to the letter."""

    id: str
    score: float
    rank: float
    """What the order goes by: the score, and how the document is told apart from the others."""
    meaning: float = 0.0
    """Likeness of the sentences alone, 0 to 1; of the question as asked, without earlier turns."""
    margin: float = 0.0
    """The classifier's margin; 0 without one."""
    meaning_lead: float = 0.0
    """How far it is ahead of the best other document by likeness of meaning; below 0 if behind."""
    margin_lead: float = 0.0
    """The same by the classifier's margin."""
    near_miss: float = NEAR_MISS
    """How much liker the question is to a near miss of the document than to what it answers."""
    any_near_miss: float = ANY_NEAR_MISS
    """How much liker to a near miss of any document than to what any answers."""
    own_score: float = 0.0
    """The score of the question alone, without earlier turns and boosts."""
    vote: float = 0.0
    """-1 to 1: how far the nearest texts ask for the document, or are its near misses."""
    behind: float = 0.0
    """How far its nearest question is behind the nearest of all, written ones among them."""
    coverage: Coverage = UNKNOWN
    """How far it tells of the question's words, as they are meant after what it leans on."""
    coverage_lead: float = 0.0
    """How far it is ahead of the other best ones by the mean of that."""
    after: After = AS_USUAL


@dataclass(frozen=True)
class _Scores:
    """Of every document, in the order of the ids."""

    score: Floats
    """Is a document good enough?"""
    rank: Floats
    """Which is better?"""
    meaning: Floats
    likeness: Floats
    """Of the question to each text."""
    vector: Floats
    """Of the question."""
    words: Floats
    """Of its telling words."""


def stems(text: str) -> list[str]:
    """Stemmed words without the commonest; each word by the stemmer of both languages."""
    kept = [word for word in words(text) if word not in STOPWORDS]
    return [*_english.stemWords(kept), *("es:" + stem for stem in _spanish.stemWords(kept))]


class Index:
    """An index over documents; make it with `build` or `load_or_build`."""

    def __init__(
        self,
        ids: list[str],
        titles: list[str],
        owners: Floats,
        vectors: Floats,
        discount: Floats,
        grams: TfidfVectorizer,
        postings: Any,
        keywords: Any,
        speller: Speller,
        classifier: LinearClassifier | None,
        near_misses: Floats,
        near_miss_owners: Floats,
        follow_ups: FollowUps | None,
        questions: Floats,
        question_owners: Floats,
        told: Told | None,
        encoder: SentenceEncoder,
    ) -> None:
        self.ids = ids
        self._titles = titles
        self._places = {identity: place for place, identity in enumerate(ids)}
        self._owners = owners
        self._starts = np.searchsorted(owners, np.arange(len(ids)))
        self._near_misses = near_misses
        self._near_miss_owners = near_miss_owners
        """Of which document each near miss is, in the order of the documents."""
        self._with_near_misses, self._first_near_miss = np.unique(
            near_miss_owners, return_index=True
        )
        self._follow_ups = follow_ups
        self._questions = questions
        self._question_owners = question_owners
        self._told = told
        self._vectors = vectors
        self._discount = discount
        self._grams = grams
        self._postings = postings
        self._one_text = Grams(grams)
        self._keywords = keywords
        self._speller = speller
        self._classifier = classifier
        self._encoder = encoder

    @classmethod
    def build(cls, documents: Sequence[Document], encoder: SentenceEncoder) -> "Index":
        """Encode and index; about 4 ms per text on one core, and 20 s to classify 300 facts."""
        texts = [text for d in documents for text in (*d.asks, *d.body)]
        owners = _owners([(*d.asks, *d.body) for d in documents])
        is_ask = np.array(
            [i < len(d.asks) for d in documents for i in range(len(d.asks) + len(d.body))]
        )
        speller = Speller(texts)
        classified = bool(documents) and min(len(d.asks) for d in documents) >= ASKED
        tell = classified and any(d.body for d in documents)
        vectors, words = _encoded(texts, encoder, tell)
        near_misses, words_missed = _encoded(
            [speller(text) for d in documents for text in d.near_misses], encoder, tell
        )
        questions, words_asked = _encoded(
            [speller(text) for d in documents for text in d.questions], encoder, tell
        )
        missed = _owners([d.near_misses for d in documents])
        asked = _owners([d.questions for d in documents])
        follow_ups, words_followed = _follow_ups(documents, speller, encoder, tell)
        grams = _letter_grams()
        # By letter group, so that a search reads only the groups of its question.
        postings = grams.fit_transform(texts).T.tocsr()
        keywords = bm25s.BM25(method="lucene")
        keywords.index(
            [stems(" ".join([*d.asks, *d.body])) or ["-"] for d in documents], show_progress=False
        )
        classifier = told = None
        if classified:
            classifier = LinearClassifier.fit(texts, vectors, owners, np.where(is_ask, 1.0, 0.5))
        if tell:
            told = Told.of(
                len(documents),
                ([*words, *words_asked], np.concatenate([owners, asked])),
                (words_missed, missed),
                (words_followed, follow_ups),
            )
        return cls(
            [d.id for d in documents],
            [d.title for d in documents],
            owners,
            vectors,
            np.where(is_ask, 1.0, BODY).astype(np.float32),
            grams,
            postings,
            keywords,
            speller,
            classifier,
            near_misses,
            missed,
            follow_ups,
            questions,
            asked,
            told,
            encoder,
        )

    def search(
        self,
        question: str,
        earlier: Sequence[str] = (),
        boosts: dict[str, float] | None = None,
        limit: int = 5,
        shown: Sequence[str] = (),
        leans_on: str = "",
    ) -> list[Hit]:
        """Best documents first. Earlier questions count half; boosts are added by id.

        A message is read after the titles of what was `shown`, or after what else it `leans_on`.
        What answers a like follow-up, or tells of its words as they are meant there, is moved up.
        """
        own = self._scores(question)
        scores, ranks = own.score, own.rank
        # The classifier's part of the ranks, before anything is added to them.
        margins = (ranks - scores) / RANKING
        turns = [self._scores(turn) for turn in earlier]
        for more in turns:
            scores, ranks = scores + EARLIER_TURN * more.score, ranks + EARLIER_TURN * more.rank
        if boosts:
            added = np.array([boosts.get(i, 0.0) for i in self.ids], dtype=np.float32)
            scores, ranks = scores + added, ranks + added
        near, any_near = NEAR_MISS, ANY_NEAR_MISS
        vote = behind = np.zeros(len(self.ids))
        near_misses = None
        if len(self._near_miss_owners):
            missed = self._near_misses @ own.vector
            near_misses = self._nearest_misses(missed)
            any_near = float(near_misses.max() - own.meaning.max())
            vote, behind = self._asked_for(own, missed)
        places = [self._places[identity] for identity in shown if identity in self._places]
        leans_on = " ".join(filter(None, (self._titles[place] for place in places))) or leans_on
        words, weight, read = own.words, COVERED, None
        if leans_on:
            read = self._read_after(leans_on, question)
            words, weight = read.words, COVERED_IN_CONTEXT
            ranks = ranks + READ_AFTER * read.answered
        covered: dict[int, Floats] = {}
        if self._told is not None and len(words):
            covered = {
                place: self._told.cover(words, place, read is not None)
                for place in _best_first(ranks, max(limit, AMONG)).tolist()
            }
        means = {place: float(each.mean()) for place, each in covered.items()}
        ranks = ranks.copy()
        for place, mean in means.items():
            ranks[place] += weight * mean
        hits = []
        best = _best_first(ranks, limit)
        leads = zip(_leads(own.meaning, best), _leads(margins, best), strict=True)
        for i, (meaning_lead, margin_lead) in zip(best, leads, strict=True):
            if near_misses is not None:
                near = float(near_misses[i] - own.meaning[i])
            hits.append(
                Hit(
                    self.ids[i],
                    float(scores[i]),
                    float(ranks[i]),
                    float(own.meaning[i]),
                    float(margins[i]),
                    meaning_lead,
                    margin_lead,
                    near,
                    any_near,
                    float(own.score[i]),
                    float(vote[i]),
                    float(behind[i]),
                    self._told.coverage(words, covered[int(i)], int(i), places)
                    if self._told is not None and int(i) in covered
                    else UNKNOWN,
                    _lead_of(int(i), means),
                    read.against(int(i)) if read else AS_USUAL,
                )
            )
        return hits

    def corrected(self, question: str) -> str:
        """The question as it is searched: slips mended where that is likely."""
        return self._speller(question)

    def scores(self, question: str) -> Floats:
        """The combined score of every document, in the order of `ids`, 0 to about 1."""
        return self._scores(question).score

    def _scores(self, question: str) -> _Scores:
        question = self._speller(question)
        vector, words = self._encoder.encode_with_words(in_english(question))
        likeness = self._vectors @ vector
        semantic = self._best(likeness * self._discount)
        rows = products(self._postings, *self._one_text.row(question)) * self._discount
        total = (
            SEMANTIC * np.clip(semantic, 0, 1)
            + CHARACTERS * self._best(rows)
            + KEYWORDS * self._keyword_score(question)
        )
        rank = total
        if self._classifier is not None:
            rank = total + RANKING * self._classifier.margins(question, vector)
        return _Scores(total, rank, semantic, likeness, vector, words)

    def _read_after(self, leans_on: str, message: str) -> ReadAfter:
        """What a message is like that is read after what it leans on."""
        vector, words = self._encoder.encode_after(
            in_english(self._speller(leans_on)), in_english(self._speller(message))
        )
        answered = self._best(self._vectors @ vector)
        if len(self._question_owners):
            np.maximum.at(answered, self._question_owners, self._questions @ vector)
        missed, unanswered = None, -1.0
        if len(self._near_miss_owners):
            missed = self._nearest_misses(self._near_misses @ vector)
        if self._follow_ups is not None:
            followed, unanswered = self._follow_ups.likeness(vector, len(self.ids))
            answered = np.maximum(answered, followed)
        return ReadAfter(answered, missed, unanswered, words)

    def _nearest_misses(self, likeness: Floats) -> Floats:
        """Likeness to each document's nearest near miss; to that of any where it has none."""
        best = np.maximum.reduceat(likeness, self._first_near_miss)
        nearest = np.full(len(self.ids), best.max(), dtype=np.float32)
        nearest[self._with_near_misses] = best
        return nearest

    def _asked_for(self, own: _Scores, missed: Floats) -> tuple[Floats, Floats]:
        """`vote` and `behind` of every document, from the likeness to each near miss as well."""
        written = self._questions @ own.vector
        vote = votes(
            len(self.ids),
            [(own.likeness, self._owners), (written, self._question_owners)],
            (missed, self._near_miss_owners),
        )
        best = self._best(own.likeness)
        np.maximum.at(best, self._question_owners, written)
        return vote, best.max() - best

    def _best(self, rows: Floats) -> Floats:
        # The texts of a document stand together, so one pass finds each document's best.
        return np.maximum.reduceat(rows, self._starts)

    def _keyword_score(self, question: str) -> Floats:
        """BM25 as a share of the best document's score, damped where few words are known."""
        tokens = stems(question)
        known = [t for t in tokens if t in self._keywords.vocab_dict]
        if not known:
            return np.zeros(len(self.ids), dtype=np.float32)
        scores = np.asarray(self._keywords.get_scores(known), dtype=np.float32)
        top = float(scores.max())
        if top <= 0:
            return scores
        return scores / top * (len(known) / len(tokens)) ** 0.5

    def save(self, folder: Path) -> None:
        """Write the index's files into a folder of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        self._keywords.save(str(folder / "keywords"), show_progress=False)
        parts = (
            self.ids, self._titles, self._owners, self._vectors, self._discount, self._grams,
            self._postings, self._speller, self._classifier, self._near_misses,
            self._near_miss_owners, self._follow_ups, self._questions, self._question_owners,
            self._told,
        )  # fmt: skip
        joblib.dump(parts, folder / "index.joblib")

    @classmethod
    def load(cls, folder: Path, encoder: SentenceEncoder) -> "Index":
        """Open the files that `save` wrote; only ever from a folder that only we write.

        The numbers stay in the file: the system reads those that are asked for, and keeps them
        once for all processes.
        """
        keywords = bm25s.BM25.load(str(folder / "keywords"), show_progress=False)
        (
            ids, titles, owners, vectors, discount, grams, postings, speller, classifier, near,
            missed, follow_ups, questions, question_owners, told,
        ) = joblib.load(folder / "index.joblib", mmap_mode="r")  # fmt: skip
        # Plain views of the same memory: slices of numpy's own kind for files take longer.
        for name in ("data", "indices", "indptr"):
            setattr(postings, name, np.asarray(getattr(postings, name)))
        if classifier is not None:
            classifier.weights = np.asarray(classifier.weights)
            classifier.vectors = np.asarray(classifier.vectors)
        vectors, discount, owners, near, missed, questions, question_owners = (
            np.asarray(one)
            for one in (vectors, discount, owners, near, missed, questions, question_owners)
        )
        if follow_ups is not None:
            follow_ups = _plain(follow_ups)
        if told is not None:
            told = Told(*(_plain(getattr(told, one.name)) for one in fields(Told)))
        return cls(
            ids, titles, owners, vectors, discount, grams, postings, keywords, speller, classifier,
            near, missed, follow_ups, questions, question_owners, told, encoder,
        )  # fmt: skip

    @classmethod
    def load_or_build(
        cls, documents: Sequence[Document], encoder: SentenceEncoder, cache: Path
    ) -> "Index":
        """Load the index of exactly these documents from the cache folder, or build it there."""
        folder = cache / f"index-{digest(documents)}"
        if (folder / "index.joblib").exists():
            return cls.load(folder, encoder)
        index = cls.build(documents, encoder)
        cache.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix="partial-", dir=cache))
        index.save(partial)
        partial.chmod(0o755)  # another user may serve it than made it
        try:
            partial.rename(folder)
        except OSError:  # another process was quicker
            shutil.rmtree(partial)
        return index


def _plain(parts: Any) -> Any:
    """The same with plain views of its numbers."""
    return type(parts)(*(np.asarray(getattr(parts, one.name)) for one in fields(parts)))


def _owners(texts: Sequence[Sequence[str]]) -> Floats:
    """The place of the document that each text is of."""
    return np.repeat(np.arange(len(texts)), [len(some) for some in texts])


def _encoded(
    texts: Sequence[str], encoder: SentenceEncoder, tell: bool, titles: Sequence[str] = ()
) -> tuple[Floats, list[Floats]]:
    """The vectors of texts, and for each those of its telling words if the index is to `tell`.

    Each is read after its title, if there are `titles`. On all cores that the process may use.
    """

    def encode(text: str, title: str) -> tuple[Floats, Floats]:
        return encoder.encode_after(in_english(title), in_english(text))

    vectors = np.zeros((len(texts), SIZE), dtype=np.float32)
    words = []
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        encoded = pool.map(encode, texts, titles or [""] * len(texts))
        for row, (vector, own) in enumerate(encoded):
            vectors[row] = vector
            if tell:
                words.append(own.astype(np.float16))
    return vectors, words


def _follow_ups(
    documents: Sequence[Document],
    speller: Speller,
    encoder: SentenceEncoder,
    tell: bool,
) -> tuple[FollowUps | None, list[Floats]]:
    places = {d.id: place for place, d in enumerate(documents)}
    rows = [
        (text, places[shown], owner)
        for owner, d in enumerate(documents)
        for shown, text in d.follow_ups
        if shown in places
    ]
    if not rows:
        return None, []
    rows += [
        (text, shown, len(documents)) for shown, d in enumerate(documents) for text in d.unanswered
    ]
    texts, shown, answering = zip(*rows, strict=True)
    titles = [speller(documents[place].title) for place in shown]
    messages, words = _encoded([speller(text) for text in texts], encoder, tell, titles)
    follow_ups = FollowUps(
        messages,
        np.array(shown, dtype=np.int64),
        np.array(answering, dtype=np.int64),
    )
    return follow_ups, words


def _leads(values: Floats, places: Floats) -> list[float]:
    """How far each of some values is ahead of the highest other one; 0 where there is no other."""
    if len(values) < 2:
        return [0.0] * len(places)
    second, first = np.partition(values, -2)[-2:]
    return [float(v - (second if v == first else first)) for v in values[places]]


def _lead_of(place: int, means: dict[int, float]) -> float:
    """How far one of some is ahead of the best of the others; 0 where there is none."""
    others = [mean for other, mean in means.items() if other != place]
    return means[place] - max(others) if place in means and others else 0.0


def _best_first(ranks: Floats, limit: int) -> Floats:
    """The places of the highest ranks, without putting all the others in order."""
    if limit < len(ranks):
        least = np.partition(ranks, -limit)[-limit]
        some = np.flatnonzero(ranks >= least)
    else:
        some = np.arange(len(ranks))
    return some[np.argsort(-ranks[some], kind="stable")][:limit]


def _letter_grams() -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32,
        preprocessor=_spaced,
    )  # fmt: skip


def _spaced(text: str) -> str:
    return " ".join(words(text))


def digest(documents: Sequence[Document]) -> str:
    """Names an index after all that decides its content."""
    content = [
        FORMAT,
        sklearn.__version__,
        SHA256,
        [astuple(d) for d in documents],
    ]
    data = json.dumps(content).encode()
    for file in (LEXICON, TEXTING, *sorted(LEXICON.parent.glob("*.txt")), Path(__file__), *_CODE):
        data += file.read_bytes()
    return hashlib.sha256(data).hexdigest()[:16]
