"""Answers made once: bytes and their compressed form, with an ETag and headers for caches."""

import base64
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response

FOR_EVER = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
MIN_COMPRESSED_BYTES = 500
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".gif": "image/gif",
    ".woff2": "font/woff2",
}
COMPRESSED_TYPES = (
    "text/",
    "application/json",
    "application/geo+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json",
    "image/svg",
)


@dataclass(frozen=True)
class Document:
    """An answer that the server repeats unchanged."""

    content: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers beside those that every document gets."""

    @cached_property
    def version(self) -> str:
        """First 16 digits of the content's SHA-256; an address with `?v=<version>` may be cached for ever."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @cached_property
    def compressed(self) -> bytes | None:
        """The content in gzip, or `None` if that gains nothing."""
        if len(self.content) < MIN_COMPRESSED_BYTES or not self.media_type.startswith(COMPRESSED_TYPES):
            return None
        return gzip.compress(self.content, compresslevel=9, mtime=0)

    def to_served_address(self, path: str) -> str:
        """Return the address of a path below the server's root, with the version of this content."""
        return f"./{path}?v={self.version}"

    def to_data_address(self) -> str:
        """Return an address that holds the content itself."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.content).decode()}"

    def respond(self, request: Request) -> Response:
        """Answer a request: with status 304 if the client has this version, with gzip if it accepts it."""
        etag = f'W/"{self.version}"'
        headers = {
            "ETag": etag,
            "Cache-Control": FOR_EVER if request.query_params.get("v") == self.version else REVALIDATE,
            "Vary": "Accept-Encoding",
            **self.headers,
        }
        if etag in {part.strip() for part in request.headers.get("if-none-match", "").split(",")}:
            return Response(status_code=304, headers=headers)
        content = self.content
        if self.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            content = self.compressed
            headers["Content-Encoding"] = "gzip"
        return Response(content, media_type=self.media_type, headers=headers)
