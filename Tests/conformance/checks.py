"""Counting checks."""


class Checks:
    """Counts checks, and prints the first of those that fail."""

    SHOWN = 50

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def expect(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            if self.failed <= self.SHOWN:
                print(f"FAILED {what}")
        return bool(holds)

    def finish(self):
        """Prints the counts. Returns the exit code."""
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
