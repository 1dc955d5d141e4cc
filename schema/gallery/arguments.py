"""The arguments that root fields share, each with its description."""

from typing import Annotated

import strawberry

from schema.gallery.base import Date, Instant

At = Annotated[
    Date | None,
    strawberry.argument(
        description="The day that the answer is for; today in Denmark if unset. All fields below inherit it."
    ),
]
KnownAt = Annotated[
    Instant | None,
    strawberry.argument(
        description="Answer by what the gallery knew then; by what it knows now if unset. Not in the future."
    ),
]
First = Annotated[int, strawberry.argument(description="How many items, from 1 to 100.")]
After = Annotated[str | None, strawberry.argument(description="The cursor after which the page begins.")]
Name = Annotated[str, strawberry.argument(description="Key, code, title, former title, common spelling or id.")]
Holder = Annotated[str, strawberry.argument(description="Present name, or id.")]
OneRole = Annotated[str | None, strawberry.argument(description="One role: key, code, title, former title or id.")]
Roles = Annotated[
    list[str] | None, strawberry.argument(description="Roles, by key, code, title, former title or id; all if unset.")
]
OneTask = Annotated[str | None, strawberry.argument(description="One task: key, code, title, former title or id.")]
OneMunicipality = Annotated[
    str | None,
    strawberry.argument(
        description="One municipality: code, name, common spelling or id."
        " Not beside `municipalities`, `region` or `vendor`."
    ),
]
Municipalities = Annotated[
    list[str] | None,
    strawberry.argument(
        description="Municipalities, by code, name, common spelling or id; all if unset. Not beside `region` or `vendor`."
    ),
]
Region = Annotated[
    str | None,
    strawberry.argument(
        description="Only municipalities of this region, such as Midtjylland; with `vendor` those that both fit."
    ),
]
OneVendor = Annotated[
    str | None,
    strawberry.argument(
        description="Only municipalities that use an ERP system of this vendor on the day,"
        " in `difference` the second of the days."
    ),
]
WHICH = strawberry.argument(description="Which of them; all if unset.")
"""Describes the argument `filter` of every connection; the input's own fields say what can be asked."""
SORTED = strawberry.argument(description="How they are sorted; by the first value of its type if unset.")
"""Describes the argument `orderBy` of every connection."""
