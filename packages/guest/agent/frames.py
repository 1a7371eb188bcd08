"""The frames of the wire. The host's half is src/frames.ts; both name the same numbers.

A frame is a header of 16 bytes and a payload. The header begins and ends with a zero byte and the magic has
none, so the magic can only ever be seen where a hello begins: the host splits payloads that contain it.
"""

import struct

from errors import ProtocolError

MAGIC = b"\xffInstaVM.link\r\n\xfe"
HEADER = struct.Struct(">IIIB3x")  # epoch (24 bits), channel, length, type
MAX_PAYLOAD = 65536
MAX_HELLO = 4096
WINDOW = 262144  # bytes that may be under way in one direction of one channel

HELLO, PING, PONG, OPEN, DATA, CREDIT, END, RESET = range(1, 9)


def header(epoch, kind, channel, size):
    """What goes before a payload of `size` bytes."""
    return HEADER.pack(epoch, channel, size, kind)


class Parser:
    """Cuts the stream into frames. Skips everything until a hello, and starts afresh at each hello."""

    def __init__(self):
        self._buffer = bytearray()
        self._tail = b""  # the last bytes seen, for a magic that arrives in two parts
        self._state = "lost"
        self.epoch = 0

    def lose(self):
        """Forgets the link: nothing counts until the next hello."""
        self._buffer.clear()
        self._state = "lost"

    def feed(self, data):
        """Yields (kind, channel, payload) for every complete frame; raises ProtocolError."""
        window = self._tail + data
        at = window.rfind(MAGIC)
        self._tail = window[1 - len(MAGIC) :]
        if at >= 0:
            self._buffer = bytearray(window[at + len(MAGIC) :])
            self._state = "hello"
        elif self._state != "lost":
            self._buffer += data
        while self._state != "lost" and len(self._buffer) >= HEADER.size:
            epoch, channel, length, kind = HEADER.unpack_from(self._buffer)
            self._check(epoch, length, kind)
            end = HEADER.size + length
            if len(self._buffer) < end:
                return
            payload = bytes(self._buffer[HEADER.size : end])
            del self._buffer[:end]
            self.epoch, self._state = epoch, "linked"
            yield kind, channel, payload

    def _check(self, epoch, length, kind):
        if self._state == "hello":
            sane = kind == HELLO and length <= MAX_HELLO and epoch != 0
        else:
            sane = PING <= kind <= RESET and length <= MAX_PAYLOAD and epoch == self.epoch
        if not sane:
            raise ProtocolError(f"Unexpected frame (type {kind}, {length} bytes, epoch {epoch}).")
