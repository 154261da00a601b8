"""`seccomp-tui doctor`, on this kernel and on lesser ones."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.e2e.conftest import COMMAND, Completed, Tool, native
from tests.refusing import (
    LINUX_5_6,
    NO_PERF,
    NO_PIDFD_GETFD,
    NO_SECCOMP,
    NO_VM_READ,
    NO_VM_WRITE,
    Refusal,
    refusing,
)

ROOT = Path(__file__).resolve().parents[2]


def doctor(*refusals: Refusal) -> tuple[Completed, dict[str, dict[str, object]]]:
    outcome = native(refusing(refusals, [*COMMAND, "doctor", "--json"]))
    return outcome, {feature["name"]: feature for feature in json.loads(outcome.stdout)["features"]}


def test_it_says_what_there_is(tool: Tool) -> None:
    outcome = tool("doctor")
    assert outcome.returncode == 0
    assert re.search(rb"^  user notification +yes", outcome.stdout, re.MULTILINE)


def test_an_ordinary_user_is_told_how_to_get_the_rest(as_user: object) -> None:
    outcome = as_user.run([as_user.python, "-m", "seccomp_tui", "doctor"])  # type: ignore[attr-defined]
    assert outcome.returncode == 0
    assert re.search(rb"setuid programs +no +no_new_privs is set.*\n +-> run as root", outcome.stdout)


def test_json_is_what_its_document_says(tool: Tool) -> None:
    told = json.loads(tool("doctor", "--json").stdout)
    document = (ROOT / "docs" / "doctor.md").read_text()
    documented = set(re.findall(r"^\| `([\w-]+)`", document, re.MULTILINE))
    assert {*told, *told["versions"], *told["features"][0]} == documented
    assert all(f"`{feature['group']}`" in document for feature in told["features"])


@pytest.mark.needs("user_notif")
def test_what_the_kernel_does_not_have_is_found_out_by_trying() -> None:
    outcome, found = doctor(*LINUX_5_6, NO_VM_READ, NO_VM_WRITE, NO_PERF)
    assert outcome.returncode == 0
    absent = {name for name, feature in found.items() if feature["group"] == "kernel" and not feature["present"]}
    assert absent == {
        "wait killable",
        "synchronous wake-up",
        "ADDFD",
        "ADDFD with SEND",
        "pidfd of a thread",
        "process_vm_readv",
        "process_vm_writev",
        "setns by pidfd",
    }
    assert not found["results of allowed calls"]["present"]
    assert all(bool(feature["fix"]) != feature["present"] for feature in found.values())


@pytest.mark.needs("user_notif")
@pytest.mark.parametrize(("refusal", "name"), [(NO_PIDFD_GETFD, "pidfd_getfd"), (NO_SECCOMP, "user notification")])
def test_where_nothing_can_work_its_exit_code_says_so(refusal: Refusal, name: str) -> None:
    outcome, found = doctor(refusal)
    assert outcome.returncode == 1
    assert found[name]["needed"]
    assert not found[name]["present"]
    assert "Linux 5.6 or newer" in str(found[name]["fix"])
