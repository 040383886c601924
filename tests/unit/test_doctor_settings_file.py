"""A line of .env that sets nothing is named with its file, its number and what to write."""

import pytest

from sitstreak.doctor.finding import State
from sitstreak.doctor.settings_check import check_settings_file

PATH = "/home/ada/.env"


@pytest.mark.parametrize(
    ("line", "written_so"),
    [
        ("SITSTREAK_INFLUX_URL http://nas:8086", "SITSTREAK_INFLUX_URL=value"),
        ("SITSTREAK_INFLUX_TOKEN", "SITSTREAK_INFLUX_TOKEN=value"),
        ('SITSTREAK_WEARER="ada', "SITSTREAK_WEARER=value"),
        ("just some words", "NAME=value"),
    ],
)
def test_a_broken_line_is_named_and_what_to_write_is_said(line, written_so):
    text = f"# mine\n\nSITSTREAK_PORT=8765\n\n{line}\nSITSTREAK_TIMEZONE=Asia/Kolkata\n"
    finding = check_settings_file(PATH, text)
    assert finding.state is State.WRONG
    assert f"{PATH}, line 5 " in finding.found
    assert f"write line 5 as {written_so}" in finding.todo


def test_all_broken_lines_are_counted_and_no_secret_is_shown():
    finding = check_settings_file(PATH, "A=1\nMY_TOKEN s3cret\nB=2\nhush\n")
    assert "line 2 " in finding.found
    assert finding.found.endswith("nor do these lines: 4")
    assert "s3cret" not in finding.found + finding.todo


def test_a_sound_file_and_none_are_nothing_to_worry_about():
    sound = "# a word\n\nA=1\nB='x y'\nexport C=\n"
    assert check_settings_file(PATH, sound).state is State.OK
    assert check_settings_file(PATH, None).state is State.OK
