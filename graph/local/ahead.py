"""What Java found out in a start, kept for the starts that follow: they take half the processor time, and plan faster.

Java can write down which of 20,000 classes a program used, read, checked and linked, and which methods were hot, and begin
from there (its "AOT cache": JEP 483, 514, 515). Such a file fits one Java, these jars at these places and these arguments,
which its name says; Java compares them too, and starts without a file that does not fit. So nothing depends on it but the
time. `python -m server.ahead` makes it (docs/decisions/0016).
"""

from __future__ import annotations

import hashlib
import sys
from importlib.util import find_spec
from pathlib import Path

from graph.local.releases import Release
from graph.local.settings import JVM_ARGUMENTS

FOLDER = Path(sys.prefix) / "java-ahead"
"""Beside the Java and the jar of JPype that it fits: `make clean` takes it away with them."""


def file_for(release: Release, jars: list[Path]) -> Path:
    """Name the file that fits this Java, these jars and these arguments, whether it is there or not."""
    files = [*jars, _support_jar()]
    stand = [(str(file), (found := file.stat()).st_size, found.st_mtime_ns) for file in files]
    java = (release.java_home / "release").read_text("utf-8")
    told = repr((java, JVM_ARGUMENTS, release.jvm_arguments, stand))
    return FOLDER / f"neo4j-{release.version}-{hashlib.sha256(told.encode()).hexdigest()[:16]}.aot"


def beginning_from(release: Release, jars: list[Path]) -> list[str]:
    """Give the arguments of a virtual machine that begins from the file, where there is one; whatever is missing is said later."""
    if not release.keeps_starts:
        return []
    try:
        file = file_for(release, jars)
    except (OSError, ModuleNotFoundError):
        return []
    return [f"-XX:AOTCache={file}"] if file.is_file() else []


def learning(file: Path) -> list[str]:
    """Give the arguments of a virtual machine that writes the file when it ends, which takes 20 s more."""
    return [f"-XX:AOTCacheOutput={file}"]


def _support_jar() -> Path:
    """JPype's own jar, which it puts behind ours."""
    package = find_spec("jpype")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("jpype")
    return Path(package.origin).parent.parent / "org.jpype.jar"
