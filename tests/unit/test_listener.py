"""A server listens on every address of its host that this machine has."""

import socket

import pytest

from dashboard.web.listener import PortError, open_listeners


@pytest.fixture
def name_addresses(monkeypatch):
    """Have the name `atlas.test` lead to addresses."""

    def name(*addresses):
        look_up = socket.getaddrinfo
        found = [look_up(address, 0, type=socket.SOCK_STREAM)[0] for address in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    return name


def test_addresses_that_this_machine_lacks_are_passed_over(name_addresses):
    name_addresses("127.0.0.1", "192.0.2.1", "127.0.0.1")
    with open_listeners("atlas.test", 0) as listeners:
        assert [listener.getsockname()[0] for listener in listeners] == ["127.0.0.1"]


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_ipv4_and_ipv6_are_answered(name_addresses):
    name_addresses("127.0.0.1", "::1")
    with open_listeners("atlas.test", 0) as listeners:
        for listener in listeners:
            with socket.socket(listener.family) as client:
                client.connect(listener.getsockname())
        assert [listener.family for listener in listeners] == [socket.AF_INET, socket.AF_INET6]


def test_a_host_without_an_address_here_is_reported():
    with pytest.raises(PortError, match=r"no address `192\.0\.2\.1`"), open_listeners("192.0.2.1", 0):
        pass


def test_a_port_in_use_is_reported():
    with open_listeners("127.0.0.1", 0) as [listener]:
        port = listener.getsockname()[1]
        with (
            pytest.raises(PortError, match=f"port {port} on 127.0.0.1 is in use"),
            open_listeners("127.0.0.1", port),
        ):
            pass
