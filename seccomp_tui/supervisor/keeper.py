"""The keeper: the command that the user started. Forks the others and outlives them all.

It stays small, with one thread, so that there is nothing in it to fail: when the supervisor dies it answers in its
place, when the screens die it restores the terminal and reads the target's output away, and at the end it gives back
the target's exit code.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import termios
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from seccomp_tui.kernel import abi
from seccomp_tui.kernel.listener import Listener
from seccomp_tui.supervisor import report as reports
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.complaints import complain
from seccomp_tui.supervisor.roles import OWN_FAILURE, become, endings

if TYPE_CHECKING:
    from seccomp_tui.supervisor.standin import StandIn

IGNORED = (
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTSTP,
    signal.SIGTTIN,
    signal.SIGTTOU,
    signal.SIGHUP,
    signal.SIGTERM,
)
"""Signals meant for the target, which shares our terminal and process group under `log`."""
_TOLD = (signal.SIGHUP, signal.SIGTERM)
"""Signals that we act on, and that may come before there is anything to act on: none is lost."""
_KILL_AGAIN_MS = 200
_EXITS_WAIT_MS = 5
_OURS = 0
"""Our own terminal: standard input, where there are screens."""
_COMM = "seccomp-tui"
_COMM_OF_ROLE = "stui-{}"
"""What the processes are called in ps(1); comm has 15 bytes."""
_LEAVE_SCREEN = b"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1049l\x1b[?25h\x1b[0m\r\n"


class Keeper:
    """Looks after one run.

    Args:
        board: shared with all that are forked.
        report: our end of the supervisor's report socket.
        terminal: the master of the target's pty, or None.
        on_exit: "continue" or "kill": how calls are answered when the supervisor has died.
        program: the file that is executed, for messages.
    """

    def __init__(
        self, board: Board, report: socket.socket, terminal: int | None, on_exit: str, program: bytes = b""
    ) -> None:
        self.board = board
        self._report = report
        self._terminal = terminal
        self._on_exit = on_exit
        self._program = program
        self._listener: Listener | None = None
        self._stand_in: StandIn | None = None
        self._failure = ""
        self._roles: dict[str, int] = {}
        self._saved = _terminal_modes()
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD)
        self._before = {number: signal.getsignal(number) for number in IGNORED}
        for number in IGNORED:
            signal.signal(number, signal.SIG_IGN)
        self._discarding = False
        self._killing = False
        self._lost = False
        self._early: list[int] = []
        self._owned: set[int] = set()
        self._poll = select.poll()
        self._signals = _wakeup_on_signals()
        self._endings, self._ended = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        abi.set_child_subreaper()
        abi.name_process(_COMM)
        board.add_role(os.getpid())

    def fork(self, name: str, role: Callable[[], int], keep: Iterable[int]) -> None:
        """Run `role` in a process of its own, in which only the descriptors `keep` of the run stay open.

        Args:
            keep: of the descriptors given to `owns`, those that this role uses.
        """
        pid = os.fork()
        if pid == 0:
            abi.name_process(_COMM_OF_ROLE.format(name))
            signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
            become(role, {self._endings, *self._owned} - set(keep), self._ended)
        self._roles[name] = pid
        self.board.add_role(pid)

    def owns(self, descriptors: Iterable[int]) -> None:
        """Name all descriptors of the run: each role keeps its own of them, the keeper none but those it was given."""
        self._owned = set(descriptors)

    def run(self) -> int:
        """Wait for everything to end, doing what is needed meanwhile, and return the exit code."""
        kept = {self._report.fileno()} | ({self._terminal} if self._terminal is not None else set())
        for fd in {self._ended, *self._owned} - kept:
            os.close(fd)
        signal.signal(signal.SIGTERM, noticed)
        # ^Z stops the target, and us as the shell's job; those who answer for it run on, or nobody could resume it.
        signal.signal(signal.SIGTSTP, self._before[signal.SIGTSTP])
        if self._before[signal.SIGHUP] != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, noticed)
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
        self._poll.register(self._report, select.POLLIN)
        self._poll.register(self._signals, select.POLLIN)
        self._poll.register(self._endings, select.POLLIN)
        if "screens" in self._roles and self._saved is not None:
            self._poll.register(_OURS, 0)  # a hang-up is always told; no signal comes where we don't lead the session
        while not self._over():
            waits = self._stand_in is not None and self._stand_in.waiting
            for fd, _ in self._poll.poll(_KILL_AGAIN_MS if self._killing else _EXITS_WAIT_MS if waits else None):
                self._serve(fd)
            if self._killing:
                self._kill_target()
            elif waits:
                self._answer()
        return self._result()

    # --- the loop ---

    def _over(self) -> bool:
        # A supervisor that ended by itself has outlived the target; of one that died we have taken over the waiting.
        return not self._roles and self._listener is None and not (self.board.target and self.board.ending is None)

    def _serve(self, fd: int) -> None:
        if fd == self._signals:
            self._hear_signals()
        elif fd == self._report.fileno():
            self._hear()
        elif fd == self._endings:
            self._hear_endings()
        elif fd == self._terminal:
            self._discard()
        elif fd == _OURS:
            self._hung_up()
        elif self._stand_in is not None and fd == self._stand_in.fileno():
            self._answer()

    def _hear(self) -> None:
        data, fds, _, _ = socket.recv_fds(self._report, 4096, 1)
        if not data:
            self._poll.unregister(self._report)
        else:
            self._take_report(data, fds)

    def _take_report(self, data: bytes, fds: list[int]) -> None:
        if data == reports.LISTENER:
            self._listener = Listener(fds[0])
            for number in self._early:
                self._pass_on(number)
        elif data == reports.ABANDONED:
            self._drop_listener()
        elif data.startswith(reports.FAILED):
            self._failure = data[len(reports.FAILED) :].decode()

    def _hear_signals(self) -> None:
        with contextlib.suppress(BlockingIOError):
            for number in dict.fromkeys(os.read(self._signals, 4096)):
                if number == signal.SIGCHLD:
                    self._reap()
                elif number == signal.SIGHUP:
                    self._hung_up()
                else:
                    self._pass_on(number)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.board.target and self.board.ending is None:
                self.board.ended(status, 0)
            self._process_ended(pid, status)

    def _hear_endings(self) -> None:
        """Count roles as ended that have said so: the kernel may need long to make an end of them."""
        told = list(endings(self._endings))
        if not told:
            self._poll.unregister(self._endings)
        for pid, code in told:
            self._process_ended(pid, code << 8)  # a wait status, wait(2)

    def _process_ended(self, pid: int, status: int) -> None:
        for name, role in list(self._roles.items()):
            if pid == role:
                del self._roles[name]
                self._role_ended(name, status)

    def _role_ended(self, name: str, status: int) -> None:
        if name == "screens":
            if not os.WIFEXITED(status):
                self._restore_terminal()
            elif os.WEXITSTATUS(status) == reports.KILL_TARGET:
                self._killing = True
            self._start_discarding()
            self._stand_in_for_the_terminal()
        elif name == "recorder":
            told = os.WIFEXITED(status) and os.WEXITSTATUS(status) in (0, reports.NOTHING_RECORDS)
            if not told and "screens" not in self._roles:  # they say it themselves
                complain("the recorder died; no more calls are written down")
        elif name == "supervisor":
            # Its last report may still lie in the socket.
            while select.select([self._report], [], [], 0)[0] and self._report_open():
                self._hear()
            if status != 0 and not self.board.started:
                self._never_started()
            elif status != 0 and self._listener is not None:
                self._take_over()
            else:
                self._drop_listener()

    def _report_open(self) -> bool:
        return bool(self._report.recv(1, socket.MSG_PEEK))

    # --- in the supervisor's place ---

    def _never_started(self) -> None:
        """End the launcher, if it is not dead yet: the program has not been executed, and nobody is left to do it."""
        self._failure = self._failure or "the supervisor died before the program was started"
        self._end_role("screens")
        self._kill_target()
        self._drop_listener()

    def _take_over(self) -> None:
        from seccomp_tui.policy.answers import Kind
        from seccomp_tui.supervisor.standin import StandIn

        assert self._listener is not None
        self._killing = self._on_exit == "kill" or self.board.doomed
        self.board.keeper_answer = Kind.KILL if self._killing else Kind.ALLOW
        if "screens" not in self._roles:  # they say it themselves
            complain("the supervisor died; " + ("killing the target" if self._killing else "letting all calls go on"))
        self._stand_in = StandIn(self._listener, self._processes())
        self._poll.register(self._stand_in, select.POLLIN)
        if not self._killing:
            self._stand_in.take_over(self.board.oldest_open or self.board.last_id, self.board.last_id)
            self._answer()

    def _answer(self) -> None:
        if self._stand_in is not None and not self._stand_in.serve(allow=not self._killing):
            self._drop_listener()
            self.board.finish()
            self._reap()

    def _kill_target(self) -> None:
        """Kill everything below us that is not ours; done again until the filter has no user left."""
        for pid in self._processes():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)

    def _processes(self) -> list[int]:
        """Return the target's processes: all below us that are not ours."""
        from seccomp_tui.kernel.processes import descendants

        ours = self.board.roles  # those too that have told their end
        return [pid for pid in descendants(os.getpid()) if pid not in ours]

    def _drop_listener(self) -> None:
        if self._listener is not None:
            if self._stand_in is not None:
                self._poll.unregister(self._stand_in)
                self._stand_in.close()
                self._stand_in = None
            self._listener.close()
            self._listener = None

    # --- the terminals ---

    def _start_discarding(self) -> None:
        """Nobody reads the target's output any more: read it away, or it would block, or die of SIGHUP."""
        if self._terminal is not None and not self._discarding:
            self._discarding = True
            os.set_blocking(self._terminal, False)
            self._poll.register(self._terminal, select.POLLIN)

    def _stand_in_for_the_terminal(self) -> None:
        """The target's terminal is gone, and it lives: from now on ^C in ours is passed on."""
        if self.board.target and self.board.ending is None and not self._killing:
            signal.signal(signal.SIGINT, noticed)
            complain(f"the program goes on (process {self.board.target}); ^C is passed on to it")

    def _discard(self) -> None:
        assert self._terminal is not None
        try:
            os.read(self._terminal, 65536)
        except BlockingIOError:
            pass
        except OSError:
            self._poll.unregister(self._terminal)

    def _restore_terminal(self) -> None:
        if self._saved is not None:
            with contextlib.suppress(termios.error, OSError):
                os.write(1, _LEAVE_SCREEN)
                termios.tcsetattr(0, termios.TCSADRAIN, self._saved)

    # --- the end ---

    def _pass_on(self, number: int) -> None:
        """Pass a signal that was sent to us on to the target, whose end is then ours."""
        if self.board.ending is not None:
            self._killing = True  # only what it left behind still runs
        elif not self.board.target:
            self._early.append(number)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.board.target, number)

    def _hung_up(self) -> None:
        """Our terminal is gone, and with it whoever would have used the target's: hang up that one too.

        The kernel tells the screens nothing, and they would try to read for ever. When they are gone, nobody has the
        master: the target's session gets SIGHUP, and reads and writes there fail. A signal alone is not enough: a shell
        that is about to read a line may overlook it, and would then wait for one.
        """
        if self._lost:
            return
        self._lost = True
        with contextlib.suppress(KeyError):
            self._poll.unregister(_OURS)
        self._end_role("screens")
        if self._terminal is not None:
            with contextlib.suppress(KeyError):
                self._poll.unregister(self._terminal)
            os.close(self._terminal)
            self._terminal = None
        self._pass_on(signal.SIGHUP)

    def _end_role(self, name: str) -> None:
        if name in self._roles:
            os.kill(self._roles[name], signal.SIGKILL)  # it may be so young that it still ignores all others

    def _result(self) -> int:
        ending = self.board.ending
        if self._failure or ending is None:
            complain(self._failure or "the supervisor died before the program was started")
            return OWN_FAILURE
        status, failure = ending
        if failure:
            from seccomp_tui.supervisor.unexecuted import reason
            from seccomp_tui.syscalls.text import escape

            complain(f"can't execute {escape(self._program)}: {reason(self._program, failure)}")
        return reports.exit_code(status, failure)


def _wakeup_on_signals() -> int:
    """Return a pipe in which the numbers of signals come."""
    readable, writable = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, noticed)
    return readable


def noticed(number: int, frame: object) -> None:
    """Take a signal; its number is in the pipe now."""


def _terminal_modes() -> list[Any] | None:
    try:
        return termios.tcgetattr(0)
    except termios.error:
        return None
