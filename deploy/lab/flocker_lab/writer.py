"""A client outside that writes numbered records at a steady rate and remembers what was acknowledged.

It knows the addresses of all hosts and bounds every wait. A record whose outcome is unknown is not
written again: the next one has another number."""

import threading
import time

from . import appendd, postgres


class Writer(threading.Thread):
    """write(connection, number) returns when the record is durable, as far as the server says."""

    failures = ()

    def __init__(self, addresses, per_second=20.0):
        super().__init__(daemon=True)
        self.addresses = list(addresses)
        self.pause = 1.0 / per_second
        self.acked = []  # (number, time of the acknowledgement), by the monotonic clock
        self.attempts = 0
        self.refused_at = {}
        self.ended = threading.Event()
        self.number = 0

    def connect(self, address):
        raise NotImplementedError

    def write(self, connection, number):
        raise NotImplementedError

    def _connected(self):
        # Those that failed longest ago come first: a host without power is not asked over and over.
        for address in sorted(self.addresses, key=lambda a: self.refused_at.get(a, 0)):
            if self.ended.is_set():
                return None
            try:
                return address, self.connect(address)
            except self.failures:
                self.refused_at[address] = time.monotonic()
        return None

    def run(self):
        connection, address = None, None
        due = time.monotonic()
        while not self.ended.is_set():
            if connection is None:
                found = self._connected()
                if found is None:
                    self.ended.wait(0.05)
                    continue
                address, connection = found
                due = time.monotonic()
            self.number += 1
            self.attempts += 1
            try:
                self.write(connection, self.number)
                self.acked.append((self.number, time.monotonic()))
            except self.failures:
                self.refused_at[address] = time.monotonic()
                connection.close()
                connection = None
                continue
            due += self.pause
            wait = due - time.monotonic()
            if wait > 0:
                self.ended.wait(wait)
            else:
                due = time.monotonic()
        if connection is not None:
            connection.close()

    def stop(self):
        self.ended.set()
        self.join(15)

    def first_ack_after(self, moment):
        """Time of the first acknowledgement after a moment; None if there is none yet."""
        first = None
        for _, at in reversed(self.acked):
            if at <= moment:
                break
            first = at
        return first

    def wait_ack_after(self, moment, seconds):
        """Waits for one; None if it does not come in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            first = self.first_ack_after(moment)
            if first is not None:
                return first
            time.sleep(0.005)
        return None


class PostgresWriter(Writer):
    """One committed transaction per record."""

    failures = (postgres.PostgresError,)
    TABLE = "create table if not exists payment (id bigint primary key, note text not null)"

    def connect(self, address):
        return postgres.Connection(address, timeout=2.0)

    def write(self, connection, number):
        connection.query(f"insert into payment values ({number}, 'payment-{number:012d}')")


class LineWriter(Writer):
    """One fsynced line per record."""

    failures = (appendd.AppendError,)

    def connect(self, address):
        return appendd.Connection(address, timeout=2.0)

    def write(self, connection, number):
        connection.append(f"line-{number:012d}")
