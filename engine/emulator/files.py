"""Files that were uploaded, by a bot or by a person.

Knows nothing of messages; bytes stay in memory.
"""

import hashlib
import itertools
import struct
import zlib
from dataclasses import dataclass

from engine.emulator.errors import bad_request

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
"""Largest file that getFile gives out (core.telegram.org/bots/api#getfile)."""

_FOLDERS = {
    "photo": "photos",
    "video": "videos",
    "animation": "animations",
    "audio": "music",
    "voice": "voice",
    "sticker": "stickers",
    "video_note": "video_notes",
    "document": "documents",
}
_EXTENSIONS = {
    "photo": ".jpg",
    "video": ".mp4",
    "voice": ".oga",
    "video_note": ".mp4",
    "sticker": ".webp",
}


@dataclass(frozen=True)
class Upload:
    """A file as it came in a request."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True)
class StoredFile:
    """A file that has an id."""

    id: str
    unique_id: str
    kind: str
    path: str
    name: str
    mime_type: str
    content: bytes
    url: str | None = None


class FileStore:
    """Every file of the simulated Telegram."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._paths: dict[str, str] = {}
        self._numbers = itertools.count(1)

    def add(self, kind: str, upload: Upload, *, url: str | None = None) -> StoredFile:
        """Keep a file and give it an id and a path."""
        number = next(self._numbers)
        digest = hashlib.sha256(upload.content or (url or "").encode()).hexdigest()
        extension = _extension(upload.name) or _EXTENSIONS.get(kind, "")
        stored = StoredFile(
            id=f"AgACAgI{kind[:2].upper()}{number:06d}{digest[:28]}",
            unique_id=f"AQAD{digest[:12]}",
            kind=kind,
            path=f"{_FOLDERS.get(kind, 'documents')}/file_{number}{extension}",
            name=upload.name,
            mime_type=upload.mime_type,
            content=upload.content,
            url=url,
        )
        self._files[stored.id] = stored
        self._paths[stored.path] = stored.id
        return stored

    def find_by_id(self, file_id: str) -> StoredFile:
        """Return a file.

        Raises:
            ApiError: there is none by that id.
        """
        if file_id not in self._files:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return self._files[file_id]

    def find_by_path(self, path: str) -> StoredFile | None:
        """Return the file that a `file_path` names."""
        file_id = self._paths.get(path)
        return self._files[file_id] if file_id else None


def image_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, GIF, JPEG or WebP image, or None when it is none of them."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content[:6] in (b"GIF87a", b"GIF89a"):
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return 512, 512
    return _jpeg_size(content) if content.startswith(b"\xff\xd8") else None


def sample_photo(width: int = 480, height: int = 320) -> bytes:
    """Return a small PNG with a gradient, for a photo whose contents do not matter."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        shade = 255 * y // height
        for x in range(width):
            rows += bytes((90 + 120 * x // width, 150 - shade // 4, 230 - shade // 3))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, data) for kind, data in chunks)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 < len(content):
        if content[position] != 0xFF:  # noqa: PLR2004 - every JPEG marker starts with this byte
            return None
        marker, length = content[position + 1], int.from_bytes(content[position + 2 : position + 4])
        if marker in {0xC0, 0xC1, 0xC2}:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + length
    return None


def _extension(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    return f".{extension}" if stem and dot and extension.isalnum() else ""
