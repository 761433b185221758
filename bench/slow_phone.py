"""The chat page on a slow phone, simulated by Chromium: a processor of a quarter of this one's
speed, 400 kbit/s, 400 ms of delay, nothing in the cache."""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.running import Running
from bench.screenshots import CHROMIUM, QUIET

SLOWER = 4
BYTES_A_SECOND = 400_000 / 8
DELAY_MS = 400
RUNS = 5


@dataclass(frozen=True)
class Visit:
    """Seconds until a resident can read and type, and until a question's answer is there."""

    usable: float
    answered: float
    weight: int


def main() -> int:
    """Start an assistant of its own and print the middle of several visits."""
    with tempfile.TemporaryDirectory() as data, Running(Path(data)) as running:
        visit = measure(running.url)
    print(f"usable after {visit.usable:.2f} s, answered {visit.answered:.2f} s after sending")
    return 0 if visit.usable <= 3 else 1


def measure(url: str, runs: int = RUNS) -> Visit:
    """The visit in the middle of several, by when the page was usable."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        visits = []
        for _ in range(runs):
            context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en")
            visits.append(_visit(context.new_page(), url))
            context.close()
        browser.close()
    return sorted(visits, key=lambda visit: visit.usable)[runs // 2]


def _visit(page: Page, url: str) -> Visit:
    session = page.context.new_cdp_session(page)
    weight = 0

    def loaded(event: dict[str, float]) -> None:
        nonlocal weight
        weight += int(event["encodedDataLength"])

    session.on("Network.loadingFinished", loaded)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": DELAY_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="load")
    page.wait_for_timeout(200)
    usable = page.evaluate(
        """() => Math.max(performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
             performance.getEntriesByName('first-contentful-paint')[0].startTime)"""
    )
    weight_of_page = weight
    page.fill("#text", "What are the five pillars?")
    began = page.evaluate("performance.now()")
    page.click("#send")
    page.locator(".answer").wait_for()
    answered = page.evaluate("performance.now()") - began
    return Visit(usable / 1000, answered / 1000, weight_of_page)


if __name__ == "__main__":
    sys.exit(main())
