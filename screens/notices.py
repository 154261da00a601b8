"""What the empty queue says: what goes on, and what to press. Pure."""

from __future__ import annotations

from seccomp_tui.policy.answers import Kind
from seccomp_tui.screens import theme, wording
from seccomp_tui.screens.commands import key
from seccomp_tui.screens.model import Model
from seccomp_tui.screens.wording import Part, plural

Line = list[Part]
_BY_KEEPER = {Kind.ALLOW: "all calls are allowed", Kind.KILL: "the program is killed"}


def empty_queue(model: Model) -> list[Line]:
    """Return the lines that stand where the held calls would be."""
    headline, more = _words(model)
    return [[(f" {headline}", theme.BOLD)], *[[(f" {line}", theme.FAINT)] for line in more]]


def _words(model: Model) -> tuple[str, list[str]]:
    program = wording.clean(model.argv[0]) if model.argv else "the program"
    exited = model.exited
    if exited is not None and exited.failure:
        return f"can't execute {program}", [*exited.reason.rsplit(": ", 1), _quits()]
    if model.over and exited is None:
        return "ended: no process uses the filter any more", [_browse()]
    if model.over and exited is not None:
        return f"ended: {wording.exit_words(exited.status)}", [*_lost(model), _browse()]
    if model.lost:
        return "no call can be answered from here any more", [*_lost(model), _browse()]
    if model.hello is None:
        return f"starting {program} ...", []
    if model.status.containers == 0:
        return _no_container(model)
    if model.stops.until:
        again = f"{key('target.hold')} holds calls again at once"
        return f"running until {wording.printable(model.stops.until)}", [again]
    if model.stops.stepped:
        return "waiting for the thread's next call", [f"step of {plural(len(model.stops.stepped), 'thread')}"]
    if not model.holding:
        return "running: nothing is held", [f"{key('target.hold')} holds calls again"]
    startup = model.status.startup
    let_through = [f"{startup} start-up calls were let through"] if startup else []
    if model.answered_any:
        return "waiting for the next call to hold", let_through
    return "waiting for the first call to hold", let_through


def _no_container(model: Model) -> tuple[str, list[str]]:
    socket = wording.clean(model.argv[-1])
    return "waiting for containers", [
        "of which the seccomp profile says",
        f'  "listenerPath": "{socket}"',
        '  "action": "SCMP_ACT_NOTIFY"  for the calls that shall come here',
        "docs/agent.md has whole profiles",
    ]


def _browse() -> str:
    return f"browse the history ({key('view.next_pane')}), {_quits()}"


def _quits() -> str:
    return f"{key('app.quit')} quits"


def _lost(model: Model) -> list[str]:
    """Return what happens to the calls of a target without its supervisor; empty while it has one."""
    if not model.lost:
        return []
    return [f"supervisor died: {_BY_KEEPER.get(model.keeper_answer, 'calls wait')} (--on-exit)"]


def no_call(model: Model) -> list[Line]:
    """Return the lines that stand where a call's details would be."""
    if model.recorded or model.over or model.lost:
        words = " The details of a call stand here when the cursor is on it: "
        return [[], [(words, theme.FAINT), (key("cursor.up" if model.recorded else "view.next_pane"), theme.KEY)]]
    return [
        [],
        [(" A held call waits here for your answer:", theme.FAINT)],
        [],
        *[
            [("   ", theme.FAINT), (key(name), theme.KEY), (f"  {words}", theme.FAINT)]
            for name, words in (
                ("call.allow", "allow it"),
                ("call.errno", "make it fail with an error from a list"),
                ("call.deny", "deny it (EPERM)"),
                ("call.return", "return a value instead"),
                ("call.answer", "any other answer: fill, fd, perform .."),
                ("call.step", "allow it, and hold this thread's next call"),
                ("target.run", "run on and hold nothing"),
            )
        ],
        [],
        [(" The history has every call, held or not.", theme.FAINT)],
    ]
