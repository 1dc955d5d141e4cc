"""The gallery's subscriptions: answers of today that are sent again whenever they become others."""

from __future__ import annotations

from typing import Annotated

import strawberry

from schema.gallery.arguments import Municipalities, OneMunicipality, OneRole, OneTask, OneVendor, Region, Roles
from schema.gallery.asking import Answer, Coverage, Within
from schema.gallery.base import Date, declared, declares, told
from schema.gallery.log import Change, LogKind

Since = Annotated[
    int | None,
    strawberry.argument(
        description="The `seq` of the last event that you have seen: what you missed since is sent, and nothing twice."
        " Unset: the present answer is sent at once."
    ),
]
SinceDay = Annotated[
    Date | None,
    strawberry.argument(
        description="The `at` of the last event that you have seen, beside `after`; the day of that change if unset."
    ),
]


@strawberry.type(description="Who answers for it now, and where the log stands.")
class AnswerNow:
    """An event of `answer`."""

    seq: int = told("The number of the last change that is known here: pass it as `after` to go on from here.")
    at: Date = told("The day that the answers are for: today in Denmark.")
    answers: list[Answer] = told("As `Query.responsibility` gives them.")


@strawberry.type(description="How roles are covered now, and where the log stands.")
class CellsNow:
    """An event of `cells`."""

    seq: int = told("The number of the last change that is known here: pass it as `after` to go on from here.")
    at: Date = told("The day that the cells are for: today in Denmark.")
    coverage: Coverage = told("As `Query.coverage` gives it.")


@strawberry.type(
    description="What can be followed, over graphql-transport-ws or as server-sent events. An event comes whenever the answer"
    " becomes another one: by a change, whoever made it, or because a day has passed in Denmark."
)
class Subscription:
    """The gallery's subscriptions."""

    @declares("Who answers for a role or a task today, again whenever that becomes another answer.")
    def answer(
        self,
        after: Since = None,
        after_day: SinceDay = None,
        role: OneRole = None,
        task: OneTask = None,
        municipality: OneMunicipality = None,
        municipalities: Municipalities = None,
        region: Region = None,
        vendor: OneVendor = None,
    ) -> AnswerNow | None:
        """Follow responsibility."""
        declared()

    @declares("How roles are covered today, again whenever a cell becomes another one.")
    def cells(
        self,
        after: Since = None,
        after_day: SinceDay = None,
        roles: Roles = None,
        municipality: OneMunicipality = None,
        municipalities: Municipalities = None,
        region: Region = None,
        vendor: OneVendor = None,
        within: Within = None,
    ) -> CellsNow | None:
        """Follow coverage."""
        declared()

    @declares(
        "The log of changes: what follows `after`, one event each, in order, without gaps or doubles; then each new one."
    )
    def changes(
        self,
        after: Annotated[
            int | None,
            strawberry.argument(
                description="The `seq` of the last change that you have seen, 0 for all. Unset: only changes from now on."
            ),
        ] = None,
        kinds: Annotated[
            list[LogKind] | None, strawberry.argument(description="Those about one of these kinds; all if unset.")
        ] = None,
        municipality: Annotated[
            str | None,
            strawberry.argument(
                description="Those of this municipality (code, name, common spelling or id), and those that concern all."
            ),
        ] = None,
    ) -> Change | None:
        """Follow the log."""
        declared()
