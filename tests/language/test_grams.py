"""One text's n-grams weigh what scikit-learn says they weigh."""

import pickle

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.language.grams import Grams, products

TEXTS = [
    "what are the five pillars",
    "when were comments due",
    "when when were the the comments comments comments due",
    "cuánto gasta la ciudad en tecnología",
    "who led the plan, and who leads it now?",
]
ASKED = [*TEXTS, "", "zzz qqq", "pillars", "the plan's pillars are five, aren't they?", "ñ"]
WORDS = {"ngram_range": (1, 2), "token_pattern": r"\S+"}
LETTERS = {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 2}


def fitted(**options: object) -> TfidfVectorizer:
    vectorizer = TfidfVectorizer(sublinear_tf=True, dtype=np.float32, **options)
    vectorizer.fit(TEXTS)
    return vectorizer


@pytest.mark.parametrize("options", [WORDS, LETTERS], ids=["words", "letters"])
@pytest.mark.parametrize("text", ASKED)
def test_a_text_weighs_what_scikit_learn_says(options: dict[str, object], text: str) -> None:
    vectorizer = fitted(**options)
    expected = vectorizer.transform([text]).toarray()[0]
    places, weights = Grams(vectorizer).row(text)
    got = np.zeros_like(expected)
    got[places] = weights
    np.testing.assert_allclose(got, expected, atol=1e-6)


def test_products_are_those_of_scipy() -> None:
    vectorizer = fitted(**LETTERS)
    rows = vectorizer.transform(TEXTS)
    for text in ASKED:
        expected = (rows @ vectorizer.transform([text]).T).toarray()[:, 0]
        got = products(rows.T.tocsr(), *Grams(vectorizer).row(text))
        np.testing.assert_allclose(got, expected, atol=1e-6)


def test_grams_can_be_kept_in_a_file() -> None:
    grams = pickle.loads(pickle.dumps(Grams(fitted(**WORDS))))
    assert grams.row("the plan")[0].tolist() == Grams(fitted(**WORDS)).row("the plan")[0].tolist()
