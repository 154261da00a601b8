"""Names of network interfaces."""

from __future__ import annotations

import socket


def interface_name(index: int) -> str:
    """Return the name of an interface in our own network namespace, as strace does; "" for one that isn't there.

    Args:
        index: its number, as in sockaddr_ll.sll_ifindex: 1 is usually "lo".
    """
    try:
        return socket.if_indextoname(index)
    except (OSError, OverflowError):
        return ""
