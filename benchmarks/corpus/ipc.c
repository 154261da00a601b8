/* System V and POSIX queues, semaphores and shared memory, asynchronous input and output, and the clocks. */
#include "corpus.h"
#include <linux/aio_abi.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/time.h>
#include <sys/timex.h>

static void semaphores(void)
{
    struct sembuf down[] = {{0, 1, SEM_UNDO}, {1, -1, IPC_NOWAIT}, {2, 0, 0x7000}};
    struct timespec soon = {0, 1000000};
    unsigned short values[3] = {1, 2, 3};
    int set = call(semget, IPC_PRIVATE, 3, IPC_CREAT | 0600);
    call(semget, 0x1234, 1, 0666);
    call(semop, set, P(down), 3);
    call(semop, set, P(down), 1);
    call(semtimedop, set, P(down), 2, P(&soon));
    call(semtimedop, NO_PID, P(down), 1, 0);
    call(semctl, set, 0, SETALL, P(values));
    call(semctl, set, 0, GETALL, P(scratch));
    call(semctl, set, 1, SETVAL, 5);
    call(semctl, set, 1, GETVAL);
    call(semctl, set, 1, GETPID);
    call(semctl, set, 0, IPC_STAT, P(scratch));
    call(semctl, set, 0, IPC_SET, P(scratch));
    call(semctl, 0, 0, IPC_INFO, P(scratch));
    call(semctl, 0, 0, SEM_STAT, P(scratch));
    call(semctl, set, 0, 99, 7);
    call(semctl, set, 0, IPC_RMID);
}

void ipc(void)
{
    struct { long type; char text[20]; } letter = {5, "a letter\0in bytes"};
    /* In a namespace of their own the numbers of both runs are the same, and what is left goes with it. */
    if (call(unshare, CLONE_NEWIPC) && call(unshare, CLONE_NEWUSER | CLONE_NEWIPC))
        return;
    semaphores();
    int queue = call(msgget, IPC_PRIVATE, IPC_CREAT | IPC_EXCL | 0640);
    call(msgget, 0x4321, 0);
    call(msgsnd, queue, P(&letter), 20, IPC_NOWAIT);
    call(msgrcv, queue, P(scratch), 100, -7, IPC_NOWAIT | MSG_NOERROR);
    call(msgrcv, queue, P(scratch), 100, 5, IPC_NOWAIT | MSG_EXCEPT | 040000);
    call(msgctl, queue, IPC_STAT, P(scratch));
    call(msgctl, queue, IPC_SET, P(scratch));
    call(msgctl, 0, MSG_INFO, P(scratch));
    call(msgctl, queue, IPC_RMID, 0);
    call(msgsnd, NO_PID, 0x10, 20, 0);
    int area = call(shmget, IPC_PRIVATE, 8192, IPC_CREAT | SHM_NORESERVE | 0600);
    call(shmget, 0x777, 4096, SHM_HUGETLB | 21 << 26 | 0400);
    long at = call(shmat, area, 0, SHM_RDONLY);
    call(shmat, area, 0x30000123, SHM_RND | SHM_REMAP);
    call(shmctl, area, IPC_STAT, P(scratch));
    call(shmctl, area, IPC_SET, P(scratch));
    call(shmctl, 0, SHM_INFO, P(scratch));
    call(shmctl, area, SHM_LOCK, 0);
    call(shmctl, area, IPC_RMID, 0);
    call(shmdt, at);
    call(shmdt, 0x1000);
}

static void asynchronous(void)
{
    static char text[] = "written later";
    unsigned long context = 0;
    int file = call(openat, AT_FDCWD, P("later"), O_RDWR | O_CREAT, 0600);
    struct iovec vector[] = {{text, 3}, {text + 3, 4}};
    struct iocb write = {.aio_data = 1, .aio_lio_opcode = IOCB_CMD_PWRITE, .aio_fildes = file, .aio_buf = P(text), .aio_nbytes = 13};
    struct iocb read = {.aio_data = 2, .aio_lio_opcode = IOCB_CMD_PREAD, .aio_fildes = file, .aio_buf = P(scratch), .aio_nbytes = 13,
        .aio_reqprio = 3};
    struct iocb many = {.aio_lio_opcode = IOCB_CMD_PWRITEV, .aio_fildes = file, .aio_buf = P(vector), .aio_nbytes = 2, .aio_offset = 20,
        .aio_flags = IOCB_FLAG_RESFD, .aio_resfd = BAD_FD};
    struct iocb poll = {.aio_lio_opcode = IOCB_CMD_POLL, .aio_fildes = BAD_FD, .aio_buf = 1}, odd = {.aio_lio_opcode = 77};
    struct iocb *list[] = {&write}, *rest[] = {&read, &many, &poll, &odd, (void *)0x10};
    struct timespec now = {0, 0};
    sigset_t set;
    sigemptyset(&set);
    struct { void *set; size_t size; } argument = {&set, 8};
    call(io_setup, 10, P(&context));
    call(io_submit, context, 1, P(list));
    call(io_submit, 0, count(rest), P(rest));
    call(io_getevents, context, 1, 10, P(scratch), P(&now));
    call(io_pgetevents, context, 0, 10, P(scratch), P(&now), P(&argument));
    call(io_cancel, context, P(&read), P(scratch));
    call(io_destroy, context);
    call(unlink, P("later"));
}

