"""What the services share: the loop, the environment of programs, the work folder, the interpreter."""

import os

from output import Drain
from processes import Killable, set_niceness
from program_group import join_program_group

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
BASE_ENVIRONMENT = {
    "PATH": PATH,
    "HOME": "/root",
    "USER": "root",
    "LOGNAME": "root",
    "SHELL": "/bin/bash",
    "LANG": "C.UTF-8",
}


class Machine:
    """`test_mode` leaves the computer's clock, names and random numbers alone."""

    def __init__(self, loop, work_folder, test_mode, protected):
        self.loop = loop
        self.test_mode = test_mode
        self.drain = Drain(loop)
        self.python = None  # set by main, which forks the first interpreter
        self.environment_version = 0
        self._work_folder = work_folder
        self._protected = protected
        self._environment = dict(BASE_ENVIRONMENT)
        if test_mode:
            self._environment["PATH"] = os.environ.get("PATH", PATH)

    def environment(self):
        return self._environment

    def add_environment(self, values):
        self._environment = {**self._environment, **values}
        self.environment_version += 1

    def work_folder(self):
        """Made again when a program has removed it."""
        os.makedirs(self._work_folder, exist_ok=True)
        return self._work_folder

    def killable_children(self):
        return Killable(self._protected)

    def admit(self, pid):
        """A program that has just been started gets the standing of programs."""
        if self._protected:
            set_niceness(pid, 0)
            join_program_group(pid)
