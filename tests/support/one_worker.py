"""Keeps tests that share a costly thing (a virtual machine, a day) on one worker of pytest-xdist.

Its own way, `--dist loadgroup`, has no effect with pytest 9.2: xdist 3.8 renames tests to group
them (`xdist/remote.py`), and a test's name can no longer be set.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

_TOGETHER: Final = ("tests/bluez/", "tests/acceptance/test_day_of_faults.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out tests one at a time, but those that share something all at once."""
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class OneMachine(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return next((one for one in _TOGETHER if nodeid.startswith(one)), nodeid)

    return OneMachine(config, log)
