"""The Kustomize base is what Kubernetes takes, and says what is true of us."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from jiaokan.archive.settings import Settings
from jiaokan.console.part import PARTS

CLUSTER = Path(__file__).parents[2] / "infra" / "cluster"
BASE = CLUSTER / "base"
FOREIGN = ("keda.sh/", "kustomize.config.k8s.io/")


def parsed_compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((CLUSTER.parents[1] / "docker-compose.yml").read_text("utf-8"))
    return document


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(BASE.glob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text("utf-8")):
            yield path.name, document


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for _, document in documents():
        if document["kind"] in ("Deployment", "Job"):
            yield document["metadata"]["name"], document["spec"]["template"]["spec"]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(one, id=f"{name}-{one['kind']}")
        for name, one in documents()
        if not one["apiVersion"].startswith(FOREIGN)
    ],
)
def test_every_resource_fits_the_schema_of_kubernetes(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


def test_every_file_is_in_the_kustomization() -> None:
    listed = yaml.safe_load((BASE / "kustomization.yaml").read_text("utf-8"))["resources"]
    assert sorted(listed) == sorted(
        path.name for path in BASE.glob("*.yaml") if path.name != "kustomization.yaml"
    )


def test_every_command_and_setting_is_one_that_there_is() -> None:
    known = {f"JIAOKAN_{name.upper()}" for name in Settings.model_fields}
    for name, spec in pods():
        (container,) = spec["containers"]
        if name == "migrate":
            (first,) = spec["initContainers"]
            assert first["command"] == ["jiaokan", "archive", "migrate"]
            assert container["command"] == parsed_compose()["services"]["first-key"]["command"]
            continue
        command = container["command"]
        assert command[:3] == ["jiaokan", "serve", "--only"], name
        assert command[3] in PARTS, name
        assert {entry["name"] for entry in container.get("env", ())} <= known
    settings = next(document for _, document in documents() if document["kind"] == "ConfigMap")
    assert set(settings["data"]) <= known


def test_pods_run_without_privileges_and_within_bounds() -> None:
    for name, spec in pods():
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        for container in (*spec.get("initContainers", ()), *spec["containers"]):
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert "memory" in container["resources"]["limits"]


def test_probes_ask_ports_that_are_there_and_only_liveness_restarts() -> None:
    for name, spec in pods():
        (container,) = spec["containers"]
        if name == "migrate":
            continue
        ports = {port["name"] for port in container["ports"]}
        assert "metrics" in ports, name
        for probe, path in (
            ("startupProbe", "/livez"),
            ("livenessProbe", "/livez"),
            ("readinessProbe", "/readyz"),
        ):
            asked = container[probe]["httpGet"]
            assert asked["path"] == path, (name, probe)
            assert asked["port"] in ports, (name, probe)


def test_what_is_scaled_says_no_number_of_its_own() -> None:
    kinds = {(one["kind"], one["metadata"]["name"]): one for _, one in documents() if "metadata" in one}
    scaled = kinds["ScaledObject", "worker"]["spec"]
    assert "replicas" not in kinds["Deployment", scaled["scaleTargetRef"]["name"]]["spec"]
    assert scaled["minReplicaCount"] >= 2


def test_the_limits_of_a_worker_fit_into_its_pod() -> None:
    settings = next(document for _, document in documents() if document["kind"] == "ConfigMap")["data"]
    needed = int(settings["JIAOKAN_CONCURRENCY"]) * int(settings["JIAOKAN_MEMORY_LIMIT"])
    (worker,) = (spec["containers"][0] for name, spec in pods() if name == "worker")
    assert worker["resources"]["limits"]["memory"] == "4Gi"
    assert needed + (512 << 20) <= 4 << 30


@pytest.mark.servers
def test_the_query_that_scales_is_one_that_postgresql_takes(server) -> None:
    import starting
    from sqlalchemy import text

    from jiaokan.archive import Settings, accept, open_archive

    query = next(one for _, one in documents() if one["kind"] == "ScaledObject")["spec"]["triggers"][0]
    catalog = starting.fresh_database(server("postgresql"))["catalog"]
    archive = open_archive(Settings(catalog=catalog, objects="memory:"))
    try:
        accept(archive, "a/1", b"text")
        with archive.catalog.database.read() as connection:
            assert connection.execute(text(query["metadata"]["query"])).scalar_one() == 1
    finally:
        archive.close()
