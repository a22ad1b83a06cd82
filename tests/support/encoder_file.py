"""Small files of weights in the format of the text encoder, with random numbers."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HIDDEN, LAYERS, HEADS, INNER, WORDS, POSITIONS = 64, 2, 4, 96, 40, 16
EPSILON = 1e-12
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
BEGIN, PADDING, END, UNKNOWN = range(4)
MATRICES = {"q": (64, 64), "k": (64, 64), "v": (64, 64), "ao": (64, 64), "fi": (96, 64), "fo": (64, 96)}


def quantized(matrix: NDArray[np.float32]) -> tuple[bytes, NDArray[np.float32]]:
    """Q4_0 blocks of a matrix, and the numbers that they stand for."""
    blocks = matrix.reshape(-1, 32)
    scales = (np.abs(blocks).max(axis=1) / 7).astype("<f2")
    levels = np.clip(np.rint(blocks / scales[:, None].astype("f4")), -8, 7).astype(int)
    stored = b"".join(
        scale.tobytes() + bytes(int(low + 8) | int(high + 8) << 4 for low, high in zip(row[:16], row[16:], strict=True))
        for scale, row in zip(scales, levels, strict=True)
    )
    return stored, (levels * scales[:, None].astype("f4")).astype("f4").reshape(matrix.shape)


def written(path: Path, pieces: tuple[str, ...] = ("\u2581a", "b")) -> dict[str, NDArray[np.float32]]:
    """Writes a file and gives what is in it by name; every piece after the special ones costs 1."""
    rng = np.random.default_rng(5)
    tensors: dict[str, NDArray[np.float32]] = {}
    stored: list[tuple[str, int, int, bytes]] = []

    def plain(name: str, *shape: int, around: float = 0.0) -> None:
        values = (around + rng.normal(scale=0.3, size=shape)).astype("<f4")
        tensors[name] = values
        stored.append((name, 0, values.size, values.tobytes()))

    def matrix(name: str, rows: int, columns: int, scale: float) -> None:
        raw, tensors[name] = quantized(rng.normal(scale=scale, size=(rows, columns)).astype("f4"))
        stored.append((name, 1, rows * columns, raw))

    matrix("emb.word", WORDS, HIDDEN, 1.0)
    plain("emb.pos", POSITIONS, HIDDEN)
    plain("emb.type", 2, HIDDEN)
    plain("emb.ln.w", HIDDEN, around=1.0)
    plain("emb.ln.b", HIDDEN)
    for layer in range(LAYERS):
        for name, (outputs, inputs) in MATRICES.items():
            matrix(f"l{layer}.{name}.w", outputs, inputs, 0.3)
            plain(f"l{layer}.{name}.b", outputs)
        for norm in ("aln", "oln"):
            plain(f"l{layer}.{norm}.w", HIDDEN, around=1.0)
            plain(f"l{layer}.{norm}.b", HIDDEN)
    head = _head((*SPECIALS, *pieces))
    size = len(head) + 4 + sum(2 + len(name) + 1 + 4 + 8 + 8 for name, *_ in stored)
    directory = struct.pack("<i", len(stored))
    for name, kind, weights, raw in stored:
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, weights, size, len(raw))
        size += len(raw)
    path.write_bytes(head + directory + b"".join(raw for *_, raw in stored))
    return tensors


def _head(pieces: tuple[str, ...]) -> bytes:
    encoded = [piece.encode() for piece in pieces]
    offsets = np.cumsum([0, *map(len, encoded)]).astype("<u4").tobytes()
    scores = np.array([0.0] * len(SPECIALS) + [-1.0] * (len(pieces) - len(SPECIALS)), dtype="<f4").tobytes()
    text = b"".join(encoded)
    space = struct.pack("<IBI", ord("\n"), 1, ord(" "))
    return (
        b"E5S1"
        + struct.pack("<I7ifi", 1, HIDDEN, LAYERS, HEADS, INNER, WORDS, POSITIONS, 2, EPSILON, 32)
        + struct.pack("<5iQ", len(pieces), BEGIN, END, PADDING, UNKNOWN, len(text))
        + offsets
        + scores
        + text
        + struct.pack("<iI", 1, len(space))
        + space
    )
