from __future__ import annotations

import os
import signal

from seccomp_tui.kernel.states import states


def test_a_process_is_told_from_one_that_is_stopped_ended_or_was_never_there() -> None:
    child = os.fork()
    if not child:
        signal.pause()
        os._exit(0)
    try:
        os.kill(child, signal.SIGSTOP)
        os.waitpid(child, os.WUNTRACED)
        assert states([child, 1 << 30]) == [(child, "T", 1)]
        os.kill(child, signal.SIGKILL)
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert states([child]) == [(child, "Z", 1)]
    finally:
        os.waitpid(child, 0)
    assert states([child]) == []


def test_threads_are_counted() -> None:
    assert states([os.getpid()])[0][2] == len(os.listdir("/proc/self/task"))
