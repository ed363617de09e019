"""Opens the port of a server, or says in one line why that is not possible."""

from __future__ import annotations

import errno
import socket

from geodata.errors import AtlasError


class PortError(AtlasError):
    """A server can't listen; the message says why and what to do."""


def open_listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens on a port of a host.

    Raises
    ------
    PortError
        If the host has no address here, the port is in use, or it needs more rights.
    """
    is_ipv6 = ":" in host
    try:
        return socket.create_server(
            (host, port),
            family=socket.AF_INET6 if is_ipv6 else socket.AF_INET,
            dualstack_ipv6=is_ipv6 and socket.has_dualstack_ipv6(),
        )
    except PermissionError:
        raise PortError(f"port {port} needs more rights than you have; choose one above 1023") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortError(
                f"port {port} on {host} is in use; stop what runs there, or try --port {port % 65535 + 1}"
            ) from None
        raise PortError(f"there is no address `{host}` to listen on; try --host localhost") from None
