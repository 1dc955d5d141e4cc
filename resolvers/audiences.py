"""What an audience is shown of roles and contact points, whoever it is (docs/rules.md, "Resolution")."""

from collections.abc import Mapping
from typing import Final

from resolvers.context import Audience
from resolvers.facts import Role

ROLE_DOMAINS: Final[Mapping[Audience, tuple[str, ...]]] = {"vendor": ("OIR", "OIR_FINANS", "OIR_DEBITOR")}
"""For an audience that is not shown every role, the domains of those that it is: of any other domain, also one that comes
later, it is shown nothing until somebody says so here."""

CONTACT_CLASSES: Final[Mapping[Audience, tuple[str, ...]]] = {"vendor": ("PUBLIC", "VENDORS")}
"""For an audience that is not shown every contact point, the classes of those that it is."""


def hidden(audience: Audience, roles: Mapping[str, Role]) -> frozenset[str]:
    """Tell which roles (keys) an audience is not shown."""
    shown = ROLE_DOMAINS.get(audience)
    return frozenset() if shown is None else frozenset(key for key, role in roles.items() if role.domain not in shown)
