"""Draws what seeds show in the place of photographs.

It knows nothing of what is shown by it.
"""

import struct
import zlib

_WIDTH, _HEIGHT = 480, 240
_TOP, _BOTTOM = (246, 211, 190), (173, 94, 109)
_RING, _INSIDE, _OUTSIDE = (255, 244, 214), 60, 72


def draw_picture() -> bytes:
    """Draw two rings before an evening sky, as a PNG."""
    rows = b"".join(b"\0" + _draw_row(y) for y in range(_HEIGHT))
    header = struct.pack(">2I5B", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_pack(*chunk) for chunk in chunks)


def _draw_row(y: int) -> bytes:
    part = y / (_HEIGHT - 1)
    sky = bytes(round(a + (b - a) * part) for a, b in zip(_TOP, _BOTTOM, strict=True))
    return b"".join(bytes(_RING) if _is_ring(x, y) else sky for x in range(_WIDTH))


def _is_ring(x: int, y: int) -> bool:
    return any(
        _INSIDE**2 <= (x - centre) ** 2 + (y - _HEIGHT // 2) ** 2 <= _OUTSIDE**2
        for centre in (_WIDTH // 2 - 45, _WIDTH // 2 + 45)
    )


def _pack(name: bytes, content: bytes) -> bytes:
    end = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + end
