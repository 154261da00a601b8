/* Mounts, modules, keys and the newer interfaces with structures: bpf, perf, io_uring, landlock, seccomp. */
#include "corpus.h"
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/landlock.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <asm/ldt.h>
#include <sched.h>
#include <sys/ioctl.h>

enum { OLD_MS_RDONLY = 1, OLD_MS_NOSUID = 2, OLD_MS_BIND = 4096, OLD_MS_REC = 16384, OLD_MS_PRIVATE = 1 << 18 };

void mounts(void)
{
    struct mount_attr attr = {MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOATIME, 1 << 18, 7};
    struct { struct mount_attr attr; long more; } longer = {{0x1000, 0, 0, 0}, 5};
    call(mount, P("none"), P("nothing"), P("tmpfs"), OLD_MS_RDONLY | OLD_MS_NOSUID, P("size=1m"));
    call(mount, P("nothing"), P("nothing2"), 0, OLD_MS_BIND | OLD_MS_REC, 0);
    call(mount, P("none"), P("nothing"), 0, OLD_MS_PRIVATE | OLD_MS_REC, P("ignored"));
    call(mount, 0, 0x10, P("ext4"), 0xc0ed0000 | 0x80, 0);
    call(umount2, P("nothing"), 1 | 2 | 8);
    call(umount2, P("nothing"), 0x100);
    call(pivot_root, P("nothing"), P("nothing/old"));
    call(swapon, P("nothing"), 0x8000 | 5 | 0x10000);
    call(swapoff, P("nothing"));
    call(acct, P("nothing/accounts"));
    call(quotactl, 0x80000700, P("/nothing"), 0, P(scratch));
    call(quotactl, 0x80000800 | 1, P("/nothing"), 1000, P(scratch));
    call(quotactl, 0x80000200, P("/nothing"), 2, P("aquota.user"));
    call(quotactl, 0x80000100 | 2, 0, 0, 0);
    call(quotactl, 0x580100, P("/nothing"), 0, P(scratch));
    call(quotactl, 0x12345678, P("/nothing"), 4, 0x10);
    call_number(443, BAD_FD, 0x80000700, 0, P(scratch)); /* quotactl_fd */
    int context = call(fsopen, P("tmpfs"), 1);
    call(fsopen, P("no such file system"), 2);
    call(fsconfig, context, 0, P("ro"), 0, 0);
    call(fsconfig, context, 1, P("size"), P("64k"), 0);
    call(fsconfig, context, 2, P("blob"), P("\1\2\3"), 3);
    call(fsconfig, context, 3, P("source"), P("nothing"), AT_FDCWD);
    call(fsconfig, context, 4, P("source"), P(""), BAD_FD);
    call(fsconfig, context, 5, P("fd"), 0, BAD_FD);
    call(fsconfig, context, 6, 0, 0, 0);
    call(fsconfig, BAD_FD, 99, P("key"), P("value"), 1);
    call(fsmount, context, 1, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV);
    call(fsmount, BAD_FD, 0, 0x12345);
    call(fspick, BAD_FD, P("nothing"), 1 | 2 | 8);
    call(open_tree, AT_FDCWD, P("."), 1 | O_CLOEXEC | AT_RECURSIVE);
    call(open_tree, BAD_FD, P("nothing"), AT_SYMLINK_NOFOLLOW);
    call(move_mount, BAD_FD, P(""), AT_FDCWD, P("nothing"), 4 | 0x40);
    call(mount_setattr, BAD_FD, P("nothing"), AT_RECURSIVE | AT_EMPTY_PATH, P(&attr), sizeof attr);
    call(mount_setattr, BAD_FD, P("nothing"), 0, P(&longer), sizeof longer);
    call(mount_setattr, BAD_FD, P("nothing"), 0, P(&attr), 8);
}

