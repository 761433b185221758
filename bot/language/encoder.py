"""The sentence encoder: all-MiniLM-L6-v2 as int8 ONNX. See models/encoder/README.md."""

import hashlib
from pathlib import Path
from typing import Sequence

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

ENCODER_DIR = Path(__file__).resolve().parents[2] / "models" / "encoder"
SIZE = 384
MAX_TOKENS = 128
SHA256 = {
    "model.int8.onnx": "6fdace990612ff4dfbb9d3a1c4c9b232c1f29a25a351717c65b6284216370390",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


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

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Return float32 of shape (len(sentences), 384), each row of length 1.

        One sentence at a time: the int8 model scales its numbers by all it is given at once,
        so in a batch a sentence's vector would depend on its neighbours (cosine 0.93 at worst).
        """
        result = np.zeros((len(sentences), SIZE), dtype=np.float32)
        for row, tokens in enumerate(self._tokenizer.encode_batch(list(sentences))):
            ids = np.array([tokens.ids], dtype=np.int64)
            inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
            result[row] = self._session.run(["sentence"], inputs)[0][0]
        return result
