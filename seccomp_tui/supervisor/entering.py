"""Which performer serves a target: those that stand alike share one, and what it must do to stand like them."""

from __future__ import annotations

from seccomp_tui.kernel import performer_messages as messages
from seccomp_tui.kernel.credentials import NAMESPACES, Standing

Key = tuple[object, ...]
_NS = {"pid": "pid_for_children"}
"""What setns(2) changes of the process that calls it, where that is not what the namespace is called."""


def key(stands: Standing, privileged: bool) -> Key:
    """Return what is the same for all that one performer serves.

    Args:
        privileged: it keeps our user and capabilities.
    """
    if privileged:
        return stands.namespaces[1:], stands.root
    return stands.namespaces, stands.root, stands.credentials


def entry(stands: Standing, ours: Standing, privileged: bool) -> messages.Enter:
    """Return what a performer must do to become like the target."""
    names = [
        bit
        for (name, bit), theirs, own in zip(NAMESPACES.items(), stands.namespaces, ours.namespaces, strict=True)
        if theirs != own and not (privileged and name == "user")
    ]
    inodes = {_NS.get(name, name): inode for name, inode in zip(NAMESPACES, stands.namespaces, strict=True)}
    if privileged:
        del inodes["user"]
        return messages.Enter(sum(names), None, (), None, inodes, stands.root, confined=True)
    theirs, own = stands.credentials, ours.credentials
    same_ids = (theirs.users, theirs.groups, set(theirs.supplementary)) == (
        own.users,
        own.groups,
        set(own.supplementary),
    )
    ids = None if same_ids else (theirs.users, theirs.groups)
    kept = same_ids and stands.namespaces[0] == ours.namespaces[0]
    same_rights = kept and (theirs.effective, theirs.permitted) == (own.effective, own.permitted)
    capabilities = None if same_rights else (theirs.effective, theirs.permitted)
    return messages.Enter(sum(names), ids, theirs.supplementary, capabilities, inodes, stands.root)  # type: ignore[arg-type]
