"""Watches, from outside and without asking Flocker, on which hosts a container has living processes.

  python3 -m flocker_lab.containers LAB FILE     until it is told to end; writes FILE at each change

It looks into the hosts' control groups every few milliseconds. Two hosts at once are reported only
when one had a process before and after the other was seen with one: a true overlap. One that is
shorter than the pause between two looks may be missed."""

import json
import os
import signal
import sys
import time
from pathlib import Path

PAUSE_SECONDS = 0.005


def hierarchy():
    """The mount under which every container's processes are listed."""
    found = {}
    for line in Path("/proc/mounts").read_text().splitlines():
        _, mount, kind, options, *_ = line.split()
        if kind == "cgroup" and "freezer" in options.split(","):
            found["v1"] = mount
        elif kind == "cgroup2":
            found["v2"] = mount
    return Path(found.get("v1") or found["v2"])


def processes(folder):
    """Ids of all processes in a group and the groups below it."""
    found = set()
    for path, _, files in os.walk(folder):
        if "cgroup.procs" in files:
            try:
                with open(os.path.join(path, "cgroup.procs")) as listing:
                    found.update(listing.read().split())
            except OSError:
                pass  # the group was removed while we looked
    return found


class Watch:
    def __init__(self, lab):
        self.folder = hierarchy() / "flocker-lab" / lab
        self.running = {}  # (system, host) -> when it was first seen
        self.intervals = []  # {system, host, from, to}
        self.overlaps = []  # {system, hosts, at}

    def alive(self):
        """(system, host) -> ids of its processes; a host's groups are named after the systems."""
        found = {}
        try:
            hosts = [host for host in os.scandir(self.folder) if host.is_dir()]
            groups = [(group.name, host.name) for host in hosts
                      for group in os.scandir(host.path) if group.is_dir()]
        except OSError:
            return found  # a lab that is coming or going
        for system, host in groups:
            pids = processes(self.folder / host / system)
            if pids:
                found[system, host] = pids
        return found

    def look(self):
        """One look; True if something has changed."""
        alive, now = self.alive(), time.clock_gettime(time.CLOCK_BOOTTIME)
        begun = [key for key in alive if key not in self.running]
        ended = [key for key in self.running if key not in alive]
        self.running.update((key, now) for key in begun)
        for key in ended:
            self.intervals.append(
                {"system": key[0], "host": key[1], "from": self.running.pop(key), "to": now})
        overlaps = self.overlapping(alive, now)
        self.overlaps.extend(overlaps)
        return bool(begun or ended or overlaps)

    def overlapping(self, alive, now):
        """Of hosts that were seen alive one after the other: those that surely were so at once."""
        keys = list(alive)
        return [
            {"system": first[0], "hosts": [first[1], second[1]], "at": now}
            for index, first in enumerate(keys)
            for second in keys[index + 1:]
            if first[0] == second[0]
            and alive[first] & processes(self.folder / first[1] / first[0])
        ]

    def report(self):
        return {
            "running": [{"system": s, "host": h, "from": at} for (s, h), at in self.running.items()],
            "intervals": self.intervals,
            "overlaps": self.overlaps,
        }


def main(lab, path):
    watch = Watch(lab)
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
    changed = True
    while not ended:
        if changed:
            temporary = Path(path + ".new")
            temporary.write_text(json.dumps(watch.report()))
            temporary.replace(path)
        time.sleep(PAUSE_SECONDS)
        changed = watch.look()


if __name__ == "__main__":
    main(*sys.argv[1:3])
