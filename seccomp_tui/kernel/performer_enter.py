"""How a performer becomes like the target: ids, namespaces, root, capabilities, in this order."""

from __future__ import annotations

import errno
import os

from seccomp_tui.kernel import rawcalls
from seccomp_tui.kernel.credentials import place
from seccomp_tui.kernel.performer_messages import Enter, Step


class StepFailed(Exception):
    """It can't become like the target.

    Attributes:
        step: that failed.
    """

    def __init__(self, step: Step, number: int) -> None:
        super().__init__(step)
        self.step = step
        self.errno = number


def enter(order: Enter, pidfd: int, root: int, proc: int) -> int:
    """Become like the target, and return the id of the user that files are opened as.

    Ids come first, as numbers of our own user namespace: from inside the target's they could not be set where it has
    no number for them, and groups not at all where it denies setgroups(2). The capabilities are kept until the end.

    Args:
        proc: /proc of the supervisor.

    Raises:
        StepFailed: the kernel refused a step, or the target has moved: what stands as it stood shares this process.
    """
    step: Step = "groups"
    try:
        if order.ids is not None:
            users, groups = order.ids
            rawcalls.prctl(rawcalls.PR_SET_KEEPCAPS, 1)
            if list(order.groups) != os.getgroups():
                os.setgroups(order.groups)
            os.setresgid(*groups[:3])
            step = "users"
            os.setresuid(*users[:3])
            rawcalls.raise_all()
            if not rawcalls.set_file_ids(users[3], groups[3]):
                raise OSError(errno.EPERM, "")
            rawcalls.raise_all()  # setfsuid(2) takes some
            rawcalls.prctl(rawcalls.PR_SET_DUMPABLE, 0)
        if order.namespaces:
            step = "namespaces"
            rawcalls.setns(pidfd, order.namespaces)
        for name, inode in order.inodes.items():
            if os.stat(f"self/ns/{name}", dir_fd=proc).st_ino != inode:
                raise StepFailed("place", 0)
        step = "root"
        os.fchdir(root)
        if order.root and order.root != place("."):
            raise StepFailed("place", 0)
        if place(".") != place("/"):
            os.chroot(".")
        if order.capabilities is not None:
            step = "capabilities"
            rawcalls.capset(*order.capabilities)
    except OSError as error:
        raise StepFailed(step, error.errno or 0) from None
    finally:
        os.close(pidfd)
        os.close(root)
    return rawcalls.file_uid()
