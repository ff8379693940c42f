"""What a chaos round was seen to do, from outside, and which promises that breaks."""

from dataclasses import dataclass, field


@dataclass
class Barrier:
    begun: float
    ended: float
    done: bool  # exit code 0
    acked_before: int  # every line up to this number was acknowledged before it began


@dataclass
class History:
    """Times are seconds of CLOCK_BOOTTIME; lines are numbers."""

    acked: list = field(default_factory=list)  # (line, time)
    live: set = field(default_factory=set)
    stashed: set = field(default_factory=set)
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
            behind = {line for line in acked if line <= barrier.acked_before} - self.live
            if barrier.done and behind:
                found.append(f"G4: {len(behind)} lines before a completed barrier are not live, "
                             f"e.g. {min(behind)}")
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
                      barriers=[Barrier(1.1, 1.2, True, 1)])
        return History(**{**fields, **changed})

    cases = [
        (history(), None),
        (history(live={1}, stashed={2}), None),
        (history(live={1}), "G5"),
        (history(live={2}, stashed={1}), "G4"),
        (history(live={2}, stashed={1}, barriers=[Barrier(1.1, 1.2, False, 1)]), None),
        (history(owners=[(256, "a"), (256, "b")]), "G1"),
        (history(overlaps=[{"hosts": ["a", "b"]}]), "G2"),
        (history(overlaps=[{"hosts": ["a", "b"]}], stood_still=True), None),
    ]
    for index, (seen, rule) in enumerate(cases):
        rules = [text[:2] for text in seen.violations()]
        assert rules == ([rule] if rule else []), f"case {index}: {rules}, not {rule}"
    assert abs(history().silence(0.0, 3.0) - 1.0) < 1e-9
    return len(cases)
