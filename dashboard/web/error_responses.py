"""Answers errors with one sentence and a reference; the log has the cause under the same reference."""

import logging
import secrets
import sqlite3

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard.web.assets import SHARED
from dashboard.web.security_headers import DOCUMENT_HEADERS, HEADERS
from geodata.errors import AtlasError, CatalogError, DatabaseError

log = logging.getLogger(__name__)


async def answer_broken_catalog(_: Request, error: Exception) -> Response:
    """Say why there is no atlas."""
    return PlainTextResponse(str(error), status_code=503, headers=SHARED)


async def answer_no_database(_: Request, error: Exception) -> Response:
    """Say that a database does not answer at the moment, and nothing of where it is."""
    return PlainTextResponse(f"The layer {error}", status_code=503, headers={**SHARED, "Retry-After": "5"})


async def answer_broken_storage(request: Request, error: Exception) -> Response:
    """Say that a disk is full, or a file can't be read, which may be over by the next request."""
    text = "The server can't read or write its files at the moment. Try again later."
    return _with_reference(request, error, text, 503, {"Retry-After": "30"})


async def answer_failure(request: Request, error: Exception) -> Response:
    """Answer an unforeseen error; its traceback goes to the log only."""
    # This answer does not pass the middleware that adds the headers.
    return _with_reference(
        request, error, "Something went wrong on the server.", 500, HEADERS | DOCUMENT_HEADERS
    )


def _with_reference(
    request: Request, error: Exception, text: str, status: int, headers: dict[str, str]
) -> Response:
    reference = note(f"{request.method} {request.url.path[:500]}", error)
    text = f"{text} (Reference: {reference})"
    return PlainTextResponse(text, status_code=status, headers={**headers, **SHARED})


EXCEPTION_HANDLERS = {
    CatalogError: answer_broken_catalog,
    DatabaseError: answer_no_database,
    OSError: answer_broken_storage,
    sqlite3.Error: answer_broken_storage,
    Exception: answer_failure,
}


def note(what: str, error: Exception) -> str:
    """Write to the log what failed and why, and return the reference of this entry.

    Files, disks and databases fail everywhere; unforeseen errors are logged with their traceback.
    """
    reference = secrets.token_hex(4)
    is_expected = isinstance(error, OSError | sqlite3.Error | AtlasError)
    log.error("%s: %s failed: %r", reference, what, error, exc_info=None if is_expected else error)
    return reference
