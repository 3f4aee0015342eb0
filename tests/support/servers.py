"""PostgreSQL, PgBouncer and Redis from Debian's packages, each started in a directory of the test's own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from signal import SIGTERM
from urllib.parse import urlsplit

import pytest


def postgres_binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent


def redis_binary() -> str:
    found = shutil.which("redis-server")
    if found is None:
        pytest.skip("Redis is not installed: apt-get install redis-server")
    return found


@dataclass(frozen=True)
class PostgresServer:
    """A server in a directory of its own, which can be stopped and started again. `options` are those of `-c`."""

    binaries: Path
    directory: str
    port: int
    options: tuple[str, ...]

    @property
    def data(self) -> str:
        return f"{self.directory}/data"

    @property
    def url(self) -> str:
        return f"postgres://huiyin@127.0.0.1:{self.port}/huiyin"

    @property
    def pid(self) -> int:
        return int(Path(f"{self.data}/postmaster.pid").read_text(encoding="utf-8").split()[0])

    def start(self) -> None:
        own = (f"port={self.port}", f"unix_socket_directories={self.directory}", "listen_addresses=127.0.0.1")
        started = " ".join(f"-c {option}" for option in (*own, "fsync=off", *self.options))
        command = ("-D", self.data, "-w", "-l", f"{self.directory}/log", "-o", started, "start")
        run(self.binaries / "pg_ctl", *command, **_own(self.directory))

    def stop(self, mode: str = "immediate") -> None:
        run(self.binaries / "pg_ctl", "-D", self.data, "-m", mode, "-w", "stop", **_own(self.directory))


@contextmanager
def postgres_server(*options: str) -> Iterator[PostgresServer]:
    """Run a new PostgreSQL server with an empty database."""
    binaries = postgres_binaries()
    with tempfile.TemporaryDirectory(prefix="huiyin-pg-") as directory:
        as_user = _own(directory)
        server = PostgresServer(binaries, directory, free_port(), options)
        run("cp", "-a", empty_cluster(binaries), server.data)
        if "ssl=on" in options:
            _certificate(server.data, as_user)
        server.start()
        try:
            where = ("-h", "127.0.0.1", "-p", server.port, "-U", "huiyin")
            run(binaries / "createdb", *where, "huiyin", **as_user)
            yield server
        finally:
            server.stop()


EMPTY = "HUIYIN_TEST_CLUSTER"
"""The variable that tells the processes of a test where an empty cluster is: each server begins with a copy."""


@cache
def _home() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="huiyin-cluster-")


def empty_cluster(binaries: Path) -> str:
    """Make an empty cluster, once for this process and those that it starts; return its directory."""
    if EMPTY not in os.environ:
        data, as_user = f"{_home().name}/data", _own(_home().name)
        run(binaries / "initdb", "-D", data, "-U", "huiyin", "-A", "trust", "-E", "UTF8", "--no-sync", **as_user)
        os.environ[EMPTY] = data
    return os.environ[EMPTY]


@contextmanager
def postgres(*options: str, password: str = "") -> Iterator[str]:
    """Run a new PostgreSQL server with `-c` options; yield the address of an empty database on it.

    With a password its user needs it. `ssl=on` makes it speak TLS with a certificate of its own.
    """
    with postgres_server(*options) as server:
        if password:
            _ask_for(password, server.binaries, server.data, server.port, _own(server.directory))
        yield server.url.replace("huiyin@", f"huiyin:{password}@") if password else server.url


def _certificate(data: str, as_user: dict[str, object]) -> None:
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "2"]
    run(*request, "-keyout", f"{data}/server.key", "-out", f"{data}/server.crt", **as_user)


def _ask_for(password: str, binaries: Path, data: str, port: int, as_user: dict[str, object]) -> None:
    """Give the user a password, and let nobody in without it from now on."""
    asked = ("-h", "127.0.0.1", "-p", port, "-U", "huiyin", "-c", f"ALTER USER huiyin PASSWORD '{password}'")
    run(binaries / "psql", *asked, "huiyin", **as_user)
    rules = Path(data) / "pg_hba.conf"
    rules.write_text("host all all 127.0.0.1/32 scram-sha-256\n", encoding="utf-8")
    run(binaries / "pg_ctl", "-D", data, "reload", **as_user)


def pgbouncer_binary() -> str:
    found = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if found is None:
        pytest.skip("PgBouncer is not installed: apt-get install pgbouncer")
    return found


@contextmanager
def pgbouncer(database: str, mode: str = "transaction", connections: int = 3) -> Iterator[str]:
    """Run a PgBouncer of a few connections before PostgreSQL; yield the address that leads through it.

    Each transaction gets the connection that has been idle for longest, so that two in a row seldom share one.
    """
    binary, server = pgbouncer_binary(), urlsplit(database)
    with tempfile.TemporaryDirectory(prefix="huiyin-pooler-") as directory:
        as_user, port, settings = _own(directory), free_port(), Path(directory) / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\n* = host=127.0.0.1 port={server.port} user=huiyin\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
            f"listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\n"
            f"default_pool_size = {connections}\nserver_round_robin = 1\nserver_login_retry = 0\n",
            encoding="utf-8",
        )
        process = subprocess.Popen([binary, "-q", str(settings)], stderr=subprocess.DEVNULL, **as_user)  # type: ignore[call-overload]
        try:
            _wait_for(port)
            yield database.replace(f":{server.port}/", f":{port}/")
        finally:
            process.kill()
            process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, "the server does not listen"
            time.sleep(0.05)
        else:
            return


@dataclass
class RedisServer:
    """Debian's Redis on a Unix socket in `directory`, without persistence."""

    binary: str
    directory: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.directory}/redis.sock"

    def start(self) -> None:
        socket = Path(self.directory) / "redis.sock"
        socket.unlink(missing_ok=True)
        options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", self.directory]
        self.process = subprocess.Popen([self.binary, *options], stdout=subprocess.DEVNULL)
        while not socket.exists():
            time.sleep(0.02)

    def stop(self, signal: int = SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(signal)
            self.process.wait()


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    binary = redis_binary()
    with tempfile.TemporaryDirectory(prefix="huiyin-redis-") as directory:
        server = RedisServer(binary, directory)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def redis() -> Iterator[str]:
    """Run a new Redis server on a Unix socket; yield its address."""
    with redis_server() as server:
        yield server.url


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _own(directory: str) -> dict[str, object]:
    """Return process options that run PostgreSQL as the package's user, if we are root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(directory, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": directory}


def run(*command: object, **options: object) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stderr or done.stdout
