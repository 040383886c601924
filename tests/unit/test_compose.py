"""The compose file keeps to the loopback, to exact versions and to no secret of its own."""

import re
from pathlib import Path

import pytest
import yaml

from dashboards.push import FOLDER_UID

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
ENV_EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
REQUIRED = re.compile(r"\$\{(\w+):\?[^}]+\}")

each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def variables(text):
    return set(re.findall(r"\$\{(\w+)", text))


@each_service
def test_images_have_an_exact_version(service):
    assert re.fullmatch(r"[\w/]+:\d+\.\d+\.\d+(-alpine)?", service["image"])


def test_influxdb_is_a_2():
    assert SERVICES["influxdb"]["image"].startswith("influxdb:2.")


@each_service
def test_ports_are_reachable_from_this_machine_only(service):
    assert service["ports"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


@each_service
def test_each_service_says_when_it_is_well_and_comes_back_after_a_restart(service):
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["healthcheck"]["retries"] > 1
    assert service["restart"] == "unless-stopped"


def test_grafana_waits_until_influxdb_is_well():
    assert SERVICES["grafana"]["depends_on"] == {"influxdb": {"condition": "service_healthy"}}


@each_service
def test_no_secret_stands_in_the_file_and_none_has_a_default(service):
    secrets = {
        name: value
        for name, value in service["environment"].items()
        if name.endswith(("PASSWORD", "TOKEN"))
    }
    assert secrets
    assert all(REQUIRED.fullmatch(value) for value in secrets.values())


def test_each_variable_is_in_the_example_and_no_secret_has_a_value_there():
    wanted = variables((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    given = dict(line.split("=", 1) for line in ENV_EXAMPLE.splitlines() if line and line[0] != "#")
    assert wanted <= given.keys()
    assert {given[name] for name in wanted} == {""}


def test_data_live_in_named_volumes_and_all_else_is_mounted_read_only():
    for service in SERVICES.values():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert volume.endswith(":ro")
                assert (ROOT / source).is_dir()
            else:
                assert source in COMPOSE["volumes"]


def test_the_provisioned_paths_and_names_meet():
    mounts = [volume.split(":") for volume in SERVICES["grafana"]["volumes"]]
    inside = {source: target for source, target, *_ in mounts}
    provider_file = ROOT / "dashboards" / "provisioning" / "dashboards" / "sitstreak.yaml"
    [provider] = yaml.safe_load(provider_file.read_text(encoding="utf-8"))["providers"]
    assert provider["options"]["path"] == inside["./dashboards/json"]
    assert provider["folderUid"] == FOLDER_UID
    home = Path(SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert str(home.parent) == inside["./dashboards/json"]
    assert (ROOT / "dashboards" / "json" / home.name).is_file()


def test_every_variable_of_the_provisioning_reaches_grafana():
    source = ROOT / "dashboards" / "provisioning" / "datasources" / "sitstreak.yaml"
    wanted = variables(source.read_text(encoding="utf-8"))
    assert wanted
    assert wanted <= SERVICES["grafana"]["environment"].keys()
    [provisioned] = yaml.safe_load(source.read_text(encoding="utf-8"))["datasources"]
    bucket = SERVICES["influxdb"]["environment"]["DOCKER_INFLUXDB_INIT_BUCKET"]
    assert provisioned["jsonData"]["dbName"] == bucket
