"""What an OCI runtime sends with a listener: `ContainerProcessState` of the runtime specification.

It comes as one JSON document on a stream that may never end (runc before 1.4 leaves it open), in pieces of any size,
and with descriptors that come with the first piece only.
"""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from seccomp_tui.supervisor.arrivals import Arrival

LIMIT = 1 << 20
"""Longest document, in bytes."""
_LISTENER = "seccompFd"
_MARKS = re.compile(rb'["\\{}\[\]]')
_NAMES = (
    ("io.kubernetes.cri.sandbox-namespace", "io.kubernetes.cri.sandbox-name", "io.kubernetes.cri.container-name"),
    ("io.kubernetes.pod.namespace", "io.kubernetes.pod.name", "io.kubernetes.container.name"),
    ("nerdctl/namespace", "nerdctl/name"),
    ("org.opencontainers.container.name",),
    ("run.oci.container.name",),
    ("com.docker.container.name",),
)
"""Annotations that make up a container's name, as far as they are there: containerd's, CRI-O's, nerdctl's, others'."""
_FEWEST = {3: 2}
"""Of so many names at least so many are wanted."""


class Malformed(Exception):
    """What came is not what the specification asks for; the text is one line that says why."""


_Pid = Annotated[int, msgspec.Meta(ge=-(1 << 31), lt=1 << 31)]


class _State(msgspec.Struct):
    id: Annotated[str, msgspec.Meta(min_length=1)]
    pid: _Pid = 0
    bundle: str = ""
    annotations: dict[str, str] | None = None


class _ProcessState(msgspec.Struct):
    fds: list[str]
    state: _State
    pid: _Pid = 0
    metadata: str = ""


class Document:
    """Finds the end of a JSON object that comes in pieces."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._depth = 0
        self._in_string = False
        self._looked = 0

    def feed(self, piece: bytes) -> bytes | None:
        """Return the whole object once it is there.

        Raises:
            Malformed: it is too long, or does not begin as an object does.
        """
        self.data += piece
        if not self._depth and bytes(self.data.lstrip()[:1]) not in (b"{", b""):
            raise Malformed("it is not a JSON object")
        for mark in _MARKS.finditer(self.data, self._looked):
            at = mark.start()
            if at < self._looked:
                continue  # behind a backslash
            self._looked = at + 1
            byte = self.data[at]
            if byte == 0x5C:  # backslash
                self._looked = at + 2
            elif byte == 0x22:
                self._in_string = not self._in_string
            elif not self._in_string:
                self._depth += 1 if byte in b"{[" else -1
                if self._depth <= 0:
                    return bytes(self.data[: at + 1])
        self._looked = max(self._looked, len(self.data))
        if len(self.data) > LIMIT:
            raise Malformed(f"it is longer than {LIMIT >> 20} MiB")
        return None


_decode = msgspec.json.Decoder(_ProcessState).decode


def read(document: bytes, descriptors: int) -> tuple[Arrival, int]:
    """Return what a document says, and which of the descriptors that came with it is the listener.

    Args:
        descriptors: how many have come.

    Raises:
        Malformed: it lacks something.
    """
    try:
        said = _decode(document)
    except msgspec.ValidationError as error:
        raise Malformed(f"not a ContainerProcessState: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"broken JSON: {error}") from None
    count = said.fds.count(_LISTENER)
    if count != 1:
        raise Malformed(f"{_LISTENER} must stand in its fds once, not {count} times")
    at = said.fds.index(_LISTENER)
    if at >= descriptors:
        raise Malformed(f"{_LISTENER} is descriptor {at + 1}, and {descriptors} came")
    annotations = said.state.annotations or {}
    pid = said.pid or said.state.pid
    return Arrival(
        said.state.id, name(annotations), pid if pid > 0 else 0, said.metadata, annotations, bundle=said.state.bundle
    ), at


def name(annotations: dict[str, str]) -> str:
    """Return what people call a container, as far as its annotations say it: `namespace/pod/container`."""
    for keys in _NAMES:
        found = [annotations[key] for key in keys if annotations.get(key)]
        if len(found) >= _FEWEST.get(len(keys), len(keys)):
            return "/".join(found)
    return ""
