"""Every command of docs/operations.md exists, and every volume is backed up and restored."""

import importlib
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from sitstreak.alert_plan import SMTP
from sitstreak.cli.main import COMMANDS
from sitstreak.settings import Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
SHELL = "\n".join(code for language, code in BLOCKS if language == "sh")
LINES = [line for line in SHELL.splitlines() if line]
INLINE = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL))
#: docker compose's own subcommands and options, as its reference lists them.
DOCKER = {
    "up": {"-d", "--wait", "--build", "--force-recreate"},
    "down": {"--volumes"},
    "pull": set(),
    "logs": set(),
    "stop": set(),
    "start": set(),
    "restart": set(),
    "exec": {"-T"},
    "run": {"--rm", "--no-deps", "-T", "--entrypoint"},
}
ADVICE = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted((ROOT / "sitstreak/doctor").glob("*.py"))
)


def calls(program):
    """Return the words after each call of a program, in blocks, in text, and inside `sh -c`."""
    found = []
    for piece in [*LINES, *INLINE]:
        for call in re.split(r"&&|\|\||;", piece.replace("'", " ").replace('"', " ")):
            words = shlex.split(call, comments=True)
            if program not in words:
                continue
            before = ["", *words[: words.index(program)]][-1]
            # `--org sitstreak` and `systemctl restart sitstreak` are names, not calls.
            if before == "-c" or not (before.startswith("-") or before == "restart"):
                found.append(words[words.index(program) + 1 :])
    assert found
    return found


def option_names(command):
    return {name for param in command.params for name in param.opts if name.startswith("-")}


def is_a_command(words):
    """Whether `sitstreak WORDS` can be typed; what follows a redirection is not looked at."""
    if not words or words[0] not in COMMANDS:
        return False
    command = importlib.import_module(f"sitstreak.cli.{words[0].replace('-', '_')}").command
    rest = words[1:]
    if isinstance(command, click.Group):
        if not rest or rest[0] not in command.commands:
            return False
        command, rest = command.commands[rest[0]], rest[1:]
    return {word for word in rest if word.startswith("--")} <= option_names(command)


@pytest.mark.parametrize("words", calls("sitstreak"), ids=" ".join)
def test_every_sitstreak_command_exists(words):
    assert not words or is_a_command(words)


def test_every_command_that_the_doctor_recommends_exists():
    advised = set(re.findall(r"sitstreak ((?:[a-z]+)(?: (?:list|push|status|--repair))?)", ADVICE))
    advised &= {text for text in advised if text.split()[0] in {*COMMANDS, "outbox"}}
    assert {"pair", "run", "check --repair", "grafana push", "outbox list"} <= advised
    missing = [text for text in advised if not is_a_command(text.split())]
    assert not missing


def test_every_shell_line_is_one():
    for language, code in BLOCKS:
        if language == "sh" and not re.search(r"^\w+=.* ", code, re.MULTILINE):
            ran = subprocess.run(["bash", "-n"], input=code, text=True, capture_output=True)
            assert ran.returncode == 0, (code, ran.stderr)


def test_every_make_target_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for words in calls("make"):
        if words and words[0].isalpha() and words[0] != "python3":
            assert re.search(rf"^{words[0]}:", makefile, re.MULTILINE), words


def compose_calls():
    """Return (subcommand, its own options, what it is about) of each `docker compose` call."""
    found = []
    for words in calls("docker"):
        if not words or words[0] != "compose":
            continue
        rest = words[1:]
        if rest[0] == "--profile":
            assert rest[1] in COMPOSE["services"]["collector"]["profiles"]
            rest = rest[2:]
        options = []
        name, rest = rest[0], rest[1:]
        while rest and rest[0].startswith("-"):
            options.append(rest[0])
            rest = rest[2:] if rest[0] == "--entrypoint" else rest[1:]
        found.append((name, options, rest))
    return found


def test_every_docker_compose_command_exists_and_names_a_service():
    for name, options, rest in compose_calls():
        assert set(options) <= DOCKER[name], (name, options)
        if name in {"exec", "run", "stop", "start", "restart", "logs"}:
            assert rest[0] in COMPOSE["services"], rest
        if name in {"up", "pull"}:
            assert all(word in COMPOSE["services"] for word in rest), rest
        if name == "run" and "--entrypoint" not in options:
            assert is_a_command(rest[1:])


@pytest.mark.parametrize("volume", COMPOSE["volumes"])
def test_every_volume_is_backed_up_and_restored(volume):
    """To and from a file of its name, by the service that mounts it, at the place of its mount."""
    service, target = next(
        (name, mount.split(":")[1])
        for name, service in COMPOSE["services"].items()
        for mount in service["volumes"]
        if mount.startswith(f"{volume}:")
    )
    saved = [line for line in LINES if f"> backup/{volume}." in line]
    restored = [line for line in LINES if f"< backup/{volume}." in line]
    assert len(saved) == len(restored) == 1
    for line in (saved[0], restored[0]):
        assert f" {service} " in line
        assert " -T " in line  # a terminal would change the bytes
        assert target in line or ("influx " in line and target == "/var/lib/influxdb2")


def test_the_journal_and_the_secrets_are_backed_up_and_restored():
    assert "sitstreak backup --force backup/sitstreak.db" in LINES
    assert "sitstreak restore --force backup/sitstreak.db" in LINES
    assert "cp -p .env backup/env" in LINES
    assert "cp -p backup/env .env" in LINES


def test_every_setting_that_is_named_exists():
    named = set(re.findall(r"SITSTREAK_\w+", TEXT))
    assert named
    assert named <= {f"SITSTREAK_{name.upper()}" for name in Settings.model_fields}


def test_every_variable_of_grafanas_own_that_is_named_reaches_it():
    named = set(re.findall(r"GF_SMTP_[A-Z_]*[A-Z]", TEXT))
    assert named == set(SMTP)
    assert named <= COMPOSE["services"]["grafana"]["environment"].keys()


def test_every_link_leads_somewhere():
    headings = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in headings
        else:
            assert (ROOT / "docs" / target).exists()


def test_the_override_in_it_is_a_compose_file():
    [override] = [yaml.safe_load(code) for language, code in BLOCKS if language == "yaml"]
    assert override["services"].keys() <= COMPOSE["services"].keys()


def test_the_service_unit_starts_a_command_that_exists():
    [unit] = [code for language, code in BLOCKS if language == "ini"]
    [called] = re.findall(r"^ExecStart=.*/sitstreak (.+)$", unit, re.MULTILINE)
    assert is_a_command(called.split())
