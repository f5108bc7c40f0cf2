"""Drives the review page in Chromium, through real sessions, and checks what reviewers see and the server keeps.

    python browser.py [SCENARIO ...]

Every scenario has a server of its own (see servers.py). Prints what failed and the latency of the next clip, and ends
with "N passed, N failed"; exits with 1 unless everything passed. Screenshots go to BROWSER_PICTURES if that is set.
"""

import os
import pathlib
import sys
import time
import traceback

import playwright.sync_api

import access
import curating
import deciding
import keeping
import looking
import servers
from reviewer import Reviewer, chromium

SCENARIOS = [*deciding.SCENARIOS, *looking.SCENARIOS, *keeping.SCENARIOS, *access.SCENARIOS, *curating.SCENARIOS]


class Checks:
    """Counts checks, and prints those that fail."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def expect(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}", flush=True)
        return holds

    def equal(self, found, expected, what):
        return self.expect(found == expected, f"{what}: {found!r} instead of {expected!r}")


class Room:
    """What a scenario works with: checks, a site, reviewers who are seen out, a place for pictures."""

    def __init__(self, checks, browser, site, scenario):
        self.checks, self.browser, self.site, self.scenario = checks, browser, site, scenario
        self.reviewers = []
        self.pictures = os.environ.get("BROWSER_PICTURES")

    def reviewer(self, name, **options):
        self.reviewers.append(Reviewer(self.browser, self.site, name, **options))
        return self.reviewers[-1]

    def picture(self, page, name):
        if self.pictures:
            page.screenshot(path=pathlib.Path(self.pictures) / f"{self.scenario}-{name}.png")

    def leave(self):
        for reviewer in self.reviewers:
            reviewer.close()
            self.checks.equal(reviewer.problems, [], f"{self.scenario}: {reviewer.name}'s page")


def play(scenario, checks, browser):
    name = scenario.__name__
    began = time.monotonic()
    try:
        with servers.site() as site:
            room = Room(checks, browser, site, name)
            try:
                scenario(room)
            except Exception:
                for reviewer in room.reviewers:
                    room.picture(reviewer.page, f"failed-{reviewer.name}")
                raise
            room.leave()
    except Exception as error:
        checks.expect(False, f"{name}: {error}")
        traceback.print_exc(limit=-3)
    print(f"{name}: {time.monotonic() - began:.1f} s", flush=True)


def main(wanted):
    unknown = set(wanted) - {scenario.__name__ for scenario in SCENARIOS}
    if unknown:
        sys.exit(f"no such scenario: {', '.join(sorted(unknown))}")
    if pictures := os.environ.get("BROWSER_PICTURES"):
        pathlib.Path(pictures).mkdir(parents=True, exist_ok=True)
    checks = Checks()
    with playwright.sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for scenario in SCENARIOS:
            if not wanted or scenario.__name__ in wanted:
                play(scenario, checks, browser)
        browser.close()
    print(f"{checks.passed} passed, {checks.failed} failed")
    return checks.failed == 0 and checks.passed > 0


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
