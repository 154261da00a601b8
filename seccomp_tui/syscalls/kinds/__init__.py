"""The kinds of arguments that prototypes.txt names, by meaning; importing this registers all of them."""
# ruff: noqa: F401 - importing them registers their kinds

from __future__ import annotations

from . import by as _by
from . import network as _network
from . import process as _process
from . import scalars as _scalars
from . import signal as _signal
from . import strings as _strings
from . import structures as _structures
from . import vectors as _vectors
from .base import FACTORIES, Factory, Place, Printer, Style

__all__ = ["FACTORIES", "Factory", "Place", "Printer", "Style"]
