"""Opens the port of a server, or says in one line why that is not possible."""

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from geodata.errors import AtlasError

NO_ADDRESS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
"""Errors where a name has an address that this machine lacks, such as `::1` without IPv6."""


class PortError(AtlasError):
    """A server can't listen; the message says why and what to do."""


@contextmanager
def open_listeners(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Listen on a port of a host: one socket for each of its addresses on this machine, IPv4 and IPv6.

    Raises `PortError` if the host has no address here, the port is in use, or it needs more rights.
    """
    with ExitStack() as stack:
        listeners = [stack.enter_context(listener) for listener in _listen(host, port)]
        if not listeners:
            raise PortError(f"there is no address `{host}` to listen on; try --host localhost")
        yield listeners


def _listen(host: str, port: int) -> Iterator[socket.socket]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return
    for family, address in dict.fromkeys((family, address) for family, _, _, _, address in found):
        is_any_ipv6 = address[0] == "::" and socket.has_dualstack_ipv6()
        try:
            yield socket.create_server(address, family=family, dualstack_ipv6=is_any_ipv6)
        except PermissionError:
            raise PortError(f"port {port} needs more rights than you have; choose one above 1023") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortError(
                    f"port {port} on {host} is in use; stop what runs there, or try --port {port % 65535 + 1}"
                ) from None
            if error.errno not in NO_ADDRESS:
                raise
