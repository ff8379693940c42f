"""What a chaos round does to a lab, and how it is undone. Every choice comes from the seed."""

import random
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Blow:
    """One fault: lab commands that do it and, after a while, those that undo it."""

    name: str
    hosts: tuple
    does: tuple
    undoes: tuple
    machine_stands_still: bool = False  # the promise of one container at a time excepts it


def power(hosts, victim, chance):
    return Blow("power", (victim,), (("kill", victim),), (("boot", victim),))


def power_all(hosts, victim, chance):
    return Blow("power-all", tuple(hosts), tuple(("kill", h) for h in hosts),
                tuple(("boot", h) for h in hosts))


def crash(hosts, victim, chance):
    return Blow("crash", (victim,), (("crash", victim),), (("start", victim),))


def freeze(hosts, victim, chance):
    return Blow("freeze", (victim,), (("freeze", victim),), (("thaw", victim),))


def pause(hosts, victim, chance):
    return Blow("pause", (victim,), (("pause", victim),), (("unpause", victim),), True)


def cut(hosts, victim, chance):
    other = chance.choice([h for h in hosts if h != victim])
    return Blow("cut", (victim, other), (("cut", victim, other),), (("heal",),))


def one_way(hosts, victim, chance):
    other = chance.choice([h for h in hosts if h != victim])
    return Blow("one-way", (victim, other), (("cut", victim, other, "--one-way"),), (("heal",),))


def isolate(hosts, victim, chance):
    others = [h for h in hosts if h != victim]
    return Blow("isolate", (victim,), tuple(("cut", victim, h) for h in others), (("heal",),))


def mute(hosts, victim, chance):
    others = [h for h in hosts if h != victim]
    return Blow("mute", (victim,), tuple(("cut", victim, h, "--one-way") for h in others),
                (("heal",),))


def slow(hosts, victim, chance):
    return Blow("slow", (victim,), (("slow", victim, "2mbit"),), (("slow", victim, "off"),))


def storage_kill(hosts, victim, chance):
    return Blow("storage-kill", (victim,), (("storage", "kill", victim),),
                (("storage", "start", victim),))


def storage_freeze(hosts, victim, chance):
    return Blow("storage-freeze", (victim,), (("storage", "freeze", victim),),
                (("storage", "thaw", victim),))


def fill(hosts, victim, chance):
    return Blow("fill", (victim,), (("fill", victim),), (("fill", victim, "--free"),))


def clock(hosts, victim, chance):
    step = chance.choice([-3600, -30, -1, 1, 30, 3600])
    return Blow("clock", (victim,), (("clock", victim, str(step)),), (("clock", victim, "0"),))


BLOWS = {blow.__name__.replace("_", "-"): blow for blow in (
    power, power_all, crash, freeze, pause, cut, one_way, isolate, mute, slow, storage_kill,
    storage_freeze, fill, clock)}

# A host that has lost its power has no JVM to crash, and so on: the second blow of a round is one
# that can be struck whatever the first was.
SECOND = ("cut", "one-way", "slow", "clock")


@dataclass
class Plan:
    """One round."""

    seed: int
    blows: list
    seconds: float
    barriers: list = field(default_factory=list)  # seconds after the first blow, some before it

    @staticmethod
    def of(seed, hosts, master, wanted, lease):
        chance = random.Random(seed)
        victim = master if chance.random() < 0.6 else chance.choice(hosts)
        blows = [BLOWS[chance.choice(wanted)](hosts, victim, chance)]
        if chance.random() < 0.25:
            second = chance.choice([name for name in SECOND if name in wanted] or [None])
            if second and second != blows[0].name and "power" not in blows[0].name:
                blows.append(BLOWS[second](hosts, chance.choice(hosts), chance))
        duration = lease * chance.choice([0.3, 0.9, 1.5, 3.0, 5.0])
        barriers = [chance.uniform(-1.5, duration) for _ in range(chance.choice([1, 2, 4]))]
        return Plan(seed, blows, duration, sorted(barriers))
