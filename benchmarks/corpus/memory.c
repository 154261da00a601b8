/* Memory: mappings, advice, NUMA, other processes' memory. */
#include "corpus.h"
#include <linux/mempolicy.h>
#include <sys/mman.h>

static void advice(char *area)
{
    static const int all[] = {0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25};
    for (long i = 0; i < count(all); i++)
        call(madvise, P(area), 4096, all[i]);
    call(madvise, 1, 4096, MADV_DONTNEED);
    call(madvise, P(area), 4096, 1000);
    struct iovec ranges[] = {{area, 4096}, {area + 4096, 100}};
    call(process_madvise, BAD_FD, P(ranges), 2, 20, 0);
    call_number(448, BAD_FD, 0); /* process_mrelease */
}

static void policies(char *area)
{
    unsigned long nodes[2] = {5, 0};
    void *pages[2] = {area, area + 4096};
    int targets[2] = {0, 7}, status[2];
    call(mbind, P(area), 4096, MPOL_BIND | MPOL_F_STATIC_NODES, P(nodes), 65, MPOL_MF_STRICT | MPOL_MF_MOVE);
    call(mbind, P(area), 4096, MPOL_DEFAULT, 0, 0, 0);
    call(set_mempolicy, MPOL_INTERLEAVE, P(nodes), 8);
    call(set_mempolicy, MPOL_DEFAULT, 0, 0);
    call(set_mempolicy, 99, P(nodes), 128);
    call(get_mempolicy, P(scratch), P(scratch + 8), 128, P(area), MPOL_F_ADDR);
    call(get_mempolicy, P(scratch), 0, 0, 0, 0);
    call(migrate_pages, NO_PID, 64, P(nodes), P(nodes));
    call(move_pages, 0, 2, P(pages), P(targets), P(status), MPOL_MF_MOVE);
    call(move_pages, 0, 2, P(pages), 0, P(status), 0);
    call_number(450, P(area), 4096, 0, 0); /* set_mempolicy_home_node */
}

void memory(void)
{
    char *area = (char *)call(mmap, 0, 0x10000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    call(mmap, 0x10000000, 4096, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1, 0);
    call(mmap, 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_POPULATE | MAP_LOCKED | MAP_32BIT, BAD_FD, 0x2000);
    call(mmap, 0, 0x200000, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 21 << 26, -1, 0);
    call(mmap, 0, 0, PROT_READ | 0x100, 0x80000000 | 3, -1, -4096);
    call(mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_GROWSDOWN, -1, 0);
    call(mprotect, P(area), 4096, PROT_READ);
    call(mprotect, P(area), 4096, PROT_READ | PROT_WRITE | PROT_GROWSDOWN);
    call(mprotect, P(area), 4096, PROT_READ | PROT_WRITE);
    call(pkey_alloc, 0, 2);
    call(pkey_alloc, 0, 7);
    call(pkey_mprotect, P(area), 4096, PROT_READ | PROT_WRITE, -1);
    call(pkey_free, 3);
    call(mremap, P(area) + 0x8000, 4096, 4096, 0);
    call(mremap, P(area) + 0x8000, 4096, 8192, MREMAP_MAYMOVE | MREMAP_FIXED, 0x20000000);
    call(msync, P(area), 4096, MS_SYNC | MS_INVALIDATE);
    call(msync, 1, 4096, MS_ASYNC);
    call(mincore, P(area), 4096, P(scratch));
    call(mincore, 1, 4096, P(scratch));
    call(mlock, P(area), 4096);
    call(mlock2, P(area), 4096, 1);
    call(mlock2, P(area), 4096, 6);
    call(munlock, P(area), 4096);
    call(mlockall, MCL_CURRENT | MCL_ONFAULT | 8);
    call(munlockall);
    call(remap_file_pages, P(area), 4096, 0, 1, MAP_NONBLOCK);
    call(brk, 0);
    call(brk, 0x1000);
    call(membarrier, 0, 0);
    call(membarrier, 1 << 3, 0);
    call(membarrier, 1 << 7, 1, 0);
    call(membarrier, 0x1000, 5);
    advice(area);
    policies(area);
    struct iovec local[] = {{scratch, 16}, {scratch + 32, 8}}, remote[] = {{"another process's text", 20}};
    call(process_vm_readv, getpid(), P(local), 2, P(remote), 1, 0);
    call(process_vm_readv, NO_PID, P(local), 2, P(remote), 1, 0);
    call(process_vm_writev, NO_PID, P(remote), 1, P(local), 2, 0);
    call(process_vm_writev, NO_PID, P(remote), 1, P(local), 2, 1);
    call(munmap, P(area), 0x10000);
    call(munmap, 1, 0);
}
