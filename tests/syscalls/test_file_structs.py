"""Layouts of the structs of files, held against the kernel's own headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from seccomp_tui.syscalls import structs
from tests.syscalls.offsets import InC, assert_layouts, needs_compiler

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
MEMBERS = {"rtc_param": {"value": "uvalue"}, "oldstat": {"st_blksize": "", "st_blocks": ""}}
"""What C calls a field; "" for those that it has not, or only as bits."""
BITS = ("cdte_adr_ctrl", "cdsc_adr_ctrl")
YOUNG = ("stx_subvol", "stx_atomic_", "stx_dio_read_")
"""Beginnings of the names of fields that are newer than the headers of Debian 12."""
ONLY_ON = {"stat64": 4, "statfs64": 4, "oldstat": 8, "stat_generic": 8}
COMPARED = {
    (header, word): some
    for header, names in HEADERS.items()
    for word in (8, 4)
    if (some := [name for name in names.split() if ONLY_ON.get(name, word) == word])
}
SIZES = {"cachestat": 40, "xattr_args": 16, "file_attr": 24, "mnt_id_req": 32, "ns_id_req": 32, "statmount": 512}
"""Bytes of the newer ones, by the kernel's own BTF."""


def in_c(name: str) -> InC:
    """Return how C has a struct."""
    fields = [field.argument.name for field in structs.layout(name, 8).fields]
    left_out = {field: "" for field in fields if field in BITS or field.startswith(YOUNG)}
    return InC(name, f"struct {IN_C.get(name, name)}", left_out | MEMBERS.get(name, {}))


@needs_compiler
@pytest.mark.parametrize(
    ("header", "word"),
    [pytest.param(*key, marks=[pytest.mark.needs("gcc-m32")] if key[1] == 4 else []) for key in COMPARED],
)
def test_offsets_are_those_of_the_kernels_headers(header: str, word: int, tmp_path: Path) -> None:
    assert_layouts([in_c(name) for name in COMPARED[header, word]], [header], word, tmp_path)


@pytest.mark.parametrize("name", SIZES)
def test_newer_structs_have_the_kernels_size(name: str) -> None:
    assert structs.layout(name, 8).size == structs.layout(name, 4).size == SIZES[name]
