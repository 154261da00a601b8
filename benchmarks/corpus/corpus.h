/* What the groups of the corpus share: raw system calls, and the few numbers that older headers lack. */
#ifndef CORPUS_H
#define CORPUS_H
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Words that are not given are zero, so that both runs pass the same. */
#define call(name, ...) raw(SYS_##name, (long[6]){__VA_ARGS__})
#define call_number(number, ...) raw(number, (long[6]){__VA_ARGS__})
#define P(...) ((long)(__VA_ARGS__))
#define count(array) (long)(sizeof(array) / sizeof *(array))

long raw(long number, const long *words);

enum { NO_FD = -1, BAD_FD = 99, NO_PID = 0x3fffffff };

extern char scratch[65536];

/* Runs the group in a process of its own, which may do to itself what it likes, and waits for it. */
void in_child(void (*group)(void));

void files(void);
void names(void);
void attributes(void);
void descriptors(void);
void polling(void);
void memory(void);
void processes(void);
void scheduling(void);
void credentials(void);
void signals(void);
void addresses(void);
void socket_options(void);
void messages(void);
void ipc(void);
void queues(void);
void clocks(void);
void mounts(void);
void privileged(void);
void keys(void);
void programs(void);
void observers(void);
void rings(void);
void sandboxes(void);
void controls(void);
void futexes(void);
void fcntls(void);
void terminals(void);
void block_devices(void);
void interfaces(void);
void tracing(void);
void retired(void);

#endif
