"""What the directory's types are made of: the scalar, the enums, and how a field is described.

As in the gallery no field has a resolver: the compiled statement answers every one, by what `resolvers/directory/` declares.
"""

from typing import Any

import graphene


def told(kind: Any, description: str, **options: Any) -> graphene.Field:
    """Declare a field with the sentence that helps its reader."""
    return graphene.Field(kind, description=description, **options)


def always(kind: Any) -> graphene.NonNull:
    """Declare what is never null."""
    return graphene.NonNull(kind)


def every(kind: Any) -> graphene.NonNull:
    """Declare a list that is never null, nor anything in it."""
    return graphene.NonNull(graphene.List(graphene.NonNull(kind)))


class Date(graphene.Scalar):
    """A calendar date in Denmark, `2019-12-16`. Periods are half-open: the second date is the first day after."""

    @staticmethod
    def serialize(value: object) -> object:
        """Send it as it is kept."""
        return value

    @staticmethod
    def parse_value(value: object) -> str:
        """Take text alone; what it says is checked where the arguments are."""
        if not isinstance(value, str):
            raise ValueError("a string is expected")
        return value

    @classmethod
    def parse_literal(cls, node: Any, _variables: Any = None) -> str:
        """Take the text of a string."""
        return cls.parse_value(getattr(node, "value", None) if node.kind == "string_value" else None)


def words(name: str, description: str, members: dict[str, str]) -> Any:
    """Make an enum whose values are their own names; each says when it occurs."""

    def described(value: Any) -> str:
        return description if value is None else members[value.name]

    return graphene.Enum(name, [(member, member) for member in members], description=described)


Outcome = words(
    "Outcome",
    "How it came to be this contact. No further value will come.",
    {
        "HELD": "Somebody holds the role and acts.",
        "STAND_IN": "Whoever holds the role is away; the stand-in comes first, the holder among the others.",
        "ESCALATED": "Nobody holds the role; the question went on to another one.",
        "UNRESOLVED": "Nobody whom you are shown is left but KOMBIT's own mailbox.",
    },
)
ErpDomain = words(
    "ErpDomain",
    "What an ERP system is used for. No further value will come.",
    {"FINANS": "Bookkeeping (bogføring).", "DEBITOR": "Collection (opkrævning)."},
)
Obligation = words(
    "Obligation",
    "How binding a task is. No further value will come.",
    {"MANDATORY": "Obligatorisk.", "RECOMMENDED": "Anbefalet."},
)
TaskState = words(
    "TaskState",
    "How far a municipality is with a task, as KLIK has it. No further value will come.",
    {"DONE": "Fuldført.", "STARTED": "Påbegyndt.", "NOT_STARTED": "Ikke påbegyndt."},
)
