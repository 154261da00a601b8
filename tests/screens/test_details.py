from __future__ import annotations

import pytest

from seccomp_tui.policy.answers import ALLOW, errno_answer
from seccomp_tui.screens.widgets.lines import cut, wrap
from seccomp_tui.screens.wording import Part, coloured, seconds
from seccomp_tui.supervisor.wire import AskProcess, ProcessDetails
from seccomp_tui.syscalls.memory import AT_FDCWD, descriptor_address
from tests.screens.conftest import NARROW, Start
from tests.screens.scripted import IP, PATH_AT, Supervisor
from tests.syscalls.images import module


async def test_every_argument_has_name_raw_value_and_meaning(start: Start) -> None:
    async with start((160, 40)) as live:
        await live.hold()
        await live.until(lambda: "pathname" in live.text("#detail-body"))
        lines = [line.split() for line in live.lines("#detail-body")]
        assert ["0", "dirfd", "-100", "AT_FDCWD"] in lines
        assert ["1", "pathname", hex(PATH_AT), '"/etc/shadow"'] in lines
        assert ["2", "flags", "0x80000", "O_RDONLY|O_CLOEXEC"] in lines


async def test_what_a_descriptor_of_a_held_call_leads_to_is_told(start: Start) -> None:
    async with start((160, 40)) as live:
        memory = (PATH_AT, b"shadow\0")
        await live.hold(segments=[memory, (descriptor_address(AT_FDCWD), b"/etc/<\x1b[31m>")])
        await live.until(lambda: "pathname" in live.text("#detail-body"))
        lines = [line.split() for line in live.lines("#detail-body")]
        assert ["0", "dirfd", "-100", r"AT_FDCWD</etc/\74\33[31m\76>"] in lines
        assert "\x1b" not in live.whole()
        assert "AT_FDCWD<" not in live.text("#queue")
        await live.press("right_square_bracket")
        assert "shadow" in live.text("#detail-body")
        assert "/etc/" not in live.text("#detail-body")


async def test_a_module_image_has_a_row_for_each_fact(start: Start) -> None:
    async with start((160, 40)) as live:
        await live.hold(
            name="init_module", segments=[(PATH_AT, module(text=4000 - len(module(text=0))))], text="init_module()"
        )
        await live.until(lambda: "vermagic" in live.text("#detail-body"))
        rows = [line.split(maxsplit=1) for line in live.lines("#detail-body")]
        assert ["name", "dummy"] in [[word.strip() for word in row] for row in rows]
        assert ["depends", '"a,b"'] in [[word.strip() for word in row] for row in rows]
        assert any(row[0] == "parameter" and row[1].startswith('count, int, "how many"') for row in rows if row)


