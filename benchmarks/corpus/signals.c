/* Signals: actions, masks, sending with information. */
#include "corpus.h"

struct action {
    void *handler;
    unsigned long flags;
    void *restorer;
    unsigned long mask;
};

static volatile int handled;

static void handler(int number)
{
    handled = number;
}

static void actions(void)
{
    static char other[16384];
    struct action old, ignore = {SIG_IGN, 0, 0, 0}, many = {scratch, 0x04000000 | SA_RESTART | SA_SIGINFO | SA_NODEFER, scratch + 8, ~0ul};
    struct action some = {(void *)SIG_DFL, 0x80000000 | SA_NOCLDSTOP | 0x100, 0, 1 << (SIGINT - 1) | 1ul << 40};
    stack_t alternate = {other, 0, sizeof other}, off = {0, SS_DISABLE, 0}, bad = {other, 0x40, 10};
    call(rt_sigaction, SIGUSR2, P(&ignore), P(&old), 8);
    call(rt_sigaction, SIGUSR2, 0, P(&old), 8);
    call(rt_sigaction, SIGRTMIN + 2, P(&many), 0, 8);
    call(rt_sigaction, SIGKILL, P(&some), 0, 8);
    call(rt_sigaction, SIGHUP, P(&some), 0, 16);
    call(rt_sigaction, 0, 0, 0, 8);
    call(sigaltstack, P(&alternate), P(scratch));
    call(sigaltstack, P(&off), 0);
    call(sigaltstack, P(&bad), P(scratch));
    call(sigaltstack, 0, P(scratch));
}

void signals(void)
{
    unsigned long one = 1ul << (SIGUSR1 - 1), several = 0x7ul | 1ul << 33, full = ~0ul, none = 0, most = ~(1ul << 9);
    struct timespec now = {0, 0};
    siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE, .si_errno = 5};
    info.si_pid = 1;
    info.si_uid = 2;
    info.si_value.sival_int = 77;
    actions();
    call(rt_sigprocmask, SIG_BLOCK, P(&one), P(scratch), 8);
    call(rt_sigprocmask, SIG_UNBLOCK, P(&several), 0, 8);
    call(rt_sigprocmask, SIG_SETMASK, 0, P(scratch), 8);
    call(rt_sigprocmask, 9, P(&full), P(scratch), 8);
    call(rt_sigprocmask, SIG_BLOCK, P(&most), 0, 4);
    call(rt_sigprocmask, SIG_BLOCK, P(&none), 0, 8);
    call(rt_sigprocmask, SIG_BLOCK, P(&most), 0, 16);
    int me = getpid();
    call(kill, me, SIGUSR1);
    call(rt_sigpending, P(scratch), 8);
    call(rt_sigtimedwait, P(&one), P(scratch), P(&now), 8);
    call(rt_sigtimedwait, P(&one), 0, P(&now), 8);
    call(rt_sigqueueinfo, me, SIGUSR1, P(&info));
    call(rt_sigtimedwait, P(&one), P(scratch), P(&now), 8);
    call(rt_tgsigqueueinfo, me, me, SIGUSR1, P(&info));
    call(rt_sigtimedwait, P(&one), P(scratch), 0, 8);
    info.si_code = -6;
    call(rt_sigqueueinfo, NO_PID, SIGRTMIN, P(&info));
    call(rt_sigqueueinfo, NO_PID, 0, 0x10);
    call(kill, NO_PID, 0);
    call(kill, -NO_PID, SIGTERM);
    call(kill, NO_PID, 99);
    call(tkill, NO_PID, SIGSTOP);
    call(tgkill, NO_PID, NO_PID, SIGRTMIN + 3);
    signal(SIGUSR1, handler);
    call(rt_sigprocmask, SIG_UNBLOCK, P(&one), 0, 8);
    call(tgkill, me, me, SIGUSR1);
    call(rt_sigprocmask, SIG_BLOCK, P(&one), 0, 8);
    call(tkill, me, SIGUSR1);
    call(rt_sigsuspend, P(&none), 8);
    call(rt_sigsuspend, 0x10, 9);
}
