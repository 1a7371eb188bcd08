"""The wire to the host: reads frames, answers hello and ping, hands the rest to channels."""

import json
import os
from collections import deque

import frames
from channel import Channel
from errors import ProtocolError
from loop import EDGE, READ, WRITE

VERSIONS = (1, 1)
MAX_CHANNELS = 256
OUT_LIMIT = 131072
READ_SIZE = 65536
WRITE_SIZE = 32768
WRITES_AT_ONCE = 8
LOOK_AGAIN_SECONDS = 1.0


class Link:
    """`serve(name, channel)` gives a new channel its service; `gone()` is called when a socket has ended."""

    def __init__(self, loop, fd, serve, info, gone):
        self._loop = loop
        self._fd = fd
        self._serve = serve
        self._info = info
        self._gone = gone  # None for a virtio port, which comes back
        self._parser = frames.Parser()
        self._channels = {}
        self._waiting = {}  # channels that want room, in order
        self._out = deque()  # pieces of frames, in order
        self._out_size = 0
        self._away = False  # no host at the other end of a virtio port
        loop.watch(fd, READ, self._ready)
        # A host that is linked with an agent before us learns that this one has never heard of it.
        self._queue(frames.MAGIC, frames.header(0, frames.HELLO, 0, 0))

    # For channels

    def room(self):
        return self._out_size < OUT_LIMIT

    def wait_for_room(self, channel):
        self._waiting[channel] = None

    def send(self, kind, channel, *pieces):
        """Queues one frame; its payload may come in pieces, which are not copied."""
        size = sum(map(len, pieces))
        self._queue(frames.header(self._parser.epoch, kind, channel, size), *pieces)

    def _queue(self, *pieces):
        if not self._out:
            self._loop.watch(self._fd, READ | WRITE, self._ready)
        self._out.extend(pieces)
        self._out_size += sum(map(len, pieces))

    def forget(self, number):
        channel = self._channels.pop(number, None)
        self._waiting.pop(channel, None)

    # The port

    def _ready(self, events):
        if events & WRITE:
            self._write()
        if events & ~WRITE:
            self._read()

    def _write(self):
        for _ in range(WRITES_AT_ONCE):
            if not self._out:
                break
            try:
                written = os.write(self._fd, self._next_piece())
            except BlockingIOError:
                break
            except OSError:
                self._host_left()
                return
            self._out_size -= written
            rest = memoryview(self._out.popleft())[written:]
            if rest:
                self._out.appendleft(rest)
        waiting, self._waiting = self._waiting, {}
        for channel in waiting:
            channel.pump()
        if not self._out:
            self._loop.watch(self._fd, READ, self._ready)

    def _next_piece(self):
        """The port takes 32 KiB at once, and every write is a notice to the host: small pieces go together."""
        if len(self._out) > 1 and len(self._out[0]) < WRITE_SIZE:
            pieces, size = [], 0
            while self._out and size < 2 * WRITE_SIZE:
                pieces.append(self._out.popleft())
                size += len(pieces[-1])
            self._out.appendleft(b"".join(pieces))
        return self._out[0]

    def _read(self):
        data = self._receive()
        if data:
            self._take(data)
        elif data is not None:
            self._host_left()

    def _take(self, data):
        try:
            for kind, channel, payload in self._parser.feed(data):
                self._frame(kind, channel, payload)
        except ProtocolError as error:
            self._reset_all()
            self.send(frames.RESET, 0, str(error).encode())
            self._parser.lose()

    def _receive(self):
        """None when there is nothing now, empty when the host is gone. The port gives 4 KiB at once."""
        pieces, size = [], 0
        while size < READ_SIZE:
            try:
                data = os.read(self._fd, READ_SIZE)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            if not data:
                return b"".join(pieces)
            pieces.append(data)
            size += len(data)
        return b"".join(pieces) if pieces else None

    def _host_left(self):
        """A virtio port without a host always polls as ready: so wait for a change of its state only."""
        self._reset_all()
        self._parser.lose()
        if self._gone is not None:
            self._loop.unwatch(self._fd)
            self._gone()
            return
        self._away = True
        self._loop.watch(self._fd, READ | WRITE | EDGE, self._look_again)
        self._loop.later(LOOK_AGAIN_SECONDS, self._look_again_later)

    def _look_again(self, _events=0):
        data = self._receive()
        if data == b"" or not self._away:
            return
        self._away = False
        self._loop.watch(self._fd, READ, self._ready)
        if data:
            self._take(data)

    def _look_again_later(self):
        self._look_again()
        if self._away:
            self._loop.later(LOOK_AGAIN_SECONDS, self._look_again_later)

    # Frames

    def _frame(self, kind, number, payload):
        if kind == frames.HELLO:
            self._hello(payload)
        elif kind == frames.PING:
            self.send(frames.PONG, 0, payload)
        elif kind == frames.OPEN:
            self._open(number, payload)
        elif number in self._channels:
            self._channels[number].receive(kind, payload)
        # Else a frame that was under way when this side had already finished with the channel.

    def _hello(self, payload):
        self._reset_all()
        try:
            wanted = json.loads(payload)["protocol"]
            version = min(VERSIONS[1], int(wanted["max"]))
            agreed = version >= max(VERSIONS[0], int(wanted["min"]))
        except (ValueError, KeyError, TypeError):
            raise ProtocolError("The hello cannot be read.") from None
        if agreed:
            answer = {"protocol": version, **self._info}
        else:
            answer = {"error": f"This agent speaks protocol {VERSIONS[0]} to {VERSIONS[1]}."}
        self._queue(frames.MAGIC)
        self.send(frames.HELLO, 0, json.dumps(answer).encode())

    def _open(self, number, payload):
        if number in self._channels or number == 0:
            raise ProtocolError("A channel was opened twice.")
        if len(self._channels) >= MAX_CHANNELS:
            refusal = {"code": "too_many_channels", "message": f"More than {MAX_CHANNELS} uses at once."}
            self.send(frames.RESET, number, json.dumps(refusal).encode())
            return
        channel = Channel(self, number)
        self._channels[number] = channel
        self._serve(payload.decode("utf-8", "replace"), channel)

    def _reset_all(self):
        """Old channels, and what was queued for the old link, mean nothing to a new one."""
        channels, self._channels = self._channels, {}
        self._waiting.clear()
        for channel in channels.values():
            channel.abandon()
        self._out.clear()
        self._out_size = 0
