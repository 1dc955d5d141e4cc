"""The database's own process: a Java virtual machine inside Python, for as long as its parent lives.

One process, not Python watching Java: a kill -9 of anything leaves nothing behind. The parent writes one line of
orders on standard input and keeps that pipe open; its end, however it comes, means stop. What is to be said (ready,
or why not) goes back as lines of JSON on the standard output that we got; the virtual machine's own output goes to
the log.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any, TextIO

import jpype

STOP_SECONDS = 6.0
"""A stop takes less than 3 s, also with open transactions; after this the process ends hard, and Neo4j recovers at
its next start."""

LEARNING_SECONDS = 170.0
"""The same, where Java writes down at its end what it found out."""

COMPILER_NICENESS = 10
"""A tenth of what a thread that answers gets where both want to, and all that nobody else wants."""


def main() -> None:
    """Boot, report, wait for the end of the pipe or of the parent, stop."""
    os.umask(0o077)
    # Ctrl-C goes to the terminal's whole process group; when to stop is the parent's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    parent = os.getppid()
    orders = json.loads(sys.stdin.readline())
    seconds = LEARNING_SECONDS if orders["learns"] else STOP_SECONDS
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    threading.Thread(target=_watch_pipe, args=(stop, seconds), daemon=True).start()
    try:
        service = _boot(orders)
        _tell(answers, {"port": _port(service)})
    except Exception as error:
        _tell(answers, {"error": str(error)})
        raise
    while not stop.wait(1.0) and os.getppid() == parent:
        pass
    _stop_hard_after(seconds)
    service.shutdown()
    if orders["learns"]:
        jpype.shutdownJVM()  # what it found out is written now
    # The virtual machine would wait another second for threads that have nothing left to do.
    os._exit(0)


def _watch_pipe(stop: threading.Event, seconds: float) -> None:
    while sys.stdin.read(1024):
        pass
    stop.set()
    # Also for a parent that went away while we still boot.
    _stop_hard_after(seconds)


def _stop_hard_after(seconds: float) -> None:
    timer = threading.Timer(seconds, os._exit, (1,))
    timer.daemon = True
    timer.start()


def _tell(answers: TextIO, message: dict[str, Any]) -> None:
    try:
        answers.write(json.dumps(message) + "\n")
        answers.flush()
    except BrokenPipeError:
        # The parent is gone; the watcher sees it too.
        return


def _boot(orders: dict[str, Any]) -> Any:
    jpype.startJVM(orders["jvm"], *orders["arguments"], classpath=orders["jars"], convertStrings=True)
    leave_java_alone()
    _let_questions_go_before_compiling()
    home = Path(orders["home"])
    conf = home / "conf" / "neo4j.conf"
    conf.parent.mkdir(parents=True, exist_ok=True)
    conf.write_text(orders["settings"], "utf-8")
    if not (home / "data" / "databases" / "system").exists():
        _set_first_password(home, conf.parent, orders["password"])
    java_path = jpype.JClass("java.nio.file.Path")
    builder = jpype.JClass("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")(java_path.of(str(home)))
    return builder.loadPropertiesFromFile(java_path.of(str(conf))).build()


def leave_java_alone() -> None:
    """Take back what JPype hooks into Python's collector, for programs that hold many things of both sides.

    After each of Java's collections it collects Python's garbage and, if the process has grown meanwhile, has Java look
    through the whole heap: a tenth of a second of a processor, 14 to 20 times beside a large import (docs/decisions/0008).
    """
    gc.callbacks.clear()


def _let_questions_go_before_compiling() -> None:
    """Make Java's optimising compiler nicer than the threads that answer; those that it starts later are as nice.

    It keeps a processor busy for as long as a large import makes new code hot. Where threads have no niceness of their own
    (not on Linux) nothing is done.
    """
    for name in Path("/proc/self/task").glob("*/comm"):
        with contextlib.suppress(OSError):  # a thread that has just ended
            if name.read_text("utf-8").startswith("C2 Compiler"):
                os.setpriority(os.PRIO_PROCESS, int(name.parent.name), COMPILER_NICENESS)


def _set_first_password(home: Path, conf: Path, password: str) -> None:
    """Before the first start, as `neo4j-admin` does it: Bolt is never open with the default password."""
    java_path = jpype.JClass("java.nio.file.Path")
    context = jpype.JClass("org.neo4j.cli.ExecutionContext")(java_path.of(str(home)), java_path.of(str(conf)))
    command = jpype.JClass("org.neo4j.commandline.admin.security.SetInitialPasswordCommand")(context)
    # A password may begin with a dash: what follows `--` is no option.
    code = jpype.JClass("picocli.CommandLine")(command).execute("--", password)
    if code != 0:
        raise RuntimeError(f"setting the first password ended with {code}")


def _port(service: Any) -> int:
    """The port of Bolt: the system chose it, if none was asked for."""
    register = jpype.JClass("org.neo4j.configuration.connectors.ConnectorPortRegister")
    kind = jpype.JClass("org.neo4j.configuration.connectors.ConnectorType").BOLT
    database = service.database("neo4j")
    return int(database.getDependencyResolver().resolveDependency(register).getLocalAddress(kind).getPort())


if __name__ == "__main__":
    main()
