"""What all tests share: named skips, an ordinary user, repetitions, and a watch for processes left behind."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

import hypothesis
import psutil
import pytest

from seccomp_tui.kernel import results, tracepoints

ROOT = Path(__file__).resolve().parent.parent
NOBODY = 65534
_PR_SET_CHILD_SUBREAPER = 36
_SECCOMP_NR = {"x86_64": 317, "aarch64": 277}
_SECCOMP_GET_ACTION_AVAIL = 2
_SECCOMP_SET_MODE_FILTER = 1
_RET_USER_NOTIF = 0x7FC00000
_WAIT_KILLABLE_RECV = 8 | 32  # with NEW_LISTENER, without which it is refused
PATIENCE = 30.0
"""Seconds to wait for what comes from another process: enough on a machine that has much else to do."""
_LEFT_BEHIND_AFTER = 20.0
"""Seconds that processes of a test have to go away by themselves."""
_Value = TypeVar("_Value")

# How long an example takes says nothing on a machine that has much else to do. What decides whether a change may land
# draws the same examples each time; new ones are looked for by whoever runs the tests.
hypothesis.settings.register_profile(
    "seccomp-tui",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=os.environ.get("CI_TOOLS_REQUIRED") == "1",
)
hypothesis.settings.load_profile("seccomp-tui")


def until(condition: Callable[[], _Value], patience: float = PATIENCE) -> _Value:
    """Wait until `condition` is true and return what it returned."""
    deadline = time.monotonic() + patience
    while not (value := condition()):
        assert time.monotonic() < deadline, f"after {patience} s it still is {value!r}"
        time.sleep(0.005)
    return value


# --- options ---


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run all repetitions of the tests marked long, not a tenth")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("serial"):
            item.add_marker(pytest.mark.xdist_group("serial"))


@pytest.fixture
def repetitions(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """Return how often to repeat: `repetitions(200)` is 200 with --long or SECCOMP_TUI_LONG=1, else 20."""
    full = bool(request.config.getoption("--long")) or os.environ.get("SECCOMP_TUI_LONG") == "1"
    return lambda wanted: wanted if full else max(1, wanted // 10)


# --- what a test needs ---


def _seccomp(operation: int, flags: int, argument: object) -> int:
    """Return 0 or the errno of a seccomp(2) call that changes nothing."""
    number = _SECCOMP_NR.get(os.uname().machine)
    if number is None:
        return 38
    libc = ctypes.CDLL(None, use_errno=True)
    failed = libc.syscall(ctypes.c_long(number), ctypes.c_uint(operation), ctypes.c_uint(flags), argument) < 0
    return ctypes.get_errno() if failed else 0


@cache
def _user_notif() -> bool:
    return _seccomp(_SECCOMP_GET_ACTION_AVAIL, 0, ctypes.byref(ctypes.c_uint32(_RET_USER_NOTIF))) == 0


@cache
def _wait_killable() -> bool:
    return _seccomp(_SECCOMP_SET_MODE_FILTER, _WAIT_KILLABLE_RECV, None) == 14  # EFAULT: the flags are known


@cache
def _multilib() -> bool:
    """Tell whether gcc -m32 makes programs that run here."""
    if not shutil.which("gcc"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder, "probe")
        made = subprocess.run(
            ["gcc", "-m32", "-x", "c", "-o", program, "-"],
            input=b"#include <stdio.h>\nint main(void) { return 0; }\n",
            capture_output=True,
            check=False,
        )
        try:
            return made.returncode == 0 and subprocess.run([program], check=False).returncode == 0
        except OSError:
            return False


@cache
def _man_pages() -> bool:
    """Tell whether man finds pages of section 2; images of containers often leave them out, whatever is installed."""
    if not shutil.which("man"):
        return False
    return subprocess.run(["man", "-w", "2", "open"], capture_output=True, check=False).returncode == 0


@cache
def _results() -> bool:
    """Tell whether the kernel lets us see what calls return."""
    try:
        types = tracepoints.ids(results.EVENTS)
        results.close_events(results.open_events(os.getpid(), types))
    except OSError:
        return False
    return True


_FEATURES: dict[str, tuple[Callable[[], bool], str]] = {
    "user_notif": (_user_notif, "this kernel, or the sandbox we are in, has no seccomp user notification"),
    "wait_killable": (_wait_killable, "this kernel has no SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (Linux 5.19)"),
    "man_pages": (_man_pages, "man and the manual pages of section 2 are not installed"),
    "results": (_results, "no right to perf events on tracepoints (root), or the kernel has none"),
    "root": (lambda: os.geteuid() == 0, "needs root"),
    "x86_64": (lambda: os.uname().machine == "x86_64", "needs an x86_64 machine"),
}
_TOOL_CHECKS: dict[str, Callable[[], bool]] = {"gcc-m32": _multilib}
"""Tools that being on PATH does not prove."""


def need(name: str) -> None:
    """Skip the running test, saying why, unless the kernel feature or the tool `name` is there.

    A missing tool is a failure instead when CI_TOOLS_REQUIRED=1: .ci/run has installed them all.
    """
    if name in _FEATURES:
        present, reason = _FEATURES[name]
        if not present():
            pytest.skip(reason)
        return
    check = _TOOL_CHECKS.get(name)
    if check() if check else shutil.which(name):
        return
    if os.environ.get("CI_TOOLS_REQUIRED") == "1":
        pytest.fail(f"{name} is not installed, and CI_TOOLS_REQUIRED=1", pytrace=False)
    pytest.skip(f"{name} is not installed")


@pytest.fixture(name="need")
def need_fixture() -> Callable[[str], None]:
    """Return `need`, for a test that learns only on its way what it needs."""
    return need


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Serve @pytest.mark.needs("user_notif", "gcc")."""
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            need(name)


