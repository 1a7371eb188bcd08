"""The run service: one program, its output as it comes, its end."""

import time

from channel import RESULT, STDERR
from errors import ServiceError, from_os_error
from output import Capture, Nowhere
from python_host import PythonProgram
from shell import BashProgram

MAX_SECONDS = 10_000_000
TIMED_OUT = 124


class Run:
    """`sink` is a channel, or something with its room(), record(), answer() and end()."""

    def __init__(self, machine, sink, request):
        language, code, self._seconds = _checked(request)
        self._machine = machine
        self._sink = sink
        self._timed_out = False
        self._over = False
        self._began = time.monotonic()
        self._capture = Capture(machine.loop, machine.drain, sink)
        self._timer = machine.loop.later(self._seconds, self._time_out)
        if language == "bash":
            self._program = self._start_bash(code)
        else:
            self._program = PythonProgram(machine.python, self._capture, code, self._starting, self._ended)

    def _start_bash(self, code):
        try:
            return BashProgram(self._machine, self._capture, code, self._ended)
        except (OSError, ValueError) as error:
            self._timer.cancel()
            self._capture.started()
            self._capture.discard()
            if isinstance(error, OSError):
                raise from_os_error(error, "The program could not be started") from None
            raise ServiceError("invalid_request", f"The program could not be started: {error}.") from None

    def _starting(self):
        self._began = time.monotonic()

    def _time_out(self):
        self._timed_out = True
        self._capture.ending()
        self._program.stop()

    def _ended(self, exit_code, cpu_seconds, note, stop_note):
        self._timer.cancel()
        if self._timed_out:
            exit_code = TIMED_OUT
            note = f"Stopped at its time-out of {self._seconds:g} s; {stop_note}."
        wall_seconds = time.monotonic() - self._began
        result = {"exitCode": exit_code, "wallSeconds": wall_seconds, "cpuSeconds": cpu_seconds}
        self._capture.finish(lambda: self._answer(result, note))

    def _answer(self, result, note):
        self._over = True
        if note is not None:
            line_break = b"" if self._capture.last_byte == b"\n" else b"\n"
            self._sink.record(STDERR, line_break + note.encode() + b"\n")
        self._sink.answer(RESULT, result)
        self._sink.end()

    # The channel

    def on_data(self, data):
        """Programs read nothing: their stdin is empty."""

    def on_end(self):
        """The request is complete; the host may still reset the channel."""

    def on_room(self):
        if not self._over:
            self._capture.on_room()

    def on_reset(self):
        if not self._over:
            self._timer.cancel()
            self._program.stop()
            self._sink = Nowhere()
            self._capture.change_sink(self._sink)


def _checked(request):
    language, code, seconds = request.get("language"), request.get("code"), request.get("timeoutSeconds")
    if language not in ("python", "bash"):
        raise ServiceError("invalid_request", "The language must be python or bash.")
    if not isinstance(code, str):
        raise ServiceError("invalid_request", "The code must be a text.")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 <= seconds <= MAX_SECONDS:
        raise ServiceError("invalid_request", f"The time-out must be 0 to {MAX_SECONDS} seconds.")
    return language, code, seconds
