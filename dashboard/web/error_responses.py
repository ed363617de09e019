"""What a client is told where an answer fails: a sentence and a reference; the log has the rest under it."""

from __future__ import annotations

import logging
import secrets
import sqlite3

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard.web import assets
from dashboard.web.security_headers import HEADERS
from geodata.errors import AtlasError, CatalogError, DatabaseError

log = logging.getLogger(__name__)


async def answer_broken_catalog(_: Request, error: Exception) -> Response:
    """Say in one line why there is no atlas to answer from."""
    return PlainTextResponse(str(error), status_code=503, headers=assets.SHARED)


async def answer_out_of_reach(request: Request, error: Exception) -> Response:
    """Answer where a disk is full, or a file can't be read: it may be mended by the next time."""
    reference = note(_name(request), error)
    text = (
        f"The server can't read or write its files at the moment. Try again later. (Reference: {reference})"
    )
    return PlainTextResponse(text, status_code=503, headers={**assets.SHARED, "Retry-After": "30"})


async def answer_no_database(_: Request, error: Exception) -> Response:
    """Say that a database has no answer at the moment, and nothing of where it is."""
    return PlainTextResponse(
        f"The layer {error}", status_code=503, headers={**assets.SHARED, "Retry-After": "5"}
    )


async def answer_failure(request: Request, error: Exception) -> Response:
    """Answer where nobody thought of it; the traceback goes to the log, and to nobody else."""
    reference = note(_name(request), error)
    text = f"Something went wrong on the server. (Reference: {reference})"
    return PlainTextResponse(text, status_code=500, headers={**HEADERS, **assets.SHARED})


EXCEPTION_HANDLERS = {
    CatalogError: answer_broken_catalog,
    DatabaseError: answer_no_database,
    OSError: answer_out_of_reach,
    sqlite3.Error: answer_out_of_reach,
    Exception: answer_failure,
}


def note(what: str, error: Exception) -> str:
    """Write to the log what failed and why, and return the reference that it is found by.

    Files and disks fail wherever there are some; for what nobody thought of, there is a traceback.
    """
    reference = secrets.token_hex(4)
    is_expected = isinstance(error, OSError | sqlite3.Error | AtlasError)
    log.error("%s: %s failed: %r", reference, what, error, exc_info=None if is_expected else error)
    return reference


def _name(request: Request) -> str:
    return f"{request.method} {request.url.path[:500]}"
