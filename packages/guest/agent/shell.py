"""A bash program: a process, session and group of its own for each call."""

import os
import signal
import subprocess

from processes import GRACE_SECONDS, descendants, on_exit, send_signal, signal_group

MAX_ARGUMENT = 131000  # Linux takes 128 KiB for one argument, its zero byte included


class BashProgram:
    """`ended` as for a PythonProgram; called once, after the process has ended or was ended."""

    def __init__(self, machine, capture, code, ended):
        self._loop = machine.loop
        self._capture = capture
        self._ended = ended
        self._end = None
        self._stopping = False
        self._rest = []
        script = code.encode("utf-8", "surrogateescape")
        if b"\0" in script:
            raise ValueError("a bash program cannot contain a zero byte")
        with machine.killable_children():
            self._pid = self._spawn(machine, script)
        machine.admit(self._pid)  # not before: starting is waited for, on a busy machine too
        capture.started()
        on_exit(self._loop, self._pid, self._exited)

    def _spawn(self, machine, script):
        """The process id. Popen is not kept: the loop waits for the process, with its use of the CPU."""
        if len(script) <= MAX_ARGUMENT:
            return self._popen(machine, [b"-c", b"--", script], ())
        file = os.memfd_create("program")
        try:
            with open(file, "wb", closefd=False) as writer:
                writer.write(script)
            return self._popen(machine, [f"/proc/self/fd/{file}".encode()], (file,))
        finally:
            os.close(file)

    def _popen(self, machine, arguments, pass_fds):
        process = subprocess.Popen(
            [b"/bin/bash", *arguments],
            cwd=machine.work_folder(),
            env=machine.environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._capture.stdout,
            stderr=self._capture.stderr,
            start_new_session=True,
            pass_fds=pass_fds,
        )
        process.returncode = 0  # or Popen would reap it, or complain that it still runs
        return process.pid

    def stop(self):
        """TERM, then KILL, to the group and to whatever left it but still descends from it."""
        if self._stopping or self._end is not None:
            return
        self._stopping = True
        self._rest = descendants(self._pid)
        signal_group(self._pid, signal.SIGTERM)
        for pid in self._rest:
            send_signal(pid, signal.SIGTERM)
        self._loop.later(GRACE_SECONDS, self._kill)

    def _kill(self):
        signal_group(self._pid, signal.SIGKILL)
        for pid in self._rest:
            send_signal(pid, signal.SIGKILL)
        self._stopping = False
        self._finish()

    def _exited(self, exit_code, cpu_seconds):
        self._end = (exit_code, cpu_seconds)
        self._finish()

    def _finish(self):
        if self._end is not None and not self._stopping:
            self._ended(*self._end, None, "its processes were ended")
