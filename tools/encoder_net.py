"""The encoder with its heads in PyTorch, and the loop that fits them (tools/train_encoder.py).

The same network as pipelines/encoder: what is fitted here is read there, under the same names.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from encoder_texts import SLOTS, Asked, Text, feature_names, shares, table  # the script beside this one
from numpy.typing import NDArray
from train_events import CLASSES

from pipelines.encoder import Base, installed_base
from pipelines.encoder.adapter import MATRICES, NORMS, sizes
from pipelines.encoder.heads import CLIP

try:
    import torch
    from torch import Tensor, nn
    from torch.nn import functional
except ImportError as error:
    raise SystemExit("the encoder is fitted with PyTorch, which is not installed: pip install torch") from error

# Chosen by a dozen fits on train and own articles, scored on dev; none was searched for finely.
HALF = torch.bfloat16
"""What the encoder's matrices are multiplied in while fitting."""
RANK_DROPOUT = 0.1
"""Of the numbers between the two small matrices."""
HEAD_DROPOUT = (0.1, 0.2)
"""Before and behind the inner layer of the events' head."""
INNER = 256
ENCODER_RATE, HEAD_RATE, FEATURE_RATE = 5e-4, 1e-3, 2e-3
"""Learning rates: low-rank matrices stand larger ones than whole weights (1e-4); the features are sparse."""
ENCODER_DECAY, FEATURE_DECAY = 0.01, 0.1
BETAS = (0.9, 0.98)
LONGEST_STEP = 1.0
"""Norm to which gradients are clipped."""
WARM_UP = 0.1
LAST_RATE = 0.02
"""The rate rises over this share of the steps and falls to this share of its height."""
AVERAGED = 0.97
"""The weights that are kept are a running mean of those of the last steps; the first ones forget faster."""
BATCH_TOKENS = 2600
"""What two cores work on for half a second; articles of like length go together, chosen from ``BUCKET`` at a time."""
BUCKET = 200
RELEVANCE_SHARE = 0.5
"""What relevance counts beside the events: with 1 the states forget what tells openings from plans."""
SINGLE_SHARE = 0.3
"""What the loss of "one store" counts beside that of the classes."""
ENOUGH_CANDIDATES, LEAST_SHARE = 30, 0.2
"""Batches with fewer candidates count less for the events, but never less than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to fit: the rank of the matrices, the layers of the base that are used, rounds over the articles."""

    rank: int
    layers: int
    epochs: int
    seed: int


class LowRank(nn.Module):
    """A dense layer of the base with the product of two small matrices added to its weights. The base's are held in
    half precision a second time, for rows that come so."""

    def __init__(self, base: Base, layer: int, matrix: str, rank: int) -> None:
        super().__init__()
        outputs, inputs = sizes(base.shape, matrix)
        self.register_buffer("weight", torch.from_numpy(base.matrix(f"l{layer}.{matrix}.w", outputs, inputs)))
        self.register_buffer("bias", torch.from_numpy(base.vector(f"l{layer}.{matrix}.b", outputs)))
        self.register_buffer("light", self.weight.to(HALF))
        self.a = nn.Parameter(torch.randn(rank, inputs) / math.sqrt(inputs))
        self.b = nn.Parameter(torch.zeros(outputs, rank))
        self.drop = nn.Dropout(RANK_DROPOUT)

    def forward(self, rows: Tensor) -> Tensor:
        added = functional.linear(self.drop(functional.linear(rows, self.a)), self.b)
        weight = self.light if rows.dtype == HALF else self.weight
        return functional.linear(rows, weight, self.bias.to(rows.dtype)) + added


def lighter(rows: Tensor) -> Tensor:
    """Rows as the matrices read them: in half precision when fitting, as they are else."""
    return rows.to(HALF) if torch.is_autocast_enabled("cpu") else rows


class Layer(nn.Module):
    """One layer, as ``pipelines.encoder.forward`` computes it."""

    def __init__(self, base: Base, number: int, rank: int) -> None:
        super().__init__()
        self.heads = base.shape.heads
        for matrix in MATRICES:
            self.add_module(matrix, LowRank(base, number, matrix, rank))
        for norm in NORMS:
            self.add_module(norm, normed(base, f"l{number}.{norm}"))

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        batch, tokens, hidden = states.shape
        rows = lighter(states)
        queries, keys, values = (
            part(rows).view(batch, tokens, self.heads, -1).transpose(1, 2) for part in (self.q, self.k, self.v)
        )
        # Not torch's fused attention, whose way back takes ten times as long on a processor.
        weights = queries @ keys.transpose(-1, -2) / math.sqrt(queries.shape[-1]) + mask.to(queries.dtype)
        seen = torch.softmax(weights, -1, dtype=torch.float32).to(values.dtype) @ values
        states = self.aln(states + self.ao(seen.transpose(1, 2).reshape(batch, tokens, hidden)))
        return self.oln(states + self.fo(functional.gelu(self.fi(lighter(states)), approximate="tanh")))


