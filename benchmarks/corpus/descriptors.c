/* Descriptors of other things than files, waiting for them, and fcntl with all its commands. */
#include "corpus.h"
#include <linux/fanotify.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

static sigset_t mask_of(int first, int second)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, first);
    sigaddset(&set, second);
    return set;
}

static void timer_descriptors(void)
{
    struct itimerspec often = {{1, 500000000}, {0, 1}}, wrong = {{0, -1}, {5, 2000000000}};
    int timer = call(timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    call(timerfd_create, 77, 0x10);
    call(timerfd_settime, timer, 0, P(&often), 0);
    call(timerfd_settime, timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, P(&often), P(scratch));
    call(timerfd_settime, timer, 0, P(&wrong), P(scratch));
    call(timerfd_gettime, timer, P(scratch));
    call(timerfd_gettime, BAD_FD, P(scratch));
    call(close, timer);
}

void descriptors(void)
{
    sigset_t two = mask_of(SIGUSR1, SIGRTMIN + 1);
    call(dup, 0);
    call(dup, BAD_FD);
    call(dup2, 0, 50);
    call(dup3, 0, 51, O_CLOEXEC);
    call(dup3, BAD_FD, 51, O_CLOEXEC | 1);
    call(eventfd, 5);
    call(eventfd2, 7, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
    call(eventfd2, 7, 0x100);
    call(signalfd, -1, P(&two), 8);
    call(signalfd4, -1, P(&two), 8, SFD_CLOEXEC | SFD_NONBLOCK);
    call(signalfd4, BAD_FD, 0, 8, 0);
    call(memfd_create, P("a name"), 1 | 2);
    call(memfd_create, P("huge"), 4 | 21 << 26);
    call(memfd_create, 0, 0x80);
    call_number(447, 0); /* memfd_secret */
    call(inotify_init);
    int watch = call(inotify_init1, IN_CLOEXEC | IN_NONBLOCK);
    call(inotify_add_watch, watch, P("."), IN_CREATE | IN_DELETE | IN_ONLYDIR);
    call(inotify_add_watch, BAD_FD, P("."), IN_ALL_EVENTS | IN_ONESHOT | IN_MASK_ADD);
    call(inotify_rm_watch, watch, 1);
    call(inotify_rm_watch, watch, 55);
    call(fanotify_init, FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_REPORT_FID, O_RDONLY | O_LARGEFILE);
    call(fanotify_init, FAN_CLASS_CONTENT | FAN_UNLIMITED_QUEUE | 0x80000000, O_RDWR);
    call(fanotify_mark, BAD_FD, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN | FAN_CLOSE | FAN_ONDIR, AT_FDCWD, P("."));
    call(fanotify_mark, BAD_FD, FAN_MARK_FLUSH, 0, -1, 0);
    timer_descriptors();
}

static void selecting(int reading, int writing)
{
    fd_set in, out, none;
    struct timeval soon = {0, 1000};
    struct timespec now = {0, 0};
    sigset_t two = mask_of(SIGINT, SIGTERM);
    struct { void *set; size_t size; } argument = {&two, 8};
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_ZERO(&none);
    FD_SET(reading, &in);
    FD_SET(writing, &out);
    FD_SET(reading, &out);
    call(select, writing + 1, P(&in), P(&out), P(&none), P(&soon));
    call(select, 0, 0, 0, 0, P(&soon));
    call(select, -1, P(&in), 0, 0, 0);
    FD_SET(reading, &in);
    call(select, reading + 1, P(&in), 0, 0, P(&now));
    FD_SET(writing, &out);
    call(pselect6, writing + 1, 0, P(&out), 0, P(&now), P(&argument));
    call(pselect6, 0, 0, 0, 0, P(&now), 0);
}

void polling(void)
{
    int ends[2];
    struct timespec now = {0, 0};
    struct epoll_event event = {EPOLLIN | EPOLLET | EPOLLONESHOT, {.u64 = 0x1122334455667788}};
    sigset_t two = mask_of(SIGINT, SIGTERM), all;
    sigfillset(&all);
    call(pipe, P(ends));
    struct pollfd polled[] = {{ends[0], POLLIN | POLLPRI | POLLRDHUP, 0}, {ends[1], POLLOUT, 0}, {-1, 0, 0}, {BAD_FD, 0x4000, 0}};
    call(poll, P(polled), count(polled), 0);
    call(poll, P(polled), 1, 1);
    call(poll, 0, 0, 1);
    call(poll, 0x10, 3, -1);
    call(ppoll, P(polled), 2, P(&now), P(&two), 8);
    call(ppoll, P(polled), 1, P(&now), 0, 8);
    int epoll = call(epoll_create1, EPOLL_CLOEXEC);
    call(epoll_create, 16);
    call(epoll_create1, 0x11);
    call(epoll_ctl, epoll, EPOLL_CTL_ADD, ends[1], P(&event));
    event.events = EPOLLOUT | EPOLLEXCLUSIVE | 0x800;
    call(epoll_ctl, epoll, EPOLL_CTL_MOD, ends[1], P(&event));
    event.events = EPOLLOUT;
    call(epoll_ctl, epoll, EPOLL_CTL_MOD, ends[1], P(&event));
    call(epoll_wait, epoll, P(scratch), 10, 0);
    call(epoll_pwait, epoll, P(scratch), 10, 0, P(&two), 8);
    call(epoll_pwait2, epoll, P(scratch), 10, P(&now), P(&all), 8);
    call(epoll_ctl, epoll, EPOLL_CTL_DEL, ends[1], 0);
    call(epoll_ctl, epoll, 9, BAD_FD, 0x10);
    selecting(ends[0], ends[1]);
}

void fcntls(void)
{
    struct flock part = {F_RDLCK, SEEK_SET, 10, 20, 0}, rest = {F_UNLCK, SEEK_END, -5, 0, 0};
    struct flock odd = {77, 88, 1, 2, 3};
    struct f_owner_ex owner = {F_OWNER_PID, 0};
    uint64_t hint = 3;
    int file = call(openat, AT_FDCWD, P("locked"), O_RDWR | O_CREAT, 0600);
    call(fcntl, file, F_DUPFD, 60);
    call(fcntl, file, F_DUPFD_CLOEXEC, 60);
    call(fcntl, file, F_GETFD);
    call(fcntl, file, F_SETFD, FD_CLOEXEC);
    call(fcntl, file, F_SETFD, 6);
    call(fcntl, file, F_GETFL);
    call(fcntl, file, F_SETFL, O_RDWR | O_APPEND | O_NONBLOCK | O_ASYNC);
    call(fcntl, file, F_SETLK, P(&part));
    call(fcntl, file, F_SETLKW, P(&rest));
    call(fcntl, file, F_GETLK, P(&part));
    call(fcntl, file, F_SETLK, P(&odd));
    call(fcntl, file, F_SETLK, 0);
    part = (struct flock){F_WRLCK, SEEK_CUR, 0, 0, 0};
    call(fcntl, file, F_OFD_SETLK, P(&part));
    call(fcntl, file, F_OFD_SETLKW, P(&rest));
    call(fcntl, file, F_OFD_GETLK, P(&part));
    call(fcntl, file, F_SETOWN, -NO_PID);
    call(fcntl, file, F_GETOWN);
    call(fcntl, file, F_SETOWN_EX, P(&owner));
    call(fcntl, file, F_GETOWN_EX, P(scratch));
    call(fcntl, file, F_SETSIG, SIGIO);
    call(fcntl, file, F_GETSIG);
    call(fcntl, file, F_SETLEASE, F_RDLCK);
    call(fcntl, file, F_GETLEASE);
    call(fcntl, file, F_NOTIFY, DN_ACCESS | DN_CREATE | DN_MULTISHOT);
    call(fcntl, file, F_SETPIPE_SZ, 65536);
    call(fcntl, file, F_GETPIPE_SZ);
    call(fcntl, file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_WRITE | F_SEAL_FUTURE_WRITE);
    call(fcntl, file, F_GET_SEALS);
    call(fcntl, file, F_GET_RW_HINT, P(scratch));
    call(fcntl, file, F_SET_RW_HINT, P(&hint));
    call(fcntl, file, F_GET_FILE_RW_HINT, P(scratch));
    call(fcntl, file, F_SET_FILE_RW_HINT, P(&hint));
    call(fcntl, BAD_FD, F_GETFD);
    call(fcntl, BAD_FD, 17, P(scratch));
    call(fcntl, BAD_FD, 0x12345, 0x6789);
    call(unlink, P("locked"));
}
