/* Processes and threads: making, waiting, executing, scheduling, limits, credentials. */
#include "corpus.h"
#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/sched/types.h>
#include <linux/kcmp.h>
#include <sys/resource.h>

extern int clone(int (*)(void *), void *, int, void *, ...);

static char stack[2][32768] __attribute__((aligned(16)));

static int thread(void *argument)
{
    call(gettid);
    call(exit, P(argument));
    return 0;
}

static void cloning(void)
{
    struct clone_args plain = {.exit_signal = SIGCHLD};
    struct clone_args bad = {.flags = CLONE_VM | CLONE_THREAD | CLONE_SETTLS | CLONE_INTO_CGROUP, .pidfd = 1,
        .child_tid = 2, .parent_tid = 3, .exit_signal = 70, .stack = 0x4000, .stack_size = 0x100, .tls = 5,
        .set_tid = P("tids tid"), .set_tid_size = 2, .cgroup = 9};
    volatile int tid = 1;
    if (call(clone3, P(&plain), sizeof plain) == 0)
        call(exit_group, 3);
    call(wait4, -1, P(scratch), 0, P(scratch + 64));
    call(clone3, P(&bad), sizeof bad);
    call(clone3, P(&bad), 64);
    call(clone3, P(&bad), 8);
    call(clone3, 0, 88);
    if (vfork() == 0)
        _exit(9);
    call(wait4, -1, P(scratch), WUNTRACED | WCONTINUED, 0);
    call(wait4, -1, P(scratch), WNOHANG | __WALL | 0x100, P(scratch));
    if (call(fork) == 0)
        call(exit_group, 259);
    call(waitid, P_ALL, 0, P(scratch), WEXITED | WNOWAIT, P(scratch + 512));
    call(waitid, P_ALL, 0, P(scratch), WEXITED, 0);
    call(waitid, P_PID, NO_PID, 0, WSTOPPED | WNOHANG, 0);
    call(waitid, P_PIDFD, BAD_FD, 0, WEXITED, 0);
    clone(thread, stack[0] + sizeof stack[0], CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
          CLONE_SYSVSEM | CLONE_CHILD_CLEARTID | CLONE_PARENT_SETTID, 0, scratch, 0, &tid);
    while (tid)
        call(futex, P(&tid), 0, 1, 0); /* until the kernel clears it */
    call(clone, CLONE_THREAD | CLONE_NEWNS | SIGUSR1, 0x1000, 1, 2, 3);
    call(clone, CLONE_PARENT_SETTID | CLONE_NEWUSER | CLONE_NEWPID | CLONE_FS, 0, 0, 0, 0);
}

void processes(void)
{
    static char *const argv[] = {"program", "an argument with \"quotes\"", "", 0}, *const envp[] = {"A=1", "B=2", 0};
    static char *many[40];
    for (int i = 0; i < 39; i++)
        many[i] = "many";
    call(execve, P("nothing"), P(argv), P(envp));
    call(execve, P("nothing"), P(many), 0);
    call(execve, P("nothing"), 0x10, 0x20);
    call(execveat, AT_FDCWD, P("nothing"), P(argv), P(envp), AT_SYMLINK_NOFOLLOW);
    call(execveat, BAD_FD, P(""), P(argv), 0, AT_EMPTY_PATH | 0x1);
    cloning();
    call(getpid);
    call(getppid);
    call(gettid);
    call(getpgrp);
    call(getpgid, 0);
    call(setpgid, 0, 0);
    call(setpgid, NO_PID, NO_PID);
    call(getsid, NO_PID);
    call(setsid);
    call(set_tid_address, P(scratch));
    call(set_robust_list, P(scratch), 24);
    call(set_robust_list, P(scratch), 1);
    call(get_robust_list, 0, P(scratch), P(scratch + 8));
    call(get_robust_list, NO_PID, P(scratch), P(scratch + 8));
    call(rseq, P(scratch), 32, 1, 0x53053053);
    call(rseq, P(scratch), 16, 4, 0);
    int pidfd = call(pidfd_open, getpid(), 0);
    call(pidfd_open, NO_PID, O_NONBLOCK);
    call(pidfd_getfd, pidfd, 0, 0);
    call(pidfd_getfd, BAD_FD, 3, 1);
    call(pidfd_send_signal, pidfd, 0, 0, 0);
    call(pidfd_send_signal, BAD_FD, SIGUSR1, 0, 1);
    call(kcmp, getpid(), getpid(), KCMP_FILE, 0, 1);
    call(kcmp, NO_PID, 1, KCMP_VM, 3, 4);
    call(kcmp, NO_PID, 1, KCMP_EPOLL_TFD, 3, 0x10);
    call(unshare, CLONE_FILES | CLONE_FS | CLONE_SYSVSEM);
    call(unshare, 0x1 | CLONE_NEWUTS | CLONE_NEWTIME);
    call(setns, BAD_FD, CLONE_NEWNET);
    call(setns, BAD_FD, 0);
    call(setns, BAD_FD, CLONE_NEWNS | CLONE_NEWCGROUP | 3);
    call(personality, 0xffffffff);
    call(getcpu, P(scratch), P(scratch + 4), 0);
    call(arch_prctl, 0x1003, P(scratch));
    call(arch_prctl, 0x1004, P(scratch));
    call(arch_prctl, 0x1011, 0);
    call(arch_prctl, 0x1021, P(scratch));
    call(arch_prctl, 0x7777, 0x8888);
}

