"""The guest agent: PID 1's child, the only thing in the machine that the host talks to.

    python3 main.py [/dev/virtio-ports/agent]
    python3 main.py --socket PATH --test-mode --work-folder FOLDER

With --test-mode, nothing of the computer is changed: not its clock, its names, its random numbers.
"""

import argparse
import gc
import os
import socket
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from link import Link  # noqa: E402 (-I keeps this folder out of the path)
from loop import Loop  # noqa: E402
from machine import Machine  # noqa: E402
from processes import protect  # noqa: E402
from program_group import make_program_group  # noqa: E402
from python_host import PythonHost  # noqa: E402
from services import Services  # noqa: E402

VERSION = "0.1.0"


def main():
    options = _options()
    protected = not options.test_mode and protect()
    if protected:
        make_program_group()
    loop = Loop(lambda error: traceback.print_exception(error))
    machine = Machine(loop, options.work_folder, options.test_mode, protected)
    machine.python = PythonHost(machine)
    gc.collect()
    gc.freeze()  # what the interpreter shares with this process stays shared
    machine.python.prepare()
    info = {"agent": VERSION, "python": sys.version.split()[0]}
    serve = Services(machine).serve
    if options.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(options.socket)
        connection.setblocking(False)
        Link(loop, connection.fileno(), serve, info, loop.stop)
    else:
        Link(loop, os.open(options.port, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC), serve, info, None)
    loop.run()


def _options():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("port", nargs="?", default="/dev/virtio-ports/agent")
    parser.add_argument("--socket", help="a Unix socket to connect to, instead of the port")
    parser.add_argument("--test-mode", action="store_true")
    parser.add_argument("--work-folder", default="/app")
    return parser.parse_args()


if __name__ == "__main__":
    main()
