"""A collector that nobody looks at stores rarely; whoever waits can have it hurry."""

import os
import time

from sitstreak.storage.looking import is_looked_at, look


def test_a_mark_says_that_somebody_waits_and_wears_off(tmp_path):
    assert not is_looked_at(tmp_path)
    look(tmp_path)
    assert is_looked_at(tmp_path)
    long_ago_s = time.time() - 11
    os.utime(tmp_path / "looking", (long_ago_s, long_ago_s))
    assert not is_looked_at(tmp_path)


def test_a_place_that_cannot_be_written_to_does_no_harm(tmp_path):
    look(tmp_path / "nowhere")
    assert not is_looked_at(tmp_path / "nowhere")
