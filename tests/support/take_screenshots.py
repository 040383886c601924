"""Pictures of a running page: `python tests/support/take_screenshots.py URL DIR`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

CHROMIUM: Final = shutil.which("chromium") or "/usr/bin/chromium"
CHROMIUM_ARGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Name of the picture -> window width, height, colour scheme.
SHOTS: Final = {
    "screenshot": (1280, 1010, "light"),
    "screenshot-dark": (1280, 1010, "dark"),
    "screenshot-phone": (390, 844, "light"),
}


def take(url: str, directory: Path, *, prefix: str = "") -> list[Path]:
    """Save one picture for each of `SHOTS` and return their files."""
    directory.mkdir(parents=True, exist_ok=True)
    saved = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        for name, (width, height, scheme) in SHOTS.items():
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                device_scale_factor=1 if width > 600 else 2,
            )
            page.goto(url)
            page.wait_for_selector("body:not([data-view=loading])")
            if page.evaluate("document.body.dataset.view") == "full":
                page.wait_for_selector(".bar-day")
                page.wait_for_selector("#ribbon rect")
            file = directory / f"{prefix}{name}.png"
            page.screenshot(path=file, full_page=width < 600, animations="disabled")
            saved.append(file)
            page.close()
        browser.close()
    return saved


if __name__ == "__main__":
    for picture in take(sys.argv[1], Path(sys.argv[2])):
        sys.stdout.write(f"{picture}\n")
