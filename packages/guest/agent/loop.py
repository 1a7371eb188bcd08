"""One thread, one epoll, one heap of timers: everything the agent waits for."""

import heapq
import itertools
import select
import time

READ = select.EPOLLIN
WRITE = select.EPOLLOUT
HANGUP = select.EPOLLHUP
EDGE = select.EPOLLET


class Timer:
    """Returned by Loop.later."""

    __slots__ = ("callback",)

    def __init__(self, callback):
        self.callback = callback

    def cancel(self):
        self.callback = None


class Loop:
    """Calls handlers until stop(). A handler that raises is reported, never fatal."""

    def __init__(self, report):
        self._epoll = select.epoll()
        self._handlers = {}
        self._timers = []
        self._order = itertools.count()
        self._report = report
        self._running = False

    def watch(self, fd, events, handler):
        """Calls handler(events) when fd is ready. Handlers must bear a call without cause."""
        if fd in self._handlers:
            self._epoll.modify(fd, events)
        else:
            self._epoll.register(fd, events)
        self._handlers[fd] = handler

    def unwatch(self, fd):
        if self._handlers.pop(fd, None) is not None:
            self._epoll.unregister(fd)

    def later(self, seconds, callback):
        timer = Timer(callback)
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._order), timer))
        return timer

    def stop(self):
        self._running = False

    def run(self):
        self._running = True
        while self._running:
            for fd, events in self._wait():
                handler = self._handlers.get(fd)
                if handler is not None:
                    self._call(handler, events)
            now = time.monotonic()
            while self._timers and self._timers[0][0] <= now:
                callback = heapq.heappop(self._timers)[2].callback
                if callback is not None:
                    self._call(callback)

    def _wait(self):
        while self._timers and self._timers[0][2].callback is None:
            heapq.heappop(self._timers)
        timeout = max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None
        return self._epoll.poll(timeout)

    def _call(self, handler, *arguments):
        try:
            handler(*arguments)
        except Exception as error:  # one broken channel must not take the machine's agent with it
            self._report(error)
