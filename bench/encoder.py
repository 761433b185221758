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
from typing import NamedTuple

import torch
import yaml
from tokenizers import Encoding, Tokenizer
from torch import nn
from torch.nn import functional

from bench.encoder_model import Encoder, Graph
from bot import ROOT
from bot.language.encoder import ENCODER_DIR
from bot.language.gloss import in_english
from bot.language.spelling import Speller
from bot.language.telling import telling_after, telling_tokens
from bot.plan.documents import documents
from bot.plan.lines import QUESTIONS_FILE, read_questions
from bot.plan.load import PLAN_DIR, load

TOKENS = 40
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
