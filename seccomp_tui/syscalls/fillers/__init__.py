"""What writes each kind of argument into memory: the way back of kinds/; importing this registers all of them."""
# ruff: noqa: F401 - importing them registers their kinds

from __future__ import annotations

from . import plain as _plain
from . import sockets as _sockets
from . import structures as _structures
from .asked import FILLERS, Asked, Filled

__all__ = ["FILLERS", "Asked", "Filled"]
