from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from seccomp_tui.policy.answers import ALLOW, Kind
from seccomp_tui.supervisor.report import KILL_TARGET
from seccomp_tui.supervisor.wire import AskRecord
from tests.screens.conftest import Start
from tests.screens.scripted import Supervisor


async def test_when_the_supervisor_dies_the_history_stays(start: Start, supervisor: Supervisor) -> None:
    async with start((130, 36)) as live:
        supervisor.past(20)
        await live.hold()
        supervisor.die()
        await live.until(lambda: live.app.model.lost)
        await live.until(lambda: "calls are answered by --on-exit, nothing more is recorded" in live.text("#status"))
        await live.until(lambda: "no call can be answered from here" in live.text("#queue"))
        assert live.screen.can("call.allow") is False
        assert live.screen.can("target.kill") is None
        await live.until(lambda: "read(3" in live.text("#history"))
        await live.press("a", "q")
        await live.until(lambda: "The supervisor has died" in live.text(".question"))
        await live.press("d")
        assert not live.app._exit, "there is no listener left to abandon"
        assert "nothing more is recorded" in " ".join(live.text("OptionList").split())
        await live.press("k")
        await live.until(lambda: live.app._exit)
        assert live.app.return_code == KILL_TARGET, "the keeper is asked to kill, by the exit code"


async def test_the_loss_is_told_in_80_columns_too(start: Start, supervisor: Supervisor) -> None:
    async with start((80, 24)) as live:
        supervisor.die()
        await live.until(lambda: "SUPERVISOR DIED: by --on-exit, not recorded" in live.text("#status"))


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize(
    ("kind", "words", "status", "end"),
    [
        (Kind.ALLOW, "all calls are allowed", 3 << 8, "EXITED 3"),
        (Kind.KILL, "the program is killed", 9, "KILLED SIGKILL"),
    ],
)
async def test_what_the_keeper_does_for_a_dead_supervisor_is_shown_to_the_end(
    start: Start, supervisor: Supervisor, recorded: bool, kind: Kind, words: str, status: int, end: str
) -> None:
    async with start((99, 24)) as live:
        seq = await live.hold(recorded=recorded)
        await live.until(lambda: "held for" in live.text(".heading"))
        supervisor.die()
        await live.until(lambda: live.app.model.lost)
        await live.until(lambda: "held for" not in live.text(".heading"))
        supervisor.board.keeper_answer = kind
        await live.until(lambda: words in live.text("#queue"))
        await live.until(lambda: f"#{seq}  {kind.name.lower()}, by --on-exit" in live.text(".heading"))
        assert "If you allow it" not in live.text("#detail-body")
        await live.press("tab", "tab")
        await live.until(lambda: "held" not in live.text("#history"))
        supervisor.board.ended(status, 0)
        await live.until(lambda: f"first process {end}" in live.text("#status"))
        supervisor.board.finish()
        await live.until(lambda: f"ended: {end}" in live.text("#queue"))
        assert f" {end} " in live.text("#status")
        assert "SUPERVISOR DIED" in live.text("#status")
        await live.press("q")
        await live.until(lambda: live.app._exit)


async def test_a_supervisor_that_was_never_there(start: Start, supervisor: Supervisor) -> None:
    supervisor.die()
    async with start(hello=False) as live:
        await live.until(lambda: live.app.model.lost)


async def test_a_call_that_is_not_recorded_is_shown_from_its_raw_record(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.status(recording=False)
        seq = await live.hold(recorded=False, path=b"/etc/not-recorded")
        await live.until(lambda: AskRecord(seq) in supervisor.take())
        assert "has been asked for" in live.text("#detail-body")
        supervisor.send_record(seq)
        await live.until(lambda: "/etc/not-recorded" in live.text("#detail-body"))
        assert "/etc/not-recorded" in live.text("#queue")
        await live.ready()
        await live.press("a")
        assert await live.answers(1) == [([seq], ALLOW)]


async def test_a_call_that_is_announced_as_recorded_but_is_not_there(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.hold(recorded=False)
        seq = supervisor.calls
        supervisor.channel.send(replace(supervisor.held[seq], recorded=True))
        await live.until(lambda: AskRecord(seq) in supervisor.take())


async def test_the_recording_may_come_late(start: Start, supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.path = tmp_path / "later.db"
    async with start() as live:
        await live.until(lambda: "no calls yet" in live.text("#history"))
        supervisor.record()
        supervisor.past(5)
        await live.until(lambda: "read(3" in live.text("#history"))


async def test_a_file_that_is_no_recording_is_named(start: Start, supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.path = tmp_path / "other.db"
    supervisor.path.write_bytes(b"something else" * 1000)
    async with start() as live:
        await live.until(lambda: "other.db" in live.text("#history").replace("\n ", ""))


async def test_a_supervisor_that_does_not_read_does_not_block_the_screens(start: Start, supervisor: Supervisor) -> None:
    def drained() -> bool:
        supervisor.take()
        return len(supervisor.asked) >= 2000

    async with start() as live:
        for _ in range(2000):
            live.screen.run_command("target.toggle")
        await live.until(drained)
