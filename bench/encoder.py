"""Tune the sentence encoder to questions about the plan; docs/decisions/0044, 0048, 0049 say why.

    python -m bench.encoder START.onnx [--epochs N] [--out FILE]

Needs requirements/encoder.txt, beside 2 cores and 20 minutes. START is the published encoder
as int8 ONNX (models/encoder/README.md says where it is). Its numbers are read back as floats,
trained, and written into the same graph as int8 again. The embeddings of words stay as they are.

What is learned from: the ways of asking of data/plan, and data/plan/questions.tsv. Two ways
of asking for one entry are drawn together; those of others are driven apart, and so are near
misses, and examples of what is no question about the plan. A follow-up is read after the title
that it leans on, and belongs to the entry that answers it. The same is learned of their single
words, through a projection that is written into the graph. No gold question has a part.
"""

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import torch
import yaml
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Encoding, Tokenizer
from torch import nn
from torch.nn import functional

from bot import ROOT
from bot.language.encoder import ENCODER_DIR, SIZE, WORD_SIZE
from bot.language.gloss import in_english
from bot.language.spelling import Speller
from bot.language.telling import telling_after, telling_tokens
from bot.plan.documents import documents
from bot.plan.load import PLAN_DIR, QUESTIONS_FILE, load, read_questions

HEADS, TOKENS = 12, 40
"""Longer texts are cut; only a few ways of asking are."""
RATE, WARM, CLIP = 3e-5, 0.1, 1.0
TEMPERATURE = 0.05
SEEDS, RIVALS, EACH, OTHERS = 4, 3, 4, 16
"""A step has 4 entries and 3 of the nearest to each, 4 ways of asking for each of them with one
near miss, and 16 examples of what is no question about the plan."""
FOLLOWED, UNANSWERED = 2, 12
"""Beside them 2 follow-ups that each answers, and 12 that nothing answers, each with the title
that it leans on."""
AMONG, AFRESH = 12, 400
"""The rivals are drawn from the 12 nearest entries, which are looked up again every 400 steps."""
KEPT = 2.0
"""Weight of how far examples of what is no question about the plan move from where they were:
what is told of them, and of anything like them, must not get lost."""
WORDS, PROJECTION_RATE = 0.5, 1e-3
"""Weight of what is learned of single words, beside the sentences as a whole."""
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


class Questions:
    """What is learned from, as the encoder is given it: slips mended, in rough English."""

    def __init__(self) -> None:
        knowledge = load()
        every = documents(knowledge)
        speller = Speller([text for one in every for text in (*one.asks, *one.body)])
        self.ids = [one.id for one in every]
        self.asked = [[in_english(ask) for ask in one.asks] for one in every]
        self.missed: dict[int, list[str]] = defaultdict(list)
        place = {identity: number for number, identity in enumerate(self.ids)}
        for one in read_questions(PLAN_DIR / QUESTIONS_FILE, [], place):
            texts = self.asked if one.answers else self.missed
            texts[place[one.entry]].append(in_english(speller(one.text)))
        self.others = [in_english(text) for text in _no_questions()]
        self.followed: dict[int, list[Leaning]] = defaultdict(list)
        self.unanswered: dict[int, list[Leaning]] = defaultdict(list)
        known = {**knowledge.facts, **knowledge.gaps}
        for follow_up in knowledge.follow_ups:
            title = in_english(known[follow_up.shown].title.en)
            shown = place[follow_up.shown]
            leaning = Leaning(title, in_english(speller(follow_up.text)), shown)
            if follow_up.entry is None:
                self.unanswered[shown].append(leaning)
            else:
                self.followed[place[follow_up.entry]].append(leaning)


class Leaning(NamedTuple):
    """A message that leans on what was shown before it."""

    title: str
    text: str
    shown: int


Text = str | Leaning


def _telling(encoded: Encoding, leaning: bool) -> list[bool]:
    """Which tokens tell what a text is about; all but its ends where none does."""
    tokens = encoded.tokens
    telling = telling_after(tokens, encoded.sequence_ids) if leaning else telling_tokens(tokens)
    return telling if any(telling) else [token[0] != "[" for token in tokens]


def _no_questions() -> Iterator[str]:
    """Examples of intents that are no question about the plan."""
    for file in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for item in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu", []):
            if not str(item.get("intent", "ask_")).startswith("ask_"):
                for line in item["examples"].splitlines():
                    yield line.removeprefix("- ")


