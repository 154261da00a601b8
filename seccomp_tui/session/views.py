"""The recording's views: what is asked of it most, for the screens and for whoever opens it with sqlite3.

What comes from the target stands in summaries without control characters: a terminal may be at the other end.
"""

from __future__ import annotations

from seccomp_tui.syscalls import errnos

_RESTARTS = ", ".join(str(-number) for number in errnos.RESTARTS)
_FAILED = "kind = 1 and result between -4095 and -1"
_PERFORMED_AND_FAILED = "kind = 6 and value between -4095 and -1"
ERRNO = f"case when kind = 2 then value when {_FAILED} then -result when {_PERFORMED_AND_FAILED} then -value end"
"""The error that a call failed with, made up or not; null: none, or not known."""
RETURN = (
    f"case when kind = 2 or {_PERFORMED_AND_FAILED} then -1 when kind in (3, 5, 6) then value"
    f" when kind = 1 and result in ({_RESTARTS}) then null when {_FAILED} then -1 when kind = 1 then result end"
)
"""What a call returned, made up or not; null: nothing, or not known."""
HELD = "settled - time"
"""How long a call was held, ns; null: it was not."""
TOOK = "case when kind = 1 then returned - coalesce(settled, time) end"
"""How long a call took, ns; null: not known, or it was not done."""

_PATH = """
    case when cast(path as text) glob '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*'
    then quote(path) else cast(path as text) end"""
"""A path as text, one with control characters in hex."""
_TOTALS = """
    count(*) as calls,
    count(errno) as errors,
    sum(answer in (2, 3, 5)) as made_up,
    round(sum(took) / 1e9, 6) as seconds,
    round(avg(took) / 1e3, 1) as average_us,
    round(sum(held) / 1e9, 6) as held_seconds
"""
"""The columns that all summaries have; the last three are null where no time is known."""

VIEWS = f"""
create view outcome as  -- one row a call: what has become of it
    select seq, time, pid, tid, name, path, address, kind as answer,
        {ERRNO} as errno, {RETURN} as return, {TOOK} as took, {HELD} as held
    from call;
create view summary as  -- one row a system call
    select name as syscall, {_TOTALS} from outcome group by name order by sum(took) desc, calls desc;
create view summary_process as  -- one row a process; its names are those of its last program
    select outcome.pid, programs.ppid, comm, exe, count(distinct outcome.tid) as threads, {_TOTALS}
    from outcome left join (select pid, ppid, comm, exe, max(time) from process group by pid) as programs using (pid)
    group by outcome.pid order by min(outcome.time);
create view summary_path as  -- one row a path, as programs have written it
    select {_PATH} as path, calls, errors, made_up, seconds, average_us, held_seconds
    from (select path, {_TOTALS} from outcome where path is not null group by path) order by calls desc;
create view summary_address as  -- one row a socket address
    select address, {_TOTALS} from outcome where address is not null group by address order by calls desc;
"""  # noqa: S608
