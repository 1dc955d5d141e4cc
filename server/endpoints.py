"""Which schema is answered at which address. A further one is one line here."""

from collections.abc import Callable, Mapping
from typing import Final

from schema.directory.schema import engine as directory
from schema.engine import Engine
from schema.gallery.schema import engine as gallery

ENGINES: Final[Mapping[str, Callable[[], Engine]]] = {
    "/graphql": gallery,
    "/directory/graphql": directory,
}


def engines() -> dict[str, Engine]:
    """Make them."""
    return {path: make() for path, make in ENGINES.items()}