def normed(base: Base, name: str) -> nn.LayerNorm:
    """A layer norm of the base."""
    norm = nn.LayerNorm(base.shape.hidden, eps=base.shape.epsilon)
    norm.weight.data = torch.from_numpy(base.vector(f"{name}.w", base.shape.hidden))
    norm.bias.data = torch.from_numpy(base.vector(f"{name}.b", base.shape.hidden))
    return norm


class Net(nn.Module):
    """The encoder with the heads of ``pipelines.encoder.heads``; ``names`` are the features of candidates."""

    def __init__(self, plan: Plan, names: Sequence[str]) -> None:
        super().__init__()
        self.base = installed_base()
        self.names = tuple(names)
        self.columns = {name: column for column, name in enumerate(names)}
        shape = self.base.shape
        places = self.base.vector("emb.pos", shape.positions, shape.hidden)
        self.register_buffer("places", torch.from_numpy(places + self.base.vector("emb.type", 2, shape.hidden)[0]))
        self.first = normed(self.base, "emb.ln").requires_grad_(False)
        self.layers = nn.ModuleList(Layer(self.base, number, plan.rank) for number in range(plan.layers))
        self.choice, self.out = nn.Linear(shape.hidden, 1), nn.Linear(2 * shape.hidden, 1)
        self.inner = nn.Linear(SLOTS * (shape.hidden + 1), INNER)
        self.classes, self.single = nn.Linear(INNER, len(CLASSES)), nn.Linear(INNER, 1)
        self.features, self.single_features = nn.Linear(len(names), len(CLASSES)), nn.Linear(len(names), 1)
        for layer in (self.features, self.single_features):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        self.before, self.behind = (nn.Dropout(share) for share in HEAD_DROPOUT)

    def states(self, texts: Sequence[Text]) -> tuple[Tensor, Tensor]:
        """The states of each text and which of them are of tokens."""
        special = self.base.specials
        ids = np.full((len(texts), max(text.size for text in texts)), special.padding, dtype=np.int32)
        valid = np.zeros(ids.shape, dtype=np.bool_)
        for row, text in enumerate(texts):
            ids[row, : text.size] = [special.begin, *text.ids, special.end]
            valid[row, : text.size] = True
        words = torch.from_numpy(self.base.words(ids.ravel())).view(*ids.shape, -1)
        states = self.first(words + self.places[: ids.shape[1]])
        kept = torch.from_numpy(valid)
        mask = torch.where(kept, 0.0, -30_000.0)[:, None, None, :]
        for layer in self.layers:
            states = layer(states, mask)
        return states.float(), kept

    def margins(self, states: Tensor, valid: Tensor) -> Tensor:
        """The log-odds of relevance of each text."""
        kept = valid.float()
        mean = (states * kept[..., None]).sum(1) / kept.sum(1, keepdim=True)
        weights = torch.exp(self.choice(states)[..., 0].clamp(-CLIP, CLIP)) * kept
        chosen = (states * weights[..., None]).sum(1) / weights.sum(1, keepdim=True)
        return self.out(torch.cat([mean, chosen], 1))[:, 0]

    def candidates(self, states: Tensor, texts: Sequence[Text]) -> tuple[Tensor, Tensor]:
        """For each candidate of the texts the log-odds of the classes and those of a single store."""
        asked = [(row, candidate) for row, text in enumerate(texts) for candidate in text.asked]
        rows = torch.tensor([row for row, _ in asked])
        spans = torch.tensor([[slot or (0, 0) for slot in candidate.slots] for _, candidate in asked])
        starts, ends = spans[..., 0], spans[..., 1]
        lengths = (ends - starts).float()
        sums = functional.pad(states.cumsum(1), (0, 0, 1, 0))
        means = (sums[rows[:, None], ends] - sums[rows[:, None], starts]) / lengths.clamp(min=1)[..., None]
        read = torch.cat([means.flatten(1), (lengths > 0).float()], 1)
        inner = self.behind(functional.gelu(self.inner(self.before(read)), approximate="tanh"))
        found = torch.from_numpy(table([candidate for _, candidate in asked], self.columns))
        single = self.single(inner) + self.single_features(found)
        return self.classes(inner) + self.features(found), single[:, 0]

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """What was fitted, by the names of the file."""
        found: dict[str, Tensor] = {}
        for number, layer in enumerate(self.layers):
            for matrix in MATRICES:
                part = getattr(layer, matrix)
                found |= {f"l{number}.{matrix}.a": part.a, f"l{number}.{matrix}.b": part.b}
            for norm in NORMS:
                part = getattr(layer, norm)
                found |= {f"l{number}.{norm}.w": part.weight, f"l{number}.{norm}.b": part.bias}
        heads = {"relevance.choice": self.choice, "relevance.out": self.out, "event.inner": self.inner}
        heads |= {"event.out": self.classes, "event.single": self.single}
        heads |= {"event.features": self.features, "event.single_features": self.single_features}
        for name, head in heads.items():
            found |= {f"{name}.w": head.weight, f"{name}.b": head.bias}
        return {name: value.detach().numpy().copy() for name, value in found.items()}


