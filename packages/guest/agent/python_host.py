"""The one Python interpreter of the machine, seen from the agent: the queue before it, its end, its successor."""

import json
import os
import signal
import time
from collections import deque

from interpreter_process import InterpreterProcess
from processes import descendants, send_signal, signal_name, ticks_now

AGAIN_SECONDS = 0.075  # a first SIGINT is lost on a program inside os.system()
KILL_SECONDS = 0.15
LATE_SECONDS = 0.02  # a timer that comes later than this tells that the whole machine gets too little time
EXTENSIONS = 3


class PythonProgram:
    """One call. `starting()` when its turn has come, `ended(exit_code, cpu_seconds, note, stop_note)` is called once.

    `note` is for every end, `stop_note` says what a stop has done.
    """

    def __init__(self, host, capture, code, starting, ended):
        self.capture = capture
        self.code = code
        self.starting = starting
        self.ended = ended
        self._host = host
        host.submit(self)

    def stop(self):
        self._host.stop(self)


class PythonHost:
    """Calls run one after the other, in the order of their arrival."""

    def __init__(self, machine):
        self._machine = machine
        self._queue = deque()
        self._current = None
        self._started_ticks = 0
        self._ended_ticks = 0
        self._earlier = set()  # processes of earlier calls that the start time does not tell apart
        self._stopping = False
        self._interpreter = None
        self._environment_version = 0
        self._lost = None  # why variables were lost while no call was running
        self._count = 0

    def prepare(self):
        """Forks the interpreter if there is none, so that it is warm when it is needed."""
        if self._interpreter is None:
            self._environment_version = self._machine.environment_version
            self._interpreter = InterpreterProcess(self._machine, self._done, self._gone)

    def submit(self, program):
        self._queue.append(program)
        self._next()

    def stop(self, program):
        if program is self._current:
            if not self._stopping:
                self._stopping = True
                self._interrupt()
                self._machine.loop.later(AGAIN_SECONDS, lambda: self._interrupt(program))
                self._kill_later(program, EXTENSIONS)
        elif program in self._queue:
            self._queue.remove(program)
            program.capture.started()
            program.ended(1, 0.0, None, "it had not started, because another Python call was still running")

    def _next(self):
        if self._current is not None or not self._queue:
            return
        if self._interpreter is not None and self._interpreter.ended:
            return  # _gone() follows
        program = self._current = self._queue.popleft()
        try:
            self.prepare()
        except OSError as error:
            self._current = None
            program.capture.started()
            program.ended(1, 0.0, f"The Python interpreter could not be started: {error}.", "it had not started")
            self._next()
            return
        program.starting()
        self._stopping = False
        self._started_ticks = ticks_now()
        self._earlier.clear()
        if self._ended_ticks >= self._started_ticks:
            self._earlier.update(descendants(self._interpreter.pid, self._started_ticks))
        self._count += 1
        if self._lost is not None:
            os.write(program.capture.stderr, self._lost.encode())
            self._lost = None
        request = {"number": self._count, "code": program.code, "folder": self._machine.work_folder()}
        if self._environment_version != self._machine.environment_version:
            self._environment_version = self._machine.environment_version
            request["environment"] = self._machine.environment()
        self._interpreter.call(json.dumps(request).encode(), program.capture)
        program.capture.started()

    def _interrupt(self, program=None):
        if program is None or program is self._current:
            send_signal(self._interpreter.pid, signal.SIGINT)
            for pid in self._processes():
                send_signal(pid, signal.SIGINT)

    def _kill_later(self, program, extensions):
        due = time.monotonic() + KILL_SECONDS
        self._machine.loop.later(KILL_SECONDS, lambda: self._kill(program, due, extensions))

    def _kill(self, program, due, extensions):
        """An interpreter that could not run cannot have reacted: on a starved machine it gets longer."""
        if self._interpreter is not None:
            self._interpreter.look()
        if program is not self._current:
            return
        if extensions > 0 and time.monotonic() - due > LATE_SECONDS:
            self._kill_later(program, extensions - 1)
        else:
            for pid in self._processes():
                send_signal(pid, signal.SIGKILL)
            self._interpreter.kill()

    def _processes(self):
        """Those that the current call has started; what earlier calls left in the background is not touched."""
        found = descendants(self._interpreter.pid, self._started_ticks)
        return [pid for pid in found if pid not in self._earlier]

    def _done(self, exit_code, cpu_seconds):
        self._ended_ticks = ticks_now()
        program, self._current = self._current, None
        if program is not None:
            program.ended(exit_code, cpu_seconds, None, "Python variables were kept")
        self._next()

    def _gone(self, exit_code, cpu_seconds, was_ready):
        how = f"exit code {exit_code}" if exit_code <= 128 else f"killed by {signal_name(exit_code - 128)}"
        program, self._current = self._current, None
        self._interpreter = None
        if program is None:
            self._lost = f"The Python interpreter ended after the last call ({how}); its variables were lost.\n"
        else:
            note = None if self._stopping else f"The Python interpreter ended ({how}); its variables were lost."
            program.ended(exit_code, cpu_seconds, note, "Python variables were lost, as it did not react")
        self._next()
        if was_ready:
            self.prepare()
