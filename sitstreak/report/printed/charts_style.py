"""How every chart of the report looks, and how it becomes the same bytes each time.

Colours: Okabe and Ito, "Color Universal Design", 2008. They differ in lightness too, and by height
or hatch, so that a grey printer and colour-blind eyes lose nothing.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.path import Path
from numpy.typing import NDArray

BLUE: Final = "#0072B2"
SKY: Final = "#56B4E9"
ORANGE: Final = "#E69F00"
YELLOW: Final = "#F0E442"
VERMILLION: Final = "#D55E00"
INK: Final = "#1A1A1A"
GREY: Final = "#595959"
PALE: Final = "#D9D9D9"
#: Width of the text on A4 and Letter alike. [pt]
WIDTH_PT: Final = 516.0
#: Smallest type that is read in print. [pt]
SMALL_PT: Final = 7.0

_LOCK: Final = threading.Lock()  # matplotlib's settings are of the whole process
_USED_ID: Final = re.compile(r'(?:url\(#|href="#)([^)"]+)')
_ID: Final = re.compile(r' id="([^"]*)"')
_NO_METADATA: Final[dict[str, Any]] = dict.fromkeys(("Creator", "Date", "Format", "Type"), None)


@contextmanager
def _style(name: str) -> Iterator[None]:
    settings: Any = {
        "font.family": "DejaVu Sans",
        "font.size": SMALL_PT,
        "text.color": INK,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.5,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": True,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.major.size": 2.0,
        "ytick.major.size": 2.0,
        "xtick.major.width": 0.5,
        "ytick.major.width": 0.5,
        "xtick.major.pad": 1.5,
        "ytick.major.pad": 1.5,
        "hatch.linewidth": 0.6,
        "path.simplify": False,
        "svg.fonttype": "none",  # text stays text: it is found, read aloud and copied
        "svg.hashsalt": f"sitstreak {name}",
    }
    with _LOCK, mpl.rc_context(settings):
        yield


def draw(name: str, width_pt: float, height_pt: float, paint: Callable[[Figure], None]) -> str:
    """Return a chart as SVG, one user unit a point: the same figure gives the same text.

    Parameters
    ----------
    name
        Goes into the ids, which then differ from those of other charts on one HTML page.
    paint
        Draws on the figure.
    """
    with _style(name):
        figure = Figure(figsize=(width_pt / 72, height_pt / 72))
        FigureCanvasSVG(figure)
        paint(figure)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata=_NO_METADATA, transparent=True)
    return _tidied(out.getvalue(), name)


def _tidied(svg: str, name: str) -> str:
    """Leave the element alone: no XML head, no ids that nothing points at, the rest with a name."""
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    used = set(_USED_ID.findall(svg))
    svg = _ID.sub(lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", svg)
    return _USED_ID.sub(lambda m: m[0][: -len(m[1])] + f"{name}-{m[1]}", svg)


def at_pt(
    figure: Figure,
    left: float,
    bottom: float,
    width: float,
    height: float,
    **kwargs: Any,  # noqa: ANN401 - matplotlib's own
) -> Axes:
    """Return axes at a place in points from the lower left corner."""
    w_pt, h_pt = (72 * side for side in figure.get_size_inches())
    axes: Axes = figure.add_axes(
        (left / w_pt, bottom / h_pt, width / w_pt, height / h_pt), **kwargs
    )
    return axes


def boxes(corners: NDArray[np.float64]) -> Path:
    """Return rectangles as one path, which stays small as SVG.

    Parameters
    ----------
    corners : shape (n, 4)
        x0, x1, y0, y1 of each.
    """
    x0, x1, y0, y1 = np.asarray(corners, np.float64).reshape(-1, 4).T
    around = np.stack([x0, y0, x0, y1, x1, y1, x1, y0, x0, y0], axis=1).reshape(-1, 2)
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(x0)
    return Path(around, codes)