def fitted(texts: Sequence[Text], plan: Plan) -> Net:
    """The network fitted on the texts. The same texts and plan give the same weights on the same machine."""
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(plan.seed)
    chance = random.Random(plan.seed)
    net = Net(plan, feature_names(texts))
    average = Average(net)
    optimizer = _optimizer(net)
    rounds = [list(_batches(texts, chance)) for _ in range(plan.epochs)]
    steps = sum(map(len, rounds))
    warm = steps * WARM_UP + 1
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm) * max(LAST_RATE, 1 - step / steps)
    )
    net.train()
    for epoch, batches in enumerate(rounds):
        began, total = monotonic(), 0.0
        for batch in batches:
            loss = _loss(net, batch, clear=epoch > 0)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(average.live, LONGEST_STEP)
            optimizer.step()
            schedule.step()
            average.update()
            total += loss.item()
        print(f"  epoch {epoch + 1}: loss {total / len(batches):.3f}, {monotonic() - began:.0f} s", flush=True)
    average.put()
    return net.eval()


class Average:
    """The running mean of the weights that are fitted."""

    def __init__(self, net: Net) -> None:
        self.live = [weights for weights in net.parameters() if weights.requires_grad]
        self._means = [weights.detach().clone() for weights in self.live]
        self._steps = 0

    @torch.no_grad()
    def update(self) -> None:
        """Adds the weights as they are."""
        self._steps += 1
        kept = min(AVERAGED, self._steps / (self._steps + 10))
        for mean, weights in zip(self._means, self.live, strict=True):
            mean.mul_(kept).add_(weights, alpha=1 - kept)

    @torch.no_grad()
    def put(self) -> None:
        """Puts the mean in place of the weights."""
        for mean, weights in zip(self._means, self.live, strict=True):
            weights.copy_(mean)


def _optimizer(net: Net) -> torch.optim.Optimizer:
    encoder = [weights for weights in net.layers.parameters() if weights.requires_grad]
    features = [*net.features.parameters(), *net.single_features.parameters()]
    heads = [part for head in (net.choice, net.out, net.inner, net.classes, net.single) for part in head.parameters()]
    return torch.optim.AdamW(
        [
            {"params": encoder, "lr": ENCODER_RATE, "weight_decay": ENCODER_DECAY},
            {"params": features, "lr": FEATURE_RATE, "weight_decay": FEATURE_DECAY},
            {"params": heads, "lr": HEAD_RATE, "weight_decay": ENCODER_DECAY},
        ],
        betas=BETAS,
    )


def _batches(texts: Sequence[Text], chance: random.Random) -> Iterator[list[Text]]:
    """All texts once, in a new order: batches of about ``BATCH_TOKENS``, padding included."""
    order = chance.sample(range(len(texts)), len(texts))
    out: list[list[Text]] = []
    for start in range(0, len(order), BUCKET):
        batch: list[Text] = []
        for text in sorted((texts[i] for i in order[start : start + BUCKET]), key=lambda text: text.size):
            if batch and text.size * (len(batch) + 1) > BATCH_TOKENS:
                out.append(batch)
                batch = []
            batch.append(text)
        out.append(batch)
    chance.shuffle(out)
    yield from out


def _loss(net: Net, texts: Sequence[Text], *, clear: bool) -> Tensor:
    """The loss of a batch; ``clear``: candidates that tell their event less clearly than others count less."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states, valid = net.states(texts)
    truth = torch.tensor([float(text.relevant) for text in texts])
    weight = torch.tensor([text.weight for text in texts])
    margins = net.margins(states, valid)
    loss = RELEVANCE_SHARE * functional.binary_cross_entropy_with_logits(margins, truth, weight=weight)
    asked = [candidate for text in texts for candidate in text.asked]
    if not asked:
        return loss
    share = min(1.0, len(asked) / ENOUGH_CANDIDATES + LEAST_SHARE)
    return loss + share * _loss_of_candidates(*net.candidates(states, texts), asked, clear=clear)


def _loss_of_candidates(classes: Tensor, single: Tensor, asked: Sequence[Asked], *, clear: bool) -> Tensor:
    labels = torch.tensor([candidate.label for candidate in asked])
    chances = functional.log_softmax(classes, 1).gather(1, labels[:, None])[:, 0]
    weight = torch.tensor(shares(asked, chances.detach().exp().tolist()) if clear else [1.0] * len(asked))
    loss = -(chances * weight).sum() / (weight.sum() + 1e-6)
    ones = [(row, candidate.single) for row, candidate in enumerate(asked) if candidate.single is not None]
    if ones:
        truth = torch.tensor([float(one) for _, one in ones])
        told = single[[row for row, _ in ones]]
        loss = loss + SINGLE_SHARE * functional.binary_cross_entropy_with_logits(told, truth)
    return loss


@torch.no_grad()
def thought(net: Net, text: Text) -> tuple[float, Mapping[str, NDArray[np.float32]]]:
    """The margin of a text, and of its candidates the chances of the classes and of a single store, in float32."""
    states, valid = net.states([text])
    margin = float(net.margins(states, valid)[0])
    if not text.asked:
        return margin, {}
    classes, single = net.candidates(states, [text])
    return margin, {"chances": torch.softmax(classes, 1).numpy(), "single": torch.sigmoid(single).numpy()}
