"""A picture of one chaos round: who ran when, what was done to whom, what was acknowledged."""

from html import escape

WIDTH, ROW, LEFT, TOP = 1100, 34, 90, 60
COLOURS = {"container": "#3b7dd8", "fault": "#d9534f", "barrier": "#2e8b57", "ack": "#777777"}


def draw(title, hosts, history, faults, begun, ended):
    """SVG text. faults: (name, hosts, from, to); times as in the history."""
    span = max(ended - begun, 0.001)

    def x(at):
        return LEFT + (min(max(at, begun), ended) - begun) / span * (WIDTH - LEFT - 20)

    height = TOP + ROW * (len(hosts) + 2) + 40
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
             f'font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
             f'<text x="10" y="20" font-size="14">{escape(title)}</text>',
             '<text x="10" y="40" fill="#555">blue: container runs, red: fault, green: barrier '
             '(hollow: not done), grey: acknowledged lines</text>']
    rows = {host: TOP + ROW * index for index, host in enumerate(hosts)}
    for host, y in rows.items():
        parts.append(f'<text x="10" y="{y + 16}">{escape(host)}</text>')
        parts.append(f'<line x1="{LEFT}" y1="{y + 26}" x2="{WIDTH - 20}" y2="{y + 26}" '
                     f'stroke="#eee"/>')
    for interval in history.intervals:
        if interval["to"] >= begun and interval["host"] in rows:
            y = rows[interval["host"]]
            parts.append(bar(x(interval["from"]), x(interval["to"]), y + 2, 12,
                             COLOURS["container"], f'container on {interval["host"]}'))
    for name, struck, since, until in faults:
        for host in struck:
            if host in rows:
                parts.append(bar(x(since), x(until), rows[host] + 16, 8, COLOURS["fault"], name))
                parts.append(f'<text x="{x(since):.1f}" y="{rows[host] + 34}" font-size="9" '
                             f'fill="#a33">{escape(name)}</text>')
    y = TOP + ROW * len(hosts)
    parts.append(f'<text x="10" y="{y + 16}">lines</text>')
    for _, at in history.acked:
        if begun <= at <= ended:
            parts.append(f'<line x1="{x(at):.1f}" y1="{y + 4}" x2="{x(at):.1f}" y2="{y + 18}" '
                         f'stroke="{COLOURS["ack"]}" stroke-width="0.6"/>')
    y += ROW
    parts.append(f'<text x="10" y="{y + 16}">barriers</text>')
    for barrier in history.barriers:
        fill = COLOURS["barrier"] if barrier.done else "none"
        parts.append(f'<rect x="{x(barrier.begun):.1f}" y="{y + 4}" height="12" '
                     f'width="{max(x(barrier.ended) - x(barrier.begun), 2):.1f}" fill="{fill}" '
                     f'stroke="{COLOURS["barrier"]}"/>')
    for second in range(int(span) + 1):
        if span < 40 or second % 10 == 0:
            parts.append(f'<text x="{x(begun + second):.1f}" y="{height - 12}" font-size="9" '
                         f'fill="#888">{second} s</text>')
    return "\n".join(parts + ["</svg>", ""])


def bar(left, right, y, height, colour, title):
    return (f'<rect x="{left:.1f}" y="{y}" width="{max(right - left, 1):.1f}" height="{height}" '
            f'fill="{colour}"><title>{escape(title)}</title></rect>')
