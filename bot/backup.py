"""One file that holds everything of an instance: store, dialogue's state, secret key, outbox.

It can be made while all runs. A SQLite database is copied by SQLite's own online backup, a
PostgreSQL one by pg_dump. The file is a zip with a list of what is in it and the digest of each
part, so that a damaged one is known before anything is replaced.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from bot.comments.outbox import SUFFIX
from bot.settings import Settings

CONTENTS = "contents.json"
STORE, TRACKERS, KEY, DUMP = "bot.db", "trackers.db", "secret.key", "postgresql.dump"
FORMAT = 1
DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian puts the programs of each version."""
_OTHERS = """
SELECT coalesce(host(client_addr), 'here') FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND backend_type = 'client backend'
"""
"""Where the others come from who are connected to this database."""


class BackupFailed(Exception):
    """Why nothing was backed up or restored, in one sentence."""


@dataclass(frozen=True)
class Contents:
    """What a backup holds."""

    kind: str
    """sqlite or postgresql."""
    made_at: datetime
    parts: dict[str, str]
    """SHA-256 by name."""

    @property
    def has_key(self) -> bool:
        """Whether the secret key is in it; one that is set by BOT_SECRET_KEY is not."""
        return KEY in self.parts


def kind_of(settings: Settings) -> str:
    """The kind of database: sqlite or postgresql."""
    return "postgresql" if settings.database.startswith("postgresql") else "sqlite"


def backup(settings: Settings, target: Path) -> Contents:
    """Write a backup, readable by its owner only; a file of that name is replaced at the end.

    Raises BackupFailed.
    """
    try:
        with tempfile.TemporaryDirectory(dir=_folder_of(target), prefix=".backup-") as name:
            folder = Path(name)
            parts = _collect(settings, folder)
            contents = Contents(
                kind_of(settings), datetime.now(UTC), {part.name: _digest(part) for part in parts}
            )
            made = folder / "made.zip"
            with (
                open(made, "xb", opener=lambda p, f: os.open(p, f, 0o600)) as file,
                zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
            ):
                archive.writestr(CONTENTS, json.dumps(_as_json(contents), indent=1))
                for part in parts:
                    archive.write(part, part.name)
            with made.open("rb") as written:
                os.fsync(written.fileno())
            made.replace(target)
            return contents
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"The backup can't be written: {_reason(error)}.") from error


def read_contents(file: Path) -> Contents:
    """What a backup holds, each part compared with its digest. Raises BackupFailed."""
    try:
        with zipfile.ZipFile(file) as archive:
            told = json.loads(archive.read(CONTENTS))
            if told.get("format") != FORMAT:
                raise BackupFailed(f"{file} was made by a version that this one can't read.")
            contents = Contents(
                told["kind"], datetime.fromisoformat(told["made_at"]), dict(told["parts"])
            )
            for name, digest in contents.parts.items():
                with archive.open(name) as part:
                    if hashlib.file_digest(part, "sha256").hexdigest() != digest:  # type: ignore[arg-type]
                        raise BackupFailed(f"{file} is damaged: {name} is not what was backed up.")
            return contents
    except FileNotFoundError as error:
        raise BackupFailed(f"There is no file {file}.") from error
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BackupFailed(f"{file} is no backup of this program, or is damaged.") from error


def restore(settings: Settings, file: Path) -> list[Path]:
    """Put a backup in the place of what is there; nothing may run.

    What was there before is kept beside it: the files that come back are named. With PostgreSQL
    the tables are replaced in one transaction. Raises BackupFailed.
    """
    contents = read_contents(file)
    if contents.kind != kind_of(settings):
        raise BackupFailed(
            f"{file} is a backup of {contents.kind}, but BOT_DATABASE_URL names "
            f"{kind_of(settings)}."
        )
    folder = settings.data_dir
    kept: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as name,
            zipfile.ZipFile(file) as archive,
        ):
            for part in contents.parts:
                archive.extract(part, name)
            if contents.kind == "postgresql":
                _pg_restore(settings, Path(name) / DUMP)
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
            for part in contents.parts:
                place = _place(settings, part)
                if place is None:
                    continue
                place.parent.mkdir(mode=0o700, exist_ok=True)
                kept += _set_aside(place, stamp)
                (Path(name) / part).chmod(0o600)
                (Path(name) / part).replace(place)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"The backup can't be restored: {_reason(error)}.") from error
    return kept


def _collect(settings: Settings, folder: Path) -> list[Path]:
    """Copies of all parts in a folder."""
    # The outbox first: what is filed meanwhile is then in both, which is the same as once.
    parts = _copy_outbox(settings, folder)
    if kind_of(settings) == "postgresql":
        parts.append(_pg_dump(settings, folder / DUMP))
    for name in (STORE, TRACKERS):
        place = _place(settings, name)
        if place is None:
            continue
        if place.exists():
            parts.append(_copy_sqlite(place, folder / name))
        elif name == STORE:
            raise BackupFailed(f"There is no database yet: {place}.")
    key = settings.data_dir / KEY
    if not settings.secret_key and key.exists():
        shutil.copyfile(key, folder / KEY)
        parts.append(folder / KEY)
    return parts


