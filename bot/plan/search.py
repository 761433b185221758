"""Hybrid search: sentence embeddings, stemmed BM25 and letter n-grams, combined and re-ranked.

A document is a fact, a gap, or later a passage of an imported plan: an id, the ways people ask
for it, and a body. The index is built once (bot/plan/indexing.py), kept as files, and loaded in
milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import bm25s
import joblib
import numpy as np
import Stemmer
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.language.classify import LinearClassifier
from bot.language.encoder import SentenceEncoder
from bot.language.gloss import in_english, words
from bot.language.grams import Grams, products
from bot.language.spelling import Speller
from bot.language.telling import STOPWORDS
from bot.plan.readings import Readings
from bot.plan.wordings import UNKNOWN, Coverage, Told, Wordings
from bot.plan.written import AS_USUAL, After, FollowUps, ReadAfter, votes

Floats = Any
SEMANTIC, CHARACTERS, KEYWORDS = 0.55, 0.25, 0.20
"""Weights of the three scores; chosen on the validation questions, see docs/decisions/0005."""
RANKING = 0.3
"""Weight of the classifier's margin, which tells documents with many known askings apart."""
COVERED, COVERED_IN_CONTEXT, AMONG = 2.5, 5.0, 16
"""Weights of how far a document tells of the question's words, alone and after what it leans on,
for the 16 that are best without."""
EARLIER_TURN = 0.5
NEAR_MISS, ANY_NEAR_MISS = -0.20, -0.16
"""What `Hit` says of near misses where none are known: the mean over the validation questions."""
READ_AFTER = 2.0
"""Weight of the likeness of a message that is read after what it leans on."""
_english, _spanish = Stemmer.Stemmer("english"), Stemmer.Stemmer("spanish")


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


@dataclass(frozen=True)
class Parts:
    """What an index over n documents is made of, beside its keywords."""

    ids: list[str]
    titles: list[str]
    readings: Readings
    """Of all ways of asking and wordings, then of all near misses, more questions, follow-ups."""
    tells: bool
    """Whether the words of the texts count too."""
    owners: Floats
    """The place of the document that each way of asking or wording is of; ascending, as below."""
    discount: Floats
    """What each of them counts."""
    near_miss_owners: Floats
    question_owners: Floats
    shown: Floats
    """The place of the document that each follow-up leans on."""
    follow_up_owners: Floats
    """The place of the one that answers it; n where none does."""
    grams: TfidfVectorizer
    postings: Any
    """The letter groups of each way of asking or wording: csr of shape (groups, texts)."""
    speller: Speller
    classifier: LinearClassifier | None