void privileged(void)
{
    struct { void *from; size_t size; void *to; size_t room; } segment = {scratch, 10, (void *)0x100000, 4096};
    struct user_desc descriptor = {.entry_number = 1000, .base_addr = 0x1000, .limit = 5, .seg_32bit = 1};
    call(init_module, P("not a module"), 12, P("debug=1"));
    call(init_module, 0x10, 100, P(""));
    call(finit_module, BAD_FD, P("debug=1 other=\"x\""), 1 | 2 | 8);
    call(delete_module, P("no_such_module"), O_NONBLOCK | O_TRUNC);
    call(kexec_load, 0x1000, 20, P(&segment), 62 << 16 | 1);
    call(kexec_load, 0, 1000, 0x10, 0x80000000);
    call(kexec_file_load, BAD_FD, BAD_FD, 5, P("root"), 4 | 0x100);
    call(syslog, 10, 0, 0);
    call(syslog, 3, P(scratch), -1);
    call(syslog, 99, 0, 5);
    call(sethostname, P("a name"), -1);
    call(sethostname, P("a longer name than is allowed in the kernel, or in any sensible network"), 71);
    call(setdomainname, P("domain"), -5);
    call(uname, P(scratch));
    call(sysinfo, P(scratch));
    call(getrandom, P(scratch), 16, 1);
    call(getrandom, P(scratch), 4, 8);
    call(ioperm, 0x10000, 5, 1);
    call(iopl, 7);
    call(modify_ldt, 0, P(scratch), 64);
    call(modify_ldt, 17, P(&descriptor), 5);
    call(modify_ldt, 1, P(&descriptor), sizeof descriptor);
    call(set_thread_area, P(&descriptor));
    call(get_thread_area, P(&descriptor));
}

void keys(void)
{
    call(add_key, P("user"), P("corpus"), P("secret\0bytes"), 12, 0x12345);
    call(add_key, P("keyring"), P("corpus"), 0, 0, KEY_SPEC_REQKEY_AUTH_KEY);
    call(request_key, P("user"), P("no such key"), 0, 0x12345);
    call(request_key, P("user"), P("no such key"), P("call out"), 0x12345);
    static const long operations[][5] = {
        {KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 0}, {KEYCTL_REVOKE, 0x12345}, {KEYCTL_CHOWN, 0x12345, -1, 5},
        {KEYCTL_SETPERM, 0x12345, 0x3f3f0000}, {KEYCTL_CLEAR, 0x12345}, {KEYCTL_LINK, 0x12345, KEY_SPEC_USER_KEYRING},
        {KEYCTL_UNLINK, 0x12345, KEY_SPEC_SESSION_KEYRING}, {KEYCTL_NEGATE, 0x12345, 30, KEY_SPEC_THREAD_KEYRING},
        {KEYCTL_SET_REQKEY_KEYRING, -1}, {KEYCTL_SET_TIMEOUT, 0x12345, 60}, {KEYCTL_ASSUME_AUTHORITY, 0},
        {KEYCTL_REJECT, 0x12345, 30, 129, 0}, {KEYCTL_INVALIDATE, 0x12345}, {KEYCTL_GET_PERSISTENT, -1, 0x12345},
        {KEYCTL_SESSION_TO_PARENT + 100, 1, 2, 3, 4},
    };
    for (long i = 0; i < count(operations); i++)
        call(keyctl, operations[i][0], operations[i][1], operations[i][2], operations[i][3], operations[i][4]);
    call(keyctl, KEYCTL_UPDATE, 0x12345, P("new\0text"), 8);
    call(keyctl, KEYCTL_DESCRIBE, 0x12345, P(scratch), 100);
    call(keyctl, KEYCTL_READ, 0x12345, P(scratch), 100);
    call(keyctl, KEYCTL_SEARCH, 0x12345, P("user"), P("corpus"), 0);
    call(keyctl, KEYCTL_INSTANTIATE, 0x12345, P("payload"), 7, 0);
    call(keyctl, KEYCTL_GET_SECURITY, 0x12345, P(scratch), 100);
    call(keyctl, KEYCTL_DH_COMPUTE, P((int[]){1, 2, 3}), P(scratch), 100, 0);
    call(keyctl, KEYCTL_RESTRICT_KEYRING, 0x12345, P("asymmetric"), P("builtin_trusted"));
    call(keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0x10);
}

