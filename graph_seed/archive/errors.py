"""What can be wrong with a backup, a file or the database that it goes into, said so that a person can put it right."""

from __future__ import annotations

from pathlib import Path

_LONGEST = 60


def shown(value: object) -> str:
    """Show a value in a sentence: not all of one that goes on and on."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class ArchiveError(Exception):
    """A document cannot be written or read. `str()` is one sentence; `field`, `value`, `expected` say it in parts."""

    def __init__(self, sentence: str, *, field: str, value: object, expected: str) -> None:
        self.field, self.value, self.expected = field, value, expected
        super().__init__(sentence)


class FileThereError(ArchiveError):
    """There is a file of that name already."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} is there already and was left as it is: name another file, or overwrite it with --force.",
            field="FILE",
            value=str(file),
            expected="a file that is not there yet",
        )


class FileNotUsableError(ArchiveError):
    """A file cannot be read or written; `reason` is the system's."""

    def __init__(self, file: Path, reason: str, expected: str) -> None:
        super().__init__(
            f"{file} cannot be used ({reason}): expected {expected}.", field="FILE", value=str(file), expected=expected
        )


class ForeignFileError(ArchiveError):
    """The file is something else."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(
            f"This file is not from rollegalleri: it is {found}; expected {expected}. Nothing was touched.",
            field="FILE",
            value=found,
            expected=expected,
        )


class NewerFormatError(ArchiveError):
    """A newer version of the product wrote the file. `field` is `version` or `schema`."""

    def __init__(self, field: str, found: object, known: int) -> None:
        super().__init__(
            f"This file was written by a newer rollegalleri: its {field} is {shown(found)}; expected at most {known}. "
            "Restore it with that version. Nothing was touched.",
            field=field,
            value=found,
            expected=f"at most {known}",
        )


class DamagedFileError(ArchiveError):
    """The file was ours, and is cut off or altered."""

    def __init__(self, field: str, found: object, expected: str) -> None:
        super().__init__(
            f"This file is damaged: {field} is {shown(found)}; expected {expected}. "
            "Take another copy. Nothing was touched.",
            field=field,
            value=found,
            expected=expected,
        )


class DamagedListError(ArchiveError):
    """The list of who was erased, beside the backups, cannot be read: not to be taken for an empty one."""

    def __init__(self, file: Path, found: str, expected: str) -> None:
        super().__init__(
            f"{file}, the list of who was erased, which is kept beside the backups, is damaged: it is {found}; expected {expected}. "
            "Put a copy of it in its place, or move it away: the next backup lists those whom the database knows. Nothing was touched.",
            field=file.name,
            value=found,
            expected=expected,
        )


class ContentError(ArchiveError):
    """A row is not what the graph's shape declares. `where` names the row."""

    def __init__(self, where: str, field: str, value: object, expected: str) -> None:
        self.where = where
        super().__init__(
            f"{where}: {field} is {shown(value)}; expected {expected}.", field=field, value=value, expected=expected
        )


class NotCarriedError(ArchiveError):
    """The database holds what a document cannot carry, so that a backup would lose it."""

    def __init__(self, error: ContentError) -> None:
        super().__init__(
            f"The database cannot be written to a file, because it could not be read back. {error} "
            "Run `rollegalleri doctor` and put that right first. No file was written.",
            field=error.field,
            value=error.value,
            expected=error.expected,
        )


class NothingThereError(ArchiveError):
    """There is nothing in the database: most likely it is not the one that was meant."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was ever recorded in this database: expected one with content; name its folder with --data, "
            "or its server with NEO4J_URI. No file was written.",
            field="database",
            value="empty",
            expected="one with content",
        )


class RestlessError(ArchiveError):
    """Others changed the database faster than it could be read, again and again."""

    def __init__(self, tries: int) -> None:
        super().__init__(
            f"The database was read {tries} times, and each time others removed or edited what was being read: "
            "expected a time with fewer removals; try again later. No file was written.",
            field="database",
            value=tries,
            expected="a time with fewer removals",
        )


class NotEmptyError(ArchiveError):
    """The database has content, and nobody said that it may go."""

    def __init__(self, content: str) -> None:
        super().__init__(
            f"The database is not empty: it holds {content}. Expected an empty one; "
            "`rollegalleri restore FILE --replace` replaces what is there. Nothing was touched.",
            field="database",
            value=content,
            expected="an empty database, or --replace",
        )


class DeclinedError(ArchiveError):
    """Somebody was asked whether the content may go, and did not say yes."""

    def __init__(self, content: str) -> None:
        super().__init__(
            f"The database keeps what it holds, {content}: expected 'y' as the answer, or --yes. Nothing was touched.",
            field="answer",
            value="no",
            expected="y, or --yes",
        )


class ForeignDatabaseError(ArchiveError):
    """The database holds somebody else's data."""

    def __init__(self, label: str, count: int) -> None:
        super().__init__(
            f"The database holds {count} nodes with the label {label!r}, which are not from rollegalleri and would be "
            "lost or mixed: name another database with NEO4J_DATABASE or NEO4J_URI. Nothing was touched.",
            field="database",
            value=label,
            expected="a database of its own",
        )


class RestoreRunsError(ArchiveError):
    """Another process restores into the same database at this moment."""

    def __init__(self) -> None:
        super().__init__(
            "Another restore (or a long import) is at work on this database: wait until it is done. Nothing was touched.",
            field="database",
            value="a restore that runs",
            expected="nobody else at work",
        )


class RestoredDiffersError(ArchiveError):
    """What was loaded is not what the file holds: an error of ours, or somebody else wrote meanwhile."""

    def __init__(self, what: str, found: object, expected: object) -> None:
        super().__init__(
            f"What was loaded is not what the file holds: {what} is {shown(found)}; expected {shown(expected)}. "
            "The database stays marked and refuses to serve: stop everything else that uses it and restore again.",
            field=what,
            value=found,
            expected=str(expected),
        )
