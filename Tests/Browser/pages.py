#!/usr/bin/env python3
"""Opens the pages of several runs in Chromium and checks what a reader sees and does; see README.md here.

    ASSAY=PROGRAM pages.py SCRATCH SCREENSHOTS [--demo RESULTS] [--only PAGE]
"""
import argparse
import importlib.util
import pathlib
import sys
import time

from checks import Checks, large_checks
from playwright.sync_api import Error, sync_playwright
from runs import Runs, program

WIDTHS = [360, 1400]
SCHEMES = ["light", "dark"]
#: Order matters: later pages show the runs of earlier ones.
NAMES = ["demo", "untrained", "grid", "failed", "interrupted", "markup", "comparison", "large", "large_index",
         "index", "live"]
#: Seconds in which a large page is to be written by a release build, and to be of use in the browser.
LIMIT = 2.0
#: What a loaded machine or a debug build may take.
LENIENCE = 5.0


def axe_source():
    """The text of axe, as the package from PyPI carries it."""
    package = importlib.util.find_spec("axe_playwright_python").submodule_search_locations[0]
    return (pathlib.Path(package) / "axe.min.js").read_text()


class Browser:
    """Chromium, and what it found."""

    def __init__(self, chromium, screenshots):
        self.chromium, self.screenshots = chromium, screenshots
        self.axe = axe_source()
        self.faults = []

    def open(self, page, width, scheme):
        """A window that shows a page; console lines and requests to anywhere are faults."""
        context = self.chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, accept_downloads=True, offline=True)
        window = context.new_page()
        window.set_default_timeout(30_000)
        where = f"{page.name} {width} {scheme}"
        window.on("console", lambda line: self.fault(where, f"console: {line.text}"))
        window.on("pageerror", lambda error: self.fault(where, f"error: {error}"))
        window.on("dialog", lambda dialog: (self.fault(where, f"dialog: {dialog.message}"), dialog.dismiss()))
        window.on("request", lambda request: request.url.startswith(("file:", "data:", "blob:"))
                  or self.fault(where, f"request: {request.url}"))
        window.goto(page.path.as_uri())
        return context, window, where

    def fault(self, where, text):
        line = f"{where}: {text}"
        if line not in self.faults:
            self.faults.append(line)
            print("  FAULT", line, flush=True)

    def look(self, page):
        """Every check of a page, in each width and colour scheme."""
        papers = {}
        for width in WIDTHS:
            for scheme in SCHEMES:
                context, window, where = self.open(page, width, scheme)
                checks = Checks(window, page, lambda text, where=where: self.fault(where, text), self.axe)
                try:
                    self.screenshot(window, page, width, scheme)
                    checks.appearance()
                    if scheme == "light" and not page.is_large:
                        checks.use()
                    elif scheme == "dark":
                        papers[width] = checks.paper()
                    if scheme == "light":
                        papers[-width] = checks.paper()
                except Error as error:
                    self.fault(where, f"stopped: {error}")
                context.close()
            if papers[width] == papers[-width]:
                self.fault(f"{page.name} {width}", "dark mode has the colours of light mode")

    def screenshot(self, window, page, width, scheme):
        window.screenshot(path=self.screenshots / f"{page.name}-{width}-{scheme}.png", full_page=not page.is_large)

    def speed(self, page):
        """How long a large page takes to be written and to answer a click."""
        context, window, where = self.open(page, 1400, "light")
        try:
            seconds = large_checks(window, page, lambda text: self.fault(where, text))
        except Error as error:
            self.fault(where, f"stopped: {error}")
            seconds = float("nan")
        context.close()
        size = page.path.stat().st_size
        print(f"  {page.rows} rows, {size / 1e6:.2f} MB: written in {page.seconds:.2f} s, first sorted "
              f"{seconds:.2f} s after opening (limit of each: {LIMIT:.0f} s)", flush=True)
        for name, value in [("written", page.seconds), ("of use", seconds)]:
            if not value < LIMIT * LENIENCE:
                self.fault(where, f"{name} after {value:.1f} s")
        if size > 5e6:
            self.fault(where, f"{size / 1e6:.1f} MB")

    def live(self, process, page):
        """The page of a running run loads itself again until the run is done; what is open stays open."""
        context, window, where = self.open(page, 1400, "light")
        try:
            window.wait_for_selector(".badge.running")
            self.screenshot(window, page, 1400, "light")
            fold = window.locator("details:visible").last
            fold.locator("summary").first.click()
            window.wait_for_selector(".badge.done", timeout=60_000)
            window.wait_for_timeout(300)
            if not window.locator("details[open]").count():
                self.fault(where, "a part that was open is closed after loading again")
        except Error as error:
            self.fault(where, f"stopped: {error}")
        context.close()
        if process.wait(60):
            self.fault(where, f"the run ended with {process.returncode}")
        self.look(page)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scratch", type=pathlib.Path)
    parser.add_argument("screenshots", type=pathlib.Path)
    parser.add_argument("--demo", type=pathlib.Path, default=pathlib.Path("results"))
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--only", action="append", metavar="PAGE")
    options = parser.parse_args()
    options.screenshots.mkdir(parents=True, exist_ok=True)
    runs = Runs(program(), options.scratch.resolve(), options.demo.resolve())
    with sync_playwright() as playwright:
        # The sandbox of Chromium does not work for root in a container; the pages are our own.
        chromium = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        browser = Browser(chromium, options.screenshots)
        for name in options.only or NAMES:
            started = time.monotonic()
            print(name, flush=True)
            made = getattr(runs, name)()
            if name == "live":
                browser.live(*made)
            else:
                browser.look(made)
                if made.is_large:
                    browser.speed(made)
            print(f"  {time.monotonic() - started:.0f} s", flush=True)
        chromium.close()
    print(f"screenshots: {options.screenshots}")
    print(f"{len(browser.faults)} faults")
    for line in browser.faults:
        print(line)
    return 1 if browser.faults else 0


if __name__ == "__main__":
    sys.exit(main())
