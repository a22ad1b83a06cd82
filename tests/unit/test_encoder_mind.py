"""Texts in chunks: where they are cut, what of a text stands in which row of the states, and what is remembered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import erf, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.encoder import Adapter, Tokens
from pipelines.encoder.heads import at_places, event_head, gelu, relevance_head
from pipelines.encoder.mind import CHUNK, MOST_CHUNKS, Chunk, Mind
from storewatch.errors import EncoderError

WIDTH = 2


class Words:
    """A vocabulary in which each word is a token, whose id is the number it spells."""

    def tokenize(self, text: str) -> Tokens:
        found = list(re.finditer(r"\S+", text))
        numbers = ([int(m.group()) for m in found], [m.start() for m in found], [m.end() for m in found])
        ids, starts, ends = (np.array(part, np.int32) for part in numbers)
        return Tokens(ids=ids, starts=starts, ends=ends)


class Copying:
    """An encoder whose states are the ids; counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def states(self, sequences: Sequence[NDArray[np.int32]]) -> list[NDArray[np.float32]]:
        self.asked += [len(sequence) for sequence in sequences]
        return [np.repeat(np.r_[-1, s, -2][:, None], WIDTH, axis=1).astype(np.float32) for s in sequences]


def heads() -> Adapter:
    about = b'{"classes": ["none", "open"], "names": ["kind store"]}'
    arrays: dict[str, NDArray[np.generic]] = {
        "l0.aln.w": np.ones(WIDTH, np.float32),
        "relevance.choice.w": np.zeros((1, WIDTH), np.float32),
        "relevance.out.w": np.array([[1, 0, 0, 0]], np.float32),
        "relevance.mixed": np.array([0.5, 1, 2], np.float32),
        "event.inner.w": np.zeros((3, 5 * WIDTH + 5), np.float32),
        "event.out.w": np.zeros((2, 3), np.float32),
        "event.single.w": np.zeros((1, 3), np.float32),
        "event.features.w": np.array([[0], [3]], np.float32),
        "event.single_features.w": np.array([[4]], np.float32),
        "event.about": np.frombuffer(about, np.uint8),
    }
    for name in [name for name in arrays if name.endswith(".w") and not name.startswith("l0")]:
        arrays[f"{name[:-1]}b"] = np.zeros(len(arrays[name]), np.float32)
    return Adapter.of(arrays)


@pytest.fixture
def encoder() -> Copying:
    return Copying()


@pytest.fixture
def mind(encoder: Copying) -> Mind:
    return Mind(Words(), encoder, heads())  # type: ignore[arg-type]  # hand-written fakes


def numbered(count: int) -> str:
    return " ".join(str(number) for number in range(count))


def ids_of(chunk: Chunk) -> list[int]:
    return chunk.states[1:-1, 0].astype(int).tolist()


def test_a_short_text_is_one_chunk(mind: Mind) -> None:
    (chunk,) = mind.read(f"7 8\n{numbered(20)}", 3, [])
    assert ids_of(chunk) == [7, 8, *range(20)]


@pytest.mark.parametrize(
    ("span", "rows"),
    [
        pytest.param((0, 2), (1, 2), id="first token"),
        pytest.param((3, 5), (2, 3), id="second token"),
        pytest.param((0, 5), (1, 3), id="both"),
        pytest.param((1, 4), (1, 3), id="parts of both"),
        pytest.param((2, 3), None, id="the space between"),
        pytest.param((3, 3), None, id="nothing"),
        pytest.param((90, 95), None, id="behind the chunk"),
    ],
)
def test_rows_of_a_place(mind: Mind, span: tuple[int, int], rows: tuple[int, int] | None) -> None:
    (chunk,) = mind.read("10 11 12", 0, [])
    assert chunk.slot(*span) == rows


def sentences(text: str, title: str, *firsts: int) -> list[tuple[int, int]]:
    """Where the title stands and sentences that begin with a number; each ends where the next begins."""
    starts = [text.index(f" {first} ", len(title)) + 1 for first in firsts]
    return [(0, len(title)), *zip(starts, [*starts[1:], len(text)], strict=True)]


