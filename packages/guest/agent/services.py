"""Gives each new channel its service: reads the request, starts what it asks for."""

import json
import os
import struct

from channel import RESULT
from errors import ServiceError
from get_file import GetFile
from identity import identify
from output import Nowhere
from put_file import PutFile
from runs import Run

MAX_REQUEST = 16 * 1024 * 1024
LENGTH = struct.Struct(">I")


class Answered:
    """A service that has said all it has to say."""

    def on_data(self, data):
        pass

    on_end = on_room = on_reset = lambda self: None


class Request:
    """The first message of a channel: four bytes of length, then JSON. Its channel then belongs to a service."""

    def __init__(self, channel, start):
        self._channel = channel
        self._start = start
        self._bytes = bytearray()

    def on_data(self, data):
        self._bytes += data
        size = LENGTH.unpack_from(self._bytes)[0] if len(self._bytes) >= LENGTH.size else 0
        end = LENGTH.size + size
        if size > MAX_REQUEST:
            self._refuse(ServiceError("invalid_request", f"The request is larger than {MAX_REQUEST} bytes."))
        elif size == 0 or len(self._bytes) < end:
            self._channel.consumed(len(data))
        else:
            rest = bytes(self._bytes[end:])
            self._channel.consumed(len(data) - len(rest))
            self._begin(bytes(self._bytes[LENGTH.size : end]), rest)

    def _begin(self, text, rest):
        self._bytes.clear()
        try:
            request = json.loads(text)
            if not isinstance(request, dict):
                raise ValueError("not an object")
            self._channel.service = Answered()  # a service may answer before it exists
            self._channel.service = self._start(self._channel, request)
        except ServiceError as error:
            self._refuse(error)
        except ValueError as error:
            self._refuse(ServiceError("invalid_request", f"The request cannot be read: {error}."))
        except Exception as error:
            self._refuse(ServiceError("guest_failed", f"The request could not be served: {error!r}."))
            raise
        else:
            if rest:
                self._channel.service.on_data(rest)

    def _refuse(self, error):
        self._channel.service = Answered()
        self._channel.fail(error)

    def on_end(self):
        self._refuse(ServiceError("invalid_request", "The channel ended before its request was complete."))

    def on_room(self):
        pass

    def on_reset(self):
        pass


class Services:
    """The table of what this agent offers."""

    def __init__(self, machine):
        self._machine = machine
        self._starts = {
            "run": lambda channel, request: Run(machine, channel, request),
            "put-file": lambda channel, request: PutFile(machine, channel, request),
            "get-file": lambda channel, request: GetFile(machine, channel, request),
            "identify": lambda channel, request: _answer(channel, identify(machine, request)),
            "warm": lambda channel, _request: Warm(machine, channel),
        }

    def serve(self, name, channel):
        """Called for each channel that the host opens."""
        channel.service = Request(channel, self._starts.get(name, _unknown))


def _unknown(_channel, _request):
    raise ServiceError("invalid_request", "This agent has no such service.")


def _answer(channel, value):
    channel.answer(RESULT, value)
    channel.end()
    return Answered()


class Warm(Answered):
    """Used while a template is made: everything that a first call needs is loaded when this has answered."""

    PROGRAMS = (
        ("python", "!true\nprint('warm')\n1 / 0  # an error, so that a traceback has been shown once\n"),
        ("bash", "echo warm | cat"),
    )

    def __init__(self, machine, channel):
        self._machine = machine
        self._channel = channel
        self._programs = list(self.PROGRAMS)
        self._next()

    def _next(self):
        if self._programs:
            language, code = self._programs.pop(0)
            Run(self._machine, WarmSink(self._next), {"language": language, "code": code, "timeoutSeconds": 60})
        else:
            os.sync()
            _answer(self._channel, {})


class WarmSink(Nowhere):
    """Throws output away and tells the end."""

    def __init__(self, ended):
        self.end = ended
