"""The directory's root fields."""

from typing import Any, Final

import graphene

from schema.directory.base import Date, ErpDomain, told
from schema.directory.things import Contact, CustomerConnection, Me, Role, TaskConnection


def _at() -> graphene.Argument:
    return graphene.Argument(Date, description="The day that the answer is for; today in Denmark if unset.")


def _page() -> dict[str, Any]:
    return {
        "first": graphene.Argument(
            graphene.NonNull(graphene.Int), default_value=20, description="How many items, from 1 to 100."
        ),
        "after": graphene.Argument(graphene.String, description="The cursor after which the page begins."),
    }


_NAMED: Final = "key, code, title, former title or id"


class Query(graphene.ObjectType):
    """What an ERP vendor can look up: its customers, and their contacts for the roles that are for vendors."""

    contacts = told(
        graphene.List(graphene.NonNull(Contact)),
        "To whom to write for a role, or for each role for vendors that a task addresses, at one of your customers. Ask for a role or for a"
        " task. Empty where the task addresses no role for vendors on that day; null, with `UNKNOWN_ROLE`, `UNKNOWN_TASK` or"
        " `UNKNOWN_MUNICIPALITY`, where a name is not known here, and with `TASK_DOES_NOT_STAND` where the task does not stand on that day.",
        role=graphene.Argument(graphene.String, description=f"A role for vendors: {_NAMED}."),
        task=graphene.Argument(graphene.String, description=f"A task that addresses roles for vendors: {_NAMED}."),
        municipality=graphene.Argument(
            graphene.NonNull(graphene.String), description="One of your customers: code, name, common spelling or id."
        ),
        at=_at(),
    )
    customers = told(
        CustomerConnection,
        "The municipalities that use one of your ERP systems both today and on the day asked, by code. Null, with"
        " `UNKNOWN_ROLE`, where one of `roles` is not known here.",
        **_page(),
        domain=graphene.Argument(ErpDomain, description="Only those that use it for this; all if unset."),
        roles=graphene.Argument(
            graphene.List(graphene.NonNull(graphene.String)),
            description=f"The roles of `contacts`, each by {_NAMED}; all roles for vendors if unset.",
        ),
        at=_at(),
    )
    roles = told(graphene.List(graphene.NonNull(Role)), "The roles for vendors, in the order of the gallery.", at=_at())
    tasks = told(
        TaskConnection,
        "The tasks that stand on the day and address roles for vendors, by their last day; those without one come last.",
        **_page(),
        at=_at(),
    )
    me = told(Me, "Who you are here, and what you are shown.")
