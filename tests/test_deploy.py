"""What stands in deploy/ is valid by its own schemas, and names only what there is."""

import ast
import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import check_jsonschema
import jsonschema
import kubernetes_validate
import pytest
import yaml

from bot import ROOT
from bot.serve import ACTIONS_PORT, ASSISTANT_PORT
from bot.settings import PREFIX, Settings
from tests.conftest import missing

DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
HOME = "/opt/plan-assistant"
KUBERNETES = ("1.29", "1.34", "1.37")
SECRETS = {"BOT_SECRET_KEY", "BOT_DATABASE_URL", "BOT_REDIS_URL", "BOT_METRICS_TOKEN"}


def objects():
    """Every object of the Kubernetes manifests, with the file that it stands in."""
    files = [*(DEPLOY / "kubernetes").glob("*.yaml"), DEPLOY / "kubernetes" / "secret.example"]
    return [(f.name, one) for f in sorted(files) for one in yaml.safe_load_all(f.read_text())]


def of_kind(kind):
    return [one for _, one in objects() if one["kind"] == kind]


def pod():
    return of_kind("StatefulSet")[0]["spec"]["template"]


def containers():
    return {one["name"]: one for one in pod()["spec"]["containers"]}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


@pytest.fixture(scope="module")
def units(tmp_path_factory):
    """The units as they are installed, with a program where they expect one."""
    if shutil.which("systemd-analyze") is None:
        missing("systemd-analyze", "install it with: make system-deps")
    folder = tmp_path_factory.mktemp("units")
    shutil.copytree(UNITS, folder, dirs_exist_ok=True)
    program = folder / "home" / ".venv" / "bin" / "bot"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in folder.rglob("plan-assistant*"):
        if unit.is_file():
            unit.write_text(unit.read_text().replace(HOME, str(folder / "home")))
    return folder


