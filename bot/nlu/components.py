"""Graph components: the sentence encoder, the intent classifier, the names of the plan.

Rasa compares the annotations of these methods with typing.List and its kin by identity.
"""

import hashlib
import logging
import os
from pathlib import Path
from typing import Any, Dict, List, Optional, Type

import numpy as np
import yaml
from joblib import dump, load
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_CONFIDENCE,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    INTENT,
    INTENT_RANKING_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.language.classify import LinearClassifier, confidence_of, order_of
from bot.language.encoder import VECTORS, SentenceEncoder, pack
from bot.language.gloss import fold, in_english
from bot.language.spelling import Speller

logger = logging.getLogger(__name__)
VECTOR = "sentence_vector"
ENCODED = "encoded"
"""The sentence that was encoded, its vector and its words', for the action, by `pack`."""
CORRECTED = "corrected_text"
NAMES = Path(__file__).resolve().parents[2] / "data" / "plan" / "entities.yml"


class Vector:
    """A sentence's vector in a message.

    While it trains, Rasa asks each value for a fingerprint, again after every component. Of an
    array it would print all numbers for that, which took two thirds of a training's time.
    """

    def __init__(self, numbers: np.ndarray) -> None:
        """Hold 384 numbers of length 1."""
        self.numbers = numbers

    def fingerprint(self) -> str:
        """A digest of the numbers."""
        return hashlib.sha256(self.numbers.tobytes()).hexdigest()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class SpellingCorrector(GraphComponent):
    """Puts misspelled words right, by the words of the training data."""

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        """Know no words yet."""
        self._storage = storage
        self._resource = resource
        self._speller: Optional[Speller] = None

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """It has no settings."""
        return {}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SpellingCorrector":
        """An untrained component."""
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of all examples."""
        self._speller = Speller(m.get(TEXT) or "" for m in training_data.training_examples)
        with self._storage.write_to(self._resource) as folder:
            dump(self._speller, folder / "speller.joblib")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SpellingCorrector":
        """Load what `train` wrote."""
        component = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._speller = load(folder / "speller.joblib")
        return component

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Training examples stay as they are: they say how words are spelled."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the corrected text beside the text."""
        for message in messages:
            text = message.get(TEXT)
            if text and self._speller is not None:
                message.set(CORRECTED, self._speller(text))
        return messages


