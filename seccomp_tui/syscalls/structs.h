/* What system calls point to, as the kernel has it.

   struct NAME { TYPE FIELD; // MEANING [MARK] };

   TYPE      int8..int64, uint8..uint64, char, and by the size of a word slong, ulong, pointer; or `struct OTHER`.
             Padding follows from the alignment (i386 aligns 64 bits at 4); `packed` has none. A field that is named
             pad* is not shown. NAME32 stands for NAME on i386 where that is more than smaller words.
   MEANING   kind[options] [if ..] in the grammar of prototypes.txt, where the other fields are what the other
             arguments are there. Without one: a number, an address, a string (char[]), bytes (uint8[]).
   MARK      verbose: shown only with -v, otherwise `...` ends the struct; result: shown only once the call has filled
             the struct in. */

/* -- time */
struct timespec { slong tv_sec; ulong tv_nsec; };
struct timespec64 { int64 tv_sec; uint64 tv_nsec; };
struct timeval { slong tv_sec; ulong tv_usec; };
struct utimbuf { slong actime; slong modtime; };
struct itimerspec { struct timespec it_interval; struct timespec it_value; };
struct itimerspec64 { struct timespec64 it_interval; struct timespec64 it_value; };
struct itimerval { struct timeval it_interval; struct timeval it_value; };

/* -- limits */
struct rlimit {
  ulong rlim_cur; // limit
  ulong rlim_max; // limit
};
struct rlimit64 {
  uint64 rlim_cur; // limit
  uint64 rlim_max; // limit
};

/* -- files */
struct flock {
  uint16 l_type; // enum[lock_type]
  uint16 l_whence; // enum[whence]
  slong l_start; slong l_len;
  int32 l_pid; // int result
};
struct flock64 {
  uint16 l_type; // enum[lock_type]
  uint16 l_whence; // enum[whence]
  int64 l_start; int64 l_len;
  int32 l_pid; // int result
};
struct open_how {
  uint64 flags; // flags[open]
  uint64 mode; // open_how_mode
  uint64 resolve; // flags[openat2_resolve]
};
struct winsize { uint16 ws_row; uint16 ws_col; uint16 ws_xpixel; uint16 ws_ypixel; };

/* -- processes */
struct sched_param { int32 sched_priority; };
struct stack_t {
  pointer ss_sp;
  int32 ss_flags; // flags[ss_flags]
  ulong ss_size;
};
struct ucred {
  int32 pid;
  uint32 uid; // uid
  uint32 gid; // gid
};
struct cap_header { uint32 version; int32 pid; };
struct sock_fprog { uint16 len; pointer filter; };
struct mmap_arguments { ulong addr; ulong len; ulong prot; ulong flags; ulong fd; ulong offset; };
