"""A lab and the nodes in it, as a program outside sees them."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent / "lab"
API_PORT = 7420


class LabError(Exception):
    """A verb or a request was refused or failed; the message says what was said."""


class Lab:
    def __init__(self, name="lab"):
        self.name = name
        self.folder = Path(os.environ.get("FLOCKER_LAB_DIR", "/var/lib/flocker-lab")) / name

    def run(self, *arguments, check=True, timeout=300):
        """Runs a verb and returns what it printed."""
        done = subprocess.run(
            [str(SCRIPT), "--name", self.name, *map(str, arguments)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout)
        if check and done.returncode != 0:
            raise LabError(f"lab {' '.join(map(str, arguments))}: exit {done.returncode}: "
                           f"{(done.stderr or done.stdout).strip()}")
        return done.stdout

    def exists(self):
        return (self.folder / "lab.conf").exists()

    def _conf(self, key):
        for line in (self.folder / "lab.conf").read_text().splitlines():
            if line.startswith(key + "="):
                return line[len(key) + 1:]
        raise LabError(f"{self.folder}/lab.conf does not say {key}")

    @property
    def hosts(self):
        """Names of all hosts, witnesses included."""
        return self._conf("HOSTS").strip("()").split()

    @property
    def storage_hosts(self):
        return [host for host in self.hosts if not host[1:].isdigit()]

    def address(self, host):
        return f"10.77.{self._conf('NUMBER')}.{11 + self.hosts.index(host)}"

    def addresses(self):
        return [self.address(host) for host in self.storage_hosts]

    def request(self, host, path, body=None, timeout=3.0):
        """One request to a host's node; the JSON it answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://{self.address(host)}:{API_PORT}{path}", data=data,
            headers={"Content-Type": "application/json"} if data else {})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            raise LabError(f"{host} {path}: {refusal.code} {refusal.read().decode(errors='replace')}")
        except (OSError, ValueError) as failure:
            raise LabError(f"{host} {path}: {failure}")

    def ask(self, path, timeout=5.0):
        """The answer of the first host that answers; a host that holds a lease knows most."""
        failures = []
        for host in self.hosts:
            try:
                return self.request(host, path, timeout=timeout)
            except LabError as failure:
                failures.append(str(failure))
        raise LabError("; ".join(failures))

    def system(self, name):
        """A user system as the host with the newest epoch shows it, its master before others.

        A host that was cut off still says that it is master of the epoch that it had.
        """
        views = []
        for host in self.hosts:
            try:
                for system in self.request(host, "/v1/status", timeout=5.0)["systems"]:
                    if system["name"] == name:
                        views.append((system.get("epoch") or 0, system.get("master") == host, system))
            except LabError:
                continue
        if not views:
            raise LabError(f"no host knows the system {name}")
        return max(views, key=lambda view: view[:2])[2]

    def master(self, name):
        return self.system(name).get("master")

    def stashes(self, name):
        return self.ask(f"/v1/stashes?system={name}")["stashes"]

    def flocker(self, host, *arguments, timeout=300):
        return self.run("flocker", host, *arguments, timeout=timeout)

    def wait(self, what, fact, seconds=60, interval=0.2):
        """Polls until fact() is true; returns what it returned."""
        end = time.monotonic() + seconds
        last = None
        while True:
            try:
                answer = fact()
                if answer:
                    return answer
                last = answer
            except LabError as failure:
                last = failure
            if time.monotonic() > end:
                raise LabError(f"not within {seconds} s: {what} (last: {last})")
            time.sleep(interval)

    def is_steady(self, name, replicas=None, wanted=None):
        """Runs, and every replica (or that many) has at least the position that is wanted."""
        system = self.system(name)
        fresh = [r for r in system["replicas"]
                 if r["state"] != "diverged" and (r["state"] == "up-to-date" or wanted is not None
                                                  and numbers(r) >= wanted)]
        least = len(self.storage_hosts) - 1 if replicas is None else replicas
        return system["state"] == "running" and len(fresh) >= least and system

    def wait_steady(self, name, replicas=None, seconds=120):
        """Runs, and the replicas have what was newest when this began: a client that writes without
        pause leaves no moment at which nothing newer is on its way."""
        wanted = numbers(self.wait(f"{name} runs", lambda: self.running(name), seconds))
        return self.wait(f"{name} runs and its copies have {wanted}",
                         lambda: self.is_steady(name, replicas, wanted), seconds)

    def resume_if_paused(self, name, reason):
        """Many rounds within an hour are what anti-flap is for."""
        if any(alarm["code"] == "paused" for alarm in self.system(name)["alarms"]):
            self.flocker(self.hosts[0], "resume", name, "--reason", reason)

    def running(self, name):
        system = self.system(name)
        return system["state"] == "running" and position(system) != "-" and system


def numbers(system_or_replica):
    """(EPOCH, SEQUENCE) of the same; (0, 0) if there is none."""
    where = position(system_or_replica)
    return (0, 0) if where == "-" else tuple(int(part) for part in where.split("."))


def position(system_or_replica):
    """EPOCH.SEQUENCE of a system's newest snapshot or of a replica; '-' if there is none."""
    if system_or_replica is None:
        return "-"
    if "position" in system_or_replica:
        return system_or_replica["position"] or "-"
    newest = system_or_replica.get("newest")
    return f"{newest['epoch']}.{newest['seq']}" if newest and newest.get("seq") is not None else "-"
