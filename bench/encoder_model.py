"""The sentence encoder as a graph of int8 numbers, and as a network that can be trained."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional

from bot.language.encoder import SIZE, WORD_SIZE

HEADS = 12
PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "joined": "attention.output.dense",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
}
NORMS = {"first": "attention.output.LayerNorm", "second": "output.LayerNorm"}


class Graph:
    """The file's graph: its weights as floats, and back as int8."""

    def __init__(self, file: Path) -> None:
        self._model = onnx.load(str(file))
        self._held = {one.name: one for one in self._model.graph.initializer}
        if "word_projection" in self._held:
            raise SystemExit(f"{file} is tuned already. Start from the published encoder.")
        self._names = {
            node.name.removeprefix("/m/encoder/").removesuffix("/MatMul_quant").replace("/", "."):
            node.input[1].removesuffix("_quantized")
            for node in self._model.graph.node
            if node.op_type == "MatMulInteger"
        }  # fmt: skip

    def get(self, name: str) -> Any:
        """Numbers that are kept as floats."""
        return numpy_helper.to_array(self._held[name]).astype(np.float32)

    def put(self, name: str, numbers: Any) -> None:
        """Replace numbers."""
        self._held[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(numbers), name))

    def table(self, name: str) -> Any:
        """Numbers that are kept as int8, as floats."""
        return (self.get(name + "_quantized") - self.get(name + "_zero_point")) * self.get(
            name + "_scale"
        )

    def weights(self, part: str) -> Any:
        """The weights of a layer's part, of shape (in, out)."""
        return self.table(self._names[part])

    def put_weights(self, part: str, numbers: Any) -> None:
        """Write weights as int8: one scale for each column, and no more than seven bits."""
        name = self._names[part]
        top = np.abs(self.get(name + "_quantized")).max()
        scale = np.abs(numbers).max(axis=0) / top
        whole = np.clip(np.round(numbers / scale), -top, top)
        self.put(name + "_quantized", whole.astype(np.int8))
        self.put(name + "_scale", scale.astype(np.float32))

    def put_projection(self, numbers: Any) -> None:
        """Make the output `tokens` their states times these numbers, each of length 1."""
        graph = self._model.graph
        states = "word_states"
        for node in graph.node:
            for names in (node.input, node.output):
                for place, name in enumerate(names):
                    if name == "tokens":
                        names[place] = states
        graph.initializer.append(
            numpy_helper.from_array(np.ascontiguousarray(numbers), "word_projection")
        )
        graph.node.extend(
            [
                helper.make_node("MatMul", [states, "word_projection"], ["words"]),
                helper.make_node("LpNormalization", ["words"], ["tokens"], axis=-1, p=2),
            ]
        )
        old = next(one for one in graph.output if one.name == "tokens")
        graph.output.remove(old)
        shape = ["batch", "tokens", numbers.shape[1]]
        graph.output.append(helper.make_tensor_value_info("tokens", TensorProto.FLOAT, shape))

    def save(self, file: Path) -> None:
        """Write the file."""
        onnx.checker.check_model(self._model)
        onnx.save(self._model, str(file))


class Layer(nn.Module):
    """One layer of the encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.joined = (nn.Linear(SIZE, SIZE) for _ in range(4))
        self.wide, self.narrow = nn.Linear(SIZE, 4 * SIZE), nn.Linear(4 * SIZE, SIZE)
        self.first, self.second = nn.LayerNorm(SIZE, eps=1e-12), nn.LayerNorm(SIZE, eps=1e-12)

    def forward(self, states: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        """States of shape (texts, tokens, 384); `present` says which tokens are there."""
        texts, tokens, _ = states.shape
        query, key, value = (
            part(states).view(texts, tokens, HEADS, SIZE // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        # torch's own attention takes four times as long in 16 bits on such a processor.
        likeness = query @ key.transpose(2, 3) / (SIZE // HEADS) ** 0.5
        mixed = likeness.masked_fill(~present[:, None, None, :], -1e9).softmax(-1) @ value
        joined = self.joined(mixed.transpose(1, 2).reshape(texts, tokens, SIZE))
        states = self.first(states + joined)
        changed: torch.Tensor = self.second(
            states + self.narrow(functional.gelu(self.wide(states)))
        )
        return changed


class Encoder(nn.Module):
    """MiniLM with six layers, its numbers from a graph."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        for kind in ("word", "position", "token_type"):
            table = torch.tensor(graph.table(f"m.embeddings.{kind}_embeddings.weight"))
            self.register_buffer(kind, table)
        self.norm = nn.LayerNorm(SIZE, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(6))
        self.projection = nn.Linear(SIZE, WORD_SIZE, bias=False)
        nn.init.orthogonal_(self.projection.weight)
        for name, numbers in self._places():
            numbers.data = torch.tensor(graph.get(name))
        for part, linear in self._linears():
            linear.weight.data = torch.tensor(graph.weights(part)).T.contiguous()

    def forward(
        self, ids: torch.Tensor, present: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Vectors of length 1: of shape (texts, 384), and of their tokens (texts, tokens, 96)."""
        states = self.norm(
            self.word[ids] + self.position[: ids.shape[1]] + self.token_type[0]  # type: ignore[index]
        )
        for layer in self.layers:
            states = layer(states, present)
        weights = present[..., None].float()
        whole = functional.normalize((states * weights).sum(1) / weights.sum(1), dim=-1)
        return whole, functional.normalize(self.projection(states), dim=-1)

    def write(self, graph: Graph) -> None:
        """Put all numbers into the graph."""
        for name, numbers in self._places():
            graph.put(name, numbers.detach().numpy())
        for part, linear in self._linears():
            graph.put_weights(part, linear.weight.detach().numpy().T)
        graph.put_projection(self.projection.weight.detach().numpy().T)

    def _linears(self) -> Iterator[tuple[str, nn.Linear]]:
        for number, layer in enumerate(self.layers):
            for own, theirs in PARTS.items():
                yield f"layer.{number}.{theirs}", getattr(layer, own)

    def _places(self) -> Iterator[tuple[str, Any]]:
        yield "m.embeddings.LayerNorm.weight", self.norm.weight
        yield "m.embeddings.LayerNorm.bias", self.norm.bias
        for part, linear in self._linears():
            yield f"m.encoder.{part}.bias", linear.bias
        for number, layer in enumerate(self.layers):
            for own, theirs in NORMS.items():
                yield f"m.encoder.layer.{number}.{theirs}.weight", getattr(layer, own).weight
                yield f"m.encoder.layer.{number}.{theirs}.bias", getattr(layer, own).bias