def _place(settings: Settings, part: str) -> Path | None:
    """Where a part lives; None if it is no file of these settings."""
    if part.endswith(SUFFIX):
        return settings.outbox / Path(part).name
    if part == KEY:
        return None if settings.secret_key else settings.data_dir / KEY
    if kind_of(settings) == "postgresql":
        return None  # comments and dialogue are both in the dump
    if part == STORE:
        return Path(make_url(settings.database).database or "")
    return settings.data_dir / TRACKERS if part == TRACKERS else None


def _copy_sqlite(source: Path, target: Path) -> Path:
    """A copy at one moment, also while others write."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.execute("PRAGMA busy_timeout = 30000")
        reading.backup(writing)  # in one step: a copy in several begins anew at every write
        [(found,)] = writing.execute("PRAGMA quick_check(1)").fetchall()
        if found != "ok":
            raise BackupFailed(f"The database {source} is damaged: {found}.")
        writing.execute("PRAGMA journal_mode = DELETE")  # one file, without its log
    return target


def _copy_outbox(settings: Settings, folder: Path) -> list[Path]:
    """Copies of the comments that wait for the store."""
    parts = []
    for waiting in sorted(settings.outbox.glob(f"*{SUFFIX}")):
        with suppress(FileNotFoundError):  # it was filed just now
            shutil.copyfile(waiting, folder / waiting.name)
            parts.append(folder / waiting.name)
    return parts


def _set_aside(place: Path, stamp: str) -> list[Path]:
    """Rename a file and SQLite's files beside it; the new names."""
    kept = []
    for suffix in ("", "-wal", "-shm"):
        old = place.with_name(place.name + suffix)
        if old.exists():
            kept.append(place.with_name(f"{place.name}.before-{stamp}{suffix}"))
            old.rename(kept[-1])
    return kept


def _pg_dump(settings: Settings, target: Path) -> Path:
    _run_pg(settings, "pg_dump", "--format=custom", "--no-owner", f"--file={target}")
    return target


def _pg_restore(settings: Settings, dump: Path) -> None:
    """Replace all tables in one transaction; tables that came after the backup go too.

    Raises BackupFailed while anybody else uses the database, from whichever machine: an assistant
    would go on with what it remembers, and some of what it wrote since would be gone.
    """
    users = _run_pg(
        settings, "psql", "--quiet", "--no-psqlrc", "--tuples-only", "--no-align",
        f"--command={_OTHERS}",
    ).split()  # fmt: skip
    if users:
        where = ", ".join(sorted(set(users)))
        raise BackupFailed(
            f"The database is in use (from {where}). Stop the assistant on every machine first. "
            "Nothing was restored."
        )
    script = dump.with_suffix(".sql")
    _run_pg(settings, "pg_restore", "--no-owner", "--schema=public", f"--file={script}", str(dump))
    begin = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    _run_pg(
        settings, "psql", "--quiet", "--no-psqlrc", "--single-transaction",
        "--set=ON_ERROR_STOP=1", f"--command={begin}", f"--file={script}",
    )  # fmt: skip


def _run_pg(settings: Settings, program: str, *words: str) -> str:
    """What one of PostgreSQL's programs says, run on our database.

    The password goes by the environment.
    """
    url = make_url(settings.database)
    given = {
        "PGHOST": url.host, "PGPORT": str(url.port or 5432), "PGUSER": url.username,
        "PGPASSWORD": url.password, "PGDATABASE": _database(settings),
        "PGSSLMODE": url.query.get("ssl"),
    }  # fmt: skip
    environment = os.environ | {name: str(value) for name, value in given.items() if value}
    done = subprocess.run(  # noqa: S603
        [postgres_program(program), *words], env=environment, capture_output=True, text=True
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["no reason was given"]
        raise BackupFailed(f"{program} failed: {lines[0]}.")
    return done.stdout


def _database(settings: Settings) -> str:
    return make_url(settings.database).database or ""


def postgres_program(name: str) -> str:
    """Where one of PostgreSQL's programs is. Raises BackupFailed."""
    found = shutil.which(name)
    if found:
        return found
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3].split(".")[0]))
    if versions:
        return str(versions[-1])
    raise BackupFailed(f"{name} is missing. Install PostgreSQL's client programs, then try again.")


def _folder_of(target: Path) -> Path:
    folder = target.absolute().parent
    if not folder.is_dir():
        raise BackupFailed(f"There is no folder {folder}.")
    return folder


def _digest(part: Path) -> str:
    with part.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _as_json(contents: Contents) -> dict[str, object]:
    return {
        "format": FORMAT,
        "kind": contents.kind,
        "made_at": contents.made_at.isoformat(),
        "parts": contents.parts,
    }


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
