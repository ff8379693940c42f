"""What a chaos round was seen to do, from outside, and which promises that breaks."""

from dataclasses import dataclass, field


@dataclass
class Barrier:
    """It promises what was in the filesystem of which its snapshot was taken: not what an earlier
    failover had put into a stash already."""

    begun: float  # when it was asked for
    ended: float
    done: bool  # it was answered that it is recorded
    acked_before: int  # every line up to this number was acknowledged before it was asked for
    epoch: int = 0  # of its snapshot; this and those below only if done
    seq: int = 0
    host: str = ""  # master of that epoch

    def covers(self, line, at, history):
        """Whether that line was certainly in its snapshot: it was seen live at the end of the round
        before, or was acknowledged by the run of the container that still went on when the barrier
        was asked for, on the host that then completed it."""
        if line > self.acked_before or not self.done:
            return False
        return line in history.live_before or any(
            run["host"] == self.host and run["from"] <= at <= run["to"]
            and run["from"] <= self.begun <= run["to"]
            for run in history.intervals)

    def left_behind(self, history):
        """The snapshot itself is in a stash, and no snapshot of its epoch that holds it is live."""
        live = any(epoch == self.epoch and seq >= self.seq for epoch, seq in history.live_snapshots)
        return self.done and (self.epoch, self.seq) in history.stashed_snapshots and not live


@dataclass
class History:
    """Times are seconds of CLOCK_BOOTTIME; lines are numbers."""

    acked: list = field(default_factory=list)  # (line, time)
    live: set = field(default_factory=set)
    stashed: set = field(default_factory=set)
    live_before: set = field(default_factory=set)  # lines, at the end of the round before
    live_snapshots: set = field(default_factory=set)  # (epoch, seq) in the live filesystem
    stashed_snapshots: set = field(default_factory=set)  # … and in stashes, of all hosts
    barriers: list = field(default_factory=list)
    owners: list = field(default_factory=list)  # (epoch, master)
    intervals: list = field(default_factory=list)  # {system, host, from, to}
    overlaps: list = field(default_factory=list)
    stood_still: bool = False  # a machine was paused

    def violations(self):
        """One line each; empty: every promise was kept."""
        found = []
        acked = {line for line, _ in self.acked}
        lost = acked - self.live - self.stashed
        if lost:
            found.append(f"G5: {len(lost)} acknowledged lines are nowhere, e.g. {min(lost)}")
        for barrier in self.barriers:
            behind = {line for line, at in self.acked
                      if line not in self.live and barrier.covers(line, at, self)}
            if behind:
                found.append(f"G4: {len(behind)} lines before a completed barrier are not live, "
                             f"e.g. {min(behind)}")
            elif barrier.left_behind(self):
                found.append(f"G4: the snapshot {barrier.epoch}.{barrier.seq} of a completed barrier "
                             "is in a stash and not in the live filesystem")
        owner = {}
        for epoch, master in self.owners:
            if epoch and owner.setdefault(epoch, master) != master:
                found.append(f"G1: epoch {epoch} is of {owner[epoch]} and of {master}")
        if self.overlaps and not self.stood_still:
            found.append(f"G2: two at once: {self.overlaps[0]} (and {len(self.overlaps) - 1} more)")
        return found

    def silence(self, begun, ended):
        """The longest time without an acknowledged line between two moments."""
        times = [begun] + [at for _, at in self.acked if begun < at < ended] + [ended]
        return max(after - before for before, after in zip(times, times[1:]))


def self_check():
    """The checker finds each violation in a history that has it, and none in one that has none."""
    def history(**changed):
        fields = dict(acked=[(1, 1.0), (2, 2.0)], live={1, 2}, owners=[(256, "a"), (513, "b")],
                      intervals=[{"host": "a", "from": 0.0, "to": 9.0}],
                      barriers=[Barrier(1.1, 1.2, True, 1, 256, 7, "a")])
        return History(**{**fields, **changed})

    a_then_b = [{"host": "a", "from": 0.0, "to": 1.5}, {"host": "b", "from": 1.7, "to": 9.0}]
    on_b = [Barrier(1.8, 1.9, True, 1, 513, 3, "b")]

    cases = [
        (history(), None),
        (history(live={1}, stashed={2}), None),
        (history(live={1}), "G5"),
        (history(live={2}, stashed={1}), "G4"),
        (history(live={2}, stashed={1}, barriers=[Barrier(1.1, 1.2, False, 1)]), None),
        # Power was lost after the barrier was recorded and before its answer was read.
        (history(live={2}, stashed={1}, intervals=[{"host": "a", "from": 0.0, "to": 1.15}]), "G4"),
        # Lost by the failover before the barrier, which was of the next master.
        (history(live={2}, stashed={1}, barriers=on_b, intervals=a_then_b), None),
        # … but not if that master had it.
        (history(live={2}, stashed={1}, barriers=on_b, live_before={1}, intervals=a_then_b), "G4"),
        # No line tells, the snapshot does.
        (history(live={1, 2}, barriers=on_b, intervals=a_then_b, live_snapshots={(769, 1)},
                 stashed_snapshots={(513, 3)}), "G4"),
        # Its base was thinned; a later one of the same epoch holds it.
        (history(barriers=on_b, intervals=a_then_b, live_snapshots={(513, 9)},
                 stashed_snapshots={(513, 3)}), None),
        (history(owners=[(256, "a"), (256, "b")]), "G1"),
        (history(overlaps=[{"hosts": ["a", "b"]}]), "G2"),
        (history(overlaps=[{"hosts": ["a", "b"]}], stood_still=True), None),
    ]
    for index, (seen, rule) in enumerate(cases):
        rules = [text[:2] for text in seen.violations()]
        assert rules == ([rule] if rule else []), f"case {index}: {rules}, not {rule}"
    assert abs(history().silence(0.0, 3.0) - 1.0) < 1e-9
    return len(cases)
