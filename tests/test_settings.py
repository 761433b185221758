"""Settings come from the environment, are typed, and are refused in one clear line."""

import os
import stat
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import ROOT
from bot.settings import BadSettings, Settings, load

CONTRACT = {
    "BOT_HOST": ("0.0.0.0", "host", "0.0.0.0"),
    "BOT_PORT": ("9090", "port", 9090),
    "BOT_DATA_DIR": ("elsewhere", "data_dir", Path("elsewhere")),
    "BOT_DATABASE_URL": (
        "postgresql+asyncpg://bot@db/bot",
        "database",
        "postgresql+asyncpg://bot@db/bot",
    ),
    "BOT_REDIS_URL": ("redis://cache:6379/1", "redis_url", "redis://cache:6379/1"),
    "BOT_SECRET_KEY": ("s3cret", "key", b"s3cret"),
    "BOT_PUBLIC_URL": ("https://plan.example.gov/", "public_url", "https://plan.example.gov"),
    "BOT_TWILIO_ACCOUNT_SID": ("AC123", "twilio_account_sid", "AC123"),
    "BOT_TWILIO_NUMBER": ("+14105550100", "twilio_number", "+14105550100"),
    "BOT_TWILIO_KEYWORDS": ("twilio", "twilio_keywords", "twilio"),
    "BOT_CONTACT": ("410-396-5757", "contact", "410-396-5757"),
    "BOT_TIMEZONE": ("America/Chicago", "timezone", "America/Chicago"),
    "BOT_TRUSTED_PROXIES": ("10.0.0.1", "trusted_proxies", "10.0.0.1"),
    "BOT_EMBED_HOSTS": ("city.example.gov", "embed_hosts", "city.example.gov"),
    "BOT_OIDC_ISSUER": ("https://id.example.gov/", "oidc_issuer", "https://id.example.gov/"),
    "BOT_OIDC_CLIENT_ID": ("desk", "oidc_client_id", "desk"),
    "BOT_TODAY": ("2018-03-16", "today", date(2018, 3, 16)),
    "BOT_RATE_LIMIT": ("off", "rate_limit", "off"),
}
SECRETS = {
    "BOT_TWILIO_AUTH_TOKEN": "a-twilio-token",
    "BOT_SMTP_URL": "smtp://desk:a-mail-password@mail.example.gov:587",
    "BOT_OIDC_CLIENT_SECRET": "an-oidc-secret",
    "BOT_SECRET_KEY": "a-secret-key",
}
BAD = {
    "a port that is no number": ("BOT_PORT", "eighty"),
    "a port out of range": ("BOT_PORT", "70000"),
    "port zero": ("BOT_PORT", "0"),
    "an invented time zone": ("BOT_TIMEZONE", "America/Baltimore"),
    "a folder of time zones": ("BOT_TIMEZONE", "America"),
    "a path as a time zone": ("BOT_TIMEZONE", "../../etc/passwd"),
    "a day that does not exist": ("BOT_TODAY", "2018-02-30"),
    "a date in words": ("BOT_TODAY", "tomorrow"),
    "a count of seconds as a date": ("BOT_TODAY", "1521158400"),
    "a public address without its scheme": ("BOT_PUBLIC_URL", "plan.example.gov"),
    "a public address of another scheme": ("BOT_PUBLIC_URL", "ftp://plan.example.gov"),
    "a public address that can't be read": ("BOT_PUBLIC_URL", "http://[plan"),
    "a database without a driver": ("BOT_DATABASE_URL", "postgresql://bot@db/bot"),
    "a database that is a path": ("BOT_DATABASE_URL", "/var/lib/bot.db"),
    "a Redis address of another scheme": ("BOT_REDIS_URL", "http://cache"),
    "a mail address that is no address": ("BOT_SMTP_URL", "mail.example.gov"),
    "an issuer that is no address": ("BOT_OIDC_ISSUER", "login"),
    "a rate limit that is neither on nor off": ("BOT_RATE_LIMIT", "100"),
    "keywords of nobody": ("BOT_TWILIO_KEYWORDS", "carrier"),
}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    """Each test begins without settings and in a folder of its own."""
    for name in [name for name in os.environ if name.upper().startswith("BOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def the_complaint() -> str:
    with pytest.raises(BadSettings) as raised:
        load()
    line = str(raised.value)
    assert "\n" not in line
    return line


def test_every_setting_has_a_default_that_works_on_a_laptop():
    settings = load()
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.data_dir == Path("var")
    assert settings.contact == "311"
    assert settings.timezone == "America/New_York"
    assert settings.twilio_keywords == "bot"
    assert settings.rate_limit == "on"
    for name in ("redis_url", "public_url", "twilio_auth_token", "trusted_proxies", "today"):
        assert getattr(settings, name) is None


def test_the_database_is_a_file_in_the_data_dir_by_default(monkeypatch, tmp_path):
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path / "here"))
    assert load().database == f"sqlite+aiosqlite:///{tmp_path}/here/bot.db"


