"""Layouts of the structs of the kernel's facilities, held against the kernel's own headers."""

from __future__ import annotations

from pathlib import Path

from tests.syscalls.offsets import InC, assert_layouts, both_words, needs_compiler

HEADERS = {
    "linux/bpf.h": "bpf_map_create bpf_map_lookup bpf_map_update bpf_map_delete bpf_map_next bpf_map_freeze "
    "bpf_prog_load bpf_object bpf_attach bpf_detach bpf_test bpf_next_id bpf_prog_id bpf_map_id bpf_btf_id bpf_link_id "
    "bpf_info bpf_query bpf_raw_tracepoint bpf_btf_load bpf_task_fd_query bpf_batch bpf_batch_update bpf_batch_delete "
    "bpf_link_create "
    "bpf_link_create_typed bpf_link_create_iter bpf_link_create_perf bpf_link_create_kprobes bpf_link_update",
    "linux/io_uring.h": "io_uring_asked io_uring_given io_sqring_offsets io_cqring_offsets io_uring_rsrc_files "
    "io_uring_rsrc_buffers io_uring_rsrc_files_update io_uring_rsrc_buffers_update io_uring_rsrc_update "
    "io_uring_rsrc_release io_uring_buf_reg io_uring_probe_op",
    "linux/aio_abi.h": "iocb iocb_head io_event",
    "linux/keyctl.h": "keyctl_dh_params keyctl_kdf_params keyctl_pkey_query keyctl_pkey_params keyctl_pkey_verify",
    "linux/landlock.h": "landlock_path_beneath_attr",
    "linux/seccomp.h": "seccomp_notif_sizes",
    "linux/perf_event.h": "perf_event_attr",
    "linux/kvm.h": "kvm_userspace_memory_region",
    "linux/btrfs.h": "btrfs_ioctl_vol_args",
    "sys/uio.h": "io_uring_buffer",
    "linux/filter.h": "socket_fprog",
}
"""Where C has them."""
NEWER = "landlock_ruleset_attr landlock_net_port_attr lsm_ctx bpf_token_create"
INNER = "bpf_iter_link_info bpf_iter_map bpf_link_perf_event bpf_link_kprobe_multi"
WITHOUT = "kexec_segment sysctl_args"
"""Those that no header has for programs, in full or at all."""
NAMES = {name for names in (*HEADERS.values(), NEWER, INNER, WITHOUT) for name in names.split()}
IN_C = {
    "io_uring_asked": "struct io_uring_params",
    "io_uring_given": "struct io_uring_params",
    "io_uring_rsrc_files": "struct io_uring_rsrc_register",
    "io_uring_rsrc_buffers": "struct io_uring_rsrc_register",
    "io_uring_rsrc_files_update": "struct io_uring_rsrc_update2",
    "io_uring_rsrc_buffers_update": "struct io_uring_rsrc_update2",
    "io_uring_rsrc_release": "struct io_uring_rsrc_update",
    "iocb_head": "struct iocb",
    "keyctl_pkey_verify": "struct keyctl_pkey_params",
    "io_uring_buffer": "struct iovec",
    "socket_fprog": "struct sock_fprog",
}
"""What C calls them, if otherwise; all of bpf.h are parts of one union."""
PARTS = {
    "bpf_test": "test",
    "bpf_info": "info",
    "bpf_query": "query",
    "bpf_raw_tracepoint": "raw_tracepoint",
    "bpf_task_fd_query": "task_fd_query",
    "bpf_batch": "batch",
    "bpf_batch_update": "batch",
    "bpf_batch_delete": "batch",
    "bpf_link_create": "link_create",
    "bpf_link_create_typed": "link_create",
    "bpf_link_create_iter": "link_create",
    "bpf_link_create_perf": "link_create",
    "bpf_link_create_kprobes": "link_create",
    "bpf_link_update": "link_update",
}
"""Those that have a name in the union."""
CUT = ("io_uring_asked",)
"""Of these the end is left out."""
MEMBERS = {"bits": "", "reserved_2": "__reserved_2", "reserved_3": "__reserved_3", "private": ""}
"""What C calls a field; "" for those that it has only as bits, or under a name that C++ would not take."""


def in_c(name: str) -> InC:
    """Return how C has a struct."""
    of_union = name.startswith("bpf_")
    inside = f"{PARTS[name]}." if name in PARTS else ""
    members = MEMBERS | ({"flags": ""} if name == "io_uring_buf_reg" else {})
    kind = "union bpf_attr" if of_union else IN_C.get(name, "")
    return InC(name, kind, members, inside, sized=not of_union and name not in CUT)


@needs_compiler
@both_words
def test_offsets_are_those_of_the_kernels_headers(word: int, tmp_path: Path) -> None:
    known = [in_c(name) for names in HEADERS.values() for name in names.split()]
    assert_layouts(known, ["linux/fs.h", *HEADERS], word, tmp_path)
