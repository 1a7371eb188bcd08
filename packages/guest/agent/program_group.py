"""A control group for the programs of a machine: what they take without end, they take from each other."""

import os

ROOT = "/sys/fs/cgroup"
FOLDER = ROOT + "/programs"
MIN_TASKS = 256
RESERVED_MB = 32  # for the kernel and the agent, whose pages would else be dropped and read again and again
TASKS_PER_MB = 2  # processes and threads; more make an emulated machine too slow to answer


def make_program_group():
    """True when programs can be put into the group; without control groups there is none."""
    try:
        _write(ROOT + "/cgroup.subtree_control", "+pids +memory +cpu")
        os.makedirs(FOLDER, exist_ok=True)
        memory_mb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1048576
        _write(FOLDER + "/pids.max", str(max(MIN_TASKS, memory_mb * TASKS_PER_MB)))
        _write(FOLDER + "/memory.max", f"{memory_mb - RESERVED_MB}M")
    except OSError:
        return False
    return True


def join_program_group(pid):
    """0 for this process. Does nothing where there is no group, or the process has gone."""
    try:
        _write(FOLDER + "/cgroup.procs", str(pid))
    except OSError:
        pass


def _write(path, text):
    with open(path, "w") as file:
        file.write(text)
