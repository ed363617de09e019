"""Where a fleet listens: addresses and ports that are there and free."""

from __future__ import annotations

import errno
import socket

from geodata import AtlasError


class FleetError(AtlasError):
    """A fleet can't be run; the message says why and what to do."""


def listening_addresses(host: str, port: int) -> list[str]:
    """Return all addresses of a host on this machine with a port, as nginx's `listen` takes them.

    Raises
    ------
    FleetError
        If there is none, or something listens there already.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror:
        found = []
    addresses = [
        f"[{address[0]}]:{port}" if family == socket.AF_INET6 else f"{address[0]}:{port}"
        for family, _, _, _, address in dict.fromkeys(found)
        if _can_listen(family, address, port)
    ]
    if not addresses:
        raise FleetError(f"there is no address `{host}` to listen on; try --host localhost")
    return addresses


def require_free(port: int) -> None:
    """Raise `FleetError` where a replica can't listen on a port."""
    if port > 65535:
        raise FleetError("the ports of the replicas follow the one of --port, and end at 65535")
    _can_listen(socket.AF_INET, ("127.0.0.1", port), port)


def _can_listen(family: socket.AddressFamily, address: tuple[object, ...], port: int) -> bool:
    """Tell whether there is such an address; a port that is taken is no question of the address."""
    try:
        probe = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return False  # a machine without IPv6
    with probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise FleetError(f"port {port} needs more rights than you have; try --port 8080") from None
        except OSError as error:
            if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                return False
            raise FleetError(
                f"port {port} is in use; stop what runs there, or choose another --port "
                "(the replicas take the ports after it)"
            ) from None
    return True
