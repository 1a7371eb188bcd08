"""One stream between the host and a service of this agent, with credit in both directions."""

import json
import struct
from collections import deque

import frames
from errors import ProtocolError

RECORD = struct.Struct(">BI")  # kind, length
STDOUT, STDERR, RESULT, ERROR, BODY = range(1, 6)


class Channel:
    """`service` gets on_data(bytes), on_end(), on_reset() and on_room(); whoever opens the channel sets it."""

    def __init__(self, link, number):
        self.service = None
        self._link = link
        self._number = number
        self._queue = deque()
        self._credit = frames.WINDOW  # what may still be sent
        self._window = frames.WINDOW  # what may still come
        self._consumed = 0
        self._abandoned = False
        self._ending = False
        self._sent_end = False
        self._got_end = False

    # Sending

    def room(self):
        """True when a service may produce more; when false, on_room() follows."""
        if self._queue or self._credit <= 0 or self._abandoned:
            return False
        if not self._link.room():
            self._link.wait_for_room(self)
            return False
        return True

    def record(self, kind, data):
        """Queues one record of the service's answer. Ask room() first for anything that is not small."""
        if self._abandoned:
            return
        self._queue.append(RECORD.pack(kind, len(data)))
        if data:
            self._queue.append(data)
        self._flush()

    def answer(self, kind, value):
        """Queues a record that holds JSON."""
        self.record(kind, json.dumps(value).encode())

    def fail(self, error):
        """Answers with a ServiceError and ends."""
        self.answer(ERROR, {"code": error.code, "message": error.message})
        self.end()

    def end(self):
        """No more will be sent once the queue is empty."""
        if self._abandoned:
            return
        self._ending = True
        self._flush()

    def pump(self):
        """Called by the link when it has room again."""
        self._flush()
        if not self._ending and self.room():
            self.service.on_room()

    def _flush(self):
        while self._queue and self._credit > 0:
            if not self._link.room():
                self._link.wait_for_room(self)
                return
            self._link.send(frames.DATA, self._number, *self._next_payload())
        if self._ending and not self._queue and not self._sent_end:
            self._sent_end = True
            self._link.send(frames.END, self._number)
            self._forget_when_done()

    def _next_payload(self):
        """Pieces of the queue that fit in one frame and in the credit."""
        pieces, room = [], min(self._credit, frames.MAX_PAYLOAD)
        while self._queue and room > 0:
            piece = self._queue.popleft()
            if len(piece) > room:
                piece = memoryview(piece)
                self._queue.appendleft(piece[room:])
                piece = piece[:room]
            pieces.append(piece)
            room -= len(piece)
            self._credit -= len(piece)
        return pieces

    # Receiving

    def consumed(self, size):
        """The service has used `size` bytes: the host may send as many more."""
        self._consumed += size
        if self._consumed >= frames.WINDOW // 2:
            self._window += self._consumed
            self._link.send(frames.CREDIT, self._number, struct.pack(">I", self._consumed))
            self._consumed = 0

    def receive(self, kind, payload):
        """Takes one frame from the host."""
        if kind == frames.DATA:
            self._window -= len(payload)
            if self._window < 0 or self._got_end:
                raise ProtocolError("Data without credit.")
            self.service.on_data(payload)
        elif kind == frames.CREDIT:
            self._credit += struct.unpack(">I", payload)[0]
            self.pump()
        elif kind == frames.END:
            self._got_end = True
            self.service.on_end()
            self._forget_when_done()
        elif kind == frames.RESET:
            self.abandon()
            if not self._sent_end:
                self._link.send(frames.RESET, self._number)
            self._link.forget(self._number)
        else:
            raise ProtocolError(f"Unexpected frame (type {kind}) on a channel.")

    def abandon(self):
        """The host is no longer interested (or gone): nothing more is sent."""
        self._queue.clear()
        self._abandoned = True
        self.service.on_reset()

    def _forget_when_done(self):
        if self._sent_end and self._got_end:
            self._link.forget(self._number)