def test_a_long_text_is_cut_where_sentences_start(mind: Mind) -> None:
    text = f"900 901\n0 {numbered(CHUNK + 150)}"
    places = sentences(text, "900 901", 0, 100, 400, CHUNK + 100)
    first, second = mind.read(text, 7, places)
    assert ids_of(first) == [900, 901, *range(400)]
    assert ids_of(second) == [900, 901, *range(400, CHUNK + 150)]


def test_of_a_long_text_only_what_is_wanted_is_read(mind: Mind) -> None:
    text = f"900 901\n0 {numbered(CHUNK + 150)}"
    title, *_, second, third, _ = sentences(text, "900 901", 0, 100, 110, 130)
    (chunk,) = mind.read(text, 7, [title, second, third])
    assert ids_of(chunk) == [900, 901, *range(100, 130)]
    assert chunk.slot(*third) == (3 + 10, 3 + 30)


def test_a_sentence_longer_than_a_chunk_is_cut_and_the_end_of_a_book_is_left(mind: Mind) -> None:
    text = numbered(CHUNK * (MOST_CHUNKS + 2))
    chunks = mind.read(text, 0, [(0, len(text))])
    assert [len(ids_of(chunk)) for chunk in chunks] == [CHUNK] * MOST_CHUNKS
    assert ids_of(chunks[-1])[-1] == CHUNK * MOST_CHUNKS - 1


def test_what_was_read_is_remembered(mind: Mind, encoder: Copying) -> None:
    mind.margin("1 2 3")
    mind.read("1 2 3", 0, [])
    mind.margin("4 5")
    assert encoder.asked == [3, 2]


def test_the_margin_is_of_the_first_tokens(mind: Mind, encoder: Copying) -> None:
    assert mind.margin(numbered(2 * CHUNK)) == pytest.approx((sum(range(CHUNK)) - 3) / (CHUNK + 2))
    assert encoder.asked == [CHUNK]
    assert mind.relevance.together(-3.0, 2.0) == pytest.approx(0.5 - 3 + 4)


def test_nothing_to_read_has_a_margin(mind: Mind) -> None:
    assert mind.margin("") == pytest.approx(-1.5)
    assert [ids_of(chunk) for chunk in mind.read("", 0, [])] == [[]]


def test_places_are_means_with_a_mark_for_what_is_there() -> None:
    states = np.array([[0, 1], [2, 3], [4, 5]], np.float32)
    assert at_places(states, [(1, 3), None]).tolist() == [3, 4, 0, 0, 1, 0]


def test_chances_are_probabilities_and_unknown_features_count_nothing(mind: Mind) -> None:
    places = np.zeros((2, 5 * WIDTH + 5), np.float32)
    chances, single = mind.events.chances(places, [{"kind store": 1.0}, {"kind spaceship": 1.0}])
    assert chances.sum(axis=1) == pytest.approx([1, 1])
    assert chances[:, 1] == pytest.approx([1 / (1 + np.exp(-3)), 0.5])
    assert single == pytest.approx([1 / (1 + np.exp(-4)), 0.5])


def test_gelu_is_nearly_the_exact_one() -> None:
    values = np.linspace(-4, 4, 50).astype(np.float32)
    exact = [x * 0.5 * (1 + erf(x / sqrt(2))) for x in values.tolist()]
    assert np.abs(gelu(values) - exact).max() < 1e-3


@pytest.mark.parametrize("name", ["relevance.out.w", "relevance.mixed", "event.about", "event.features.b"])
def test_a_file_without_a_head_says_which(name: str) -> None:
    whole = heads()
    lacking = Adapter(layers=1, changes={}, heads={k: v for k, v in whole.heads.items() if k != name}, name="a.npz")
    with pytest.raises(EncoderError, match=rf"a\.npz.*{name}"):
        (relevance_head if name.startswith("relevance") else event_head)(lacking)
