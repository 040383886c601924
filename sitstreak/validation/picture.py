"""The reliability diagram: what was right against what was stated."""

from __future__ import annotations

import io
from collections.abc import Sequence

from sitstreak.validation.certainty import Band


def reliability_svg(panels: Sequence[tuple[str, Sequence[Band]]]) -> bytes:
    """Draw one panel for each list of bands; the same bands give the same bytes.

    The size of a dot shows how many seconds it stands for.
    """
    # matplotlib takes half a second to import, and every command would wait for it
    import matplotlib  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    file = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "sitstreak", "font.family": "DejaVu Sans"}):
        drawing = Figure(figsize=(4.2 * len(panels), 4.2), layout="constrained")
        for i, (title, bands) in enumerate(panels, start=1):
            axes = drawing.add_subplot(1, len(panels), i)
            n_all = max(sum(band.n_seconds for band in bands), 1)
            axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
            axes.plot([b.stated for b in bands], [b.right for b in bands], color="#0b5394")
            axes.scatter(
                [band.stated for band in bands],
                [band.right for band in bands],
                s=[10 + 400 * band.n_seconds / n_all for band in bands],
                color="#0b5394",
                alpha=0.7,
            )
            axes.set(title=title, xlim=(0, 1.02), ylim=(0, 1.02), aspect="equal")
            axes.set(xlabel="probability stated", ylabel="share that was right")
        drawing.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()
