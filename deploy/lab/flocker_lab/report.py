"""Figures of a bench: medians with spread, the machine's load, a Markdown block."""

import math
import os
import statistics
import subprocess
from pathlib import Path


def spread(values, unit="s", digits=2):
    """Median (least to greatest), or '-' where nothing was measured."""
    values = [value for value in values if value is not None]
    if not values:
        return "-"
    form = f"{{:.{digits}f}}"
    return (f"median {form.format(statistics.median(values))} {unit} "
            f"({form.format(min(values))} to {form.format(max(values))}, n={len(values)})")


def quantile(values, part):
    """The smallest value that at least this part of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * part) - 1)]


def load():
    return "load average {:.1f} {:.1f} {:.1f} on {} cores".format(*os.getloadavg(), os.cpu_count())


def commit():
    """The commit that was measured, with a mark if the tree was changed."""
    root = Path(__file__).resolve().parents[3]
    try:
        return subprocess.run(["git", "-C", str(root), "describe", "--always", "--dirty"],
                              capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown commit"


def write_block(path, name, text):
    """Puts a bench's block into a document, in the place of its former one or at the end."""
    begin, end = f"<!-- bench: {name} -->", f"<!-- /bench: {name} -->"
    block = f"{begin}\n{text.rstrip()}\n{end}\n"
    document = Path(path)
    old = document.read_text() if document.exists() else "# Measurements\n"
    if begin in old and end in old:
        before, rest = old.split(begin, 1)
        document.write_text(before + block.rstrip("\n") + rest.split(end, 1)[1])
    else:
        document.write_text(old.rstrip("\n") + "\n\n" + block)
