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
from pathlib import Path
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


@contextmanager
def postgres(*options: str, password: str = "") -> Iterator[str]:
    """Run a new PostgreSQL server with `-c` options; yield the address of an empty database on it.

    With a password its user needs it. `ssl=on` makes it speak TLS with a certificate of its own.
    """
    binaries = postgres_binaries()
    with tempfile.TemporaryDirectory(prefix="huiyin-pg-") as directory:
        as_user = _own(directory)
        data, port = f"{directory}/data", _free_port()
        run(binaries / "initdb", "-D", data, "-U", "huiyin", "-A", "trust", "-E", "UTF8", "--no-sync", **as_user)
        if "ssl=on" in options:
            _certificate(data, as_user)
        own = (f"port={port}", f"unix_socket_directories={directory}", "listen_addresses=127.0.0.1", "fsync=off")
        started = " ".join(f"-c {option}" for option in (*own, *options))
        run(binaries / "pg_ctl", "-D", data, "-w", "-l", f"{directory}/log", "-o", started, "start", **as_user)
        try:
            run(binaries / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "huiyin", "huiyin", **as_user)
            if password:
                _ask_for(password, binaries, data, port, as_user)
            yield f"postgres://huiyin{f':{password}' if password else ''}@127.0.0.1:{port}/huiyin"
        finally:
            run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop", **as_user)


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
        as_user, port, settings = _own(directory), _free_port(), Path(directory) / "pgbouncer.ini"
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


@contextmanager
def redis() -> Iterator[str]:
    """Run a new Redis server on a Unix socket; yield its address."""
    binary = redis_binary()
    with tempfile.TemporaryDirectory(prefix="huiyin-redis-") as directory:
        socket = f"{directory}/redis.sock"
        options = ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", directory]
        server = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL)
        try:
            while not Path(socket).exists():
                time.sleep(0.02)
            yield f"unix://{socket}"
        finally:
            server.terminate()
            server.wait()


def _free_port() -> int:
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
