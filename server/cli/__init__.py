"""The command line, `rollegalleri`.

Exit codes: 0 done; 1 the input is wrong, or a check found something; 2 the command was typed wrongly; 3 it cannot start,
or the database does not answer; 130 stopped by Ctrl-C or SIGTERM. Errors are one sentence on standard error. What costs time to
import is imported inside the commands, so that `--help` and completion are quick.
"""

import os
import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Final

import typer

from server.cli import (
    any_change,
    backup,
    changing,
    doctor,
    examples,
    exporting,
    gaps,
    importing,
    leaving,
    log,
    person,
    recording,
    restore,
    schema,
    seed,
    serve,
    token,
    watch,
    who,
)
from server.stopping import terminating_like_interrupt

_EPILOG = (
    "Exit codes: 0 done · 1 wrong input, or a check found something · 2 typed wrongly · 3 cannot start, or the database"
    " does not answer. Settings come from the environment (NEO4J_URI, ROLLEGALLERI_…) or a command's options."
)

app = typer.Typer(
    name="rollegalleri",
    help="Who answers for this, here, then, and why? The role gallery of Denmark's municipalities.",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve", epilog=serve.EXAMPLES)(serve.serve)
app.command("who", epilog=who.EXAMPLES)(who.who)
app.command("watch", epilog=watch.EXAMPLES)(watch.watch)
app.command("gaps", epilog=gaps.EXAMPLES)(gaps.gaps)
app.command("impact", epilog=leaving.EXAMPLES)(leaving.impact)
_CHANGES: Final[Mapping[str, Callable[..., None]]] = {
    "appoint": changing.appoint,
    "end": changing.end,
    "stand-in": changing.stand_in,
    "hand-over": changing.hand_over,
    "leave": leaving.leave,
    "vacate": changing.vacate,
    "confirm": changing.confirm,
    "report": changing.report,
    "translate": changing.translate,
    "progress": recording.progress,
    "add-person": recording.add_person,
    "change-person": recording.change_person,
    "merge": recording.merge,
    "correct": recording.correct,
    "retract": recording.retract,
    "undo": changing.undo,
}
for _name, _change in _CHANGES.items():
    app.command(_name, epilog=examples.of(_name))(_change)
app.command("change", cls=any_change.Listing, epilog=examples.of("change"))(any_change.change)
app.command("log", epilog=log.EXAMPLES)(log.log)
app.add_typer(seed.app, name="seed")
app.add_typer(person.app, name="person")
app.command("export", epilog=exporting.EXAMPLES)(exporting.export)
app.command("import", epilog=importing.EXAMPLES)(importing.import_)
app.command("backup", epilog=backup.EXAMPLES)(backup.backup)
app.command("restore", epilog=restore.EXAMPLES)(restore.restore)
app.command("doctor", epilog=doctor.EXAMPLES)(doctor.doctor)
app.command("token", epilog=token.EXAMPLES)(token.token)
app.command("schema", epilog=schema.EXAMPLES)(schema.schema)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"rollegalleri {version('rollegalleri')}")
        raise typer.Exit


_Version = Annotated[
    bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_tell_version)
]


@app.callback()
def _options(version: _Version = False) -> None:
    """Take what stands before a command: `--version`, which needs none."""


def main() -> None:
    """Run the command line; what can be foreseen ends in one sentence and an exit code, never in a traceback."""
    try:
        with terminating_like_interrupt():
            app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output (`| head`) has enough; what is left is not to be flushed to nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        from server.cli.output import fail, foreseen

        code = foreseen(error)
        if code is None:
            raise
        fail(str(error), code)