def _text(message: Message) -> str:
    return message.get(CORRECTED) or message.get(TEXT) or ""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(GraphComponent):
    """Gives each message the vector of its text (384 numbers of length 1)."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """It has no settings."""
        return {}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceFeaturizer":
        """Load the encoder; raises DamagedEncoder."""
        return cls()

    def __init__(self) -> None:
        """Load the encoder."""
        self._encoder = SentenceEncoder()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encode every training example that `bot.train` did not encode before."""
        if os.environ.get(VECTORS):
            self._encoder.load(Path(os.environ[VECTORS]))
        examples = [m for m in training_data.training_examples if m.get(TEXT)]
        vectors = self._encoder.encode([in_english(_text(m)) for m in examples])
        for message, vector in zip(examples, vectors):
            message.set(VECTOR, Vector(vector))
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Encode messages; the action gets the vectors along, so that it need not encode again."""
        for message in messages:
            sentence = in_english(_text(message))
            vector, words = self._encoder.encode_with_words(sentence)
            message.set(VECTOR, Vector(vector))
            message.set(ENCODED, [sentence, pack(vector, words)], add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class GatedIntentClassifier(GraphComponent, IntentClassifier):
    """A linear classifier over meaning and spelling, with a gate on similarity to examples.

    The confidence of the first intent is the gate's: how sure it is that the message is of the
    kind that was trained at all. Below `threshold` the intent becomes `fallback_intent`, if set.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """Vectors come from the sentence featurizer."""
        return [SentenceFeaturizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """See config.yml for what each means."""
        return {"threshold": 0.0, "fallback_intent": None, "ranking_length": 10}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        classifier: Optional[LinearClassifier] = None,
        labels: Optional[List[str]] = None,
    ) -> None:
        """Hold the trained classifier, if there is one yet."""
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._classifier = classifier
        self._labels = labels or []

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "GatedIntentClassifier":
        """An untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Train on all examples with an intent."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT)]
        self._labels = sorted({m.get(INTENT) for m in examples})
        place = {label: number for number, label in enumerate(self._labels)}
        self._classifier = LinearClassifier.fit(
            [m.get(TEXT) for m in examples],
            np.stack([m.get(VECTOR).numbers for m in examples]),
            [place[m.get(INTENT)] for m in examples],
            network=True,
        )
        with self._storage.write_to(self._resource) as folder:
            dump((self._classifier, self._labels), folder / "classifier.joblib")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "GatedIntentClassifier":
        """Load what `train` wrote; only ever from a model that we trained ourselves."""
        with model_storage.read_from(resource) as folder:
            classifier, labels = load(folder / "classifier.joblib")
        return cls(config, model_storage, resource, classifier, labels)

    def process(self, messages: List[Message]) -> List[Message]:
        """Set intent and ranking."""
        for message in messages:
            ranking = self._rank(message)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _rank(self, message: Message) -> List[Dict[str, Any]]:
        text = _text(message)
        if self._classifier is None or not text:
            return [{"name": None, "confidence": 0.0}]
        scores, sure = self._classifier.scores(text, message.get(VECTOR).numbers)
        ranking: List[Dict[str, Any]] = []
        for i in order_of(scores)[: self._config["ranking_length"]]:
            confidence = round(float(confidence_of(sure[i])), 6)
            if ranking:  # the order is the scores'; Rasa expects no rise of confidence in it
                confidence = min(confidence, ranking[-1]["confidence"])
            ranking.append({"name": self._labels[i], "confidence": confidence})
        fallback = self._config["fallback_intent"]
        if fallback and ranking[0]["confidence"] < self._config["threshold"]:
            ranking.insert(0, {"name": fallback, "confidence": 1 - ranking[0]["confidence"]})
        return ranking


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class PlanNames(GraphComponent, EntityExtractorMixin):
    """A spaCy pipeline built from the knowledge base: pillars, people, offices, programs, dates.

    A blank pipeline with an entity ruler over folded words, so that accents and case do not
    matter and both languages are found in any message. An entity's value is the name's id.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Where the names are, from the repository's root."""
        return {"names": None}

    def __init__(self, resource: Resource, storage: ModelStorage, config: Dict[str, Any]) -> None:
        """Hold no pipeline yet."""
        self._resource = resource
        self._storage = storage
        self._config = config
        self._nlp: Any = None

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "PlanNames":
        """A component without its pipeline."""
        return cls(resource, model_storage, config)

    def train(self, training_data: TrainingData) -> Resource:
        """Build the pipeline from the names file and keep it in the model."""
        path = Path(self._config["names"] or NAMES)
        names = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._nlp = _blank()
        patterns = []
        for name in names:
            for form in sorted({fold(f) for f in [*name["en"], *(name.get("es") or [])]}):
                pattern = [{"LOWER": token.text} for token in self._nlp.make_doc(form)]
                patterns.append({"label": name["type"], "pattern": pattern, "id": name["id"]})
        self._nlp.get_pipe("entity_ruler").add_patterns(patterns)
        with self._storage.write_to(self._resource) as folder:
            self._nlp.to_disk(folder / "names")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "PlanNames":
        """Load the pipeline from the model."""
        component = cls(resource, model_storage, config)
        with model_storage.read_from(resource) as folder:
            component._nlp = _blank().from_disk(folder / "names")
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the entities of each message."""
        for message in messages:
            text = _text(message)
            if not text or self._nlp is None:
                continue
            found = [
                {
                    ENTITY_ATTRIBUTE_TYPE: entity.label_,
                    ENTITY_ATTRIBUTE_START: entity.start_char,
                    ENTITY_ATTRIBUTE_END: entity.end_char,
                    ENTITY_ATTRIBUTE_VALUE: entity.ent_id_,
                    ENTITY_ATTRIBUTE_CONFIDENCE: 1.0,
                    "extractor": "PlanNames",
                }
                for entity in self._nlp(fold(text)).ents
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages


def _blank() -> Any:
    import spacy

    nlp = spacy.blank("xx")
    if "entity_ruler" not in nlp.pipe_names:
        nlp.add_pipe("entity_ruler")
    return nlp
