"""Error numbers."""

from __future__ import annotations

import errno
import os

import pytest

from seccomp_tui.syscalls import errnos, prototypes


def test_names_numbers_and_texts() -> None:
    assert errnos.name(5) == "EIO"
    assert errnos.number("EIO") == 5
    assert errnos.describe(5) == "Input/output error"
    assert errnos.name(4000) == "4000"
    assert errnos.number("ENONSENSE") is None
    assert errnos.number("EWOULDBLOCK") == errno.EAGAIN


def test_all_that_the_library_knows_are_there() -> None:
    assert set(errno.errorcode) <= set(errnos.ALL)
    for number in errnos.ALL:
        assert getattr(errno, errnos.name(number), number) == number
        assert os.strerror(number) == errnos.describe(number)


def test_a_result_ends_the_line_as_in_strace() -> None:
    assert errnos.result_text(2) == "-1 ENOENT (No such file or directory)"
    assert errnos.result_text(512) == "? ERESTARTSYS (To be restarted if SA_RESTART is set)"
    assert errnos.result_text(4000) == "-1 (errno 4000)"


def test_the_likely_ones_come_first() -> None:
    assert errnos.likely("openat")[:2] == (errno.EACCES, errno.ENOENT)
    assert errnos.likely("getpid") == ()
    assert errnos.likely("no_such_call") == ()


def test_every_errno_in_the_table_is_one() -> None:
    for name in prototypes.all_names():
        prototype = prototypes.find(name)
        assert prototype is not None
        assert not [word for word in prototype.fails if errnos.number(word) is None], name


def test_other_attributes_are_not_invented() -> None:
    with pytest.raises(AttributeError):
        _ = errnos.NONSENSE
