"""The directory's statements: the files of `resolvers/cypher/`, with what vendors are shown written in."""

from typing import Final

from resolvers.audiences import CONTACT_CLASSES, ROLE_DOMAINS
from resolvers.files import cypher

_SHOWN: Final = {"DOMAINS": ROLE_DOMAINS["vendor"], "CLASSES": CONTACT_CLASSES["vendor"]}


def text(name: str, **chosen: str) -> str:
    """Give a statement's text; see `resolvers.files.cypher`."""
    return shown(cypher(name, **chosen))


def shown(template: str) -> str:
    """Write out DOMAINS (of roles) and CLASSES (of contact points): what is for vendors."""
    for word, values in _SHOWN.items():
        template = template.replace(word, str(list(values)))
    return template
