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
struct sock_fprog {
  uint16 len;
  pointer filter; // in seccomp_filter[len]
};
struct mmap_arguments { ulong addr; ulong len; ulong prot; ulong flags; ulong fd; ulong offset; };

/* -- facilities of the kernel: bpf(2), the parts of union bpf_attr by command */
struct bpf_map_create {
  uint32 map_type; // enum[bpf_map_type]
  uint32 key_size; uint32 value_size; uint32 max_entries;
  uint32 map_flags; // flags[bpf_map_flags]
  int32 inner_map_fd; // fd
  uint32 numa_node; // uint if map_flags has BPF_F_NUMA_NODE
  char map_name[16];
  uint32 map_ifindex; uint32 btf_fd; uint32 btf_key_type_id; uint32 btf_value_type_id;
  uint32 btf_vmlinux_value_type_id;
  uint64 map_extra;
};
struct bpf_map_lookup {
  int32 map_fd; // fd
  uint32 pad;
  uint64 key; // ptr
  uint64 value; // ptr
  uint64 flags; // flags[bpf_lookup]
};
struct bpf_map_update {
  int32 map_fd; // fd
  uint32 pad;
  uint64 key; // ptr
  uint64 value; // ptr
  uint64 flags; // enum[bpf_update]
};
struct bpf_map_delete {
  int32 map_fd; // fd
  uint32 pad;
  uint64 key; // ptr
};
struct bpf_map_next {
  int32 map_fd; // fd
  uint32 pad;
  uint64 key; // ptr
  uint64 next_key; // ptr
};
struct bpf_map_freeze {
  int32 map_fd; // fd
};
struct bpf_prog_load {
  uint32 prog_type; // enum[bpf_prog_type]
  uint32 insn_cnt;
  uint64 insns; // in bpf_program[insn_cnt]
  uint64 license; // string
  uint32 log_level; uint32 log_size;
  uint64 log_buf; // in text_buffer[log_size]
  uint32 kern_version; // kernel_version
  uint32 prog_flags; // flags[bpf_prog_flags]
  char prog_name[16];
  uint32 prog_ifindex;
  uint32 expected_attach_type; // enum[bpf_attach_type]
  int32 prog_btf_fd; // fd
  uint32 func_info_rec_size;
  uint64 func_info; // ptr
  uint32 func_info_cnt; uint32 line_info_rec_size;
  uint64 line_info; // ptr
  uint32 line_info_cnt; uint32 attach_btf_id;
  int32 attach_prog_fd; // fd
  uint32 pad_core_relo_cnt;
  uint64 fd_array; // ptr
};
struct bpf_object {
  uint64 pathname; // path
  int32 bpf_fd; // fd
  uint32 file_flags; // flags[bpf_file_flags]
};
struct bpf_attach {
  int32 target_fd; // fd
  int32 attach_bpf_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 attach_flags; // flags[bpf_attach_flags]
  int32 replace_bpf_fd; // fd
};
struct bpf_detach {
  int32 target_fd; // fd
  uint32 pad_attach_bpf_fd;
  uint32 attach_type; // enum[bpf_attach_type]
};
struct bpf_test {
  int32 prog_fd; // fd
  uint32 retval; uint32 data_size_in; uint32 data_size_out;
  uint64 data_in; // ptr
  uint64 data_out; // ptr
  uint32 repeat; uint32 duration; uint32 ctx_size_in; uint32 ctx_size_out;
  uint64 ctx_in; // ptr
  uint64 ctx_out; // ptr
  uint32 flags; // flags[bpf_test_flags]
  uint32 cpu; uint32 batch_size;
};
struct bpf_next_id {
  uint32 start_id;
  uint32 next_id; // changed
  uint32 open_flags; // flags[bpf_open_flags]
};
struct bpf_prog_id {
  uint32 prog_id; uint32 next_id;
  uint32 open_flags; // flags[bpf_open_flags]
};
struct bpf_map_id {
  uint32 map_id; uint32 next_id;
  uint32 open_flags; // flags[bpf_open_flags]
};
struct bpf_btf_id { uint32 btf_id; };
struct bpf_link_id { uint32 link_id; };
struct bpf_info {
  int32 bpf_fd; // fd
  uint32 info_len; // changed
  uint64 info; // ptr
};
struct bpf_query {
  int32 target_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 query_flags; // flags[bpf_query_flags]
  uint32 attach_flags; // flags[bpf_attach_flags]
  uint64 prog_ids; // ptr
  uint32 prog_cnt;
};
struct bpf_raw_tracepoint {
  uint64 name; // string
  int32 prog_fd; // fd
};
struct bpf_btf_load {
  uint64 btf; // in bytes[btf_size]
  uint64 btf_log_buf; // ptr
  uint32 btf_size; uint32 btf_log_size; uint32 btf_log_level;
};
struct bpf_task_fd_query {
  int32 pid;
  int32 fd; // fd
  uint32 flags; uint32 buf_len;
  uint64 buf; // in text_buffer[buf_len]
  uint32 prog_id;
  uint32 fd_type; // enum[bpf_fd_type]
  uint64 probe_offset; // hex
  uint64 probe_addr; // hex
};
struct bpf_batch {
  uint64 in_batch; // ptr
  uint64 out_batch; // ptr
  uint64 keys; // ptr
  uint64 values; // ptr
  uint32 count;
  int32 map_fd; // fd
  uint64 elem_flags; // flags[bpf_lookup]
  uint64 flags; // hex
};
struct bpf_batch_update {
  uint64 pad_in_batch; uint64 pad_out_batch;
  uint64 keys; // ptr
  uint64 values; // ptr
  uint32 count;
  int32 map_fd; // fd
  uint64 elem_flags; // flags[bpf_lookup]
  uint64 flags; // hex
};
struct bpf_batch_delete {
  uint64 pad_in_batch; uint64 pad_out_batch;
  uint64 keys; // ptr
  uint64 pad_values;
  uint32 count;
  int32 map_fd; // fd
  uint64 elem_flags; // flags[bpf_lookup]
  uint64 flags; // hex
};
struct bpf_link_create {
  int32 prog_fd; // fd
  int32 target_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 flags; // hex
};
struct bpf_link_create_typed {
  int32 prog_fd; // fd
  int32 target_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 flags; // hex
  uint32 target_btf_id; // uint if target_btf_id > 0
};
struct bpf_link_create_iter {
  int32 prog_fd; // fd
  int32 target_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 flags; // hex
  uint64 iter_info; // in bpf_iter_link_info[iter_info_len]
  uint32 iter_info_len;
};
struct bpf_iter_link_info { struct bpf_iter_map map; };
struct bpf_iter_map {
  int32 map_fd; // fd
};
struct bpf_link_create_perf {
  int32 prog_fd; // fd
  int32 target_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 flags; // hex
  struct bpf_link_perf_event perf_event;
};
struct bpf_link_perf_event {
  uint64 bpf_cookie; // hex
};
struct bpf_link_create_kprobes {
  int32 prog_fd; // fd
  int32 target_fd; // fd
  uint32 attach_type; // enum[bpf_attach_type]
  uint32 flags; // hex
  struct bpf_link_kprobe_multi kprobe_multi;
};
struct bpf_link_kprobe_multi {
  uint32 flags; // flags[bpf_kprobe_multi]
  uint32 cnt;
  uint64 syms; // in string_list[cnt]
  uint64 addrs; // in hex_list[cnt]
  uint64 cookies; // in hex_list[cnt]
};
struct bpf_link_update {
  int32 link_fd; // fd
  int32 new_prog_fd; // fd
  uint32 flags; // flags[bpf_attach_flags]
  int32 old_prog_fd; // fd if flags has BPF_F_REPLACE
};
struct bpf_link_detach {
  int32 link_fd; // fd
};
struct bpf_enable_stats {
  uint32 type; // enum[bpf_stats_type]
};
struct bpf_iter_create {
  int32 link_fd; // fd
  uint32 flags; // hex
};
struct bpf_prog_bind_map {
  int32 prog_fd; // fd
  int32 map_fd; // fd
  uint32 flags; // hex
};
struct bpf_token_create {
  uint32 flags; // hex
  int32 bpffs_fd; // fd
};

