"""Layouts of the structs of files, held against the kernel's own headers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from seccomp_tui.syscalls import structs

HEADERS = {
    "asm/stat.h": "stat stat64 oldstat",
    "asm-generic/stat.h": "stat_generic",
    "asm-generic/fcntl.h": "f_owner_ex",
    "linux/stat.h": "statx_timestamp statx",
    "asm/statfs.h": "statfs statfs64",
    "linux/mount.h": "mount_attr",
    "linux/quota.h": "if_dqblk if_nextdqblk if_dqinfo",
    "linux/dqblk_xfs.h": "fs_disk_quota fs_qfilestat fs_quota_stat fs_qfilestatv fs_quota_statv",
    "linux/fs.h": "fsxattr file_clone_range file_dedupe_range file_dedupe_range_info fstrim_range",
    "linux/fiemap.h": "fiemap fiemap_extent",
    "linux/blkpg.h": "blkpg_partition blkpg_ioctl_arg",
    "linux/blktrace_api.h": "blk_user_trace_setup",
    "linux/loop.h": "loop_info loop_info64 loop_config",
    "linux/hdreg.h": "hd_geometry",
    "linux/cdrom.h": "cdrom_msf cdrom_ti cdrom_tochdr cdrom_tocentry cdrom_multisession cdrom_mcn cdrom_volctrl "
    "cdrom_subchnl cdrom_blk cdrom_generic_command",
    "linux/rtc.h": "rtc_time rtc_wkalrm rtc_pll_info rtc_param",
}
"""Where C has them; each header is compiled by itself."""
NEWER = "cachestat_range cachestat xattr_args xattr_args_to_fill file_attr mnt_id_req listmount_req ns_id_req statmount"
"""Those that are newer than the headers of Debian 12, and others of the same layout."""
NAMES = {name for names in (*HEADERS.values(), NEWER, "fsid hd_drive_cmd stat32 loop_info32") for name in names.split()}
IN_C = {"oldstat": "__old_kernel_stat", "stat_generic": "stat"}
"""What C calls them."""
MEMBERS = {("rtc_param", "value"): "uvalue", ("oldstat", "st_blksize"): "", ("oldstat", "st_blocks"): ""}
"""What C calls a field; "" for those that it has not, or only as bits."""
BITS = ("cdte_adr_ctrl", "cdsc_adr_ctrl")
YOUNG = ("stx_subvol", "stx_atomic_", "stx_dio_read_")
"""Beginnings of the names of fields that are newer than the headers of Debian 12."""
ONLY_ON = {"stat64": 4, "statfs64": 4, "oldstat": 8, "stat_generic": 8}
SIZES = {"cachestat": 40, "xattr_args": 16, "file_attr": 24, "mnt_id_req": 32, "ns_id_req": 32, "statmount": 512}
"""Bytes of the newer ones, by the kernel's own BTF."""


def lines_of(name: str, word: int) -> tuple[list[str], list[str]]:
    """Return what prints a struct's offsets in C, and what it should print."""
    layout, kind = structs.layout(name, word), f"struct {IN_C.get(name, name)}"
    code, expected = [], []
    for field in layout.fields:
        member = MEMBERS.get((name, field.argument.name), field.argument.name)
        if member and member not in BITS and not member.startswith(YOUNG):
            code.append(f'printf("%s.%s %zu\\n", "{name}", "{member}", offsetof({kind}, {member}));')
            expected.append(f"{name}.{member} {field.offset}")
    code.append(f'printf("%s %zu\\n", "{name}", sizeof({kind}));')
    return code, [*expected, f"{name} {layout.size}"]


@pytest.mark.needs("gcc", "x86_64")
@pytest.mark.parametrize("word", [8, pytest.param(4, marks=pytest.mark.needs("gcc-m32"))])
@pytest.mark.parametrize("header", HEADERS)
def test_offsets_are_those_of_the_kernels_headers(header: str, word: int, tmp_path: Path) -> None:
    names = [name for name in HEADERS[header].split() if ONLY_ON.get(name, word) == word]
    code, expected = ["#include <stddef.h>", f"#include <{header}>", "int printf(const char *, ...);"], []
    code.append("int main(void) {")
    for name in names:
        more, wanted = lines_of(name, word)
        code += more
        expected += wanted
    source, program = tmp_path / "offsets.c", tmp_path / "offsets"
    source.write_text("\n".join([*code, "return 0; }"]))
    subprocess.run(["gcc", f"-m{word * 8}", "-w", "-o", program, source], check=True)
    assert subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines() == expected


@pytest.mark.parametrize("name", SIZES)
def test_newer_structs_have_the_kernels_size(name: str) -> None:
    assert structs.layout(name, 8).size == structs.layout(name, 4).size == SIZES[name]
