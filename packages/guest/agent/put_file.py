"""The service put-file: streamed to the disk, complete or not at all."""

import os
import stat

from channel import RESULT
from errors import ServiceError, from_os_error
from paths import located


class PutFile:
    """Writes beside the target and renames at the end, so that nobody ever sees half a file."""

    def __init__(self, machine, channel, request):
        self._channel = channel
        self._file = self._temporary = None
        self._path = located(machine, request.get("path"))
        self._size = self._left = _whole_number(request.get("size"), "size", 1 << 60)
        self._mode = request.get("mode")
        if self._mode is not None:
            _whole_number(self._mode, "mode", 0o7777)
        if str(request["path"]).endswith("/"):
            raise ServiceError("is_directory", f"{request['path']} names a folder; name the file in it.")
        try:
            self._open(bool(request.get("recursive")))
        except OSError as error:
            self._remove()
            raise from_os_error(error, f"{self._path} cannot be written") from None
        if self._size == 0:
            self._complete()

    def _open(self, recursive):
        self._target = os.path.realpath(self._path)
        try:
            existing = os.stat(self._target)
        except FileNotFoundError:
            existing = None
        if existing is not None and stat.S_ISDIR(existing.st_mode):
            raise ServiceError("is_directory", f"{self._path} is a folder; name the file in it.")
        if existing is not None and not stat.S_ISREG(existing.st_mode):
            raise ServiceError("not_a_file", f"{self._path} is not a regular file.")
        folder = os.path.dirname(self._target)
        if recursive:
            os.makedirs(folder, exist_ok=True)
        elif not os.path.isdir(folder):
            raise ServiceError(
                "no_parent", f"The folder {folder} does not exist; create it first or upload with recursive."
            )
        self._temporary = os.path.join(folder, f".instavm-{os.urandom(6).hex()}")
        self._file = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        mode = self._mode
        if mode is None:
            mode = stat.S_IMODE(existing.st_mode) if existing is not None else 0o644
        if existing is not None:
            os.fchown(self._file, existing.st_uid, existing.st_gid)
        os.fchmod(self._file, mode)

    def on_data(self, data):
        if self._file is None:
            return  # already answered
        if len(data) > self._left:
            self._fail(ServiceError("invalid_request", "More bytes came than the size that was announced."))
            return
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]
        except OSError as error:
            self._fail(from_os_error(error, f"{self._path} cannot be written"))
            return
        self._channel.consumed(len(data))
        self._left -= len(data)
        if self._left == 0:
            self._complete()

    def on_end(self):
        if self._file is not None:
            done = self._size - self._left
            message = f"Only {done} of {self._size} bytes came; {self._path} is as it was."
            self._fail(ServiceError("incomplete", message))

    def on_room(self):
        """Nothing is sent but the answer."""

    def on_reset(self):
        self._remove()

    def _complete(self):
        try:
            os.close(self._file)
            self._file = None
            os.rename(self._temporary, self._target)
        except OSError as error:
            self._fail(from_os_error(error, f"{self._path} cannot be written"))
            return
        self._temporary = None
        self._channel.answer(RESULT, {"path": self._path, "size": self._size})
        self._channel.end()

    def _fail(self, error):
        self._remove()
        self._channel.fail(error)

    def _remove(self):
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._temporary is not None:
            try:
                os.unlink(self._temporary)
            except OSError:
                pass  # removed by a program, with its folder perhaps
            self._temporary = None


def _whole_number(value, name, limit):
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= limit:
        raise ServiceError("invalid_request", f"The {name} must be a whole number from 0 to {limit}.")
    return value
