"""The wheel and the source archive: their files, and that the installed command runs."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import seccomp_tui
from tests.conftest import ROOT, need

pytestmark = [pytest.mark.xdist_group("packaging"), pytest.mark.timeout(300)]

NOT_SHIPPED = shutil.ignore_patterns(
    ".git", "__pycache__", ".*_cache", "*.egg-info", "build", "dist", "venv", ".venv", ".hypothesis"
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def package_files() -> set[str]:
    """Return every file below seccomp_tui/, the link followed, as a wheel names it."""
    found = set()
    for folder, folders, names in os.walk(ROOT / "seccomp_tui", followlinks=True):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found |= {Path(folder, name).relative_to(ROOT).as_posix() for name in names}
    return found


def shared_files() -> set[str]:
    """Return what lies below share/, as a wheel names it."""
    data = f"seccomp_tui-{seccomp_tui.__version__}.data/data"
    return {f"{data}/{path.relative_to(ROOT)}" for path in (ROOT / "share").rglob("*") if path.is_file()}


def build(source: Path, out: Path, *options: str) -> None:
    """Build distributions of `source` without the network."""
    for module in ("build", "setuptools"):
        if importlib.util.find_spec(module) is None:
            need(f"the Python package {module}")
    if int(importlib.metadata.version("setuptools").split(".")[0]) < 77:
        need("setuptools 77")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", out, *options, source],
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the source archive, and the wheel that was built from it."""
    source, out = tmp_path_factory.mktemp("source") / "tree", tmp_path_factory.mktemp("dist")
    shutil.copytree(ROOT, source, symlinks=True, ignore=NOT_SHIPPED)
    build(source, out)
    (sdist,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    return sdist, wheel


def wheel_files(wheel: Path) -> set[str]:
    """Return the names in the wheel, without its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_listed_packages_are_the_folders_on_disk() -> None:
    """But for lessons: their programs are data."""
    folders = {
        Path(folder).relative_to(ROOT).as_posix().replace("/", ".")
        for folder, _, names in os.walk(ROOT / "seccomp_tui", followlinks=True)
        if any(name.endswith(".py") for name in names) and "lesson.toml" not in names
    }
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == folders
    assert all((ROOT / name.replace(".", "/") / "__init__.py").exists() for name in folders)


def test_wheel_has_every_file_of_the_package_and_nothing_else(archives: tuple[Path, Path]) -> None:
    assert wheel_files(archives[1]) == package_files() | shared_files()
    assert "seccomp_tui/py.typed" in wheel_files(archives[1])


def test_source_archive_has_every_file_of_the_package(archives: tuple[Path, Path]) -> None:
    with tarfile.open(archives[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {name.replace("seccomp_tui/screens/", "screens/") for name in package_files()}
    assert wanted <= names
    assert {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml"} <= names
    assert not {name for name in names if name.startswith("tests")}


def test_wheel_is_whole_when_the_link_was_unpacked_as_a_text_file(tmp_path: Path) -> None:
    """That is what pip makes of the link in a source zip."""
    source = tmp_path / "tree"
    shutil.copytree(ROOT, source, symlinks=True, ignore=NOT_SHIPPED)
    link = source / "seccomp_tui" / "screens"
    target = os.readlink(link)
    link.unlink()
    link.write_text(target)
    build(source, tmp_path / "dist", "--wheel")
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert wheel_files(wheel) == package_files() | shared_files()


def test_metadata(archives: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(archives[1]) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
        (name,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        entry_points = archive.read(name).decode()
    assert f"Version: {seccomp_tui.__version__}\n" in metadata
    assert "License-Expression: MIT\n" in metadata
    assert "seccomp-tui = seccomp_tui.cli:main" in entry_points


@pytest.fixture(scope="module")
def installed(archives: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bin folder of a new environment with the wheel; its dependencies come from ours, not the network."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=60)
    python = folder / "bin" / "python"
    ask: list[str | Path] = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    ours = dict.fromkeys([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    # A path in a .pth file comes after the environment's own, and no .pth file is looked for in it.
    (site / "dependencies.pth").write_text("".join(f"{path}\n" for path in ours))
    argv = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", archives[1]]
    done = subprocess.run([str(word) for word in argv], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "bin"


def run_installed(installed: Path, name: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the new environment away from the checkout."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [installed / name, *arguments],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_installed_command_tells_its_version(installed: Path, tmp_path: Path) -> None:
    done = run_installed(installed, "seccomp-tui", "--version", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert seccomp_tui.__version__ in done.stdout.split()


def test_installed_screens_are_the_wheel_s(installed: Path, tmp_path: Path) -> None:
    code = "import sys, seccomp_tui.screens as s; print(s.__file__); sys.exit('screens' in sys.modules)"
    done = run_installed(installed, "python", "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed.parent)


@pytest.mark.needs("user_notif")
def test_installed_command_traps(installed: Path, tmp_path: Path) -> None:
    done = run_installed(
        installed, "seccomp-tui", "log", "-e", "trace=openat", "-o", "out", "cat", "/nonexistent/x", cwd=tmp_path
    )
    assert done.returncode == 1, done.stderr
    assert 'openat(AT_FDCWD, "/nonexistent/x", O_RDONLY' in (tmp_path / "out").read_text()
