"""A client of the append server (deploy/user-systems/appendd.c)."""

import socket


class AppendError(Exception):
    """The server refused, or the connection is of no more use."""


class Connection:
    def __init__(self, address, port=7000, timeout=2.0):
        try:
            self.socket = socket.create_connection((address, port), timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.reader = self.socket.makefile("rb")
            # A connection may be held until there is a master: it counts when somebody answers.
            self.boot = self._ask("who")
        except OSError as failure:
            raise AppendError(f"{address}:{port}: {failure}") from failure

    def close(self):
        self.socket.close()

    def _ask(self, command):
        try:
            self.socket.sendall(command.encode() + b"\n")
            answer = self.reader.readline().decode().rstrip("\n")
        except OSError as failure:
            raise AppendError(str(failure)) from failure
        if not answer.startswith("ok "):
            raise AppendError(answer or "the connection was closed")
        return answer[3:]

    def append(self, text, timeout=1.0):
        """Returns the line's number once it is fsynced."""
        self.socket.settimeout(timeout)
        return int(self._ask("append " + text))

    def lines(self, timeout=10.0):
        self.socket.settimeout(timeout)
        count = int(self._ask("read 1"))
        try:
            return [self.reader.readline().decode().rstrip("\n") for _ in range(count)]
        except OSError as failure:
            raise AppendError(str(failure)) from failure
