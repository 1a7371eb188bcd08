"""Where a file of a request is."""

import os

from errors import ServiceError


def located(machine, path):
    """The absolute path. A relative one lies below the work folder and may not leave it by `..`."""
    if not isinstance(path, str) or not path or "\0" in path:
        raise ServiceError("invalid_request", "The path must be a text that is not empty.")
    if os.path.isabs(path):
        return path
    folder = machine.work_folder()
    whole = os.path.normpath(os.path.join(folder, path))
    if whole != folder and not whole.startswith(folder.rstrip("/") + "/"):
        raise ServiceError("invalid_request", f"{path} leaves {folder}; name it by its absolute path.")
    return whole