async def test_what_it_means_to_allow_a_held_call_is_always_in_sight(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        seq = await live.hold()
        told = "= allow: Read again: pathname; other threads may write there."
        await live.until(lambda: told in live.text("#details .heading"))
        await live.press("right_square_bracket")
        assert told in live.text("#details .heading")
        await live.until(lambda: AskProcess(812, IP) in supervisor.take())
        supervisor.channel.send(ProcessDetails(812, [("threads", b"3")]))
        await live.until(lambda: "its 3 threads may write there" in live.text("#details .heading"))
        supervisor.settle(seq, ALLOW)
        await live.until(lambda: "allow, by you" in live.text("#details .heading"))
        assert "Read again" not in live.text("#details .heading")


async def test_what_each_answer_rests_on_has_a_tab(start: Start) -> None:
    async with start((120, 60)) as live:
        await live.hold()
        await live.press(*["left_square_bracket"] * 3)
        await live.until(lambda: "perform  Decides on what you saw" in live.text("#detail-body"))
        text = " ".join(live.text("#detail-body").split())
        assert "= allow Read again: pathname" in text
        assert "poke, then allow" in text
        assert "+ fd Decides on what you saw: the descriptor leads where you say." in text
        assert "fill" not in text


async def test_memory_shows_each_copied_piece_with_the_argument_it_belongs_to(start: Start) -> None:
    async with start((200, 40)) as live:
        await live.hold(path=b"/etc/\x1b[31m\xff")
        await live.press("right_square_bracket")
        text = live.text("#detail-body")
        assert f"{PATH_AT:#x}  12 bytes  pathname" in text
        assert "2f 65 74 63 2f 1b 5b 33  31 6d ff 00" in text
        assert "/etc/.[31m.." in text


async def test_a_megabyte_of_memory_scrolls_line_by_line(start: Start) -> None:
    async with start() as live:
        await live.hold(segments=[(PATH_AT, (bytes(range(1, 256)) + b"\1") * 4096)])
        await live.press("right_square_bracket", "v", "end")
        await live.until(lambda: f"{PATH_AT + (1 << 20) - 16:x}" in live.text("#detail-body"))


async def test_the_process_is_asked_for_when_its_tab_is_opened(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await live.hold(tid=813)
        await live.press(*["left_square_bracket"] * 4)
        await live.until(lambda: supervisor.take() or supervisor.asked)
        assert supervisor.asked == [AskProcess(813, IP)]
        supervisor.channel.send(ProcessDetails(813, [("command", b"ls -l \x1b[2J"), ("folder", b"/root")]))
        await live.until(lambda: "folder" in live.text("#detail-body"))
        assert "/root" in live.text("#detail-body")
        assert "\x1b" not in live.whole()


async def test_rights_and_descriptors_are_told_in_words(start: Start, supervisor: Supervisor) -> None:
    async with start((120, 50)) as live:
        await live.hold()
        await live.press(*["left_square_bracket"] * 4)
        await live.until(lambda: AskProcess(812, IP) in supervisor.take())
        rows = [
            ("", b"Rights"),
            ("effective", b"0000000000000003"),
            ("permitted", b"ffffffffffffffff"),
            ("ambient", b"0"),
            ("fd 3", b"rw,cloexec /dev/tty\x1b\0char 5:0"),
            ("fd 4", b"? "),
        ]
        supervisor.channel.send(ProcessDetails(812, rows))
        await live.until(lambda: "Rights" in live.text("#detail-body"))
        assert [line.split() for line in live.lines("#detail-body")][1:7] == [
            ["Rights"],
            ["effective", "chown,", "dac_override"],
            ["permitted", "all"],
            ["ambient", "none"],
            ["fd", "3", "rw,cloexec", r"/dev/tty\33<char", "5:0>"],
            ["fd", "4", "?", "?"],
        ]


async def test_registers_numbers_and_the_json_object_have_a_tab(start: Start) -> None:
    async with start((120, 70)) as live:
        seq = await live.hold()
        await live.press("left_square_bracket")
        await live.until(lambda: '"type": "call"' in live.text("#detail-body"))
        lines = [line.split() for line in live.lines("#detail-body")]
        assert ["arg0", "rdi", "0x00000000ffffff9c", "4294967196", "as", "int:", "-100"] in lines
        assert ["arg1", "rsi", f"{PATH_AT:#018x}", str(PATH_AT)] in lines
        assert ["call", "openat,", "number", "257", "of", "x86_64"] in lines
        assert ["state", "held,", "1"] in lines
        assert ['"seq":', f"{seq},"] in lines
        await live.hold(name="read", recorded=False)
        await live.press("down")
        await live.until(lambda: "not recorded yet" in live.text("#detail-body"))


async def test_the_heading_names_the_module_that_the_call_was_made_in(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        await live.hold()
        assert f"called from {IP:#x}" in live.text(".heading")
        await live.until(lambda: AskProcess(812, IP) in supervisor.take())
        supervisor.channel.send(
            ProcessDetails(812, [("called from", b"/usr/lib/x86_64-linux-gnu/libc\x1b.so.6+0x10e1ab")])
        )
        await live.until(lambda: r"called from libc\33.so.6+0x10e1ab" in live.text(".heading"))


@pytest.mark.parametrize("age", [2, 7.5, 42])
async def test_the_heading_says_in_a_sentence_how_long_the_call_has_been_held(start: Start, age: float) -> None:
    async with start() as live:
        await live.hold(age=age)
        await live.until(lambda: "held for" in live.text(".heading"))
        assert live.lines(".heading")[0].rstrip().endswith(f"held for {seconds(age)}")


async def test_of_an_allowed_exit_no_result_is_awaited(start: Start, supervisor: Supervisor) -> None:
    async with start(NARROW) as live:
        supervisor.settle(await live.hold(name="exit_group", text="exit_group(0)"), ALLOW)
        await live.until(lambda: "it does not return: the caller has ended" in live.text("#detail-body"))
        assert "not known" not in live.text("#detail-body")
        supervisor.settle(await live.hold(name="exit_group", text="exit_group(0)"), errno_answer(1))
        await live.until(lambda: "EPERM" in live.text("#detail-body"))
        assert "does not return" not in live.text("#detail-body")


async def test_the_process_of_a_past_call_comes_from_the_recording(start: Start, supervisor: Supervisor) -> None:
    supervisor.past(1)
    assert supervisor.db is not None
    supervisor.db.execute("insert into process values (812, 0, 812, 800, 'ls', '/usr/bin/ls', null, 0)")
    async with start() as live:
        await live.until(lambda: live.lines("#history")[0].startswith(" 1 "))
        await live.press("tab", "up", *["left_square_bracket"] * 4)
        await live.until(lambda: "/usr/bin/ls" in live.text("#detail-body"))
        assert supervisor.take() == []


async def test_the_last_call_stays_in_sight_with_its_answer(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        await live.hold()
        await live.ready()
        await live.press("a")
        await live.answers(1)
        await live.until(lambda: "allow, by you" in live.text("#details .heading"))
        await live.until(lambda: "waited 1.0s for the answer" in live.text("#detail-body"))
        seq = await live.hold()
        supervisor.settle(seq, None)
        await live.until(lambda: "gone" in live.text("#details .heading"))


async def test_a_failed_call_says_with_which_error(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        supervisor.settle(await live.hold(), errno_answer(2))
        await live.until(lambda: "-1 ENOENT (No such file" in live.text("#detail-body"))


async def test_the_details_never_show_another_call_than_the_cursor(start: Start, supervisor: Supervisor) -> None:
    async with start() as live:
        for number in range(5):
            await live.hold(path=b"/tmp/%d" % number)
        for _ in range(4):
            await live.press("down")
            await live.until(lambda: f"#{live.screen.current} " in live.text("#details .heading"))
        supervisor.settle(5, ALLOW)
        await live.until(lambda: "#1 " in live.text("#details .heading"))


def test_wrapping_loses_nothing_and_keeps_words_whole() -> None:
    parts = coloured('AT_FDCWD, "/a/very/long/path/that/goes/on", O_RDONLY|O_CLOEXEC|O_NOFOLLOW, 0666')
    for width in range(12, 90):
        lines = wrap(parts, width, 2)
        text = "".join("".join(text for text, _ in line).strip() for line in lines).replace(" ", "")
        assert text == "".join(text for text, _ in parts).replace(" ", "")
        assert all(sum(len(text) for text, _ in line) <= width + 1 for line in lines)
        if width > 20:
            shown = [text for line in lines for text, _ in line]
            assert {"AT_FDCWD", "O_RDONLY", "O_CLOEXEC", "O_NOFOLLOW"} <= set(shown)


def test_no_wrapped_line_begins_with_a_comma_or_a_bracket() -> None:
    parts = coloured('AT_FDCWD, "/nonexistent/983840", 0x7ffe45772050, {AT_A, [AT_B]}, 0)')
    for width in range(24, 90):
        lines = ["".join(text for text, _ in line).strip() for line in wrap(parts, width, 2)]
        assert not [line for line in lines if line.startswith((",", ")"))], width


def test_cutting_never_needs_more_room_than_there_is() -> None:
    parts: list[Part] = coloured('3, "abc", O_RDONLY')
    whole = "".join(text for text, _ in parts)
    for room in range(len(whole) + 2):
        text = "".join(text for text, _ in cut(parts, room))
        assert len(text) <= room
        assert text == whole or text.endswith("…") or not room
