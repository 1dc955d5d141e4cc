"""A person's rights as GraphQL types: who looked them up, and what is kept of them."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.gallery.arguments import After, First
from schema.gallery.base import Connection, Instant, declared, declares, told
from schema.gallery.things import Person

OnePerson = Annotated[str, strawberry.argument(description="The person, by name or id.")]


@strawberry.type(
    description="Somebody was shown data of a person. What one actor asks again within a second is one entry of the access log."
)
class Look:
    """An entry of the access log."""

    at: Instant = told("When; of several, the first.")
    actor: str = told("Who was shown it.")
    operation: str = told("By which operation: its name, else its root fields; an export or a command.")
    requests: list[str] = told(
        "The ids of the requests; of a subscription's event that of the request which began it; none of commands."
    )


@strawberry.type(description="All that is kept of a person.")
class PersonFile:
    """A copy of everything."""

    person: Person = told("The person.")
    seq: int = told("The last change of the gallery that it knows.")
    json: str = told(
        "Everything as JSON: the person and those merged into them, every record of every fact about them, texts of others that"
        " name them, the changes behind these facts (`edits`: what each made of them, before and after; `isPersonal`: of names, job"
        " and contact points the log has only that they changed), those that they made, who was shown them and whom they looked at (`onlyTheLast`"
        " names what is longer than 10,000 and was cut). `isWhole`: nothing was left out that the asker may not see. What they"
        " did is found by their key, and by their addresses as subjects of tokens: not what was done with a token of another subject."
    )


@strawberry.type
class Rights:
    """What a person can ask."""

    @declares(
        "Who was shown data of a person, or of somebody merged into them, the last first; at most a second behind. For the person,"
        " their municipality and KOMBIT: empty for others."
    )
    def access_log(self, person: OnePerson, first: First = 20, after: After = None) -> Connection[Look] | None:
        """Page through the access log."""
        declared()

    @declares(
        "All that is kept of a person, as far as the asker may see it (docs/access.md). For the person, their municipality and"
        " KOMBIT: null for others."
    )
    def person_file(self, person: OnePerson) -> PersonFile | None:
        """Give a copy of everything."""
        declared()
