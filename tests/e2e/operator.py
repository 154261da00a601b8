"""A scripted operator: the real keeper, supervisor and recorder, with the test where the screens would be."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from seccomp_tui.kernel.launch import Program
from seccomp_tui.policy.answers import Answer
from seccomp_tui.policy.expression import Expression
from seccomp_tui.policy.holding import ASKED
from seccomp_tui.policy.rules import Compiled
from seccomp_tui.session.store import Call, Store
from seccomp_tui.sources.crew import Decoding
from seccomp_tui.sources.launch import Run, find_program, original_environment, run
from seccomp_tui.supervisor.board import Board
from seccomp_tui.supervisor.client import Client
from seccomp_tui.supervisor.wire import FromSupervisor, Held, Hello
from seccomp_tui.syscalls import arch, numbers, sets

_Message = TypeVar("_Message")
PATIENCE = 30.0


class Operator:
    """The test's side of a run.

    Attributes:
        keeper: process id of the keeper.
        screens: process id of what stands in for the screens; kill it, or `hang_up`.
        heard: the messages that nobody has asked for yet.
    """

    def __init__(self, keeper: int, screens: int, sock: socket.socket, terminal: int, recording: Path) -> None:
        self.keeper = keeper
        self.screens = screens
        self.client = Client(sock)
        self.terminal = terminal
        self.recording = recording
        self.heard: list[FromSupervisor] = []
        self._code: int | None = None

    def expect(self, kind: type[_Message], test: Callable[[_Message], bool] = lambda message: True) -> _Message:
        """Return the first message of `kind` that passes `test` and was not returned before; wait for it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for message in self.heard:
                if isinstance(message, kind) and test(message):
                    self.heard.remove(message)
                    return message
            left = deadline - time.monotonic()
            if left <= 0 or not self.client.alive:
                raise AssertionError(f"no {kind.__name__} came; heard {self.heard[-5:]}")
            select.select([self.client], [], [], left)
            self.heard += self.client.messages()

    def held(self, name: str | None = None) -> Held:
        """Return the next held call, of system call `name`."""
        return self.expect(Held, lambda call: name in (None, numbers.name(call.arch, call.nr)))

    def answer(self, call: Held, answer: Answer) -> None:
        """Answer one call."""
        self.client.answer([call.seq], answer)

    def recorded(self, seq: int) -> Call:
        """Return the call as it stands in the recording."""
        store = Store(self.recording)
        try:
            call = store.call(seq)
            assert call is not None
            return call
        finally:
            store.close()

    def role(self, name: str) -> int:
        """Return the process id of the "recorder" or the "supervisor", which the keeper forks in this order."""
        children = Path(f"/proc/{self.keeper}/task/{self.keeper}/children").read_text().split()
        return int(children[("recorder", "supervisor").index(name)])

    def hang_up(self) -> None:
        """End what stands in for the screens, without a word to the supervisor."""
        self.client.close()
        os.kill(self.screens, signal.SIGKILL)

    def wait(self) -> int:
        """Return the keeper's exit code."""
        if self._code is None:
            _, status = os.waitpid(self.keeper, 0)
            self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def type(self, data: bytes) -> None:
        """Type into the target's terminal."""
        os.write(self.terminal, data)

    def output(self) -> str:
        """Return what the target has written on its terminal so far."""
        os.set_blocking(self.terminal, False)
        data = b""
        while True:
            try:
                piece = os.read(self.terminal, 65536)
            except OSError:
                break
            data += piece
        return data.decode(errors="replace").replace("\r\n", "\n")


@contextmanager
def operate(
    program: Sequence[str],
    recording: Path,
    *,
    trace: str | None = None,
    on_exit: str = "continue",
    holding: bool = True,
    interruptible: bool = False,
    hold: Expression | None = None,
    hold_timeout: tuple[int, Answer] | None = None,
    rules: Sequence[Compiled] = (),
) -> Iterator[Operator]:
    """Run `program` under a keeper, supervisor and recorder, with the test as its screens."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    keeper = os.fork()
    if keeper == 0:
        here.close()
        _keep(program, recording, trace, on_exit, holding, interruptible, there, hold, hold_timeout, rules)
    there.close()
    data, fds, _, _ = socket.recv_fds(here, 100, 2)
    if not data:
        raise AssertionError(f"the keeper ended at once: {os.waitpid(keeper, 0)}")
    operator = Operator(keeper, int(data), socket.socket(fileno=fds[0]), fds[1], recording)
    try:
        operator.expect(Hello)
        yield operator
    finally:
        if operator._code is None:
            operator.client.leave("kill")
        operator.client.close()
        here.close()
        operator.wait()
        os.close(operator.terminal)


def _keep(
    program: Sequence[str],
    recording: Path,
    trace: str | None,
    on_exit: str,
    holding: bool,
    interruptible: bool,
    there: socket.socket,
    hold: Expression | None,
    hold_timeout: tuple[int, Answer] | None,
    rules: Sequence[Compiled],
) -> None:
    def screens(control: socket.socket, path: Path, master: int | None, _board: Board) -> int:
        assert master is not None
        socket.send_fds(there, [str(os.getpid()).encode()], [control.fileno(), master])
        control.close()
        os.close(master)
        data = there.recv(1)  # until the test hangs up, or says with which code to end
        return data[0] if data else 0

    code = 99
    try:
        path, _ = find_program(program[0])
        assert path is not None
        target = Program(
            path, [os.fsencode(word) for word in program], original_environment(), interruptible=interruptible
        )
        wanted = sets.parse(trace, arch.supported(arch.native())).numbers if trace else None
        code = run(
            Run(
                program=target,
                wanted=wanted,
                io="pane",
                holding=holding,
                on_exit=on_exit,
                session=recording,
                printing=None,
                decoding=Decoding(),
                screens=screens,
                hold=ASKED if trace and hold is None else hold,
                hold_timeout=hold_timeout,
                rules=tuple(rules),
            )
        )
    finally:
        os._exit(code)
