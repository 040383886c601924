"""Every command, option and setting is documented: a test fails when one is not."""

import importlib
from pathlib import Path

import click
import pytest

from sitstreak.cli.main import COMMANDS
from sitstreak.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
CLI = (DOCS / "cli.md").read_text()


def commands_of(name: str) -> dict[str, click.Command]:
    """Return what can be typed -> command: one, or those of a group such as `grafana`."""
    command = importlib.import_module(f"sitstreak.cli.{name.replace('-', '_')}").command
    assert isinstance(command, click.Command)
    if not isinstance(command, click.Group):
        return {f"sitstreak {name}": command}
    return {f"sitstreak {name} {inner}": one for inner, one in command.commands.items()}


def options_of(command: click.Command) -> list[str]:
    return [
        max(option.opts, key=len) for option in command.params if isinstance(option, click.Option)
    ]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    assert f"`SITSTREAK_{name.upper()}`" in (DOCS / "settings.md").read_text()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is(name: str) -> None:
    assert Settings.model_fields[name].description


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_each_of_its_options_is_documented(name: str) -> None:
    heading = f"## sitstreak {name}"
    assert heading in CLI
    section = CLI.split(heading, 1)[1].split("\n## ", 1)[0]
    for typed, command in commands_of(name).items():
        assert typed in heading + section, f"docs/cli.md does not describe {typed}"
        missing = [option for option in options_of(command) if f"`{option}" not in section]
        assert not missing, f"docs/cli.md does not describe {missing} of {typed}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_a_data_directory(name: str) -> None:
    assert all("--data-dir" in options_of(command) for command in commands_of(name).values())
