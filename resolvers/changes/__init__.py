"""How each change is made: one operation for each mutation, decided purely, performed in one transaction."""

from collections.abc import Mapping
from typing import Final

from resolvers.changes import (
    attesting,
    correcting,
    covering,
    erasing,
    gallery,
    handing,
    holding,
    people,
    tasks,
    undoing,
)
from resolvers.changes.operation import Operation

OPERATIONS: Final[Mapping[str, Operation]] = {
    operation.name: operation
    for module in (holding, covering, correcting, attesting, handing, people, erasing, gallery, tasks, undoing)
    for operation in module.OPERATIONS
}
"""All operations, by the name of their mutation."""
