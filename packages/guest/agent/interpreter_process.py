"""The process of the Python interpreter, forked from this agent so that it starts warm."""

import json
import os
import signal
import socket

import interpreter
from loop import READ
from processes import on_exit, send_signal


class InterpreterProcess:
    """`done(exit_code, cpu_seconds)` after each call, `gone(exit_code, cpu_seconds, was_ready)` at its end.

    What comes back is written by a process that runs the user's code: it may be anything.
    """

    def __init__(self, machine, done, gone):
        self._loop = machine.loop
        self._done = done
        self._gone = gone
        self.ended = False  # or about to: it takes no more calls
        self._killed = False
        self._ready = False
        self._busy = False
        self._cpu_seconds = 0.0  # used by calls that were answered
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        folder = machine.work_folder()
        self.pid = os.fork()
        if self.pid == 0:
            interpreter.main(theirs.detach(), folder, machine.environment())
        theirs.close()
        self._socket.setblocking(False)
        self._loop.watch(self._socket.fileno(), READ, lambda _events: self.look())
        on_exit(self._loop, self.pid, self._exited)

    def call(self, request, capture):
        """Hands over the request in a file of its own, so that its size never blocks, and the pipes."""
        self._busy = True
        file = os.memfd_create("call")
        try:
            with open(file, "wb", closefd=False) as writer:
                writer.write(request)
            os.lseek(file, 0, os.SEEK_SET)
            socket.send_fds(self._socket, [b"call"], [capture.stdout, capture.stderr, file])
        except OSError:
            self.kill()  # its end answers the call
        finally:
            os.close(file)

    def kill(self):
        """From here on, only its end counts: an answer that was under way must not make it look alive."""
        self._loop.unwatch(self._socket.fileno())
        self._killed = self.ended = True
        send_signal(self.pid, signal.SIGKILL)

    def look(self):
        """Takes answers that have come but were not read yet."""
        while self._read():
            pass

    def _read(self):
        if self._killed:
            return False
        try:
            message = self._socket.recv(4096)
        except BlockingIOError:
            return False
        except OSError:
            message = b""
        if not message:
            self._loop.unwatch(self._socket.fileno())
            if not self._busy:
                self.kill()  # else it has replaced itself by another program, which may run to its end
            return False
        try:
            answer = json.loads(message)
            cpu_seconds, exit_code = float(answer["cpu"]), int(answer["code"])
            if not 0 <= cpu_seconds < 1e9:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            self.kill()
            return False
        used, self._cpu_seconds = max(0.0, cpu_seconds - self._cpu_seconds), cpu_seconds
        if not self._ready:
            self._ready = True
        elif self._busy:
            self._busy = False
            self._done(exit_code & 255, used)
        return True

    def _exited(self, exit_code, cpu_seconds):
        self.ended = True
        self.look()
        self._loop.unwatch(self._socket.fileno())
        self._socket.close()
        self._gone(exit_code, max(0.0, cpu_seconds - self._cpu_seconds), self._ready)
