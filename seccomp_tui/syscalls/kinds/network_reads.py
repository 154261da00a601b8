"""What is read of the kinds that only calls of sockets and IPC have."""

from __future__ import annotations

from .base import Place
from .plain_reads import fixed
from .reads import Reads, reader


@reader("int_changed", most=4)
def _int_changed(place: Place, _limit: int, _share: int) -> Reads:
    return fixed(place.index, 4)
