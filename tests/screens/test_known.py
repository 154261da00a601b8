"""Values that the recording has, and names of constants: completed where they are typed."""

from __future__ import annotations

import pytest

from seccomp_tui.policy.answer_choices import of_call
from seccomp_tui.policy.answer_completion import complete as complete_answer
from seccomp_tui.policy.expression.completion import complete, texts
from seccomp_tui.screens.known import Known
from seccomp_tui.screens.recording import Recording
from seccomp_tui.screens.widgets.prompt import Line
from seccomp_tui.syscalls.memory import RecordedMemory
from tests.screens.conftest import NARROW, Live, Look, Start
from tests.screens.scripted import PATH_AT, X86_64
from tests.screens.written import STARTED, Written


@pytest.fixture
async def known(written: Written) -> Known:
    """Give what is known of a recording with some files, two programs and an address."""
    for path in (b"/etc/hosts", b"/etc/hosts", b'/etc/a "b"', b"/tmp/x"):
        written.call(path)
    connect = written.call(b"", name="connect", text="connect(3, ..)")
    written.db.execute("update call set path = null, address = '127.0.0.1:8080' where seq = ?", (connect,))
    for tid, comm in ((812, "ls"), (813, "w\\33rk")):
        written.db.execute(
            "insert into process values (?, ?, 812, 1, ?, '/usr/bin/ls', null, 0)", (tid, STARTED + tid, comm)
        )
    found = Known(Recording(written.path))
    await found.renew()
    return found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("path == ", ['"/etc/hosts"', '"/etc/a \\"b\\""', '"/tmp/x"']),
        ('openat and path == "/etc', ['"/etc/hosts"', '"/etc/a \\"b\\""']),
        ('pathname glob "/t', ['"/tmp/x"']),
        ('path ~ "/t', []),
        ('comm == "', ['"w\\x1brk"', '"ls"']),
        ('exe == "', ['"/usr/bin/ls"']),
        ("tid == 81", ["813", "812"]),
        ("pid in (", ["812"]),
        ("port == ", ["8080"]),
        ('addr == "1', ['"127.0.0.1"']),
        ('"x" "', []),
        ("family == AF_INET", ["AF_INET", "AF_INET6"]),
        ("errno == ENOEN", ["ENOENT"]),
        ("state == g", ["gone"]),
        ("opena", ["openat", "openat2"]),
    ],
)
async def test_values_are_completed(known: Known, text: str, wanted: list[str]) -> None:
    assert texts(complete(text, len(text), known=known)) == wanted


def test_without_a_recording_nothing_is_known(written: Written) -> None:
    assert texts(complete('path == "', 9, known=Known(Recording(written.path)))) == []
    assert texts(complete('path == "', 9)) == []


async def typed(live: Live, text: str) -> None:
    await live.press(*text)
    await live.until(lambda: live.screen.query_one(Line).value.endswith(text))


async def test_a_filter_is_completed_with_what_was_recorded(look: Look, written: Written) -> None:
    for path in (b"/etc/hosts", b"/etc/hosts", b"/etc/group"):
        written.call(path)
    async with look(written.ended().path, NARROW) as live:
        await live.press("f")
        await typed(live, 'path == "/e')
        await live.until(lambda: '"/etc/hosts" (2 calls)' in live.whole())
        await live.press("tab", "h", "tab")
        await live.until(lambda: live.screen.query_one(Line).value == 'path == "/etc/hosts" ')
        await live.press("enter")
        await live.until(lambda: "(2 of 3)" in live.whole())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("fill statbuf st_mode=S_IFRE", ["S_IFREG"]),
        ("fill statbuf st_size=1 st_mode=S_IFREG|S_IFLN", ["S_IFLNK"]),
        ("fill statbuf st_size=S", []),
        ("fill nothing st_mode=S", []),
        ("errno st_mode=S", []),
    ],
)
def test_flags_of_a_struct_are_completed_in_an_answer(text: str, wanted: list[str]) -> None:
    choices = of_call(X86_64, 262, [3, PATH_AT, PATH_AT + 4096, 0, 0, 0], RecordedMemory([(PATH_AT, b"/x\0")]))
    assert [offer.text for offer in complete_answer(text, len(text), choices)[1]] == wanted


async def test_flags_are_completed_in_the_form_for_a_file(start: Start) -> None:
    async with start(NARROW) as live:
        await live.hold()
        await live.ready()
        await live.press("p")
        await live.until(lambda: "/path/of/a/file" in live.whole() or "the call names" in live.whole())
        await live.press(*"/nowhere", "tab", *"O_RDW")
        await live.until(lambda: "O_RDWR" in live.whole())
        await live.press("tab")
        await live.until(lambda: "O_RDWR" in live.whole() and getattr(live.app.screen.focused, "value", "") == "O_RDWR")
        await live.press("|", *"O_CLOEXE", "tab", "tab")
        await live.until(lambda: 'fd "/nowhere" O_RDWR|O_CLOEXEC' in live.whole())
