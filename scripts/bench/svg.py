# SPDX-License-Identifier: Apache-2.0
"""Two kinds of plots as SVG text: lines over numbers of sessions, and stacked bars."""

from html import escape

from .table import count

WIDTH, HEIGHT = 460, 300
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 30, 40
COLOURS = ("#1b6ca8", "#d1495b", "#3a7d44", "#edae49", "#7d5ba6", "#00798c", "#8d6b48", "#5f6b6d",
           "#c08497", "#606c38", "#bc6c25", "#457b9d", "#9a031e", "#0f4c5c", "#6a994e", "#a44a3f")


def colour(index):
    return COLOURS[index % len(COLOURS)]


def _steps(top):
    """Round numbers up to at least `top`, some five of them."""
    size = 1.0
    while size * 6 < top:
        size *= 2 if str(size)[0] in "15" else 2.5
    while size * 3 > top:
        size /= 2
    return [i * size for i in range(int(top / size) + 2)]


def _text(x, y, words, anchor="middle", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {extra}>{escape(words)}</text>'


def _frame(title, unit, steps, scale):
    parts = [_text(WIDTH / 2, 16, title, extra='class="title"'),
             _text(LEFT - 6, TOP - 8, unit, "end")]
    for value in steps:
        y = scale(value)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"'
                     ' class="grid"/>')
        parts.append(_text(LEFT - 6, y + 4, f"{value:g}", "end"))
    return parts


def _svg(parts):
    return (f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
            + "".join(parts) + "</svg>")


def _legend(names, x, y):
    parts = []
    for index, name in enumerate(names):
        at = y + 14 * index
        parts.append(f'<rect x="{x}" y="{at - 8}" width="10" height="10" fill="{colour(index)}"/>')
        parts.append(_text(x + 14, at + 1, name, "start"))
    return parts


def _curve(points, index, dashed):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    yield (f'<polyline points="{path}" fill="none" stroke="{colour(index)}"'
           f' stroke-width="2"{dash}/>')
    for x, y in points if not dashed else ():
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour(index)}"/>'


def lines(title, unit, xs, series):
    """series: name -> curves {x: value}, the second dashed if there is one."""
    top = max(value for curves in series.values() for curve in curves for value in curve.values())
    steps = _steps(top)

    def y_of(value):
        return HEIGHT - BOTTOM - value / steps[-1] * (HEIGHT - BOTTOM - TOP)

    def x_of(x):
        return LEFT + (xs.index(x) + 0.5) * (WIDTH - LEFT - RIGHT) / len(xs)

    parts = _frame(title, unit, steps, y_of)
    parts += [_text(x_of(x), HEIGHT - BOTTOM + 16, count(x)) for x in xs]
    parts.append(_text(WIDTH / 2, HEIGHT - 6, "sessions"))
    for index, curves in enumerate(series.values()):
        for curve, dashed in zip(curves, (False, True)):
            points = [(x_of(x), y_of(curve[x])) for x in xs if x in curve]
            parts += _curve(points, index, dashed)
    return _svg(parts + _legend(series, LEFT + 8, TOP + 10))


def stacked(title, unit, columns):
    """columns: name -> {part: value}, drawn as stacked bars with one legend."""
    names = sorted({part for parts in columns.values() for part in parts},
                   key=lambda part: -max(c.get(part, 0) for c in columns.values()))
    steps = _steps(max(sum(parts.values()) for parts in columns.values()))
    room = WIDTH - LEFT - RIGHT - 100

    def y_of(value):
        return HEIGHT - BOTTOM - value / steps[-1] * (HEIGHT - BOTTOM - TOP)

    parts = _frame(title, unit, steps, y_of)
    for place, (name, values) in enumerate(columns.items()):
        x, base = LEFT + (place + 0.15) * room / len(columns), 0.0
        width = 0.7 * room / len(columns)
        for index, part in enumerate(names):
            value = values.get(part, 0.0)
            parts.append(f'<rect x="{x:.1f}" y="{y_of(base + value):.1f}" width="{width:.1f}"'
                         f' height="{y_of(base) - y_of(base + value):.1f}" fill="{colour(index)}">'
                         f"<title>{escape(part)} {value:.1f}</title></rect>")
            base += value
        parts.append(_text(x + width / 2, HEIGHT - BOTTOM + 16, name))
    return _svg(parts + _legend(names, WIDTH - RIGHT - 92, TOP + 10))
