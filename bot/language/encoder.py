"""The sentence encoder: all-MiniLM-L6-v2 as int8 ONNX. See models/encoder/README.md."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from typing import Dict, Iterable, Optional, Sequence

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

ENCODER_DIR = Path(__file__).resolve().parents[2] / "models" / "encoder"
SIZE = 384
MAX_TOKENS = 128
VECTORS = "TRAINING_VECTORS"
"""The variable that tells a training where vectors are that were made before it."""
SHA256 = {
    "model.int8.onnx": "5ebc719b0ed91f218e269bd14f3dcfb89127c65ece58fef456a7328a6bef47c8",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


_of_this_turn: "ContextVar[Optional[Dict[str, np.ndarray]]]" = ContextVar("vectors", default=None)


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
        vectors = np.stack(list(self._kept.values())) if self._kept else np.zeros((0, SIZE))
        np.savez(file, sentences=np.array(list(self._kept), dtype=str), vectors=vectors)

    def load(self, file: Path) -> None:
        """Keep the vectors that `save` wrote."""
        with np.load(file) as content:
            self._kept.update(zip(content["sentences"].tolist(), content["vectors"]))

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Return float32 of shape (len(sentences), 384), each row of length 1.

        One sentence at a time: the int8 model scales its numbers by all it is given at once,
        so in a batch a sentence's vector would depend on its neighbours (cosine 0.93 at worst).
        """
        known = _of_this_turn.get()
        if known is None:
            known = {}
        for sentence in sentences:
            if sentence not in known:
                kept = self._kept.get(sentence)
                known[sentence] = self._encode(sentence) if kept is None else kept
        result = np.zeros((len(sentences), SIZE), dtype=np.float32)
        for row, sentence in enumerate(sentences):
            result[row] = known[sentence]
        return result

    def _encode(self, sentence: str) -> np.ndarray:
        ids = np.array([self._tokenizer.encode(sentence).ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        vector: np.ndarray = self._session.run(["sentence"], inputs)[0][0]
        return vector


def begin_turn(sentence: str = "", packed: str = "") -> None:
    """Begin a message: what was encoded for it elsewhere need not be encoded again.

    Until the next call in this task, each sentence is encoded once. Nothing is kept longer.
    """
    known: Dict[str, np.ndarray] = {}
    numbers = base64.b64decode(packed)
    if sentence and len(numbers) == SIZE * 4:
        known[sentence] = np.frombuffer(numbers, dtype="<f4")
    _of_this_turn.set(known)


def pack(vector: np.ndarray) -> str:
    """A vector as text, for `begin_turn` in another process; exact."""
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()
