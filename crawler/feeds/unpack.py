"""Bodies piece by piece: gzip taken off, never more in memory than a piece and never more of it than a limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from storewatch.errors import FeedError

PIECE = 64 * 1024
_GZIP = b"\x1f\x8b"


def is_packed(body: bytes) -> bool:
    return body.startswith(_GZIP)


def head_of(body: bytes, url: str) -> bytes:
    """The first :data:`PIECE` bytes of a body, unpacked. Raises :class:`FeedError` (``malformed``)."""
    return next(pieces(body, url, limit=PIECE), b"")


def unpack(body: bytes, url: str, *, limit: int) -> bytes:
    """A body unpacked, at most ``limit`` + 1 bytes of it. Raises :class:`FeedError` (``malformed``)."""
    return b"".join(pieces(body, url, limit=limit + 1)) if is_packed(body) else body


def pieces(body: bytes, url: str, *, limit: int) -> Iterator[bytes]:
    """A body in pieces, unpacked, up to ``limit`` bytes in all; several gzip files in a row are one.

    A packed file that breaks off gives what is there. Raises :class:`FeedError` (``malformed``) for broken gzip.
    """
    source = _unpacked(body, url) if is_packed(body) else _slices(body)
    for piece in source:
        yield piece[:limit]
        limit -= len(piece)
        if limit <= 0:
            return


def _slices(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]


def _unpacked(body: bytes, url: str) -> Iterator[bytes]:
    unzip = zlib.decompressobj(wbits=31)
    waiting = b""
    slices = _slices(body)
    while True:
        if unzip.eof:
            waiting = (unzip.unused_data or next(slices, b"")).lstrip(b"\x00")
            if not waiting.startswith(_GZIP):
                return  # padding, or bytes that belong to nothing
            unzip = zlib.decompressobj(wbits=31)
        else:
            waiting = waiting or next(slices, b"")
        if not waiting:
            yield unzip.flush()
            return
        try:
            piece = unzip.decompress(waiting, PIECE)
        except zlib.error as error:
            raise FeedError(url, f"is a broken gzip file ({error})", reason="malformed") from error
        waiting = unzip.unconsumed_tail
        if piece:
            yield piece
