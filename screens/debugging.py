"""A debugger beside us, and what can't be seen: the commands for both."""

from __future__ import annotations

from seccomp_tui.policy.answers import ALLOW
from seccomp_tui.policy.rule import Rule
from seccomp_tui.screens import debugger
from seccomp_tui.screens.inspecting import Inspecting
from seccomp_tui.screens.wording import plural

RING = "io_uring_setup"
NO_RINGS = Rule(RING, "errno ENOSYS", name="what io_uring does can't be seen")


class Debugging(Inspecting):
    """Runs these commands."""

    def _can(self, name: str, pressed: float) -> bool | None:
        able = super()._can(name, pressed)
        over = self.model.over or self.model.lost
        if able and name == "target.debug":
            return (not over and self.current is not None) or None
        if able and name == "target.no_rings":
            return (not over and not any(_is_no_rings(rule) for rule in self.model.rules)) or None
        return able

    # --- a debugger ---

    def do_target_debug(self) -> None:
        """Say what a debugger will do to held calls, and run it on the process of the call under the cursor."""
        shown = self._current_subject()
        if shown is None:
            return
        if not debugger.is_there():
            self._tell(debugger.NOT_THERE)
            return
        from seccomp_tui.screens.dialogs.confirm import ConfirmDialog

        pid, tid = shown.pid or shown.tid, shown.tid
        interruptible = self.model.hello is not None and self.model.hello.interruptible
        held = [seq for seq, call in self.model.held.items() if call.pid == pid]

        def confirmed(yes: list[int] | None) -> None:
            if yes is None:
                return
            if not interruptible:
                self.give(yes, ALLOW)
            self.run_worker(self._debug(pid, tid), group="debugger", exclusive=True)

        def question(left: list[int]) -> str:
            return warning(pid, len(left), interruptible)

        # Without a call that it is about, it does not end with one.
        self.app.push_screen(ConfirmDialog(f"gdb -p {pid}", question, held or None), confirmed)

    async def _debug(self, pid: int, tid: int) -> None:
        argv = debugger.command(pid, tid)
        if debugger.has_window():
            trouble = debugger.open_window(argv)
        elif self.app.is_headless:
            return
        else:
            with self.app.batch_update(), self.app.suspend():
                trouble = await debugger.run_here(argv)
        if trouble:
            self._tell(f"gdb: {trouble}")

    # --- what can't be seen ---

    def look_for_unseen(self) -> None:
        """Take from the recording what can't be seen of the program; the status says so from then on."""
        unseen = self.recording.unseen()
        if unseen != self.model.unseen:
            self.model.unseen = unseen
            self.redraw()

    def do_target_no_rings(self) -> None:
        """Let io_uring_setup fail from now on, and the one under the cursor too."""
        if self.link is None:
            return
        from seccomp_tui.policy import answer_text

        self.link.put_rule(NO_RINGS)
        held = [seq for seq, call in self.model.held.items() if self.subjects.name(call) == RING]
        if held:
            self.give(held, answer_text.parse(NO_RINGS.answer))
        self._say("a rule now lets io_uring_setup fail with ENOSYS; L shows the rules")


def _is_no_rings(rule: Rule) -> bool:
    return rule.enabled and (rule.when, rule.answer) == (NO_RINGS.when, NO_RINGS.answer)


def warning(pid: int, held: int, interruptible: bool) -> str:
    """Return what is asked before a debugger joins a process, of whose calls some are held."""
    if interruptible:
        calls = plural(held, "held call")
        taken = f"{calls} of it will be withdrawn and come back anew (restarted as ..)." if held else ""
        return f"gdb stops every thread of process {pid}. {taken}\nRun it?"
    why = "without --interruptible at the start, only a fatal signal ends the wait of a held call"
    if held:
        answered = "is answered" if held == 1 else "are answered"
        return (
            f"gdb would hang until {plural(held, 'held call')} of process {pid} {answered}:"
            f" {why}.\nAnswer with allow, then attach?"
        )
    return f"gdb stops every thread of process {pid}; while one has a held call it hangs: {why}.\nRun it?"