def analyze(folder, *words):
    return subprocess.run(
        ["systemd-analyze", *words, *map(str, sorted(folder.glob("plan-assistant*.service")))],
        env={"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True,
    )  # fmt: skip


# systemd


def test_systemd_has_nothing_to_say_against_the_units(units):
    done = analyze(units, "verify", "--man=no")
    assert (done.stdout + done.stderr).strip() == ""
    assert done.returncode == 0


def test_a_mistake_in_a_unit_is_seen(units, tmp_path):
    shutil.copytree(units, tmp_path, dirs_exist_ok=True)
    unit = tmp_path / "plan-assistant-front.service"
    unit.write_text(unit.read_text().replace("TasksMax", "TaskMax"))
    assert "TaskMax" in analyze(tmp_path, "verify", "--man=no").stderr


@pytest.mark.parametrize("unit", sorted(p.name for p in UNITS.glob("*.service")))
def test_every_unit_is_closed_in(units, unit):
    """By systemd's own measure: 0 is a locked box, 10 an open one."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(units / unit)],
        env={"SYSTEMD_UNIT_PATH": f"{units}:", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-300:]


def test_a_unit_without_the_common_part_would_be_told_open(units, tmp_path):
    shutil.copytree(units, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "plan-assistant-.service.d")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20",
         str(tmp_path / "plan-assistant-front.service")],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode != 0


def test_the_front_stops_before_what_it_needs():
    unit = (UNITS / "plan-assistant-front.service").read_text()
    after = re.search(r"^After=(.*)$", unit, re.MULTILINE)[1].split()
    assert {"plan-assistant-actions.service", "plan-assistant-assistant.service"} <= set(after)
    longest = Settings.model_fields["drain_seconds"].metadata[1].le + 5
    assert int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]) > longest


# Containers


def test_the_compose_file_is_one(compose):
    vendored = Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor"
    schema = json.loads((vendored / "compose-spec.json").read_text())
    jsonschema.validate(compose, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(compose | {"services": {"app": {"imag": "x"}}}, schema)


def test_only_loopback_of_the_machine_reaches_the_container(compose):
    published = {name: one["ports"] for name, one in compose["services"].items() if "ports" in one}
    assert published == {"app": ["127.0.0.1:8080:8080"]}
    assert compose["networks"]["inside"]["internal"] is True
    assert compose["services"]["database"]["networks"] == ["inside"]
    [config] = compose["networks"]["outside"]["ipam"]["config"]
    given = compose["services"]["app"]["environment"]
    assert given["BOT_TRUSTED_PROXIES"] == config["gateway"]


def test_no_container_may_do_more_than_it_must(compose):
    for service in compose["services"].values():
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
    assert compose["services"]["app"]["read_only"] is True


def lines_of_the_dockerfile():
    text = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text())
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


def test_what_the_image_copies_is_there_and_is_sent_to_the_builder():
    sent = {
        line[1:]
        for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied = {
        source.rstrip("/")
        for word, *names in lines_of_the_dockerfile()
        if word == "COPY" and not names[0].startswith("--from")
        for source in names[:-1]
    }
    assert copied == sent
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_has_the_stages_that_are_named(compose):
    stages = [line[3] for line in lines_of_the_dockerfile() if line[0] == "FROM"]
    assert stages[-2:] == ["front", "whole"]
    assert compose["services"]["app"]["build"]["target"] in stages
    images = {one["image"] for one in [*containers().values(), *pod()["spec"]["initContainers"]]}
    assert images == {"plan-assistant-front:0.1.0", compose["services"]["app"]["image"]}


def imported(folder):
    """Every module that the code below a folder names in an import, also inside functions."""
    for file in (ROOT / folder).rglob("*.py"):
        if "nlu" in file.parts:
            continue  # runs in Rasa's own environment
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield str(node.module).partition(".")[0]


def test_the_image_has_every_library_that_the_code_imports():
    locked = (ROOT / "requirements" / "app.txt").read_text()
    held = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", locked, re.MULTILINE))
    known = packages_distributions()
    names = {*imported("bot"), *imported("actions")} - set(sys.stdlib_module_names)
    copied = {"bot", "actions"}
    missing_ = {
        name
        for name in names - copied
        if not held & {re.sub(r"[._]+", "-", one).lower() for one in known.get(name, [])}
    }
    assert missing_ == set()


def test_the_image_ends_as_a_user_without_rights():
    users = [line[1] for line in lines_of_the_dockerfile() if line[0] == "USER"]
    assert users == ["10001:10001", "root", "10001:10001"]
    assert pod()["spec"]["securityContext"]["runAsUser"] == 10001


# Kubernetes


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize(("file", "one"), objects(), ids=lambda x: x if isinstance(x, str) else "")
def test_every_manifest_is_valid(file, one, version):
    kubernetes_validate.validate(one, version, strict=True)


def test_a_mistake_in_a_manifest_is_seen():
    broken = of_kind("PodDisruptionBudget")[0] | {"spec": {"minAvailible": 1}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, KUBERNETES[0], strict=True)


def test_every_selector_finds_the_pods():
    labels = pod()["metadata"]["labels"]
    selectors = [one["spec"]["selector"] for one in of_kind("Service")]
    selectors += [one["spec"]["podSelector"]["matchLabels"] for one in of_kind("NetworkPolicy")]
    for kind in ("PodDisruptionBudget", "StatefulSet"):
        selectors += [one["spec"]["selector"]["matchLabels"] for one in of_kind(kind)]
    assert len(selectors) == 5
    assert all(selector.items() <= labels.items() for selector in selectors)


def test_only_the_front_can_be_reached_from_another_pod():
    ports = {name: one.get("ports") for name, one in containers().items()}
    assert ports == {
        "front": [{"name": "http", "containerPort": Settings.model_fields["port"].default}],
        "assistant": None,
        "actions": None,
    }
    [policy] = of_kind("NetworkPolicy")
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    [rule] = policy["spec"]["ingress"]
    assert rule["ports"] == [{"port": 8080, "protocol": "TCP"}]
    assert rule["from"]


def test_every_container_is_looked_after():
    for container in containers().values():
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert container[probe]
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert container["resources"]["limits"]["memory"]
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_the_probes_look_where_assistant_and_actions_listen():
    for name, port in (("assistant", ASSISTANT_PORT), ("actions", ACTIONS_PORT)):
        assert f"http://127.0.0.1:{port}/" in str(containers()[name]["livenessProbe"])


def test_assistant_and_actions_outlive_the_front():
    drain = float(of_kind("ConfigMap")[0]["data"]["BOT_DRAIN_SECONDS"])
    spec = pod()["spec"]
    for name in ("assistant", "actions"):
        [word, seconds] = containers()[name]["lifecycle"]["preStop"]["exec"]["command"]
        assert word == "sleep"
        assert drain + 5 < float(seconds) < spec["terminationGracePeriodSeconds"]


def test_a_pods_folder_is_kept_when_the_pod_goes():
    [claim] = of_kind("StatefulSet")[0]["spec"]["volumeClaimTemplates"]
    for container in containers().values():
        assert {"name": claim["metadata"]["name"], "mountPath": "/app/var"} in container[
            "volumeMounts"
        ]


# All of them


def test_every_setting_that_is_named_exists():
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    text = "\n".join(f.read_text() for f in DEPLOY.rglob("*") if f.is_file())
    assert set(re.findall(r"\bBOT_[A-Z_]*[A-Z]\b", text)) <= known


def test_the_example_settings_are_taken_as_they_are(monkeypatch):
    for line in (DEPLOY / "settings.example").read_text().splitlines():
        name, found, value = line.removeprefix("# ").partition("=")
        if found and re.fullmatch(r"BOT_\w+", name):
            monkeypatch.setenv(name, value)
    assert Settings().public_url == "https://plan.example.gov"


def test_the_settings_of_the_pods_are_taken_as_they_are(monkeypatch):
    for name, value in of_kind("ConfigMap")[0]["data"].items():
        assert isinstance(value, str)
        monkeypatch.setenv(name, value)
    assert Settings().drain_seconds == 3


def test_no_secret_stands_in_a_manifest():
    [secret] = of_kind("Secret")
    assert secret["stringData"].keys() == SECRETS
    assert secret["stringData"]["BOT_SECRET_KEY"] == ""
    assert not SECRETS & of_kind("ConfigMap")[0]["data"].keys()
