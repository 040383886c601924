"""The compose file keeps to the loopback, to exact versions and to no secret of its own."""

import json
import os
import re
import subprocess
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml
from dotenv import dotenv_values

from dashboards.alert_files import alerting_files
from dashboards.push import FOLDER_UID
from sitstreak import __version__
from sitstreak.alert_plan import CONTACT_SETTINGS, SMTP, plan_by_name
from sitstreak.env_file import SECRETS
from sitstreak.settings import Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
SERVERS = {name: SERVICES[name] for name in ("influxdb", "grafana")}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
ENV_EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
REQUIRED = re.compile(r"\$\{(\w+):\?[^}]+\}")
#: Without these nobody is told, and everything else works.
OPTIONAL = {f"SITSTREAK_{name.upper()}" for name in CONTACT_SETTINGS} | set(SMTP)
EXACT = r"[\w./-]+:\d+\.\d+\.\d+(-[a-z]+)*"

each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
each_server = pytest.mark.parametrize("service", SERVERS.values(), ids=SERVERS)


def variables(text):
    return set(re.findall(r"\$\{(\w+)", text))


def schema():
    """The compose specification's own schema, as check-jsonschema carries it."""
    vendored = resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    return json.loads((vendored / "compose-spec.json").read_text(encoding="utf-8"))


def faults(compose):
    validator = jsonschema.validators.validator_for(schema())
    return [error.message for error in validator(schema()).iter_errors(compose)]


def test_it_is_what_the_compose_specification_says():
    assert faults(COMPOSE) == []


def test_the_specification_would_notice_a_slip_of_the_pen():
    wrong = {"services": {"grafana": SERVICES["grafana"] | {"health_check": {}}}}
    assert faults(wrong)


@each_service
def test_images_have_an_exact_version(service):
    assert re.fullmatch(EXACT, service["image"])


def test_influxdb_is_a_2_and_grafana_a_12():
    assert SERVICES["influxdb"]["image"].startswith("influxdb:2.7.")
    assert SERVICES["grafana"]["image"].startswith("grafana/grafana:12.")


