# SPDX-License-Identifier: Apache-2.0
"""Undoing everything, in order, however the run ends."""

import contextlib
import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(KeyboardInterrupt):
    """A signal asked the run to end; not an Exception, so that no handler of errors swallows it."""

    def __init__(self, number):
        super().__init__(f"interrupted by {signal.Signals(number).name}")
        self.exit_code = 128 + number


class _RaiseOnce:
    """A handler whose first signal raises; those behind it must not disturb the unwinding."""

    def __init__(self):
        self.raised = False

    def __call__(self, number, _frame):
        if not self.raised:
            self.raised = True
            raise Interrupted(number)


@contextlib.contextmanager
def undone_at_exit():
    """Yields an ExitStack that is unwound at the end, undisturbed by further signals."""
    handler = _RaiseOnce()
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    stack = contextlib.ExitStack()
    try:
        yield stack
    finally:
        try:
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
        finally:  # a signal may come before the loop above is through
            stack.close()
            for number, old in before.items():
                signal.signal(number, old)
