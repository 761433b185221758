"""The sentence encoder: all-MiniLM-L6-v2 as int8 ONNX. See models/encoder/README.md."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from typing import Dict, Iterable, Optional, Sequence, Tuple

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from bot.language.telling import telling_after, telling_tokens

ENCODER_DIR = Path(__file__).resolve().parents[2] / "models" / "encoder"
SIZE, WORD_SIZE = 384, 96
MAX_TOKENS = 128
VECTORS = "TRAINING_VECTORS"
"""The variable that tells a training where vectors are that were made before it."""
SHA256 = {
    "model.int8.onnx": "59c8c56acc4a67661a5f5b72476b039fc5fde96bdfdec748d2a0121b54d4a0e0",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


_MARK = bytes.fromhex(SHA256["model.int8.onnx"])[:4]
"""Before what is packed: another encoder's vectors, of a process not yet restarted, are no use."""
_of_this_turn: "ContextVar[Optional[Dict[Tuple[str, str], np.ndarray]]]" = ContextVar(
    "vectors", default=None
)
"""By what a sentence was read after, or nothing, and the sentence."""


class DamagedEncoder(Exception):
    """A file of the sentence encoder is missing or not the one that belongs here."""


def check_files(folder: Path = ENCODER_DIR) -> None:
    """Raise DamagedEncoder unless both files are there and whole."""
    for name, expected in SHA256.items():
        path = folder / name
        back = f"Get it back with: git checkout -- models/encoder/{name}"
        if not path.is_file():
            raise DamagedEncoder(f"{path} is missing. {back}")
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise DamagedEncoder(f"{path} is damaged. {back}")


class SentenceEncoder:
    """Turns sentences into unit vectors of 384 numbers; loading takes about 0.1 s."""

    def __init__(self, folder: Path = ENCODER_DIR) -> None:
        check_files(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.int8.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._kept: Dict[str, np.ndarray] = {}

    def prepare(self, sentences: Iterable[str], threads: int) -> None:
        """Encode sentences by threads and keep their vectors, for training.

        Training needs those of the facts' ways of asking twice: for the assistant and the search.
        """
        wanted = sorted({*sentences} - self._kept.keys())
        with ThreadPoolExecutor(threads) as pool:
            self._kept.update(zip(wanted, pool.map(self._encode, wanted)))

    def save(self, file: Path) -> None:
        """Write the kept vectors to a file, for `load` in another process."""
        numbers = list(self._kept.values())
        np.savez(
            file,
            sentences=np.array(list(self._kept), dtype=str),
            numbers=np.concatenate(numbers) if numbers else np.zeros(0),
            ends=np.cumsum([len(one) for one in numbers], dtype=np.int64),
        )

    def load(self, file: Path) -> None:
        """Keep the vectors that `save` wrote."""
        with np.load(file) as content:
            each = np.split(content["numbers"], content["ends"][:-1])
            self._kept.update(zip(content["sentences"].tolist(), each))

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Return float32 of shape (len(sentences), 384), each row of length 1.

        One sentence at a time: the int8 model scales its numbers by all it is given at once,
        so in a batch a sentence's vector would depend on its neighbours (cosine 0.93 at worst).
        """
        result = np.zeros((len(sentences), SIZE), dtype=np.float32)
        for row, sentence in enumerate(sentences):
            result[row] = self._numbers(sentence)[:SIZE]
        return result

    def encode_with_words(self, sentence: str) -> Tuple[np.ndarray, np.ndarray]:
        """What `encode` gives, and float32 of shape (telling words, 96), each row of length 1.

        What each word means in its sentence. A rare word counts as the pieces it is known by.
        """
        numbers = self._numbers(sentence)
        return numbers[:SIZE], numbers[SIZE:].reshape(-1, WORD_SIZE)

    def encode_after(self, title: str, sentence: str) -> Tuple[np.ndarray, np.ndarray]:
        """The same of a message that leans on what was shown: "who paid?" after the title of that.

        The vector is that of both; the words are those of the message.
        """
        numbers = self._numbers(sentence, title)
        return numbers[:SIZE], numbers[SIZE:].reshape(-1, WORD_SIZE)

    def _numbers(self, sentence: str, title: str = "") -> np.ndarray:
        known = _of_this_turn.get()
        if known is not None and (title, sentence) in known:
            return known[title, sentence]
        kept = None if title else self._kept.get(sentence)
        numbers = self._encode(sentence, title) if kept is None else kept
        if known is not None:
            known[title, sentence] = numbers
        return numbers

    def _encode(self, sentence: str, title: str = "") -> np.ndarray:
        """The vector of the sentence, then those of its telling words, as exact as 16 bits are.

        With a title, the vector of both, and of the words of the sentence.
        """
        encoded = (
            self._tokenizer.encode(title, sentence) if title else self._tokenizer.encode(sentence)
        )
        ids = np.array([encoded.ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        vector, tokens = self._session.run(["sentence", "tokens"], inputs)
        telling = (
            telling_after(encoded.tokens, encoded.sequence_ids)
            if title
            else telling_tokens(encoded.tokens)
        )
        words = tokens[0][telling].astype(np.float16)
        return np.concatenate([vector[0], words.ravel()], dtype=np.float32)


def begin_turn(sentence: str = "", packed: str = "") -> None:
    """Begin a message: what was encoded for it elsewhere need not be encoded again.

    Until the next call in this task, each sentence is encoded once. Nothing is kept longer.
    """
    known: Dict[Tuple[str, str], np.ndarray] = {}
    data = base64.b64decode(packed)
    if sentence and data.startswith(_MARK):
        data = data[len(_MARK) :]
        vector = np.frombuffer(data[: SIZE * 4], dtype="<f4")
        words = np.frombuffer(data[SIZE * 4 :], dtype="<f2")
        known["", sentence] = np.concatenate([vector, words], dtype=np.float32)
    _of_this_turn.set(known)


def pack(vector: np.ndarray, words: np.ndarray) -> str:
    """A sentence's vector and its words', as text, for `begin_turn` in another process; exact."""
    data = _MARK + vector.astype("<f4").tobytes() + words.astype("<f2").tobytes()
    return base64.b64encode(data).decode()
