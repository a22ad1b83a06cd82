"""What we have fitted on top of the encoder's weights: an ``.npz`` file of small matrices.

For layer ``n`` (from 0) and each of its matrices ``q k v ao fi fo`` there may be ``l{n}.q.a`` (rank x inputs) and
``l{n}.q.b`` (outputs x rank): the weights are then the base's plus ``b @ a`` (LoRA). ``l{n}.aln.w``, ``l{n}.aln.b``,
``l{n}.oln.w`` and ``l{n}.oln.b`` replace the layer norms after the attention and at the layer's end. As many layers
are used as the file names; other arrays are heads, read by whoever fitted them.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.encoder.base import Shape
from storewatch.errors import EncoderError

MATRICES = ("q", "k", "v", "ao", "fi", "fo")
"""Query, key, value, output of the attention; into and out of the inner layer."""
NORMS = ("aln", "oln")
_OF_A_LAYER = re.compile(r"l(\d+)\.(.+)")


def sizes(shape: Shape, matrix: str) -> tuple[int, int]:
    """Outputs and inputs of one of ``MATRICES``."""
    return {"fi": (shape.inner, shape.hidden), "fo": (shape.hidden, shape.inner)}.get(
        matrix, (shape.hidden, shape.hidden)
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adapter:
    """Arrays by their names; ``changes`` are those of the layers, ``heads`` all others."""

    layers: int
    changes: Mapping[str, NDArray[np.float32]]
    heads: Mapping[str, NDArray[np.generic]]
    name: str = "adapter"
    """For errors: the file, where it is one."""

    @classmethod
    def none(cls, layers: int) -> Adapter:
        """The first ``layers`` layers as they come."""
        return cls(layers=layers, changes={}, heads={})

    @classmethod
    def read(cls, path: Path) -> Adapter:
        """Reads a file; raises ``EncoderError`` when it is missing, broken or names impossible layers."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
        except (OSError, ValueError, EOFError, KeyError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
            # A file that is one array has no names (AttributeError).
            raise EncoderError(str(path), f"is no file of arrays: {error}", hint="fit the adapter anew") from error
        return cls.of(arrays, name=str(path))

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.generic]], *, name: str = "adapter") -> Adapter:
        """An adapter of arrays by name; raises ``EncoderError`` when they do not belong together."""
        changes: dict[str, NDArray[np.float32]] = {}
        heads: dict[str, NDArray[np.generic]] = {}
        numbers: set[int] = set()
        for key, value in arrays.items():
            if (found := _OF_A_LAYER.fullmatch(key)) is None:
                heads[key] = value
                continue
            what, _, part = found[2].rpartition(".")
            if (what not in MATRICES or part not in "ab") and (what not in NORMS or part not in "wb"):
                raise EncoderError(name, f"has an unknown array {key}", hint="fit the adapter anew")
            if not np.issubdtype(value.dtype, np.floating) or not np.isfinite(value).all():
                raise EncoderError(name, f"has numbers in {key} that are none", hint="fit the adapter anew")
            numbers.add(int(found[1]))
            changes[key] = value.astype(np.float32)
        if numbers != set(range(len(numbers))):
            raise EncoderError(name, f"has layers {sorted(numbers)}, not all from 0 on", hint="fit the adapter anew")
        return cls(layers=len(numbers), changes=changes, heads=heads, name=name)

    def matrix(self, layer: int, matrix: str, base: NDArray[np.float32]) -> NDArray[np.float32]:
        """The base's matrix of a layer with what is added to it."""
        key = f"l{layer}.{matrix}"
        down, up = self.changes.get(f"{key}.a"), self.changes.get(f"{key}.b")
        if down is None and up is None:
            return base
        outputs, inputs = base.shape
        if down is None or up is None or down.shape[1:] != (inputs,) or up.shape != (outputs, down.shape[0]):
            problem = f"{key}.a and .b do not make a matrix of {outputs} x {inputs}"
            raise EncoderError(self.name, problem, hint="fit the adapter anew")
        added: NDArray[np.float32] = up @ down
        added += base
        return added

    def norm(self, layer: int, norm: str, part: str, base: NDArray[np.float32]) -> NDArray[np.float32]:
        """A layer norm's weights or bias: ours where we have one, else the base's."""
        key = f"l{layer}.{norm}.{part}"
        ours = self.changes.get(key)
        if ours is None:
            return base
        if ours.shape != base.shape:
            raise EncoderError(
                self.name, f"{key} has the shape {ours.shape}, not {base.shape}", hint="fit the adapter anew"
            )
        return ours