static void maps(void)
{
    int key = 1;
    long value = 0x1234;
    union bpf_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.map_type = BPF_MAP_TYPE_ARRAY;
    attr.key_size = 4;
    attr.value_size = 8;
    attr.max_entries = 2;
    attr.map_flags = BPF_F_RDONLY;
    strcpy(attr.map_name, "a_map");
    int map = call(bpf, BPF_MAP_CREATE, P(&attr), 72);
    call(bpf, BPF_MAP_CREATE, P(&attr), 20);
    memset(&attr, 0, sizeof attr);
    attr.map_fd = map;
    attr.key = P(&key);
    attr.value = P(&value);
    call(bpf, BPF_MAP_UPDATE_ELEM, P(&attr), 32);
    call(bpf, BPF_MAP_LOOKUP_ELEM, P(&attr), 32);
    call(bpf, BPF_MAP_DELETE_ELEM, P(&attr), 32);
    call(bpf, BPF_MAP_GET_NEXT_KEY, P(&attr), 32);
    call(bpf, BPF_MAP_FREEZE, P(&attr), 4);
    memset(&attr, 0, sizeof attr);
    attr.info.bpf_fd = map;
    attr.info.info_len = 80;
    attr.info.info = P(scratch);
    call(bpf, BPF_OBJ_GET_INFO_BY_FD, P(&attr), 16);
}