@each_server
def test_ports_are_reachable_from_this_machine_only(service):
    assert service["ports"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_the_collector_opens_no_port_of_its_own():
    # On the host's network its page listens on 127.0.0.1, as everywhere (tests of the page).
    assert SERVICES["collector"]["network_mode"] == "host"
    assert "ports" not in SERVICES["collector"]


@each_service
def test_each_service_says_when_it_is_well_and_comes_back_after_a_restart(service):
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["healthcheck"]["retries"] > 1
    assert service["restart"] == "unless-stopped"


@each_service
def test_nothing_gains_rights_and_logs_do_not_fill_the_disk(service):
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service
    assert service["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", ["grafana", "collector"])
def test_only_volumes_and_tmp_can_be_written(name):
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["tmpfs"] == ["/tmp"]
    assert SERVICES[name]["cap_drop"] == ["ALL"]


def test_grafana_waits_until_influxdb_is_well_and_the_collector_for_nobody():
    assert SERVICES["grafana"]["depends_on"] == {"influxdb": {"condition": "service_healthy"}}
    assert "depends_on" not in SERVICES["collector"]


def test_the_servers_start_by_themselves_and_the_collector_when_asked_for():
    assert not any("profiles" in service for service in SERVERS.values())
    assert SERVICES["collector"]["profiles"] == ["collector"]


@each_service
def test_no_secret_stands_in_the_file_and_none_has_a_default(service):
    secrets = {
        name: value
        for name, value in service["environment"].items()
        if name.endswith(("PASSWORD", "TOKEN"))
    }
    assert secrets
    needed = {name: value for name, value in secrets.items() if name not in OPTIONAL}
    assert needed
    assert all(REQUIRED.fullmatch(value) for value in needed.values())
    assert all(secrets[name] == f"${{{name}:-}}" for name in secrets.keys() & OPTIONAL)


def test_each_variable_that_must_be_set_is_made_by_init_and_empty_in_the_example():
    given = dict(line.split("=", 1) for line in ENV_EXAMPLE.splitlines() if line and line[0] != "#")
    needed = set(REQUIRED.findall(TEXT))
    assert needed == set(SECRETS)
    assert {given[name] for name in needed} == {""}


def test_data_live_in_named_volumes_and_all_else_is_mounted_read_only():
    used = set()
    for service in SERVICES.values():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            if source.startswith(("./", "/")):
                assert volume.endswith(":ro")
            else:
                used.add(source)
    assert used == set(COMPOSE["volumes"])


def test_every_folder_that_is_mounted_is_there():
    sources = [volume.split(":")[0] for volume in SERVICES["grafana"]["volumes"]]
    assert all((ROOT / source).is_dir() for source in sources if source.startswith("./"))


def test_data_source_dashboards_and_alerts_are_provisioned():
    provisioned = {
        volume.split(":")[1].rpartition("/")[2]
        for volume in SERVICES["grafana"]["volumes"]
        if ":/etc/grafana/provisioning/" in volume
    }
    assert provisioned == {"datasources", "dashboards", "alerting"}


def test_the_provisioned_paths_and_names_meet():
    mounts = [volume.split(":") for volume in SERVICES["grafana"]["volumes"]]
    inside = {source: target for source, target, *_ in mounts}
    provider_file = ROOT / "dashboards" / "provisioning" / "dashboards" / "sitstreak.yaml"
    [provider] = yaml.safe_load(provider_file.read_text(encoding="utf-8"))["providers"]
    environment = SERVICES["grafana"]["environment"]
    assert provider["options"]["path"] == "${SITSTREAK_DASHBOARDS}"
    assert environment["SITSTREAK_DASHBOARDS"] == inside["./dashboards/json"]
    assert provider["folderUid"] == FOLDER_UID
    home = Path(SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert str(home.parent) == inside["./dashboards/json"]
    assert (ROOT / "dashboards" / "json" / home.name).is_file()


@pytest.mark.parametrize("is_written", [True, False])
def test_grafana_starts_with_the_wearers_own_dashboards_or_else_the_committed_ones(
    tmp_path, is_written
):
    grafana = SERVICES["grafana"]
    own = {m.split(":")[0]: m.split(":")[1] for m in grafana["volumes"]}["./dashboards/own"]
    if is_written:
        (tmp_path / "today.json").touch()
    *shell, script = grafana["entrypoint"]
    assert script.endswith("exec /run.sh\n")  # what the image itself starts
    assert "$" not in script  # Compose would fill it in
    moved = script.replace(f"-r {own}/", f"-r {tmp_path}/").replace("exec /run.sh", "exec env")
    asked = ("SITSTREAK_DASHBOARDS", "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
    given = {name: grafana["environment"][name] for name in asked} | {"PATH": os.defpath}
    ran = subprocess.run([*shell, moved], env=given, capture_output=True, text=True, check=True)
    seen = dict(line.split("=", 1) for line in ran.stdout.splitlines())
    place = own if is_written else "/etc/sitstreak/dashboards"
    assert [seen[name] for name in asked] == [place, f"{place}/today.json"]


def test_every_variable_of_the_provisioning_reaches_grafana():
    wanted = set()
    provisioning = ROOT / "dashboards" / "provisioning"
    for file in [*provisioning.rglob("*.yaml"), *provisioning.rglob("*.json")]:
        lines = file.read_text(encoding="utf-8").splitlines()
        wanted |= variables("\n".join(line for line in lines if not line.lstrip().startswith("#")))
    everything = Settings(
        _env_file=None,
        alert_email="a@b.c",
        ntfy_url="https://n/t",
        ntfy_token="t",
        webhook_url="https://w/",
        telegram_token="t",
        telegram_chat="1",
    )
    files = alerting_files(plan_by_name(everything))
    in_alerts = variables(json.dumps(files["contact-points.json"]))
    assert in_alerts == {f"SITSTREAK_{name.upper()}" for name in CONTACT_SETTINGS}
    assert wanted
    assert wanted | in_alerts <= SERVICES["grafana"]["environment"].keys()


def test_whom_to_tell_is_left_open_in_the_example_and_reaches_grafana_as_it_is_set():
    given = dotenv_values(ROOT / ".env.example")
    environment = SERVICES["grafana"]["environment"]
    assert given.keys() >= OPTIONAL
    assert {given[name] for name in OPTIONAL - {"GF_SMTP_ENABLED"}} == {""}
    assert {variables(environment[name]).pop() for name in OPTIONAL} == OPTIONAL


def test_the_data_source_reads_the_bucket_that_is_set_up():
    source = ROOT / "dashboards" / "provisioning" / "datasources" / "sitstreak.yaml"
    [provisioned] = yaml.safe_load(source.read_text(encoding="utf-8"))["datasources"]
    bucket = SERVICES["influxdb"]["environment"]["DOCKER_INFLUXDB_INIT_BUCKET"]
    assert provisioned["jsonData"]["dbName"] == bucket


def test_the_image_of_the_collector_is_pinned_and_does_not_run_as_root():
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert bases
    assert all(re.fullmatch(r"python:3\.13\.\d+-slim-bookworm", base) for base in bases)
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER sitstreak$", final, re.MULTILINE)
    assert "--platform=" not in DOCKERFILE  # built as it is on amd64 and arm64
    assert SERVICES["collector"]["image"] == f"sitstreak-collector:{__version__}"


def test_only_what_the_image_is_made_of_can_get_into_it():
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in ignore if line and not line.startswith("#")]
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert rules[0] == "*"
    assert allowed == {name for line in copied for name in line.split()}
    assert all((ROOT / name).exists() for name in allowed)


def test_a_collector_in_a_container_keeps_its_data_in_its_volume():
    collector = SERVICES["collector"]
    assert "collector-data:/data" in collector["volumes"]
    assert collector["environment"]["SITSTREAK_DATA_DIR"] == "/data"
    assert re.search(r"^VOLUME /data$", DOCKERFILE, re.MULTILINE)
