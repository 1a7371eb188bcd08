"""What happens around a Python program inside the interpreter: its streams, its errors, its shell lines."""

import builtins
import importlib
import io
import os
import random
import signal
import subprocess
import sys
import time
import traceback

import program_source

OWN_FOLDER = os.path.dirname(os.path.abspath(__file__))
_STREAMS = (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w"))


def prepare_builtins():
    setattr(builtins, program_source.SHELL_NAME, run_shell_line)
    builtins.exit = builtins.quit = leave


def leave(code=None):
    """Unlike site's exit(), does not close stdin."""
    raise SystemExit(code)


def open_streams(afresh=False):
    """The program may have closed them; what it has put in their place stays."""
    for name, fd, mode in _STREAMS:
        stream = getattr(sys, name)
        if afresh or stream is None or getattr(stream, "closed", False):
            errors = "backslashreplace" if fd == 2 else "surrogateescape"
            raw = open(fd, mode + "b", closefd=False)
            stream = io.TextIOWrapper(raw, "utf-8", errors, line_buffering=True)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def open_descriptors():
    """The program may have closed 0 to 2; what comes next must not land there."""
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def flush():
    """Python's buffers, and those of the C library if the program can have used them."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # closed or replaced by the program: nothing that could be saved
            pass
    if "ctypes" in sys.modules:
        sys.modules["ctypes"].CDLL(None).fflush(None)


def become(environment):
    """The machine has got its identity: clones of one template must not draw the same random numbers."""
    os.environ.update(environment)
    random.seed()
    time.tzset()
    for path in reversed(environment.get("PYTHONPATH", "").split(os.pathsep)):
        if path and path not in sys.path:
            sys.path.insert(1, path)


def exit_code(end):
    """As at the end of a script: a number, nothing, or a message for stderr."""
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code & 255
    print(end.code, file=sys.stderr)
    return 1


def show(error):
    """Prints the traceback as Python does, without the frames of this agent."""
    if sys.excepthook is not sys.__excepthook__:
        sys.excepthook(type(error), error, error.__traceback__)
        return
    shown = traceback.TracebackException.from_exception(error, compact=True)
    _leave_own_frames_out(shown)
    print("".join(shown.format()), end="", file=sys.stderr)


def _leave_own_frames_out(shown):
    todo = [shown]
    while todo:
        item = todo.pop()
        if item is None:
            continue
        frames = [frame for frame in item.stack if os.path.dirname(frame.filename) != OWN_FOLDER]
        item.stack = traceback.StackSummary.from_list(frames) if frames else None
        todo += [item.__cause__, item.__context__, *(item.exceptions or ())]


def run_shell_line(command):
    """A `!` line: its output goes where the program's goes; a failure is an exception."""
    flush()
    arguments = ["bash", "-c", "--", command]
    pid = os.posix_spawn("/bin/bash", arguments, os.environ, setpgroup=0, setsigdef=[signal.SIGPIPE])
    try:
        _, status = os.waitpid(pid, 0)
    except BaseException:  # interrupted: the command must not outlive its line
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    importlib.invalidate_caches()  # it may have installed something
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        raise subprocess.CalledProcessError(code, command)