/* -- facilities of the kernel: rings of requests */
struct io_uring_asked {
  uint32 pad_sq_entries; uint32 pad_cq_entries;
  uint32 flags; // flags[io_uring_setup]
  uint32 sq_thread_cpu; // hex
  uint32 sq_thread_idle;
  uint32 pad_features;
  uint32 wq_fd; // fd if flags has IORING_SETUP_ATTACH_WQ
  uint32 resv[3]; // reserved[uint32]
};
struct io_uring_given {
  uint32 sq_entries; uint32 cq_entries;
  uint32 pad_flags; uint32 pad_sq_thread_cpu; uint32 pad_sq_thread_idle;
  uint32 features; // flags[io_uring_feature]
  uint32 pad_wq_fd; uint32 pad_resv[3];
  struct io_sqring_offsets sq_off;
  struct io_cqring_offsets cq_off;
};
struct io_sqring_offsets {
  uint32 head; uint32 tail; uint32 ring_mask; uint32 ring_entries; uint32 flags; uint32 dropped; uint32 array;
  uint32 resv1; // nonzero
  uint64 resv2; // nonzero
};
struct io_cqring_offsets {
  uint32 head; uint32 tail; uint32 ring_mask; uint32 ring_entries; uint32 overflow; uint32 cqes; uint32 flags;
  uint32 resv1; // nonzero
  uint64 resv2; // nonzero
};
struct io_uring_buffer { pointer iov_base; ulong iov_len; };
struct io_uring_rsrc_files {
  uint32 nr;
  uint32 flags; // flags[io_uring_resource]
  uint64 resv2; // nonzero
  uint64 data; // in fd_list[nr]
  uint64 tags; // in hex_list[nr]
};
struct io_uring_rsrc_buffers {
  uint32 nr;
  uint32 flags; // flags[io_uring_resource]
  uint64 resv2; // nonzero
  uint64 data; // in io_uring_buffer[nr]
  uint64 tags; // in hex_list[nr]
};
struct io_uring_rsrc_files_update {
  uint32 offset;
  uint32 resv; // nonzero
  uint64 data; // in fd_list[nr]
  uint64 tags; // in hex_list[nr]
  uint32 nr;
  uint32 resv2; // nonzero
};
struct io_uring_rsrc_buffers_update {
  uint32 offset;
  uint32 resv; // nonzero
  uint64 data; // in io_uring_buffer[nr]
  uint64 tags; // in hex_list[nr]
  uint32 nr;
  uint32 resv2; // nonzero
};
struct io_uring_rsrc_update {
  int32 offset;
  uint32 resv; // nonzero
  uint64 data; // fd
};
struct io_uring_rsrc_release {
  int32 offset;
  uint32 resv; // nonzero
  uint64 data; // nonzero
};
struct io_uring_buf_reg {
  uint64 ring_addr; // ptr
  uint32 ring_entries;
  uint16 bgid;
  uint16 flags; // flags[io_uring_buffers] if flags > 0
  uint64 resv[3]; // reserved[uint64]
};
struct io_uring_probe_op {
  uint8 op; // enum[io_uring_op]
  uint8 resv; // nonzero
  uint16 flags; // flags[io_uring_op_flags]
  uint32 resv2; // nonzero
};
struct iocb {
  uint64 aio_data; // hex
  uint32 aio_key; // uint if aio_key > 0
  uint32 aio_rw_flags; // flags[rwf] if aio_rw_flags > 0
  uint16 aio_lio_opcode; // named[aio_command]
  int16 aio_reqprio; // aio_priority
  int32 aio_fildes; // fd
  uint64 aio_buf; // aio_buffer if aio_lio_opcode in IOCB_CMD_PREAD|IOCB_CMD_PWRITE|IOCB_CMD_POLL|IOCB_CMD_PREADV|IOCB_CMD_PWRITEV
  uint64 aio_nbytes; // size if aio_lio_opcode in IOCB_CMD_PREAD|IOCB_CMD_PWRITE
  int64 aio_offset; // number if aio_lio_opcode in IOCB_CMD_PREAD|IOCB_CMD_PWRITE|IOCB_CMD_PREADV|IOCB_CMD_PWRITEV
  uint64 pad_aio_reserved2;
  uint32 aio_flags; // aio_flags if aio_lio_opcode in IOCB_CMD_PREAD|IOCB_CMD_PWRITE|IOCB_CMD_POLL|IOCB_CMD_PREADV|IOCB_CMD_PWRITEV
  uint32 aio_resfd; // aio_resfd if aio_lio_opcode in IOCB_CMD_PREAD|IOCB_CMD_PWRITE|IOCB_CMD_POLL|IOCB_CMD_PREADV|IOCB_CMD_PWRITEV
};
struct iocb_head {
  uint64 aio_data; // hex
  uint32 aio_key; // uint if aio_key > 0
  uint32 aio_rw_flags; // flags[rwf] if aio_rw_flags > 0
  uint16 aio_lio_opcode; // named[aio_command]
  int16 aio_reqprio; // aio_priority
  int32 aio_fildes; // fd
  uint64 pad_aio_buf; uint64 pad_aio_nbytes; uint64 pad_aio_offset; uint64 pad_aio_reserved2;
  uint32 aio_flags; // hidden
  uint32 pad_aio_resfd;
};
struct io_event {
  uint64 data; // hex
  uint64 obj; // hex
  int64 res; int64 res2;
};

