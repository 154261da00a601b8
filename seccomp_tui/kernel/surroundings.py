"""What else is installed here that we use or work with: libraries, programs, container runtimes."""

from __future__ import annotations

import ctypes
import json
import re
import shutil
import subprocess
from pathlib import Path

from seccomp_tui.kernel.features import Feature

_PATIENCE = 10.0
"""Seconds that a program has to tell its version."""
_PROGRAMS = (
    ("gdb", "a debugger beside us", "gdb"),
    ("strace", "what we print is compared with", "strace"),
    ("man", "manual pages in the details", "man-db"),
    ("tmux", "a debugger in a window of its own", "tmux"),
)
_RUNTIMES = (
    ("runc", "runc"),
    ("crun", "crun"),
    ("podman", "podman"),
    ("docker", "docker.io"),
    ("containerd", "containerd"),
    ("kubelet", "kubelet"),
)
_KUBELET = Path("/var/lib/kubelet")


def probe() -> list[Feature]:
    """Return what is installed."""
    return [*_libraries(), *(_program(*row) for row in _PROGRAMS), _man_pages(), *(_runtime(*row) for row in _RUNTIMES)]


def libseccomp_version() -> str:
    """Return the version of the libseccomp that is loaded, empty when there is none."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
        library.seccomp_version.restype = ctypes.POINTER(ctypes.c_uint * 3)
        return ".".join(map(str, library.seccomp_version().contents))
    except (OSError, AttributeError, ValueError):
        return ""


def _libraries() -> list[Feature]:
    version = libseccomp_version()
    seccomp = Feature("libraries", "libseccomp", True, f"{version}: writes narrowed filters", needed=True)
    if not version:
        bad = "not found: no filter can be narrowed"
        seccomp = Feature("libraries", "libseccomp", False, bad, "apt install libseccomp2", True)
    try:
        ctypes.CDLL("libdw.so.1")
        libdw = Feature("libraries", "libdw", True, "found; not used by this version yet")
    except OSError:
        libdw = Feature("libraries", "libdw", False, "will be used for stacks", "apt install libdw1")
    return [seccomp, libdw]


def _program(name: str, use: str, package: str) -> Feature:
    path = shutil.which(name)
    if path is None:
        return Feature("programs", name, False, f"not found: {use}", f"apt install {package}")
    return Feature("programs", name, True, f"{path}: {use}")


def _man_pages() -> Feature:
    name = "manual pages"
    if _says(["man", "-w", "2", "open"]) is not None:
        return Feature("programs", name, True, "of section 2")
    fix = "apt install man-db manpages-dev; an image may leave them out, see /etc/dpkg/dpkg.cfg.d"
    return Feature("programs", name, False, "none of section 2: the details say what the tables know", fix)


def _runtime(name: str, package: str) -> Feature:
    path = shutil.which(name)
    if path is None:
        return Feature(
            "runtimes",
            name,
            False,
            "not found",
            f"apt install {package}" if name != "kubelet" else "only on a node of Kubernetes",
        )
    if name == "kubelet":
        folder = _KUBELET / "seccomp"
        state = "there" if folder.is_dir() else "to be made"
        return Feature("runtimes", name, True, f"{path}: profiles go to {folder} ({state})")
    said = _says([path, "--version"])
    version = _version(said)
    if name in ("runc", "crun"):
        return _oci(name, path, version, said or "")
    return Feature("runtimes", name, True, f"{path} {version}: starts containers by runc or crun")


def _oci(name: str, path: str, version: str, said: str) -> Feature:
    """What an OCI runtime tells of itself: `features`, or its version's list of what it was built with."""
    able = _notifies(path)
    if able is None:
        if name == "crun":
            able = "listenerPath, NOTIFY (it was built with seccomp)" if "+SECCOMP" in said else ""
        else:
            able = "" if _older(version, (1, 1)) else "listenerPath, NOTIFY (by its version)"
    if able:
        return Feature("runtimes", name, True, f"{path} {version}: {able}")
    fix = f"a {name} of {'1.1' if name == 'runc' else '0.19'} or newer, built with seccomp"
    return Feature("runtimes", name, False, f"{path} {version}: no notification by seccomp", fix)


def _notifies(path: str) -> str | None:
    """Return what `features` tells of notification: empty for none, None when it does not tell."""
    said = _says([path, "features"])
    try:
        linux = json.loads(said or "")["linux"]
        seccomp = linux.get("seccomp") or {}
        actions, flags = seccomp.get("actions") or [], seccomp.get("supportedFlags", seccomp.get("knownFlags")) or []
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not seccomp.get("enabled") or "SCMP_ACT_NOTIFY" not in actions:
        return ""
    wait = "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"
    return "listenerPath, NOTIFY" + (
        f", {wait.removeprefix('SECCOMP_FILTER_FLAG_')}" if wait in flags else "; a signal ends a held call"
    )


def _version(said: str | None) -> str:
    found = re.search(r"\d+\.\d+[\w.+~-]*", said or "")
    return found.group() if found else "of an unknown version"


def _older(version: str, least: tuple[int, int]) -> bool:
    numbers = re.match(r"(\d+)\.(\d+)", version)
    return numbers is None or (int(numbers[1]), int(numbers[2])) < least


def _says(argv: list[str]) -> str | None:
    """Return what a program prints; None when it can't be run, fails, or takes too long."""
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None
