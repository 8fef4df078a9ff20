"""Settings are checked at start, with errors that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiaokan.archive import SettingsError, load_settings
from jiaokan.archive.errors import LabelError
from jiaokan.archive.names import check_labels, new_revision_id
from jiaokan.archive.settings import Settings, settings_table
from jiaokan.archive.signing import SignatureRefusedError, Signer
from jiaokan.archive.times import from_rfc3339, to_rfc3339
from jiaokan.archive.variables import unknown_variables
from jiaokan.worker.__main__ import main


def test_unset_it_is_all_on_this_machine(tmp_path, monkeypatch):
    for name in ("OBJECTS", "CATALOG", "BROKER"):
        monkeypatch.delenv(f"JIAOKAN_{name}", raising=False)
    settings = load_settings(data=tmp_path)
    assert settings.is_local
    assert settings.objects_url == f"folder:{tmp_path}/objects"
    assert settings.catalog_url == f"sqlite:{tmp_path}/catalog.sqlite"
    assert settings.broker_url == f"folder:{tmp_path}/broker"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("JIAOKAN_OBJECTS", "ftp://x", "JIAOKAN_OBJECTS: .*folder:PATH"),
        ("JIAOKAN_CATALOG", "mysql://x", "JIAOKAN_CATALOG: .*postgresql://"),
        ("JIAOKAN_BROKER", "amqp://x", "JIAOKAN_BROKER: .*redis://"),
        ("JIAOKAN_PORT", "http", "JIAOKAN_PORT"),
        ("JIAOKAN_OBJECTS", "s3://b", "JIAOKAN_S3_ENDPOINT"),
        ("JIAOKAN_SOFT_LIMIT", "100", "limits must rise"),
    ],
)
def test_wrong_settings_name_the_variable(monkeypatch, name, value, says):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=says):
        load_settings()


def test_secrets_do_not_show():
    settings = Settings(s3_secret_key="hush", catalog="postgresql://me@db/x", catalog_password="quiet/&")
    assert "hush" not in repr(settings)
    assert "quiet" not in settings.catalog_url
    assert settings.catalog_url_with_password == "postgresql://me:quiet%2F%26@db/x"


def test_the_table_has_every_setting():
    table = settings_table()
    assert all(f"`JIAOKAN_{name.upper()}`" in table for name in Settings.model_fields)
    assert all(field.description for field in Settings.model_fields.values())


def test_the_documented_table_is_the_one_that_holds():
    text = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    assert text.endswith(settings_table()), "write it anew with jiaokan.archive.settings.settings_table()"


def test_signed_urls(tmp_path):
    from urllib.parse import parse_qsl, unquote, urlsplit

    signer = Signer("http://h", keep=tmp_path / "signing.key")
    url = urlsplit(signer.url("PUT", "inbox/甲 乙", seconds=60))
    query = dict(parse_qsl(url.query))
    key = unquote(url.path.removeprefix("/v1/objects/"))
    again = Signer("http://h", keep=tmp_path / "signing.key")
    again.check("PUT", key, query)
    for method, name, told in (
        ("GET", key, query),
        ("PUT", "inbox/other", query),
        ("PUT", key, {**query, "expires": str(int(query["expires"]) + 1)}),
        ("PUT", key, {**query, "signature": "é"}),
        ("PUT", key, {}),
    ):
        with pytest.raises(SignatureRefusedError):
            again.check(method, name, told)
    old = dict(parse_qsl(urlsplit(signer.url("PUT", key, seconds=-5)).query))
    with pytest.raises(SignatureRefusedError, match="over"):
        again.check("PUT", key, old)
    assert (tmp_path / "signing.key").stat().st_mode & 0o077 == 0


def test_times_go_both_ways():
    for at in (0, 1, 999, 1_700_000_000_123):
        assert from_rfc3339(to_rfc3339(at)) == at
    assert from_rfc3339("2024-01-01T08:00:00+08:00") == from_rfc3339("2024-01-01T00:00:00Z")
    with pytest.raises(ValueError, match="zone"):
        from_rfc3339("2024-01-01T00:00:00")


def test_labels():
    assert check_labels(("b", "a", "b")) == ("a", "b")
    for label in ("", "a b", "-a", "a" * 65, "a/b"):
        with pytest.raises(LabelError):
            check_labels((label,))


def test_revision_ids_rise():
    first = new_revision_id(1_700_000_000_000)
    assert new_revision_id(5, after=first) > first
    assert len(first) == 28


def test_variables_that_mean_nothing_are_told_with_the_nearest_name():
    environment = {
        "JIAOKAN_CATALOGUE": "sqlite:x",
        "JIAOKAN_MAX_UPLOADS": "1",
        "JIAOKAN_QQQQQ": "",
        "JIAOKAN_CATALOG": "sqlite:x",
        "JIAOKAN_URL": "http://x",
        "JIAOKAN_FAULT": "",
        "PATH": "/bin",
    }
    assert list(unknown_variables(environment)) == [
        "JIAOKAN_CATALOGUE is set and means nothing; did you mean JIAOKAN_CATALOG?",
        "JIAOKAN_MAX_UPLOADS is set and means nothing; did you mean JIAOKAN_MAX_UPLOAD?",
        "JIAOKAN_QQQQQ is set and means nothing",
    ]


def test_what_kubernetes_tells_of_services_is_no_mistake():
    links = {
        "JIAOKAN_API_SERVICE_HOST": "10.0.0.1",
        "JIAOKAN_API_SERVICE_PORT_HTTP": "8321",
        "JIAOKAN_API_PORT": "tcp://10.0.0.1:8321",
        "JIAOKAN_API_PORT_8321_TCP_ADDR": "10.0.0.1",
    }
    assert not list(unknown_variables(links))


def test_a_part_tells_of_them_when_it_starts(monkeypatch, capsys):
    monkeypatch.setenv("JIAOKAN_CATALOGUE", "x")
    monkeypatch.setattr("jiaokan.worker.__main__.run_sweeper", lambda _: 0)
    assert main(["sweeper"]) == 0
    assert "did you mean JIAOKAN_CATALOG?" in capsys.readouterr().err
