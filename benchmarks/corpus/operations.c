/* Calls whose arguments depend on an operation: prctl, futex, ptrace; and the system calls that are no more. */
#include "corpus.h"
#include <linux/futex.h>
#include <linux/prctl.h>

void controls(void)
{
    static const long plain[][5] = {
        {PR_SET_PDEATHSIG, SIGTERM}, {PR_GET_DUMPABLE}, {PR_SET_DUMPABLE, 1}, {PR_SET_KEEPCAPS, 0}, {PR_GET_KEEPCAPS},
        {PR_GET_TIMING}, {PR_SET_TIMING, 0}, {PR_GET_SECCOMP}, {PR_CAPBSET_READ, 5}, {PR_CAPBSET_READ, 99},
        {PR_CAPBSET_DROP, 77}, {PR_SET_SECUREBITS, 0}, {PR_GET_SECUREBITS}, {PR_SET_SECUREBITS, 0x10f},
        {PR_SET_TIMERSLACK, 50000}, {PR_GET_TIMERSLACK}, {PR_MCE_KILL, 1, 2}, {PR_MCE_KILL_GET},
        {PR_SET_CHILD_SUBREAPER, 0}, {PR_SET_NO_NEW_PRIVS, 0}, {PR_GET_NO_NEW_PRIVS}, {PR_SET_THP_DISABLE, 0},
        {PR_GET_THP_DISABLE}, {PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 5}, {PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL},
        {PR_CAP_AMBIENT, 9, 8}, {PR_GET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS},
        {PR_SET_SPECULATION_CTRL, PR_SPEC_INDIRECT_BRANCH, PR_SPEC_ENABLE}, {PR_SET_IO_FLUSHER, 5}, {PR_GET_IO_FLUSHER},
        {PR_SET_TSC, 1}, {PR_SET_FPEMU, 1}, {PR_SET_UNALIGN, 2}, {PR_SET_ENDIAN, 1}, {PR_TASK_PERF_EVENTS_DISABLE},
        {PR_SVE_SET_VL, 0x20010}, {PR_SET_SYSCALL_USER_DISPATCH, 0, 0, 0, 0}, {PR_SCHED_CORE, 0, NO_PID, 1, 0},
        {PR_SET_TAGGED_ADDR_CTRL, 1}, {PR_SET_FP_MODE, 3}, {PR_PAC_RESET_KEYS, 3}, {12345, 1, 2, 3, 4},
        {PR_SET_PTRACER, PR_SET_PTRACER_ANY}, {PR_SET_PTRACER, NO_PID}, {PR_MPX_ENABLE_MANAGEMENT},
    };
    for (long i = 0; i < count(plain); i++)
        call(prctl, plain[i][0], plain[i][1], plain[i][2], plain[i][3], plain[i][4]);
    call(prctl, PR_SET_NAME, P("a name that is too long"));
    call(prctl, PR_GET_NAME, P(scratch));
    call(prctl, PR_GET_PDEATHSIG, P(scratch));
    call(prctl, PR_GET_TSC, P(scratch));
    call(prctl, PR_GET_CHILD_SUBREAPER, P(scratch));
    call(prctl, PR_GET_TID_ADDRESS, P(scratch));
    call(prctl, PR_SET_MM, PR_SET_MM_START_BRK, 0x10, 0, 0);
    call(prctl, PR_SET_MM, PR_SET_MM_MAP_SIZE, P(scratch), 0, 0);
    call(prctl, PR_SET_VMA, PR_SET_VMA_ANON_NAME, 0x10000, 4096, P("a mapping"));
}

