/* The corpus of benchmarks.decode: about 350 kinds of system calls with arguments worth decoding, all of them harmless.

   A call that could change the machine gets arguments that fail, or is made in namespaces of its own. Run in an empty
   folder, which is left empty; by any user. */
#include "corpus.h"
#include <sched.h>

char scratch[65536];

long raw(long number, const long *words)
{
    return syscall(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

void in_child(void (*group)(void))
{
    pid_t child = call(clone, SIGCHLD);
    if (child == 0) {
        call(alarm, 20);
        group();
        call(exit_group, 0);
    }
    if (child > 0)
        call(wait4, child, P(scratch), 0, 0);
}

static void (*const groups[])(void) = {
    files, names, attributes, descriptors, polling, memory, processes, scheduling, credentials, signals, addresses,
    socket_options, messages, ipc, queues, clocks, mounts, privileged, keys, programs, observers, rings, sandboxes,
    controls, futexes, fcntls, terminals, block_devices, interfaces, tracing, retired,
};

int main(void)
{
    for (long i = 0; i < count(groups); i++)
        in_child(groups[i]);
    return 0;
}