void programs(void)
{
    struct bpf_insn code[] = {{BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0}, {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
    union bpf_attr attr;
    maps();
    memset(&attr, 0, sizeof attr);
    attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
    attr.insn_cnt = 2;
    attr.insns = P(code);
    attr.license = P("GPL");
    attr.log_level = 1;
    attr.log_size = 1024;
    attr.log_buf = P(scratch);
    strcpy(attr.prog_name, "a_prog");
    call(bpf, BPF_PROG_LOAD, P(&attr), 128);
    call(bpf, BPF_PROG_LOAD, P(&attr), 48);
    memset(&attr, 0, sizeof attr);
    attr.pathname = P("/nothing/pinned");
    attr.bpf_fd = BAD_FD;
    call(bpf, BPF_OBJ_PIN, P(&attr), 16);
    call(bpf, BPF_OBJ_GET, P(&attr), 16);
    memset(&attr, 0, sizeof attr);
    attr.target_fd = BAD_FD;
    attr.attach_bpf_fd = BAD_FD;
    attr.attach_type = BPF_CGROUP_INET_EGRESS;
    attr.attach_flags = BPF_F_ALLOW_MULTI;
    call(bpf, BPF_PROG_ATTACH, P(&attr), 20);
    call(bpf, BPF_PROG_DETACH, P(&attr), 16);
    call(bpf, BPF_PROG_GET_NEXT_ID, P(&attr), 8);
    memset(&attr, 0, sizeof attr); /* the kernel has written an identifier */
    attr.target_fd = BAD_FD;
    call(bpf, BPF_MAP_GET_FD_BY_ID, P(&attr), 12);
    call(bpf, BPF_RAW_TRACEPOINT_OPEN, P(&attr), 16);
    call(bpf, BPF_BTF_LOAD, P(&attr), 32);
    call(bpf, BPF_LINK_CREATE, P(&attr), 16);
    call(bpf, 99, P(&attr), 16);
    call(bpf, BPF_MAP_CREATE, 0x10, 16);
}

void observers(void)
{
    struct perf_event_attr clock = {.type = PERF_TYPE_SOFTWARE, .size = sizeof clock, .config = PERF_COUNT_SW_CPU_CLOCK,
        .sample_period = 1000, .sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_TID, .disabled = 1, .exclude_kernel = 1};
    struct perf_event_attr point = {.type = PERF_TYPE_BREAKPOINT, .size = 64, .bp_type = 3, .bp_addr = 0x401000, .bp_len = 4,
        .read_format = PERF_FORMAT_GROUP | PERF_FORMAT_ID, .freq = 1, .sample_freq = 99, .precise_ip = 2};
    struct perf_event_attr cache = {.type = PERF_TYPE_HW_CACHE, .size = 120, .config = 0x10002};
    struct uffdio_api api = {UFFD_API, 0, 0};
    struct uffdio_range range = {0x10000, 4096};
    struct uffdio_register area = {{0x10000, 4096}, UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP, 0};
    int event = call(perf_event_open, P(&clock), 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    call(perf_event_open, P(&point), NO_PID, 0, BAD_FD, PERF_FLAG_FD_OUTPUT | 0x100);
    call(perf_event_open, P(&cache), NO_PID, -1, -1, 0);
    call(perf_event_open, 0x10, 0, -1, -1, 0);
    call(ioctl, event, PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
    call(ioctl, event, PERF_EVENT_IOC_ID, P(scratch));
    call(ioctl, BAD_FD, PERF_EVENT_IOC_PERIOD, P(&range));
    int faults = call(userfaultfd, O_CLOEXEC | O_NONBLOCK | 1);
    call(userfaultfd, 0x10);
    call(ioctl, faults, UFFDIO_API, P(&api));
    call(ioctl, BAD_FD, UFFDIO_WAKE, P(&range));
    call(ioctl, BAD_FD, UFFDIO_REGISTER, P(&area));
    call(lookup_dcookie, 1, P(scratch), 100);
}

void rings(void)
{
    struct io_uring_params params, bad;
    struct io_uring_probe *probe = (void *)scratch;
    int fds[] = {0, -1, BAD_FD};
    memset(&params, 0, sizeof params);
    memset(&bad, 0, sizeof bad);
    bad.flags = IORING_SETUP_SQPOLL | IORING_SETUP_ATTACH_WQ | 1u << 30;
    bad.sq_thread_cpu = 3;
    bad.sq_thread_idle = 1000;
    bad.wq_fd = BAD_FD;
    int ring = call(io_uring_setup, 4, P(&params));
    call(io_uring_setup, 4, P(&bad));
    call(io_uring_setup, 0, 0x10);
    call(io_uring_enter, ring, 0, 0, IORING_ENTER_GETEVENTS, 0, 0);
    call(io_uring_enter, BAD_FD, 1, 2, IORING_ENTER_SQ_WAKEUP | 0x100, 0x10, 8);
    call(io_uring_register, ring, IORING_REGISTER_FILES, P(fds), 3);
    call(io_uring_register, ring, IORING_REGISTER_PROBE, P(probe), 4);
    call(io_uring_register, BAD_FD, IORING_REGISTER_BUFFERS, P(&(struct iovec){scratch, 10}), 1);
    call(io_uring_register, BAD_FD, IORING_REGISTER_EVENTFD, P(fds), 1);
    call(io_uring_register, BAD_FD, IORING_UNREGISTER_FILES, 0, 0);
    call(io_uring_register, BAD_FD, 99, 0x10, 5);
}

void sandboxes(void)
{
    struct sock_filter filter[] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0}, {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 5000},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | 1}, {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
    struct sock_fprog program = {4, filter}, empty = {0, filter}, bad = {3, (void *)0x10};
    unsigned action = SECCOMP_RET_TRAP, unknown = 0x12345;
    struct landlock_ruleset_attr handled = {LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE};
    struct landlock_path_beneath_attr beneath = {LANDLOCK_ACCESS_FS_READ_FILE, BAD_FD};
    call(seccomp, SECCOMP_GET_ACTION_AVAIL, 0, P(&action));
    call(seccomp, SECCOMP_GET_ACTION_AVAIL, 0, P(&unknown));
    call(seccomp, SECCOMP_GET_NOTIF_SIZES, 0, P(scratch));
    call(seccomp, SECCOMP_SET_MODE_STRICT, 1, 0);
    call(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_TSYNC | 0x100, P(&program));
    call(seccomp, SECCOMP_SET_MODE_FILTER, 0, P(&empty));
    call(seccomp, SECCOMP_SET_MODE_FILTER, 0, P(&bad));
    call(seccomp, 9, 1, 0x10);
    call(prctl, 38, 1, 0, 0, 0);
    call(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, P(&program));
    call(prctl, 22, 2, P(&empty));
    call(landlock_create_ruleset, 0, 0, 1);
    int rules = call(landlock_create_ruleset, P(&handled), 8, 0);
    call(landlock_create_ruleset, P(&handled), 4, 0x10);
    call(landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, P(&beneath), 0);
    call(landlock_add_rule, BAD_FD, 9, 0x10, 1);
    call(landlock_restrict_self, BAD_FD, 0);
}
