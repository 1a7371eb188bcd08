"""The Python interpreter that runs users' programs: forked from the agent, one for each machine.

It keeps `__main__` between calls. File descriptors 1 and 2 are exchanged at each call, so that child processes
and C code are captured like print().
"""

import ast  # noqa: F401 (traceback loads it, and tokenize, when it first shows an error)
import builtins
import importlib
import json
import locale
import os
import resource
import signal
import site
import socket
import sys
import tokenize  # noqa: F401
import traceback
import types

import program
import program_source
from processes import be_ordinary
from program_group import join_program_group

CONTROL_FD = 200  # out of the way of programs that expect the next descriptor to be 3


def main(control, folder, environment):
    """Never returns. Called in the child, right after the fork."""
    try:
        _leave_agent(control, folder, environment)
        Interpreter(socket.socket(fileno=CONTROL_FD)).serve()
    except BaseException:  # the process ends here, whatever it is
        traceback.print_exc()
    finally:
        os._exit(70)


def _leave_agent(control, folder, environment):
    """Keeps nothing of the agent but the modules of the standard library that it has loaded."""
    os.setsid()
    be_ordinary()
    join_program_group(0)
    os.dup2(control, CONTROL_FD, inheritable=False)
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.closerange(3, CONTROL_FD)
    os.closerange(CONTROL_FD + 1, 65536)
    signal.signal(signal.SIGINT, _ignore)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for name, module in list(sys.modules.items()):
        if os.path.dirname(getattr(module, "__file__", None) or "") == program.OWN_FOLDER:
            del sys.modules[name]
    sys.path[:] = [path for path in sys.path if path not in ("", program.OWN_FOLDER)]
    site.main()
    sys.path.extend(path for path in site.getsitepackages() if path not in sys.path)
    sys.path.insert(0, "")
    sys.argv[:] = [""]
    try:
        locale.setlocale(locale.LC_CTYPE, environment["LANG"])  # init may have started us without one
    except locale.Error:
        pass
    sys.dont_write_bytecode = False


def _ignore(_number, _frame):
    """SIGINT between calls: the call that it was meant for has ended."""


class Interpreter:
    """Serves calls that come over a socket of the agent."""

    def __init__(self, control):
        self._control = control
        self._pid = os.getpid()
        self._main = types.ModuleType("__main__")
        self._main.__dict__["__builtins__"] = builtins
        sys.modules["__main__"] = self._main
        os.register_at_fork(after_in_child=control.close)
        program.prepare_builtins()
        program.open_streams(afresh=True)

    def serve(self):
        """Answers one call after the other until the agent is gone."""
        self._report(0)
        while True:
            program.open_descriptors()
            message, descriptors, _, _ = socket.recv_fds(self._control, 64, 3)
            if not message:
                os._exit(0)
            request = _take(*descriptors)
            try:
                code = self._call(request)
            except KeyboardInterrupt:  # it struck between the program's end and ours
                code = 130
            signal.signal(signal.SIGINT, _ignore)
            program.flush()
            if os.getpid() != self._pid:  # the program has forked, and this is its child's end
                os._exit(code)
            self._report(code)

    def _report(self, code):
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        cpu = sum(usage.ru_utime + usage.ru_stime for usage in used)
        self._control.send(json.dumps({"code": code, "cpu": cpu}).encode())

    def _call(self, request):
        program.open_streams()
        if "environment" in request:
            program.become(request["environment"])
        importlib.invalidate_caches()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            code = program_source.compile_program(request["code"], request["number"])
        except Exception as error:  # SyntaxError, but also zero bytes, depth, memory
            program.show(error.with_traceback(None))
            return 1
        try:
            exec(code, self._main.__dict__)
        except SystemExit as end:
            return program.exit_code(end)
        except BaseException as error:  # what ends a script ends a call
            program.show(error)
            return 130 if isinstance(error, KeyboardInterrupt) else 1
        return 0


def _take(out, err, file):
    """Puts the new pipes in the place of the last call's and reads the request."""
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.close(out)
    os.close(err)
    with open(file, "rb") as reader:
        return json.load(reader)