void scheduling(void)
{
    struct sched_attr attr = {.size = sizeof attr, .sched_policy = 0, .sched_flags = 1, .sched_nice = 5};
    struct sched_attr deadline = {.size = sizeof deadline, .sched_policy = 6, .sched_flags = 2 | 4 | 0x100,
        .sched_runtime = 10000000, .sched_deadline = 30000000, .sched_period = 1};
    struct sched_param param = {7}, none = {0};
    struct rlimit half = {512 * 1024, RLIM_INFINITY}, all = {RLIM_INFINITY, RLIM_INFINITY}, files = {20, 3000000000};
    unsigned long cpus[2] = {1, 0};
    call(sched_yield);
    call(sched_getaffinity, 0, 16, P(scratch));
    call(sched_getaffinity, NO_PID, 3, P(scratch));
    call(sched_setaffinity, 0, 16, P(cpus));
    call(sched_setaffinity, NO_PID, 8, 0);
    call(sched_getscheduler, 0);
    call(sched_setscheduler, NO_PID, 1, P(&param));
    call(sched_setscheduler, 0, 0x40000000 | 3, P(&none));
    call(sched_getparam, 0, P(scratch));
    call(sched_setparam, NO_PID, P(&param));
    call(sched_get_priority_max, 2);
    call(sched_get_priority_min, 77);
    call(sched_rr_get_interval, 0, P(scratch));
    call(sched_getattr, 0, P(scratch), 56, 0);
    call(sched_getattr, NO_PID, P(scratch), 48, 1);
    call(sched_setattr, 0, P(&attr), 0);
    call(sched_setattr, NO_PID, P(&deadline), 1);
    attr.size = 48;
    attr.sched_policy = 99;
    call(sched_setattr, NO_PID, P(&attr), 0);
    call(getpriority, PRIO_PROCESS, 0);
    call(getpriority, 9, NO_PID);
    call(setpriority, PRIO_PGRP, NO_PID, -5);
    call(getrlimit, RLIMIT_NOFILE, P(scratch));
    call(getrlimit, 99, P(scratch));
    call(setrlimit, RLIMIT_CORE, P(&half));
    call(setrlimit, 50, P(&all));
    call(prlimit64, 0, RLIMIT_STACK, 0, P(scratch));
    call(prlimit64, 0, RLIMIT_CORE, P(&half), P(scratch));
    call(prlimit64, NO_PID, RLIMIT_AS, P(&files), 0);
    call(getrusage, RUSAGE_SELF, P(scratch));
    call(getrusage, RUSAGE_CHILDREN, P(scratch));
    call(getrusage, 5, P(scratch));
    call(times, P(scratch));
}

void credentials(void)
{
    struct __user_cap_header_struct ask = {_LINUX_CAPABILITY_VERSION_3, 0}, other = {_LINUX_CAPABILITY_VERSION_1, NO_PID},
        odd = {0x1234, 1};
    struct __user_cap_data_struct none[2] = {{0}}, some[2] = {{1 << CAP_CHOWN | 1 << CAP_KILL, 1 << CAP_CHOWN, 0},
        {1 << (CAP_BPF - 32), 0, 0xffffffff}};
    gid_t groups[] = {1, 2, 3000000000};
    call(getuid);
    call(geteuid);
    call(getgid);
    call(getegid);
    call(getresuid, P(scratch), P(scratch + 4), P(scratch + 8));
    call(getresgid, P(scratch), P(scratch + 4), P(scratch + 8));
    call(getgroups, 0, 0);
    call(getgroups, 100, P(scratch));
    call(setgroups, 3, P(groups));
    call(setgroups, 65537, P(groups));
    call(setgroups, 0, 0);
    call(setresuid, -1, -1, -1);
    call(setresgid, -1, -1, 0xffffffff);
    call(setreuid, -1, -1);
    call(setregid, -1, -1);
    call(setfsuid, -1);
    call(setfsgid, -1);
    call(setuid, -1);
    call(setgid, -1);
    call(capget, P(&ask), 0);
    call(capget, P(&ask), P(none));
    call(capget, P(&other), P(none));
    call(capget, P(&odd), P(none));
    call(capset, P(&odd), P(some));
    call(capset, P(&other), P(some));
    ask.version = _LINUX_CAPABILITY_VERSION_3;
    call(capset, P(&ask), P(some));
    memset(none, 0, sizeof none);
    call(capset, P(&ask), P(none));
}
