"""What a runtime sends with a listener, whole, in pieces, and wrong."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seccomp_tui.sources.agent_state import LIMIT, Document, Malformed, name, read

STATE = {
    "ociVersion": "1.0.2",
    "fds": ["seccompFd"],
    "pid": 123,
    "metadata": 'a "quoted" {brace} \\',
    "state": {
        "ociVersion": "1.0.2",
        "id": "c1",
        "status": "creating",
        "pid": 123,
        "bundle": "/b",
        "annotations": {"io.kubernetes.pod.name": "web-1", "io.kubernetes.container.name": "web"},
    },
}


def without(**changed: object) -> bytes:
    return json.dumps(STATE | changed).encode()


@given(st.lists(st.integers(1, 40), max_size=30), st.sampled_from([None, 1]), st.binary(max_size=5))
def test_the_end_is_found_in_pieces_of_any_size(sizes: list[int], indent: int | None, behind: bytes) -> None:
    whole = json.dumps(STATE, indent=indent).encode()
    document, at = Document(), 0
    for size in sizes:
        piece = whole[at : at + size]
        at += size
        if at >= len(whole):
            break
        assert document.feed(piece) is None
    else:
        size = 0
    assert document.feed(whole[at - size if at >= len(whole) else at :] + behind) == whole


def test_what_it_says_is_taken() -> None:
    arrival, at = read(without(fds=["other", "seccompFd"]), 2)
    assert at == 1
    assert (arrival.container, arrival.name, arrival.pid) == ("c1", "web-1/web", 123)
    assert arrival.metadata == STATE["metadata"]
    assert arrival.annotations["io.kubernetes.pod.name"] == "web-1"


@pytest.mark.parametrize(
    ("document", "descriptors", "why"),
    [
        (without(fds=[]), 1, "seccompFd must stand in its fds once, not 0 times"),
        (without(fds=["seccompFd", "seccompFd"]), 2, "seccompFd must stand in its fds once, not 2 times"),
        (without(fds=["a", "seccompFd"]), 1, "seccompFd is descriptor 2, and 1 came"),
        (without(fds="seccompFd"), 1, r"not a ContainerProcessState: .*fds"),
        (without(state=None), 1, r"not a ContainerProcessState: .*state"),
        (b"{]", 1, "broken JSON"),
        (b'{"fds": "\xff"}', 1, "(broken JSON|not a ContainerProcessState)"),
        (b"{}", 0, r"not a ContainerProcessState: .*fds"),
    ],
)
def test_what_is_missing_is_named(document: bytes, descriptors: int, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        read(document, descriptors)


@pytest.mark.parametrize(
    ("pieces", "why"),
    [
        ([b"  hello"], "not a JSON object"),
        ([b"[", b"]"], "not a JSON object"),
        ([b'{"a": "', *[b"x" * 65536] * (LIMIT // 65536), b"x"], "longer than 1 MiB"),
        ([b"{" * 65536] * 17, "longer than 1 MiB"),
    ],
)
def test_what_can_not_become_one_is_refused(pieces: list[bytes], why: str) -> None:
    with pytest.raises(Malformed, match=why):
        fed(pieces)


def fed(pieces: list[bytes]) -> bytes | None:
    """Return what is found in the pieces."""
    document = Document()
    return next((found for piece in pieces if (found := document.feed(piece)) is not None), None)


@given(st.lists(st.binary(max_size=50), max_size=10))
def test_garbage_only_ever_is_refused(pieces: list[bytes]) -> None:
    with suppress(Malformed):
        found = fed(pieces)
        assert found is None or found[:1].strip() in (b"", b"{")
        read(found or b"", 1)


@pytest.mark.parametrize(
    ("annotations", "called"),
    [
        ({}, ""),
        (
            {
                "io.kubernetes.cri.sandbox-namespace": "shop",
                "io.kubernetes.cri.sandbox-name": "web-1",
                "io.kubernetes.cri.container-name": "nginx",
            },
            "shop/web-1/nginx",
        ),
        ({"io.kubernetes.pod.namespace": "a", "io.kubernetes.pod.name": "b"}, "a/b"),
        ({"io.kubernetes.pod.name": "b"}, ""),
        ({"nerdctl/namespace": "default", "nerdctl/name": "web"}, "default/web"),
    ],
)
def test_names_come_from_annotations(annotations: dict[str, str], called: str) -> None:
    assert name(annotations) == called
