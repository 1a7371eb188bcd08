"""Takes what a program writes to its stdout and stderr and passes it on, never faster than it is read."""

import fcntl
import os
import struct
import termios

from channel import STDERR, STDOUT
from loop import READ

CHUNK = 65536
PIPE_SIZE = 262144
PAUSE_SECONDS = 0.003  # between two reads of a pipe: else a program that writes small pieces wakes us for each
LATE_LIMIT = 262144  # bytes kept for a slow reader once the program is being ended, so that it can flush
MAX_DRAINS = 256


class Drain:
    """Reads and forgets what background programs write after their call was answered.

    Closing the pipe instead would kill them with SIGPIPE.
    """

    def __init__(self, loop):
        self._loop = loop
        self._fds = {}

    def take(self, fd):
        if len(self._fds) >= MAX_DRAINS:
            self._close(next(iter(self._fds)))
        self._fds[fd] = None
        self._watch(fd)

    def _read(self, fd):
        try:
            if not os.read(fd, CHUNK):
                self._close(fd)
                return
        except BlockingIOError:
            return
        self._loop.unwatch(fd)
        self._loop.later(PAUSE_SECONDS, lambda: self._again(fd))

    def _again(self, fd):
        if fd in self._fds:
            self._watch(fd)

    def _watch(self, fd):
        self._loop.watch(fd, READ, lambda _events: self._read(fd))

    def _close(self, fd):
        del self._fds[fd]
        self._loop.unwatch(fd)
        os.close(fd)


class Nowhere:
    """A sink for what nobody reads."""

    def room(self):
        return True

    def record(self, kind, data):
        pass

    def answer(self, kind, value):
        pass

    def end(self):
        pass


class Capture:
    """Two pipes. The sink has room(), record(kind, data); call on_room() when it has room again."""

    def __init__(self, loop, drain, sink):
        self._loop = loop
        self._drain = drain
        self._sink = sink
        self._kinds = {}  # read end -> kind of record
        self._left = {}  # read end -> bytes still wanted, once the program has ended
        self._finished = None
        self._late = None
        out, self.stdout = self._pipe(STDOUT)
        err, self.stderr = self._pipe(STDERR)
        self._order = (out, err)
        self.last_byte = b"\n"

    def _pipe(self, kind):
        ours, theirs = os.pipe()
        os.set_blocking(ours, False)
        try:
            fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, PIPE_SIZE)
        except OSError:
            pass  # a limit of the kernel for all pipes together
        self._kinds[ours] = kind
        self._watch(ours)
        return ours, theirs

    def started(self):
        """The program has its ends now."""
        os.close(self.stdout)
        os.close(self.stderr)

    def ending(self):
        """The program is being told to end: take a little more than the reader wants, so that it can."""
        self._late = LATE_LIMIT
        self.on_room()

    def on_room(self):
        if self._finished is not None:
            self._take_rest()
            return
        for fd in self._kinds:
            self._watch(fd)

    def change_sink(self, sink):
        """From now on, output goes there."""
        self._sink = sink
        self.on_room()

    def finish(self, then):
        """The program has ended: passes on what is in the pipes now, then calls `then`."""
        for fd in self._kinds:
            count = fcntl.ioctl(fd, termios.FIONREAD, b"\0\0\0\0")
            self._left[fd] = struct.unpack("i", count)[0]
        self._finished = then
        self._take_rest()

    def _watch(self, fd):
        self._loop.watch(fd, READ, lambda _events: self._ready(fd))

    def _ready(self, fd):
        if self._finished is not None:
            self._loop.unwatch(fd)
            return
        for _ in range(PIPE_SIZE // CHUNK):
            if not self._room() or len(self._read(fd, CHUNK) or b"") < CHUNK:
                break
        if fd in self._kinds:
            self._loop.unwatch(fd)
            self._loop.later(PAUSE_SECONDS, lambda: self._again(fd))

    def _again(self, fd):
        if fd in self._kinds and self._finished is None and self._room():
            self._watch(fd)

    def _room(self):
        return self._sink.room() or (self._late is not None and self._late > 0)

    def _read(self, fd, limit):
        try:
            data = os.read(fd, limit)
        except BlockingIOError:
            data = None
        if data:
            if self._late is not None and not self._sink.room():
                self._late -= len(data)
            if self._kinds[fd] == STDERR:
                self.last_byte = data[-1:]
            self._sink.record(self._kinds[fd], data)
        elif data is not None:
            self._loop.unwatch(fd)
            self._kinds.pop(fd)
            self._left.pop(fd, None)
            os.close(fd)
        return data

    def _take_rest(self):
        for fd in self._order:
            while self._left.get(fd, 0) > 0:
                if not self._sink.room():
                    return
                data = self._read(fd, min(CHUNK, self._left[fd]))
                if fd in self._left:
                    self._left[fd] = self._left[fd] - len(data) if data else 0
        then, self._finished = self._finished, None
        self.discard()
        then()

    def discard(self):
        """Nobody wants the rest."""
        for fd in self._kinds:
            self._drain.take(fd)
        self._kinds.clear()
        self._left.clear()
