"""Makes the environment `.venv` from a lock file of hashes: `environment.py run` or `environment.py dev`.

`environment.py java21` brings the Java that Neo4j 5.26 needs, beside it. Only the standard library: this is what runs
on a bare machine. A stamp keyed by everything that decides the outcome makes the second run quick and free of network.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
VENV = CHECKOUT / ".venv"
JAVA = CHECKOUT / ".java21"
PYTHON = VENV / "bin" / "python"
PACKAGES = ("server", "schema", "resolvers", "graph", "graph_seed")
PROGRESS_SECONDS = 3.0


def main(kind: str) -> None:
    """Bring one kind of environment up to date; say what is done, how far it is and how long it took."""
    with (CHECKOUT / ".environment.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another make prepares the environment of this checkout; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        if kind == "java21":
            java()
        else:
            environment(kind)


def environment(kind: str) -> None:
    """Everything for `run`, or for `dev`, which has all of `run` and the tools."""
    wanted = key(kind)
    if any(stamp(other).read_text() == key(other) for other in (kind, "dev") if stamp(other).is_file() and usable()):
        return
    started = time.monotonic()
    if not usable():
        create()
    lock = CHECKOUT / "requirements" / f"{kind}.txt"
    install(lock, ["--require-hashes", "-r", str(lock)])
    say("Installing rollegalleri itself from this checkout")
    pip(["--no-deps", "--no-build-isolation", "--no-index", "-e", str(CHECKOUT)], None)
    stamp(kind).write_text(wanted)
    say(f"The environment .venv is ready ({time.monotonic() - started:.0f} s)")


def java() -> None:
    """Java 21, from a wheel like that of the current Java, but beside `.venv`: one environment holds one version."""
    lock = CHECKOUT / "requirements" / "java21.txt"
    wanted = digest(lock.read_bytes())
    done = JAVA / "stamp"
    if done.is_file() and done.read_text() == wanted:
        return
    shutil.rmtree(JAVA, ignore_errors=True)
    install(lock, ["--require-hashes", "--no-deps", "--target", str(JAVA), "-r", str(lock)])
    done.write_text(wanted)


def usable() -> bool:
    """Whether `.venv` is there, still works (its Python may have been removed), and is new enough."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", check], capture_output=True, check=False).returncode == 0


def create() -> None:
    """A new virtual environment with the Python that runs this."""
    say(f"Creating the environment .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode != 0 or not PYTHON.exists():
        shutil.rmtree(VENV, ignore_errors=True)
        fail(
            f"{sys.executable} cannot create a virtual environment (on Debian and Ubuntu: install python3-venv): "
            f"{(made.stderr or made.stdout).strip().splitlines()[-1:]}"
        )


def install(lock: Path, arguments: list[str]) -> None:
    """Install what a lock file names, each with one of the locked hashes."""
    count = sum("==" in line and not line.startswith((" ", "#")) for line in lock.read_text().splitlines())
    say(f"Installing {count} locked packages from requirements/{lock.name} (about a minute the first time)")
    pip(arguments, count)


def pip(arguments: list[str], count: int | None) -> None:
    """Run pip; with a `count`, say every few seconds how many packages it has come to."""
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "--progress-bar",
        "off",
    ]
    started = told = time.monotonic()
    seen, doing = 0, "fetching"
    output: list[str] = []
    with subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PIP_ROOT_USER_ACTION": "ignore", "PYTHONUNBUFFERED": "1"},
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            seen += line.startswith(("Collecting ", "Requirement already satisfied"))
            if line.startswith("Installing collected"):
                seen, doing = count or 0, "installing all"
            if count and time.monotonic() - told > PROGRESS_SECONDS:
                told = time.monotonic()
                say(f"  {doing}: {min(seen, count)} of {count} packages, {told - started:.0f} s")
    if process.returncode != 0:
        sys.stderr.writelines(output[-15:])
        fail("Installing the packages failed; pip's last lines are above. What was fetched is kept: try again.")


def key(kind: str) -> str:
    """What decides the outcome: lock, project file, which packages are there, Python, and where the checkout is."""
    parts = [CHECKOUT / "requirements" / f"{kind}.txt", CHECKOUT / "pyproject.toml"]
    present = [name for name in PACKAGES if (CHECKOUT / name).is_dir()]
    return digest(*(part.read_bytes() for part in parts), repr((present, str(CHECKOUT), str(PYTHON))).encode())


def stamp(kind: str) -> Path:
    """Where an environment says what it was made from."""
    return VENV / f".made-for-{kind}"


def digest(*parts: bytes) -> str:
    """One hash for all parts."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def say(line: str) -> None:
    """One line of progress."""
    print(line, flush=True)


def fail(line: str) -> None:
    """One sentence for a person, and out."""
    print(line, file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
