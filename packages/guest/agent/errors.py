"""Errors that reach the host: a code for programs and a sentence for people."""

import errno

_CODES = {
    errno.ENOENT: "not_found",
    errno.ENOTDIR: "not_found",
    errno.EISDIR: "is_directory",
    errno.EACCES: "permission_denied",
    errno.EPERM: "permission_denied",
    errno.EROFS: "permission_denied",
    errno.ENOSPC: "no_space",
    errno.EDQUOT: "no_space",
    errno.EFBIG: "no_space",
    errno.ENAMETOOLONG: "invalid_request",
    errno.EEXIST: "invalid_request",
    errno.ELOOP: "invalid_request",
}


class ServiceError(Exception):
    """A request could not be served; the link stays as it is."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


class ProtocolError(Exception):
    """The stream from the host makes no sense; only a new hello helps."""


def from_os_error(error, what):
    """Turns an OSError into a ServiceError; `what` names the thing it happened to."""
    code = _CODES.get(error.errno, "guest_failed")
    reason = error.strerror or str(error)
    return ServiceError(code, f"{what}: {reason[:1].lower()}{reason[1:]}.")