class Index:
    """An index over documents; `bot.plan.indexing` makes it."""

    def __init__(self, parts: Parts, keywords: Any, encoder: SentenceEncoder) -> None:
        self._parts = parts
        self.ids, self._titles = parts.ids, parts.titles
        self.readings, self.tells = parts.readings, parts.tells
        self._places = {identity: place for place, identity in enumerate(parts.ids)}
        self._owners, self._discount = parts.owners, parts.discount
        self._starts = np.searchsorted(parts.owners, np.arange(len(parts.ids)))
        self._near_miss_owners = parts.near_miss_owners
        """Of which document each near miss is, in the order of the documents."""
        self._with_near_misses, self._first_near_miss = np.unique(
            parts.near_miss_owners, return_index=True
        )
        self._question_owners = parts.question_owners
        kinds = own, missed, asked, followed = _kinds(parts)
        self._vectors, self._near_misses = own.vectors, missed.vectors
        self._questions = asked.vectors
        self._follow_ups = self._told = None
        if len(parts.shown):
            self._follow_ups = FollowUps(followed.vectors, parts.follow_up_owners)
        if parts.tells:
            self._told = _told(parts, *kinds)
        self._grams, self._postings = parts.grams, parts.postings
        self._one_text = Grams(parts.grams)
        self._keywords = keywords
        self._speller = parts.speller
        self._classifier = parts.classifier
        self._encoder = encoder

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
            missed = self._near_misses.likeness(own.vector)
            near_misses = self._nearest_misses(missed)
            any_near = float(near_misses.max() - own.meaning.max())
            vote, behind = self._asked_for(own, missed)
        places = self._places_of(shown)
        leans_on = self._titles_of(places) or leans_on
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

    def vectors_after(self, shown: Sequence[str], message: str) -> Floats:
        """Of a message alone, then after the titles of what was shown: of shape (768,)."""
        title = in_english(self._speller(self._titles_of(self._places_of(shown))))
        message = in_english(self._speller(message))
        alone, _ = self._encoder.encode_with_words(message)
        return np.concatenate([alone, self._encoder.encode_after(title, message)[0]])

    def _places_of(self, shown: Sequence[str]) -> list[int]:
        return [self._places[identity] for identity in shown if identity in self._places]

    def _titles_of(self, places: Sequence[int]) -> str:
        return " ".join(filter(None, (self._titles[place] for place in places)))

    def corrected(self, question: str) -> str:
        """The question as it is searched: slips mended where that is likely."""
        return self._speller(question)

    def scores(self, question: str) -> Floats:
        """The combined score of every document, in the order of `ids`, 0 to about 1."""
        return self._scores(question).score

    def _scores(self, question: str) -> _Scores:
        question = self._speller(question)
        vector, words = self._encoder.encode_with_words(in_english(question))
        likeness = self._vectors.likeness(vector)
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
        answered = self._best(self._vectors.likeness(vector))
        if len(self._question_owners):
            np.maximum.at(answered, self._question_owners, self._questions.likeness(vector))
        missed, unanswered = None, -1.0
        if len(self._near_miss_owners):
            missed = self._nearest_misses(self._near_misses.likeness(vector))
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
        written = self._questions.likeness(own.vector)
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
        joblib.dump(self._parts, folder / "index.joblib")

    @classmethod
    def load(cls, folder: Path, encoder: SentenceEncoder) -> "Index":
        """Open the files that `save` wrote; only ever from a folder that only we write.

        The numbers stay in the file: the system reads those that are asked for, and keeps them
        once for all processes.
        """
        keywords = bm25s.BM25.load(str(folder / "keywords"), show_progress=False)
        parts: Parts = joblib.load(folder / "index.joblib", mmap_mode="r")
        # Plain views of the same memory: slices of numpy's own kind for files take longer.
        for name in ("data", "indices", "indptr"):
            setattr(parts.postings, name, np.asarray(getattr(parts.postings, name)))
        if parts.classifier is not None:
            parts.classifier.weights = np.asarray(parts.classifier.weights)
            parts.classifier.vectors = _plain(parts.classifier.vectors)
        readings = replace(_plain(parts.readings), vectors=_plain(parts.readings.vectors))
        return cls(replace(_plain(parts), readings=readings), keywords, encoder)


def _plain(some: Any) -> Any:
    """The same with plain views of its numbers."""
    numbers = {
        one.name: np.asarray(value)
        for one in fields(some)
        if isinstance(value := getattr(some, one.name), np.ndarray)
    }
    return replace(some, **numbers)


def _kinds(parts: Parts) -> list[Readings]:
    """The readings of the ways of asking and wordings, near misses, questions and follow-ups."""
    kinds = (parts.owners, parts.near_miss_owners, parts.question_owners, parts.shown)
    ends = np.cumsum([0, *map(len, kinds)]).tolist()
    return [parts.readings.part(*ends[kind : kind + 2]) for kind in range(len(kinds))]


def _told(
    parts: Parts, own: Readings, missed: Readings, asked: Readings, followed: Readings
) -> Told:
    count = len(parts.ids)
    answered = int(np.searchsorted(parts.follow_up_owners, count))
    return Told(
        Wordings.of(own, parts.owners, count),
        Wordings.of(asked, parts.question_owners, count),
        Wordings.of(missed, parts.near_miss_owners, count),
        Wordings.of(followed.part(0, answered), parts.follow_up_owners[:answered], count),
        Wordings.of(followed.part(answered, len(parts.shown)), parts.shown[answered:], count),
    )


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
