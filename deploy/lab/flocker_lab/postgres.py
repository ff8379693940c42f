"""A small PostgreSQL client: enough of the protocol for simple queries without a password.

Written out here because a load generator must bound every wait itself: a host without power
answers nothing, not even a reset."""

import socket
import struct


class PostgresError(Exception):
    """The server refused, or the connection is of no more use."""


class Connection:
    def __init__(self, address, port=5432, user="postgres", database="postgres", timeout=2.0):
        try:
            self.socket = socket.create_connection((address, port), timeout)
        except OSError as failure:
            raise PostgresError(f"{address}:{port}: {failure}") from failure
        try:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.settimeout(timeout)
            self.buffer = b""
            words = f"user\0{user}\0database\0{database}\0\0".encode()
            self._send(struct.pack("!II", 8 + len(words), 196608) + words)
            while self._answer() != b"Z":
                pass
        except PostgresError:
            self.close()
            raise

    def close(self):
        self.socket.close()

    def _send(self, data):
        try:
            self.socket.sendall(data)
        except OSError as failure:
            raise PostgresError(str(failure)) from failure

    def _read(self, count):
        while len(self.buffer) < count:
            try:
                more = self.socket.recv(65536)
            except OSError as failure:
                raise PostgresError(str(failure)) from failure
            if not more:
                raise PostgresError("the connection was closed")
            self.buffer += more
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def _answer(self, rows=None):
        """Reads one message and returns its type; rows are collected."""
        kind, length = struct.unpack("!cI", self._read(5))
        body = self._read(length - 4)
        if kind == b"E":
            fields = dict((f[:1], f[1:].decode(errors="replace")) for f in body.split(b"\0") if f)
            raise PostgresError(fields.get(b"M", "error"))
        if kind == b"R" and body[:4] != b"\0\0\0\0":
            raise PostgresError("the server wants a password")
        if kind == b"D" and rows is not None:
            rows.append(_row(body))
        return kind

    def query(self, sql, timeout=1.0):
        """Runs one statement, committed when this returns; its rows as tuples of text."""
        self.socket.settimeout(timeout)
        text = sql.encode() + b"\0"
        self._send(b"Q" + struct.pack("!I", 4 + len(text)) + text)
        rows = []
        while self._answer(rows) != b"Z":
            pass
        return rows


def _row(body):
    values, at = [], 2
    for _ in range(struct.unpack("!H", body[:2])[0]):
        (length,) = struct.unpack("!i", body[at:at + 4])
        at += 4
        values.append(None if length < 0 else body[at:at + length].decode())
        at += max(length, 0)
    return tuple(values)
