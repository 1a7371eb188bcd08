"""Small things about processes: starting, watching, ending them."""

import os
import signal
import time

from loop import READ

OOM_SCORE = "/proc/self/oom_score_adj"
GRACE_SECONDS = 0.05


def set_oom_score(value):
    """False when the kernel refuses (not root)."""
    try:
        with open(OOM_SCORE, "w") as file:
            file.write(str(value))
    except OSError:
        return False
    return True


class Ordinary:
    """While inside, new children are as easy to kill for memory as any program; the agent itself is not."""

    def __init__(self, protected):
        self._protected = protected

    def __enter__(self):
        if self._protected:
            set_oom_score(0)

    def __exit__(self, *_):
        if self._protected:
            set_oom_score(-1000)


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
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append((int(name), int(fields[19])))
    found, todo = [], [root]
    while todo:
        for pid, started in children.get(todo.pop(), ()):
            todo.append(pid)
            if started >= since_ticks:
                found.append(pid)
    return found


def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