void queues(void)
{
    struct { long flags, maximum, size, now, reserved[4]; } attr = {0, 4, 64, 0, {0}}, blocking = {O_NONBLOCK, 1, 2, 3, {0}};
    struct sigevent none = {.sigev_notify = SIGEV_NONE}, signalled = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1,
        .sigev_value = {.sival_int = 7}}, odd = {.sigev_notify = 99, .sigev_signo = 70, .sigev_value = {.sival_ptr = scratch}};
    struct timespec past = {1, 5};
    if (call(unshare, CLONE_NEWIPC) == 0 || call(unshare, CLONE_NEWUSER | CLONE_NEWIPC) == 0) {
        int queue = call(mq_open, P("corpus"), O_RDWR | O_CREAT | O_NONBLOCK, 0600, P(&attr));
        call(mq_open, P("nothing"), O_RDONLY | O_CLOEXEC);
        call(mq_timedsend, queue, P("message"), 7, 3, P(&past));
        call(mq_timedsend, queue, P("more"), 4, 32768, 0);
        call(mq_getsetattr, queue, P(&blocking), P(scratch));
        call(mq_getsetattr, queue, 0, P(scratch));
        call(mq_notify, queue, P(&signalled));
        call(mq_notify, queue, P(&none));
        call(mq_notify, BAD_FD, P(&odd));
        call(mq_notify, queue, 0);
        call(mq_timedreceive, queue, P(scratch), 64, P(scratch + 100), P(&past));
        call(mq_timedreceive, queue, P(scratch), 10, 0, 0);
        call(mq_unlink, P("corpus"));
        call(mq_unlink, P("nothing"));
    }
    asynchronous();
}

static void timers(void)
{
    struct sigevent none = {.sigev_notify = SIGEV_NONE}, thread = {.sigev_notify = 4, .sigev_signo = SIGUSR2};
    struct itimerspec late = {{0, 0}, {1000, 5}}, wrong = {{0, 0}, {-1, 1000000000}};
    struct itimerval seconds = {{1, 2}, {1000, 4}}, stop = {{0, 0}, {0, 0}};
    thread._sigev_un._tid = NO_PID;
    call(timer_create, CLOCK_MONOTONIC, P(&none), P(scratch));
    call(timer_create, CLOCK_REALTIME, P(&thread), P(scratch));
    call(timer_create, 99, 0, P(scratch));
    call(timer_settime, 0, TIMER_ABSTIME, P(&late), P(scratch));
    call(timer_settime, 0, 0, P(&late), P(scratch));
    call(timer_settime, 55, 2, P(&wrong), 0);
    call(timer_gettime, 0, P(scratch));
    call(timer_getoverrun, 0);
    call(timer_delete, 0);
    call(timer_delete, 55);
    call(setitimer, ITIMER_VIRTUAL, P(&seconds), P(scratch));
    call(setitimer, ITIMER_VIRTUAL, P(&stop), 0);
    call(setitimer, 9, 0, P(scratch));
    call(getitimer, ITIMER_PROF, P(scratch));
    call(alarm, 1000);
    call(alarm, 20);
}

void clocks(void)
{
    struct timespec moment = {0, 1000}, wrong = {5, 2000000000}, negative = {-1, -1};
    struct timeval bad = {1, 1000001};
    struct timezone zone = {-60, 1};
    struct timex read = {0}, change = {.modes = ADJ_OFFSET | ADJ_FREQUENCY | ADJ_NANO | 0x8000, .offset = 5, .freq = -7, .status = STA_PLL};
    call(nanosleep, P(&moment), P(scratch));
    call(nanosleep, P(&wrong), 0);
    call(nanosleep, P(&negative), P(scratch));
    call(clock_nanosleep, CLOCK_MONOTONIC, 0, P(&moment), P(scratch));
    call(clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, P(&moment), 0);
    call(clock_nanosleep, 77, 6, P(&moment), 0);
    call(clock_gettime, CLOCK_PROCESS_CPUTIME_ID, P(scratch));
    call(clock_gettime, CLOCK_BOOTTIME_ALARM, P(scratch));
    call(clock_gettime, -8 * getpid() - 8 + 2, P(scratch)); /* the clock of a process */
    call(clock_gettime, -29, P(scratch)); /* the clock of descriptor 3 */
    call(clock_getres, CLOCK_TAI, P(scratch));
    call(clock_getres, CLOCK_MONOTONIC_RAW, 0);
    call(clock_settime, CLOCK_MONOTONIC, P(&moment));
    call(clock_settime, CLOCK_REALTIME, P(&wrong));
    call(gettimeofday, P(scratch), P(scratch + 16));
    call(gettimeofday, P(scratch), 0);
    call(settimeofday, P(&bad), 0);
    call(settimeofday, P(&bad), P(&zone));
    call(time, P(scratch));
    call(time, 0);
    call(adjtimex, P(&read));
    call(clock_adjtime, CLOCK_MONOTONIC, P(&change));
    call(clock_adjtime, 99, P(&read));
    timers();
}
