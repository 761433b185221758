"""The classifier learns from few examples and many, and knows what it was never trained on."""

import numpy as np
import pytest

from bot.language.classify import LinearClassifier, confidence_of, order_of
from bot.language.network import LEAST, SmallNetwork

EXAMPLES = {
    0: ["where is the library", "how do i get to the library", "library address"],
    1: ["when does the pool open", "pool hours", "what time does the pool close"],
    2: ["pay my water bill", "how do i pay for water", "my water bill is too high"],
}
ASKED = {0: "address of the library", 1: "what are the hours of the pool", 2: "the water bill"}


def trained(encoder, labels, each=3, network=True):
    texts = [text for label in labels for text in EXAMPLES[label][:each]]
    owners = [place for place, label in enumerate(labels) for _ in EXAMPLES[label][:each]]
    return LinearClassifier.fit(texts, encoder.encode(texts), owners, network=network)


def scores(classifier, encoder, text):
    return classifier.scores(text, encoder.encode([text])[0])[0]


def sure(classifier, encoder, text):
    return confidence_of(classifier.scores(text, encoder.encode([text])[0])[1]).max()


@pytest.mark.parametrize("each", [1, 3])
@pytest.mark.parametrize("labels", [(0, 1), (0, 1, 2)])
def test_it_tells_labels_apart_by_one_or_three_examples(encoder, labels, each):
    classifier = trained(encoder, labels, each)
    for place, label in enumerate(labels):
        assert order_of(scores(classifier, encoder, ASKED[label]))[0] == place


def test_a_single_label_needs_no_training(encoder):
    classifier = trained(encoder, (0,))
    assert classifier.network is None
    assert order_of(scores(classifier, encoder, "anything")) == [0]


def test_what_is_unlike_every_example_has_a_lower_confidence(encoder):
    classifier = trained(encoder, (0, 1, 2))
    known = sure(classifier, encoder, "address of the library")
    assert sure(classifier, encoder, "photosynthesis in deep sea plants") < 0.5 < known


def test_a_label_with_one_example_stands_beside_one_with_many(encoder):
    many = [
        f"when does the {place} open" for place in ["pool", "park", "zoo", "gym", "rink", "fair"]
    ]
    texts = [*many, "pay my water bill"]
    classifier = LinearClassifier.fit(texts, encoder.encode(texts), [0] * len(many) + [1])
    assert order_of(scores(classifier, encoder, "how can i pay the water bill"))[0] == 1


def test_training_twice_gives_the_same_scores(encoder):
    first, second = (trained(encoder, (0, 1, 2)) for _ in range(2))
    assert np.array_equal(scores(first, encoder, "pool"), scores(second, encoder, "pool"))


def test_the_network_gives_log_probabilities():
    vectors = np.eye(3, 384, dtype=np.float32)
    logs = SmallNetwork.fit(vectors, [0, 1, 2]).logs(vectors[1])
    assert order_of(logs)[0] == 1
    assert np.exp(logs).sum() == pytest.approx(1, abs=0.01)
    assert logs.min() >= LEAST