# --- an ordinary user ---


class OrdinaryUser:
    """Runs commands without privileges: as uid 65534 when we are root, else as who we are.

    Attributes:
        home: an empty folder of that user; also the working directory.
        python: an interpreter that this user can run, with our modules and what they need on its path.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.python = sys.executable
        self.uid = NOBODY if os.geteuid() == 0 else os.geteuid()
        self.env = {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TERM": "xterm-256color",
            "TMPDIR": str(home),
        }
        self._identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}

    def find_python(self) -> str:
        """Set `python`; return "" or, when there is none, why: ours may lie in a home that others can't enter."""
        reason = ""
        paths = [str(ROOT), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
        for python in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
            try:
                probe = self.run([python, "-c", "import msgspec, seccomp_tui"])
            except OSError as error:
                reason = f"uid {self.uid} can't run {python}: {error.strerror}"
            else:
                if probe.returncode == 0:
                    self.python = python
                    return ""
                reason = f"uid {self.uid} can't read the project: {probe.stderr.decode()[-200:]}"
            self.env["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
        return reason

    def run(
        self, argv: Sequence[str | Path], env: Mapping[str, str] | None = None, **options: object
    ) -> subprocess.CompletedProcess[bytes]:
        """Run `argv` to its end, at most 30 s; stdout and stderr are captured unless the options say otherwise."""
        settings: dict[str, object] = {"timeout": 30, "stdin": subprocess.DEVNULL, **options}
        if not {"stdout", "stderr"} & settings.keys():
            settings["capture_output"] = True
        return subprocess.run(argv, env={**self.env, **(env or {})}, check=False, **self._options(settings))

    def _options(self, given: Mapping[str, object]) -> dict:  # type: ignore[type-arg]
        return {"cwd": self.home, **self._identity, **given}


Popen = subprocess.Popen[bytes]


@pytest.fixture
def as_user() -> Iterator[OrdinaryUser]:
    """Give an `OrdinaryUser`; skips when that user can't even read our Python or our files."""
    # Not below tmp_path: pytest's folders can be entered by their owner only.
    home = Path(tempfile.mkdtemp(prefix="seccomp-tui-user-"))
    try:
        user = OrdinaryUser(home)
        os.chown(home, user.uid, -1)
        if reason := user.find_python():
            pytest.skip(reason)
        yield user
    finally:
        shutil.rmtree(home, ignore_errors=True)


# --- nothing leaks ---


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep recordings and settings of the tests out of the developer's home."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("CACHE", "CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        patch.delenv("NO_COLOR", raising=False)
        settings = home / "config" / "seccomp-tui" / "config.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text("[screens]\nwelcome = false\n")
        yield


@pytest.fixture(scope="session", autouse=True)
def _subreaper() -> None:
    """Make orphans of our tests ours, so that a daemon left behind is seen too."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children() -> dict[int, psutil.Process]:
    """Return our living descendants."""
    try:
        # Nearly always there are none, and this is a hundred times cheaper than to look through all of /proc.
        if not any(Path(task, "children").read_bytes() for task in Path("/proc/self/task").iterdir()):
            return {}
    except OSError:
        pass  # a kernel without CONFIG_PROC_CHILDREN, or a thread that has just ended
    living = {}
    for process in psutil.Process().children(recursive=True):
        try:
            if process.status() != psutil.STATUS_ZOMBIE:
                living[process.pid] = process
        except psutil.NoSuchProcess:
            pass
    return living


def _reap(before: set[int]) -> None:
    """Collect the dead that came after `before`: orphans that became ours, and children nobody waited for."""
    for process in psutil.Process().children():
        try:
            if process.pid not in before and process.status() == psutil.STATUS_ZOMBIE:
                os.waitpid(process.pid, os.WNOHANG)
        except (psutil.NoSuchProcess, ChildProcessError):
            pass


def _describe(process: psutil.Process) -> str:
    try:
        return f"{process.pid} {process.status()} {' '.join(process.cmdline()) or process.name()}"
    except psutil.NoSuchProcess:
        return str(process.pid)


@pytest.fixture(autouse=True)
def _no_process_left_behind(_subreaper: None) -> Iterator[None]:
    """Fail a test that leaves a process behind, and end that process."""
    before = set(_children())
    yield
    deadline = time.monotonic() + _LEFT_BEHIND_AFTER
    while left := [process for pid, process in _children().items() if pid not in before]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    if left:
        text = "\n  ".join(_describe(process) for process in left)
        for process in left:
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                pass
        psutil.wait_procs(left, timeout=5)
        _reap(before)
        pytest.fail(f"the test left processes behind:\n  {text}", pytrace=False)
    _reap(before)