/* -- facilities of the kernel: keys, landlock, security modules, seccomp, loading kernels, counting events */
struct keyctl_dh_params {
  int32 private; // key
  int32 prime; // key
  int32 base; // key
};
struct keyctl_kdf_params {
  pointer hashname; // string
  pointer otherinfo; // in bytes[otherinfolen]
  uint32 otherinfolen;
  uint32 __spare[8]; // reserved[uint32]
};
struct keyctl_pkey_query {
  uint32 supported_ops; // flags[keyctl_pkey]
  uint32 key_size;
  uint16 max_data_size; uint16 max_sig_size; uint16 max_enc_size; uint16 max_dec_size;
  uint32 __spare[10]; // reserved[uint32]
};
struct keyctl_pkey_params {
  int32 key_id; // key
  uint32 in_len; uint32 out_len;
  uint32 __spare[7]; // reserved[uint32]
};
struct keyctl_pkey_verify {
  int32 key_id; // key
  uint32 in_len; uint32 in2_len;
  uint32 __spare[7]; // reserved[uint32]
};
struct landlock_ruleset_attr {
  uint64 handled_access_fs; // flags[landlock_fs]
  uint64 handled_access_net; // flags[landlock_net]
  uint64 scoped; // flags[landlock_scope]
};
struct landlock_path_beneath_attr packed {
  uint64 allowed_access; // flags[landlock_fs]
  int32 parent_fd; // fd
};
struct landlock_net_port_attr {
  uint64 allowed_access; // flags[landlock_net]
  uint64 port;
};
struct lsm_ctx {
  uint64 id; // enum[lsm_id]
  uint64 flags; // flags[lsm_flags]
  uint64 len; uint64 ctx_len;
};
struct seccomp_notif_sizes { uint16 seccomp_notif; uint16 seccomp_notif_resp; uint16 seccomp_data; };
struct sysctl_args {
  pointer name;
  int32 nlen;
  pointer oldval; pointer oldlenp; pointer newval; ulong newlen;
  ulong pad_unused[4];
};
struct kexec_segment { pointer buf; ulong bufsz; pointer mem; ulong memsz; };
struct perf_event_attr {
  uint32 type; // enum[perf_type]
  uint32 size; // enum[perf_attr_size]
  uint64 config; // perf_config
  uint64 sample_period; // perf_period
  uint64 sample_type; // flags[perf_sample]
  uint64 read_format; // flags[perf_format]
  uint64 bits; // perf_bits
  uint32 wakeup_events; // perf_wakeup verbose
  uint32 bp_type; // enum[perf_breakpoint] if type in PERF_TYPE_BREAKPOINT verbose
  uint64 config1; // perf_config1 verbose
  uint64 config2; // perf_config2 verbose
  uint64 branch_sample_type; // flags[perf_branch] if sample_type has PERF_SAMPLE_BRANCH_STACK verbose
  uint64 sample_regs_user; // hex verbose
  uint32 sample_stack_user; // hex if sample_type has PERF_SAMPLE_STACK_USER verbose
  int32 clockid; // perf_clock verbose
  uint64 sample_regs_intr; // hex verbose
  uint32 aux_watermark; // number verbose
  uint16 sample_max_stack; // followed[reserved_2] verbose
  uint16 reserved_2; // hidden verbose
  uint32 aux_sample_size; // followed[reserved_3] verbose
  uint32 reserved_3; // hidden verbose
  uint64 sig_data; // hex verbose
};
struct kvm_userspace_memory_region {
  uint32 slot;
  uint32 flags; // flags[kvm_memory]
  uint64 guest_phys_addr; // hex
  uint64 memory_size;
  uint64 userspace_addr; // hex
};
struct btrfs_ioctl_vol_args {
  int64 fd; // fd
  char name[4088];
};
