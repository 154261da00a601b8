/* Layouts of what system calls point to, as the kernel has them: x86_64 and aarch64; NAME32 is i386's where it
   differs. Padding is written out; nothing is aligned by the reader (structs.py). */

struct timespec { int64 tv_sec; uint64 tv_nsec; };
struct timespec32 { int32 tv_sec; uint32 tv_nsec; };
struct timeval { int64 tv_sec; uint64 tv_usec; };
struct timeval32 { int32 tv_sec; uint32 tv_usec; };
struct utimbuf { int64 actime; int64 modtime; };
struct utimbuf32 { int32 actime; int32 modtime; };
struct itimerspec { struct timespec it_interval; struct timespec it_value; };
struct itimerspec32 { struct timespec32 it_interval; struct timespec32 it_value; };
struct itimerval { struct timeval it_interval; struct timeval it_value; };
struct itimerval32 { struct timeval32 it_interval; struct timeval32 it_value; };
struct rlimit { uint64 rlim_cur; uint64 rlim_max; };
struct rlimit32 { uint32 rlim_cur; uint32 rlim_max; };
struct rlimit64 { uint64 rlim_cur; uint64 rlim_max; };
struct iovec { uint64 iov_base; uint64 iov_len; };
struct iovec32 { uint32 iov_base; uint32 iov_len; };
struct msghdr {
  uint64 msg_name; int32 msg_namelen; uint32 pad0; uint64 msg_iov; uint64 msg_iovlen;
  uint64 msg_control; uint64 msg_controllen; uint32 msg_flags; uint32 pad1;
};
struct msghdr32 {
  uint32 msg_name; int32 msg_namelen; uint32 msg_iov; uint32 msg_iovlen;
  uint32 msg_control; uint32 msg_controllen; uint32 msg_flags;
};
struct cmsghdr { uint64 cmsg_len; int32 cmsg_level; int32 cmsg_type; };
struct cmsghdr32 { uint32 cmsg_len; int32 cmsg_level; int32 cmsg_type; };
struct sockaddr_un { uint16 sun_family; char sun_path[108]; };
struct sockaddr_in { uint16 sin_family; uint16 sin_port; uint32 sin_addr; uint8 sin_zero[8]; };
struct sockaddr_in6 {
  uint16 sin6_family; uint16 sin6_port; uint32 sin6_flowinfo; uint8 sin6_addr[16]; uint32 sin6_scope_id;
};
struct pollfd { int32 fd; int16 events; int16 revents; };
struct sigaction { uint64 sa_handler; uint64 sa_flags; uint64 sa_restorer; uint64 sa_mask; };
struct sigaction32 { uint32 sa_handler; uint32 sa_flags; uint32 sa_restorer; uint64 sa_mask; };
struct stack_t { uint64 ss_sp; int32 ss_flags; uint32 pad0; uint64 ss_size; };
struct stack_t32 { uint32 ss_sp; int32 ss_flags; uint32 ss_size; };
struct flock { int16 l_type; int16 l_whence; uint32 pad0; int64 l_start; int64 l_len; int32 l_pid; uint32 pad1; };
struct flock32 { int16 l_type; int16 l_whence; int32 l_start; int32 l_len; int32 l_pid; };
struct flock64 { int16 l_type; int16 l_whence; int64 l_start; int64 l_len; int32 l_pid; };
struct open_how { uint64 flags; uint64 mode; uint64 resolve; };
struct clone_args {
  uint64 flags; uint64 pidfd; uint64 child_tid; uint64 parent_tid; uint64 exit_signal; uint64 stack; uint64 stack_size;
  uint64 tls; uint64 set_tid; uint64 set_tid_size; uint64 cgroup;
};
struct sched_param { int32 sched_priority; };
struct linger { int32 l_onoff; int32 l_linger; };
struct ucred { int32 pid; uint32 uid; uint32 gid; };
struct cap_header { uint32 version; int32 pid; };
struct sock_fprog { uint16 len; uint8 pad0[6]; uint64 filter; };
struct sock_fprog32 { uint16 len; uint8 pad0[2]; uint32 filter; };
struct winsize { uint16 ws_row; uint16 ws_col; uint16 ws_xpixel; uint16 ws_ypixel; };
struct mmap_arguments { uint64 addr; uint64 len; uint64 prot; uint64 flags; uint64 fd; uint64 offset; };
struct mmap_arguments32 { uint32 addr; uint32 len; uint32 prot; uint32 flags; uint32 fd; uint32 offset; };