void futexes(void)
{
    static unsigned word = 1, other = 2, owned = NO_PID;
    struct timespec soon = {0, 1000}, wrong = {5, -1};
    struct futex_waitv waiters[] = {{1, P(&word), 2, 0}, {2, P(&other), FUTEX_PRIVATE_FLAG | 2, 0}};
    enum { PRIVATE = FUTEX_PRIVATE_FLAG, CLOCK = FUTEX_CLOCK_REALTIME };
    call(futex, P(&word), FUTEX_WAIT, 0, P(&soon));
    call(futex, P(&word), FUTEX_WAIT | PRIVATE, 1, P(&soon));
    call(futex, P(&word), FUTEX_WAIT | CLOCK, 0x80000001, P(&wrong));
    call(futex, P(&word), FUTEX_WAKE | PRIVATE, 1);
    call(futex, P(&word), FUTEX_WAKE, 0x7fffffff);
    call(futex, P(&word), FUTEX_FD, 0);
    call(futex, P(&word), FUTEX_REQUEUE, 1, 2, P(&other));
    call(futex, P(&word), FUTEX_CMP_REQUEUE | PRIVATE, 1, 0x7fffffff, P(&other), 1);
    call(futex, P(&word), FUTEX_WAKE_OP, 1, 2, P(&other), FUTEX_OP(FUTEX_OP_ADD, 1, FUTEX_OP_CMP_GT, 2));
    call(futex, P(&word), FUTEX_WAKE_OP | PRIVATE, 1, 1, P(&other),
         FUTEX_OP(FUTEX_OP_OR | FUTEX_OP_OPARG_SHIFT, 3, FUTEX_OP_CMP_EQ, -1));
    call(futex, P(&owned), FUTEX_LOCK_PI, 0, P(&wrong));
    call(futex, P(&owned), FUTEX_UNLOCK_PI | PRIVATE);
    call(futex, P(&owned), FUTEX_TRYLOCK_PI);
    call(futex, P(&owned), FUTEX_LOCK_PI2, 0, P(&wrong));
    call(futex, P(&word), FUTEX_WAIT_BITSET | PRIVATE | CLOCK, 0, P(&soon), 0, FUTEX_BITSET_MATCH_ANY);
    call(futex, P(&word), FUTEX_WAIT_BITSET, 1, 0x10, 0, 0x55);
    call(futex, P(&word), FUTEX_WAKE_BITSET, 1, 0, 0, 0x80000001);
    call(futex, P(&word), FUTEX_WAIT_REQUEUE_PI, 0, P(&soon), P(&other));
    call(futex, P(&word), FUTEX_CMP_REQUEUE_PI | PRIVATE, 1, 5, P(&other), 3);
    call(futex, P(&word), 99, 1, 2, 3, 4);
    call(futex, 1, FUTEX_WAKE | CLOCK, 1);
    call(futex_waitv, P(waiters), 2, 0, P(&soon), 1);
    call(futex_waitv, 0x10, 2, 1, 0, 99);
}

/* Of a process that is not there: the corpus itself may be traced. */
void tracing(void)
{
    static const long requests[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, 24, 25, 26, 30, 31, 32, 33,
        0x4200, 0x4201, 0x4202, 0x4203, 0x4204, 0x4205, 0x4206, 0x4207, 0x4208, 0x420a, 0x420b, 0x420c, 0x420d,
        0x420e, 0x420f, 0x7777};
    struct iovec registers = {scratch, 100};
    siginfo_t info = {.si_signo = SIGSEGV, .si_code = SEGV_MAPERR};
    struct { uint64_t offset; uint32_t flags; int32_t number; } peek = {1, 1, 5};
    unsigned long mask = 3;
    info.si_addr = (void *)0x1234;
    for (long i = 0; i < count(requests); i++)
        call(ptrace, requests[i], NO_PID, 8, 0x10);
    call(ptrace, 0x4200, NO_PID, 0, 0x100000 | 1 | 2 | 4 | 0x8000);
    call(ptrace, 0x4203, NO_PID, 0, P(&info));
    call(ptrace, 0x4204, NO_PID, 1, P(&registers));
    call(ptrace, 0x4205, NO_PID, 0x202, P(&registers));
    call(ptrace, 0x4206, NO_PID, 0, 1 | 2);
    call(ptrace, 0x4209, NO_PID, P(&peek), P(scratch));
    call(ptrace, 0x420a, NO_PID, 8, P(scratch));
    call(ptrace, 0x420b, NO_PID, 8, P(&mask));
    call(ptrace, 24, NO_PID, 0, SIGUSR1);
    call(ptrace, 7, NO_PID, 1, SIGCONT);
    call(ptrace, 6, NO_PID, offsetof(struct { char x[120]; }, x[112]), 5);
}

/* ENOSYS, all of them; strace prints what it knows of their arguments. */
void retired(void)
{
    static const int numbers[] = {134, 156, 174, 177, 178, 180, 181, 182, 183, 184, 185, 205 + 9, 205 + 10, 236};
    for (long i = 0; i < count(numbers); i++)
        call_number(numbers[i], 1, 2, 3, 4, 5, 6);
    call_number(0x1000, 1, 2, 3, 4, 5, 6);
    call_number(0x7fffffff, 1, 2, 3, 4, 5, 6);
}
