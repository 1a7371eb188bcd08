"""A clone of the template becomes a machine of its own: clock, random numbers, name, environment."""

import base64
import fcntl
import os
import re
import socket
import struct
import time

from errors import ServiceError

RNDADDENTROPY = 0x40085203
RNDRESEEDCRNG = 0x5207
MIN_ENTROPY = 32

_HOSTNAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,62}[A-Za-z0-9])?")
_MACHINE_ID = re.compile(r"[0-9a-f]{32}")


def identify(machine, request):
    """Answers {"warnings": [text]}. A wrong clock or shared random numbers are errors, the rest is told."""
    entropy = _checked(request)
    machine.add_environment(request["env"])
    if machine.test_mode:
        return {"warnings": []}
    try:
        time.clock_settime(time.CLOCK_REALTIME, request["unixMs"] / 1000)
        _add_entropy(entropy)
    except OSError as error:
        raise ServiceError("guest_failed", f"The clock or the random numbers cannot be set: {error}.") from None
    name, machine_id = request["hostname"], request["machineId"]
    steps = (
        ("hostname", lambda: socket.sethostname(name)),
        ("/etc/hostname", lambda: _write("/etc/hostname", name + "\n")),
        ("/etc/machine-id", lambda: _write("/etc/machine-id", machine_id + "\n")),
    )
    return {"warnings": [text for text in (_try(*step) for step in steps) if text]}


def _checked(request):
    env, unix_ms = request.get("env"), request.get("unixMs")
    try:
        entropy = base64.b64decode(request.get("entropy"), validate=True)
    except (TypeError, ValueError):
        entropy = b""
    texts = isinstance(env, dict) and all(
        isinstance(value, str) and "\0" not in key + value and key and "=" not in key for key, value in env.items()
    )
    checks = (
        (_HOSTNAME.fullmatch(str(request.get("hostname"))), "hostname"),
        (_MACHINE_ID.fullmatch(str(request.get("machineId"))), "machineId"),
        (len(entropy) >= MIN_ENTROPY, "entropy"),
        (isinstance(unix_ms, (int, float)) and 0 < unix_ms < 1e14, "unixMs"),
        (texts, "env"),
    )
    wrong = [name for good, name in checks if not good]
    if wrong:
        raise ServiceError("invalid_request", f"The identity cannot be used: {', '.join(wrong)}.")
    return entropy


def _add_entropy(entropy):
    fd = os.open("/dev/urandom", os.O_WRONLY | os.O_CLOEXEC)
    try:
        fcntl.ioctl(fd, RNDADDENTROPY, struct.pack("ii", len(entropy) * 8, len(entropy)) + entropy)
        fcntl.ioctl(fd, RNDRESEEDCRNG)
    finally:
        os.close(fd)


def _write(path, text):
    with open(path, "w") as file:
        file.write(text)


def _try(what, step):
    try:
        step()
    except OSError as error:
        return f"{what}: {error.strerror}"
    return None
