"""The kinds of arguments that prototypes.txt names, by meaning; importing this registers all of them."""
# ruff: noqa: F401 - importing them registers their kinds

from __future__ import annotations

from . import addresses as _addresses
from . import bpf as _bpf
from . import bpf_attr as _bpf_attr
from . import by as _by
from . import capabilities as _capabilities
from . import control as _control
from . import file_flags as _file_flags
from . import file_ioctls as _file_ioctls
from . import file_reads as _file_reads
from . import file_values as _file_values
from . import files as _files
from . import futexes as _futexes
from . import interfaces as _interfaces
from . import ipc as _ipc
from . import kernel_lists as _kernel_lists
from . import kernel_reads as _kernel_reads
from . import late_reads as _late_reads
from . import lists as _lists
from . import machine as _machine
from . import message_reads as _message_reads
from . import modules as _modules
from . import mounts as _mounts
from . import nested_reads as _nested_reads
from . import network as _network
from . import network_reads as _network_reads
from . import numbered as _numbered
from . import options as _options
from . import pages as _pages
from . import perf as _perf
from . import plain_reads as _plain_reads
from . import prctl as _prctl
from . import process as _process
from . import process_reads as _process_reads
from . import returned as _returned
from . import rings as _rings
from . import scalars as _scalars
from . import scheduling as _scheduling
from . import siginfo as _siginfo
from . import signal as _signal
from . import strings as _strings
from . import structures as _structures
from . import terminals as _terminals
from . import times as _times
from . import tracing as _tracing
from . import values as _values
from . import vectors as _vectors
from . import waiting as _waiting
from . import wire as _wire
from .base import FACTORIES, Factory, Place, Printer, Style
from .conditions import printer

__all__ = ["FACTORIES", "Factory", "Place", "Printer", "Style", "printer"]
