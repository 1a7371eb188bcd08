"""Small things about processes: starting, watching, ending them."""

import os
import signal
import time

from loop import READ

GRACE_SECONDS = 0.05


def protect():
    """The agent answers while programs use up memory and processors. False when the kernel refuses (not root)."""
    if not _set_oom_score(-1000):
        return False
    set_niceness(0, -15)
    return True


def be_ordinary():
    """As easy to kill, and as patient, as any program."""
    _set_oom_score(0)
    set_niceness(0, 0)


def set_niceness(pid, niceness):
    """Of one process, 0 for this one."""
    try:
        os.setpriority(os.PRIO_PROCESS, pid, niceness)
    except (ProcessLookupError, PermissionError):
        pass


def _set_oom_score(value):
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(str(value))
    except OSError:
        return False
    return True


class Killable:
    """While inside, programs that are started can be killed for memory; the agent itself cannot, if protected.

    Not for a bare fork: its child would leave this block, too.
    """

    def __init__(self, protected):
        self._protected = protected

    def __enter__(self):
        if self._protected:
            _set_oom_score(0)

    def __exit__(self, *_):
        if self._protected:
            _set_oom_score(-1000)


def on_exit(loop, pid, then):
    """Calls then(exit_code, cpu_seconds) when the child has ended; 128 + n stands for signal n."""
    fd = os.pidfd_open(pid)

    def ready(_events):
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if not done:
            return
        loop.unwatch(fd)
        os.close(fd)
        code = os.waitstatus_to_exitcode(status)
        then(code if code >= 0 else 128 - code, usage.ru_utime + usage.ru_stime)

    loop.watch(fd, READ, ready)


def send_signal(pid, number):
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def signal_group(group, number):
    """False when the group is gone."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def ticks_now():
    """Now, in the unit and zero of a process's start time."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME) * os.sysconf("SC_CLK_TCK"))


def descendants(root, since_ticks=0):
    """Processes below `root` that were started at or after `since_ticks`."""
    all_children = None if os.path.exists("/proc/thread-self/children") else _all_children()
    found, todo = [], [root]
    while todo:
        parent = todo.pop()
        children = _children(parent) if all_children is None else all_children.get(parent, ())
        todo += children
        found += [pid for pid in children if _stat(pid, 19) >= since_ticks]
    return found


def _children(parent):
    """Asks the kernel, where it was built to answer."""
    found = []
    try:
        for thread in os.listdir(f"/proc/{parent}/task"):
            with open(f"/proc/{parent}/task/{thread}/children", "rb") as file:
                found += map(int, file.read().split())
    except OSError:
        pass  # ended meanwhile
    return found


def _all_children():
    """By parent. Reads the state of every process, which takes long under emulation."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            children.setdefault(_stat(int(name), 1), []).append(int(name))
    return children


def _stat(pid, field):
    """A number of /proc/PID/stat, counted from 0 after the name; -1 when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[field])
    except OSError:
        return -1


def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