@pytest.mark.parametrize("name", CONTRACT)
def test_a_setting_of_the_contract_is_read(monkeypatch, name):
    text, attribute, expected = CONTRACT[name]
    monkeypatch.setenv(name, text)
    assert getattr(load(), attribute) == expected


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_read_but_not_shown(monkeypatch, name):
    monkeypatch.setenv(name, SECRETS[name])
    settings = load()
    secret = getattr(settings, name.removeprefix("BOT_").lower())
    assert secret.get_secret_value() == SECRETS[name]
    assert SECRETS[name] not in repr(settings)


def test_an_empty_setting_is_no_setting(monkeypatch):
    monkeypatch.setenv("BOT_PORT", "")
    monkeypatch.setenv("BOT_SECRET_KEY", "")
    settings = load()
    assert settings.port == 8080
    assert settings.secret_key is None


def test_settings_do_not_change_after_they_are_read():
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1


def test_an_unknown_setting_is_named_with_those_that_exist(monkeypatch):
    monkeypatch.setenv("BOT_PROT", "8080")
    line = the_complaint()
    assert line.startswith("Unknown setting BOT_PROT.")
    assert "BOT_PORT" in line


def test_variables_of_others_are_left_alone(monkeypatch):
    monkeypatch.setenv("ROBOT_PORT", "1")
    monkeypatch.setenv("PORT", "1")
    assert load().port == 8080


@pytest.mark.parametrize("case", BAD)
def test_a_bad_value_is_refused_in_one_line_that_names_the_variable(monkeypatch, case):
    name, value = BAD[case]
    monkeypatch.setenv(name, value)
    assert the_complaint().startswith(f"{name} has a bad value: ")


def test_a_bad_secret_is_not_repeated(monkeypatch):
    monkeypatch.setenv("BOT_SMTP_URL", "desk:a-mail-password@mail.example.gov")
    assert "a-mail-password" not in the_complaint()


def test_the_secret_key_is_made_once_and_kept(tmp_path):
    first = Settings(data_dir=tmp_path / "var").key
    assert len(first) == 64
    assert Settings(data_dir=tmp_path / "var").key == first


def test_two_data_dirs_have_two_secret_keys(tmp_path):
    assert Settings(data_dir=tmp_path / "a").key != Settings(data_dir=tmp_path / "b").key


def test_only_its_owner_can_read_the_secret_key(tmp_path):
    _ = Settings(data_dir=tmp_path / "var").key
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["secret.key"]
    assert stat.S_IMODE((tmp_path / "var" / "secret.key").stat().st_mode) == 0o600


def test_a_secret_key_that_is_set_makes_no_file(tmp_path):
    settings = Settings(data_dir=tmp_path / "var", secret_key="given")
    assert settings.key == b"given"
    assert not (tmp_path / "var").exists()


def test_processes_that_start_together_get_the_same_secret_key(tmp_path):
    program = (
        "import pathlib, time; from bot.settings import Settings\n"
        "print('ready', flush=True)\n"
        "while not pathlib.Path('go').exists(): time.sleep(0.001)\n"
        "print(Settings(data_dir='var').key.decode())"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    (tmp_path / "go").touch()
    keys = {process.communicate(timeout=20)[0].strip() for process in processes}
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["secret.key"]


def the_key_complaint(settings: Settings) -> str:
    with pytest.raises(BadSettings) as raised:
        _ = settings.key
    line = str(raised.value)
    assert "\n" not in line
    return line


def test_a_secret_key_that_cannot_be_read_is_explained(tmp_path):
    (tmp_path / "secret.key").mkdir()
    line = the_key_complaint(Settings(data_dir=tmp_path))
    assert str(tmp_path / "secret.key") in line
    assert "BOT_SECRET_KEY" in line


def test_a_data_dir_that_cannot_be_made_is_explained(tmp_path):
    (tmp_path / "var").write_text("a file stands where the folder should be")
    assert "can't be read or made" in the_key_complaint(Settings(data_dir=tmp_path / "var"))


def test_an_empty_secret_key_is_refused(tmp_path):
    (tmp_path / "secret.key").write_text("\n")
    assert "is empty" in the_key_complaint(Settings(data_dir=tmp_path))


def test_now_is_the_present_moment_in_the_city():
    now = load().now()
    assert now.tzinfo == ZoneInfo("America/New_York")
    assert abs(now - datetime.now(ZoneInfo("UTC"))) < timedelta(seconds=5)


def test_now_is_told_in_the_time_zone_that_is_set(monkeypatch):
    monkeypatch.setenv("BOT_TIMEZONE", "Asia/Tokyo")
    assert load().now().utcoffset() == timedelta(hours=9)


@pytest.mark.parametrize("day", ["2018-03-01", "2020-02-29", "2030-12-31"])
def test_bot_today_moves_now_to_that_day(monkeypatch, day):
    monkeypatch.setenv("BOT_TODAY", day)
    settings = load()
    assert settings.now().date().isoformat() == day
    assert settings.now().tzinfo == ZoneInfo("America/New_York")


def test_the_clock_goes_on_within_bot_today(monkeypatch):
    monkeypatch.setenv("BOT_TODAY", "2018-03-01")
    settings = load()
    before = settings.now()
    time.sleep(0.01)
    assert settings.now() > before
