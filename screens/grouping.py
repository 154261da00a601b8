"""The processes of containers: each container has a line, and its processes stand under it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from seccomp_tui.session.totals import Program
from seccomp_tui.supervisor.records import ContainerSeen


def grouped(programs: Sequence[Program], containers: Sequence[ContainerSeen], over: Collection[int]) -> list[Program]:
    """Return the programs with one more for each container, which is the parent of those whose own is not among them.

    Args:
        programs: those of the tree.
        containers: one for each listener; those of one id are one container.
        over: the numbers of the listeners that nobody uses any more.
    """
    ids = {each.number: each.container for each in containers}
    known = {program.pid for program in programs}
    heads: dict[str, list[Program]] = {}
    found: list[Program] = []
    for program in programs:
        container = ids.get(program.container)
        if container is None:
            found.append(program)
            continue
        heads.setdefault(container, []).append(program)
        parent = program.ppid if program.ppid in known else _key(containers, container)
        found.append(program._replace(ppid=parent))
    return [_head(containers, container, members, over) for container, members in heads.items()] + found


def members(head: Program, programs: Sequence[Program], containers: Sequence[ContainerSeen]) -> list[Program]:
    """Return the programs of the container that `head` stands for."""
    ids = {each.number: each.container for each in containers}
    return [program for program in programs if program.container and ids.get(program.container) == head.exe]


def is_head(program: Program) -> bool:
    """Tell whether it stands for a container."""
    return program.pid < 0


def _key(containers: Sequence[ContainerSeen], container: str) -> int:
    return -next(each.number for each in containers if each.container == container)


def _head(
    containers: Sequence[ContainerSeen],
    container: str,
    within: Sequence[Program],
    over: Collection[int],
) -> Program:
    name = next(each.name for each in containers if each.container == container) or container
    return Program(
        pid=_key(containers, container),
        ppid=0,
        comm=name,
        exe=container,
        began=min(program.began for program in within),
        threads=sum(program.threads for program in within),
        ended=all(each.number in over for each in containers if each.container == container),
        code=None,
        signal=0,
    )
