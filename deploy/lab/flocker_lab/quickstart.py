"""The part of deploy/quickstart that plays on a lab that is up: load, power cut, return."""

import sys
import time

from . import postgres
from .lab import Lab, LabError, position
from .writer import PostgresWriter

PER_SECOND = 50
WATCH_SECONDS = 8
BOLD, PLAIN = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")


def heading(text):
    print(f"\n{BOLD}{text}{PLAIN}", flush=True)


def say(text=""):
    print(text, flush=True)


def seconds(value):
    return "-" if value is None else f"{value:.1f} s"


def milliseconds(value):
    return f"{value * 1000:.0f} ms"


class Quickstart:
    def __init__(self, name, tar, lease, setup_seconds):
        self.lab = Lab(name)
        self.tar = tar
        self.lease = lease
        self.setup_seconds = setup_seconds
        self.command = "deploy/lab/lab" + ("" if name == "lab" else f" --name {name}")
        self.writer = None

    def play(self):
        first = self.lab.storage_hosts[0]
        self.create(first)
        self.watch()
        old, new, cut, back = self.cut_power()
        there = self.count(new, cut)
        stashes = self.bring_back(old)
        self.writer.stop()
        self.close(old, new, cut, back, there, stashes)

    def create(self, host):
        heading(f"2. A PostgreSQL, kept alive by Flocker, first on host {host}")
        say(f"  {self.command} flocker {host} system create pg --from-tar … \\")
        say("    --init /usr/local/sbin/us-init --publish 5432")
        begun = time.monotonic()
        self.lab.flocker(host, "system", "create", "pg", "--from-tar", self.tar,
                         "--init", "/usr/local/sbin/us-init", "--publish", "5432")
        answering = self.lab.wait("PostgreSQL answers", lambda: self.connect(host), 60)
        answering.query(PostgresWriter.TABLE, timeout=10)
        answering.close()
        say(f"It answers after {seconds(time.monotonic() - begun)}. Its first copies to the others …")
        self.patiently("all copies are up to date", lambda: self.lab.is_steady("pg"))
        say(f"All {len(self.lab.storage_hosts)} hosts have it after "
            f"{seconds(time.monotonic() - begun)}.")

    def patiently(self, what, fact):
        """Waits, and every few seconds says how the copies stand."""
        begun = time.monotonic()
        shown = [begun]

        def look():
            done = fact()
            if not done and time.monotonic() - shown[0] >= 5:
                shown[0] = time.monotonic()
                say(f"  {shown[0] - begun:.0f} s  " + ", ".join(
                    f"{r['host']}: {r['state']}" for r in self.lab.system("pg")["replicas"]))
            return done

        self.lab.wait(what, look, 180)

    def connect(self, host):
        try:
            return postgres.Connection(self.lab.address(host))
        except postgres.PostgresError as failure:
            raise LabError(str(failure)) from failure

    def watch(self):
        heading(f"3. A client outside commits {PER_SECOND} small transactions a second")
        say("Positions are EPOCH.SNAPSHOT; lag is how long a copy has lacked something.")
        self.writer = PostgresWriter(self.lab.addresses(), PER_SECOND)
        self.writer.start()
        begun = time.monotonic()
        if self.writer.wait_ack_after(begun, 30) is None:
            raise LabError("no transaction was committed within 30 s")
        header = None
        for second in range(1, WATCH_SECONDS + 1):
            time.sleep(max(0.0, begun + second - time.monotonic()))
            system = self.lab.system("pg")
            replicas = sorted(system["replicas"], key=lambda replica: replica["host"])
            if header is None:
                header = f"  {'time':>5}  {'committed':>9}  {'master ' + system['master']:>12}" + "".join(
                    f"  {'copy on ' + r['host']:>12}  {'lag':>6}" for r in replicas)
                say(header)
            say(f"  {second:>3} s  {len(self.writer.acked):>9}  {position(system):>12}" + "".join(
                f"  {position(r):>12}  {seconds(r.get('lagSeconds')):>6}" for r in replicas))

    def cut_power(self):
        old = self.lab.master("pg")
        heading(f"4. Power cut of host {old}, the master")
        say(f"  {self.command} kill {old}")
        cut = time.monotonic()
        self.lab.run("kill", old)
        dead = time.monotonic()
        next_line = 1.0
        while self.writer.first_ack_after(dead) is None:
            waited = time.monotonic() - cut
            if waited > 60:
                raise LabError("no transaction was committed within 60 s of the power cut")
            if waited >= next_line:
                say(f"  {next_line:.0f} s  nobody answers …")
                next_line += 1
            time.sleep(0.01)
        back = self.writer.first_ack_after(dead)
        new = self.lab.wait("a new master is known",
                            lambda: self.lab.master("pg") not in (None, old) and self.lab.master("pg"))
        say(f"  {back - cut:.1f} s  the first transaction is committed, on host {new}.")
        say(f"From the power cut to that: {BOLD}{back - cut:.2f} s{PLAIN} with a lease of {self.lease}; "
            "PostgreSQL's own recovery is part of it.")
        return old, new, cut, back

    def count(self, new, cut):
        acked = [(number, at) for number, at in list(self.writer.acked) if at <= cut]
        connection = self.lab.wait("the database answers", lambda: self.connect(new), 30)
        there = {int(row[0]) for row in connection.query("select id from payment", timeout=20)}
        connection.close()
        missing = [at for number, at in acked if number not in there]
        heading("5. What is there of what was acknowledged before the cut")
        say(f"  acknowledged  {len(acked)}")
        say(f"  there         {len(acked) - len(missing)}")
        say(f"  missing       {len(missing)}")
        if missing:
            say("Replication is asynchronous: transactions of the last "
                f"{milliseconds(cut - min(missing))} before the cut had not left the")
            say("old master. They are not lost: they are on its disk, and come back in its stash.")
        else:
            say("Nothing is missing this time. Replication is asynchronous: transactions of the last")
            say("fraction of a second before a cut may be.")
        return len(acked), len(missing)

    def bring_back(self, old):
        heading(f"6. Host {old} gets its power back")
        say(f"  {self.command} boot {old}")
        begun = time.monotonic()
        self.lab.run("boot", old)
        self.patiently(f"{old} is an up-to-date copy again", lambda: any(
            r["host"] == old and r["state"] == "up-to-date"
            for r in self.lab.system("pg")["replicas"]))
        say(f"After {seconds(time.monotonic() - begun)} it follows the new master as a slave. "
            "What only it had is kept:")
        say(f"  {self.command} flocker {old} stash list")
        for line in self.lab.flocker(old, "stash", "list").splitlines():
            say("  " + line)
        return self.lab.stashes("pg")

    def close(self, old, new, cut, back, there, stashes):
        acknowledged, missing = there
        heading("Summary")
        for what, value in (
                ("power cut → first committed transaction",
                 f"{back - cut:.2f} s (lease {self.lease})"),
                ("acknowledged before the cut, and there",
                 f"{acknowledged - missing} of {acknowledged}"),
                ("stashes that keep what the cut left behind", len(stashes)),
                ("transactions committed since",
                 f"{len(self.writer.acked) - acknowledged}, on host {new}"),
                ("set-up", f"{self.setup_seconds:.0f} s")):
            say(f"  {what:<43} {value}")
        say("")
        addresses = ",".join(self.lab.addresses())
        say("The lab is still up. To try next:")
        say(f"  {self.command} flocker {new} status --watch")
        say(f"  psql -U postgres 'host={addresses} connect_timeout=2'")
        say(f"  {self.command} flocker {new} switchover pg --to {old}")
        say(f"  {self.command} cut {old} {new}; {self.command} heal; {self.command} help")
        say("To take it all away:")
        say(f"  {self.command} down")


def main():
    name, tar, lease, setup_seconds = sys.argv[1:5]
    try:
        Quickstart(name, tar, lease, float(setup_seconds)).play()
    except LabError as failure:
        print(f"quickstart: {failure}", file=sys.stderr)
        print("  The lab is left as it is, to look into it: deploy/lab/lab status", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
