"""A client outside that writes numbered records at a steady rate and remembers what was acknowledged.

It knows the addresses of all hosts, tries them all at once and takes the first that answers, so that
what it sees is when the service is back and not whose turn it was. A record whose outcome is unknown
is not written again: the next one has another number."""

import queue
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
        self.choosing = threading.Lock()
        self.ended = threading.Event()
        self.number = 0

    def connect(self, address):
        raise NotImplementedError

    def write(self, connection, number):
        raise NotImplementedError

    def _connected(self):
        """The first connection that is made to any host; None if this was ended before."""
        made = queue.SimpleQueue()
        settled = threading.Event()
        for address in self.addresses:
            threading.Thread(target=self._try, args=(address, made, settled), daemon=True).start()
        while not self.ended.is_set():
            try:
                return made.get(timeout=0.1)
            except queue.Empty:
                continue
        settled.set()
        return None

    def _try(self, address, made, settled):
        while not (settled.is_set() or self.ended.is_set()):
            try:
                connection = self.connect(address)
            except self.failures:
                settled.wait(0.1)
                continue
            with self.choosing:
                if settled.is_set():
                    connection.close()
                else:
                    settled.set()
                    made.put(connection)

    def run(self):
        connection = None
        due = time.monotonic()
        while not self.ended.is_set():
            if connection is None:
                connection = self._connected()
                if connection is None:
                    break
                due = time.monotonic()
            self.number += 1
            self.attempts += 1
            try:
                self.write(connection, self.number)
                self.acked.append((self.number, time.monotonic()))
            except self.failures:
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
