"""What can be wrong with the data that is to be loaded, said so that a person can put it right."""

from __future__ import annotations


class SeedError(Exception):
    """Data cannot be loaded; nothing was written. `str()` is one sentence for the person who started it."""


class RowError(SeedError):
    """A row of a reference file is not what it must be.

    `row` is a number from 1 or the row's code, `value` what stands there, `expected` what would be right.
    """

    def __init__(self, file: str, row: int | str, field: str, value: object, expected: str) -> None:
        self.file, self.row, self.field, self.value, self.expected = file, row, field, value, expected
        super().__init__(
            f"{file}, row {row}, {field}: {value!r} is not possible; expected {expected}. Nothing was loaded."
        )


class CircleError(SeedError):
    """Escalation and translation lead back to where they began, at some date.

    `path` are role keys; the last is the first again.
    """

    def __init__(self, where: str, on: str, path: tuple[str, ...]) -> None:
        self.where, self.on, self.path = where, on, path
        super().__init__(
            f"{where}: on {on} responsibility would go in a circle ({' → '.join(path)}); "
            "expected a chain that ends. Nothing was loaded."
        )


class WaitingError(SeedError):
    """Tasks require each other in a circle from a day on. `path` are task keys; the last is the first again."""

    def __init__(self, where: str, on: str, path: tuple[str, ...]) -> None:
        self.where, self.on, self.path = where, on, path
        super().__init__(
            f"{where}, requires: on {on} tasks would wait for each other ({' → '.join(path)}); "
            "expected requirements that end. Nothing was loaded."
        )


class DemoRefusedError(SeedError):
    """Demo data cannot join what is there."""
