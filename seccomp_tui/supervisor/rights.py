"""What is needed to make a call in another's place, told by the name of the capability before anything is done."""

from __future__ import annotations

import errno
from collections.abc import Sequence

from seccomp_tui.kernel.credentials import NAMESPACES, Standing
from seccomp_tui.syscalls import constants

_MOUNTING = "mount umount2 open_tree move_mount fsopen fsmount fspick fsconfig mount_setattr"
_ALWAYS = {
    **dict.fromkeys(_MOUNTING.split(), "CAP_SYS_ADMIN"),
    **dict.fromkeys(("sethostname", "setdomainname"), "CAP_SYS_ADMIN"),
    **dict.fromkeys(("init_module", "finit_module", "delete_module"), "CAP_SYS_MODULE"),
}
"""Calls that nobody may make without."""
_OFTEN = {
    **dict.fromkeys(("chown", "lchown", "fchown", "fchownat"), "CAP_CHOWN"),
    **dict.fromkeys(("chmod", "fchmod", "fchmodat", "fchmodat2"), "CAP_FOWNER"),
    **dict.fromkeys(("utime", "utimes", "futimesat", "utimensat"), "CAP_FOWNER"),
    **dict.fromkeys(("mknod", "mknodat"), "CAP_MKNOD"),
    **dict.fromkeys(("setxattr", "lsetxattr", "fsetxattr", "setxattrat"), "CAP_SYS_ADMIN"),
    **dict.fromkeys(("removexattr", "lremovexattr", "fremovexattr", "removexattrat"), "CAP_SYS_ADMIN"),
    "bind": "CAP_NET_BIND_SERVICE",
}
"""Calls whose arguments decide; the kernel's EPERM or EACCES tells."""
_STEPS = {
    "namespaces": ("entering the target's namespaces", "CAP_SYS_ADMIN"),
    "root": ("taking the target's root folder", "CAP_SYS_CHROOT"),
    "users": ("becoming the target's user", "CAP_SETUID"),
    "groups": ("becoming a member of the target's groups", "CAP_SETGID"),
    "capabilities": ("having the target's capabilities", "CAP_SETPCAP"),
    "start": ("starting a process for it", ""),
    "place": ("standing where the target stood", ""),
}


def to_enter(target: Standing, ours: Standing, privileged: bool) -> str:
    """Return why we can't become like the target; empty when we can, or when only the kernel knows.

    Args:
        privileged: our user and capabilities are kept.
    """
    ours_has = ours.credentials.effective
    differing = [
        name
        for name, theirs, own in zip(NAMESPACES, target.namespaces, ours.namespaces, strict=True)
        if theirs != own and not (privileged and name == "user")
    ]
    if "user" not in differing:  # else we may own it, and then have all rights in there
        if differing and not _has(ours_has, "CAP_SYS_ADMIN"):
            return f"entering the target's {' and '.join(differing)} namespace needs CAP_SYS_ADMIN"
        if target.root != ours.root and not _has(ours_has, "CAP_SYS_CHROOT"):
            return "taking the target's root folder needs CAP_SYS_CHROOT"
    if privileged:
        return ""
    theirs, own = target.credentials, ours.credentials
    if theirs.users != own.users and not _has(ours_has, "CAP_SETUID"):
        return "becoming the target's user needs CAP_SETUID"
    if (theirs.groups, set(theirs.supplementary)) != (own.groups, set(own.supplementary)) and not _has(
        ours_has, "CAP_SETGID"
    ):
        return "becoming a member of the target's groups needs CAP_SETGID"
    more = theirs.permitted & ~own.permitted
    if more and "user" not in differing:
        return f"the target has {_names(more)}, which we don't have"
    return ""


def to_call(name: str, ours: Standing) -> str:
    """Return what we lack to make a call as who we are; empty when nothing is known to be missing."""
    needed = _ALWAYS.get(name, "")
    return f"{name} needs {needed}" if needed and not _has(ours.credentials.effective, needed) else ""


def after_failure(name: str, value: int, ours: Standing) -> str:
    """Return what a call that failed as who we are may have lacked; empty when that is not the reason."""
    needed = _OFTEN.get(name, "")
    if value not in (-errno.EPERM, -errno.EACCES) or not needed or _has(ours.credentials.effective, needed):
        return ""
    return f"{name} needs {needed}"


def of_step(step: str, number: int) -> str:
    """Return why a performer failed to become like the target."""
    doing, needed = _STEPS.get(step, _STEPS["start"])
    if needed and number in (errno.EPERM, errno.EACCES):
        return f"{doing} needs {needed}"
    return f"{doing} failed ({errno.errorcode.get(number, 'no reason known')})"


def _has(capabilities: int, name: str) -> bool:
    return bool(capabilities >> constants.table("capability").names[name] & 1)


def _names(capabilities: int) -> str:
    known: Sequence[str] = [
        name for name, number in constants.table("capability").names.items() if capabilities >> number & 1
    ]
    return ", ".join(known) or f"capabilities {capabilities:#x}"
