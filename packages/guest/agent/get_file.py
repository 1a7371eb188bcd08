"""The service get-file: streamed from the disk, as fast as it is read."""

import os
import stat

from channel import BODY, RESULT
from errors import ServiceError, from_os_error
from paths import located

CHUNK = 65536
MAX_UNSIZED = 1048576  # for files of /proc and /sys, which say that they are empty


class GetFile:
    """Answers the size, then exactly as many bytes."""

    def __init__(self, machine, channel, request):
        self._channel = channel
        self._path = located(machine, request.get("path"))
        try:
            self._file = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            self._left = self._measure()
        except OSError as error:
            raise from_os_error(error, f"{self._path} cannot be read") from None
        channel.answer(RESULT, {"size": self._left})
        self.on_room()

    def _measure(self):
        found = os.fstat(self._file)
        self._ahead = b""
        error = None
        if stat.S_ISDIR(found.st_mode):
            error = ServiceError("is_directory", f"{self._path} is a folder; name a file in it.")
        elif not stat.S_ISREG(found.st_mode):
            error = ServiceError("not_a_file", f"{self._path} is not a regular file.")
        if error is not None:
            self._close()
            raise error
        if found.st_size == 0:
            self._ahead = self._read(MAX_UNSIZED)
            return len(self._ahead)
        return found.st_size

    def _read(self, limit):
        parts = []
        while limit > 0:
            data = os.read(self._file, min(limit, CHUNK))
            if not data:
                break
            parts.append(data)
            limit -= len(data)
        return b"".join(parts)

    def on_room(self):
        while self._file is not None and self._left > 0 and self._channel.room():
            try:
                data, self._ahead = self._ahead[:CHUNK], self._ahead[CHUNK:]
                data = data or os.read(self._file, min(CHUNK, self._left))
            except OSError as error:
                self._close()
                self._channel.fail(from_os_error(error, f"{self._path} cannot be read"))
                return
            if not data:
                self._close()
                self._channel.fail(ServiceError("incomplete", f"{self._path} became shorter meanwhile."))
                return
            self._left -= len(data)
            self._channel.record(BODY, data)
        if self._left == 0 and self._file is not None:
            self._close()
            self._channel.end()

    def on_data(self, data):
        """Nothing is expected after the request."""

    def on_end(self):
        """The request is complete."""

    def on_reset(self):
        self._close()

    def _close(self):
        if self._file is not None:
            os.close(self._file)
            self._file = None