class Trainer:
    """Trains an encoder on questions."""

    def __init__(self, encoder: Encoder, questions: Questions) -> None:
        self.encoder, self.questions = encoder, questions
        self.weighing = nn.Linear(2, 1)
        """Of how near a question's words are on the whole, and the one that is farthest."""
        nn.init.constant_(self.weighing.weight, 5.0)
        nn.init.constant_(self.weighing.bias, -5.0)
        self._tokenizer = Tokenizer.from_file(str(ENCODER_DIR / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(TOKENS)
        self._chance = random.Random(0)
        self._rivals = self._nearest()
        self._before = self._now(questions.others)

    def train(self, epochs: int) -> None:
        """Train for some rounds over the ways of asking; prints the loss now and then."""
        per_step = SEEDS * (1 + RIVALS) * EACH
        steps = epochs * sum(map(len, self.questions.asked)) // per_step
        fast = [*self.encoder.projection.parameters(), *self.weighing.parameters()]
        slow = [one for one in self.encoder.parameters() if all(one is not f for f in fast)]
        optimizer = torch.optim.AdamW(
            [{"params": slow, "lr": RATE}, {"params": fast, "lr": PROJECTION_RATE}],
            weight_decay=0.01,
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / (WARM * steps), 1.0) * (1 - step / steps)
        )
        for step in range(steps):
            if step and step % AFRESH == 0:
                self._rivals = self._nearest()
            loss = self._loss(*self._draw())
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.encoder.parameters(), CLIP)
            optimizer.step()
            schedule.step()
            if step % 100 == 0:
                print(f"step {step} of {steps}: loss {loss.item():.2f}", file=sys.stderr)

    def _draw(self) -> tuple[list[Text], list[int]]:
        """Texts and their entries; one that is of no entry has a number of its own, below 0."""
        entries: dict[int, None] = {}
        for seed in self._chance.sample(range(len(self.questions.ids)), SEEDS):
            entries.update(dict.fromkeys([seed, *self._chance.sample(self._rivals[seed], RIVALS)]))
        drawn: list[tuple[int, Text]] = []
        strays: list[Text] = [*self._chance.sample(self.questions.others, OTHERS)]
        for entry in entries:
            asked = self.questions.asked[entry]
            some = self._chance.sample(asked, min(EACH, len(asked)))
            drawn += [(entry, text) for text in some]
            drawn += [(entry, one) for one in self._following(entry, entries)]
            if self.questions.missed[entry]:
                strays.append(self._chance.choice(self.questions.missed[entry]))
        with_some = [entry for entry in entries if self.questions.unanswered[entry]]
        for entry in self._chance.sample(with_some, min(UNANSWERED, len(with_some))):
            strays.append(self._chance.choice(self.questions.unanswered[entry]))
        drawn += [(-1 - number, text) for number, text in enumerate(strays)]
        owners, texts = zip(*drawn, strict=True)
        return list(texts), list(owners)

    def _following(self, entry: int, among: Container[int]) -> list[Leaning]:
        """Follow-ups that an entry answers; rather such as lean on entries that are drawn too."""
        every = self.questions.followed[entry]
        near = [one for one in every if one.shown in among]
        some = self._chance.sample(near, min(FOLLOWED - 1, len(near)))
        others = self._chance.sample(every, min(FOLLOWED, len(every)))
        return [*some, *(one for one in others if one not in some)][:FOLLOWED]

    def _loss(self, texts: Sequence[Text], entries: Sequence[int]) -> torch.Tensor:
        """How little each text is nearer to those of its entry than to all others."""
        ids, present, telling = self._batch(texts)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors, tokens = self.encoder(ids, present)
        vectors, tokens = vectors.float(), tokens.float()
        of = torch.tensor(entries)
        leaning = torch.tensor([isinstance(text, Leaning) for text in texts])
        itself = torch.eye(len(of), dtype=torch.bool)
        same = (of[:, None] == of[None, :]) & ~itself
        likeness = (vectors @ vectors.T / TEMPERATURE).masked_fill(itself, -1e9)
        rivals = torch.logsumexp(likeness.masked_fill(same, -1e9), 1, keepdim=True)
        every: torch.Tensor = torch.logaddexp(likeness, rivals.expand_as(likeness)) - likeness
        others = [place for place, text in enumerate(texts) if text in self._before]
        before = torch.stack([self._before[text] for text in texts if text in self._before])
        moved = 1 - (vectors[others] * before).sum(1).mean()
        return (
            every[same].mean()
            + KEPT * moved
            + WORDS * self._loss_of_words(tokens, telling, of, leaning)
        )

    def _loss_of_words(
        self,
        tokens: torch.Tensor,
        telling: torch.Tensor,
        of: torch.Tensor,
        leaning: torch.Tensor,
    ) -> torch.Tensor:
        """The same by words: how near each is to the nearest one of an entry's other texts.

        Beside that, whether an entry is what a text asks for. What belongs to no entry asks for
        none. What stands alone is not compared with messages that lean.
        """
        count = len(of)
        # The telling ones to the front, and no more places than the most that a text has.
        order = telling.int().argsort(dim=1, descending=True, stable=True)
        order = order[:, : int(telling.sum(1).max())]
        telling = telling.gather(1, order)
        tokens = tokens.gather(1, order[..., None].expand(-1, -1, tokens.shape[2]))
        likeness = torch.einsum("qld,nmd->qlnm", tokens, tokens)
        nearest = likeness.masked_fill(~telling[None, None], -1.0).amax(3)
        apart = torch.eye(count, dtype=torch.bool) | (~leaning[:, None] & leaning[None, :])
        nearest = nearest.masked_fill(apart[:, None, :], -1.0)
        owners = list(dict.fromkeys(of.tolist()))
        best = torch.stack([nearest[:, :, of == owner].amax(2) for owner in owners], 2)
        weights = telling[..., None].float()
        whole = (best * weights).sum(1) / weights.sum(1).clamp(min=1)
        farthest = best.masked_fill(~telling[..., None], 2.0).amin(1)
        own = of >= 0
        place = torch.tensor([owners.index(one) for one in of.tolist()])
        told_apart = functional.cross_entropy(whole[own] / TEMPERATURE, place[own])
        logits = self.weighing(torch.stack([whole, farthest], 2))[..., 0]
        entries = torch.tensor(owners) >= 0
        mine = logits[torch.arange(count)[own], place[own]]
        theirs = logits[own].scatter(1, place[own][:, None], -1e9).amax(1)
        misses = logits[~own][:, entries].amax(1)
        borne_out = (
            functional.softplus(-mine).mean()
            + (functional.softplus(theirs).mean() + functional.softplus(misses).mean()) / 2
        )
        return told_apart + borne_out

    def _batch(self, texts: Sequence[Text]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Numbers of the tokens, which of them are there, and which are telling."""
        pairs = [text[:2] if isinstance(text, Leaning) else text for text in texts]
        encoded = self._tokenizer.encode_batch(pairs)
        ids = nn.utils.rnn.pad_sequence([torch.tensor(one.ids) for one in encoded], True)
        lengths = torch.tensor([len(one.ids) for one in encoded])
        telling = nn.utils.rnn.pad_sequence(
            [
                torch.tensor(_telling(one, isinstance(text, Leaning)))
                for one, text in zip(encoded, texts, strict=True)
            ],
            True,
        )
        return ids, torch.arange(ids.shape[1])[None, :] < lengths[:, None], telling

    @torch.no_grad()
    def _now(self, texts: Sequence[str]) -> dict[Text, torch.Tensor]:
        """The vector of each text, as the encoder is."""
        return {text: self.encoder(*self._batch([text])[:2])[0][0] for text in texts}

    @torch.no_grad()
    def _nearest(self) -> list[list[int]]:
        """The nearest entries to each, by the middle of what is asked for them."""
        middles = torch.stack(
            [
                self.encoder(*self._batch(asked[:30])[:2])[0].mean(0)
                for asked in self.questions.asked
            ]
        )
        likeness = functional.normalize(middles, dim=-1) @ functional.normalize(middles, dim=-1).T
        likeness.fill_diagonal_(-1)
        nearest: list[list[int]] = likeness.topk(AMONG, dim=1).indices.tolist()
        return nearest


def main() -> int:
    """Train, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m bench.encoder", description=__doc__)
    parser.add_argument("start", type=Path)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--out", type=Path, default=ENCODER_DIR / "model.int8.onnx")
    wanted = parser.parse_args()
    torch.manual_seed(0)
    graph = Graph(wanted.start)
    encoder = Encoder(graph)
    Trainer(encoder, Questions()).train(wanted.epochs)
    encoder.write(graph)
    graph.save(wanted.out)
    print(f"Wrote {wanted.out}. Its sha256 belongs into bot/language/encoder.py and the README.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
