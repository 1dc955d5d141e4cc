"""One refusal for every token that is not accepted: who tries tokens learns nothing from the answers; the log has the reason."""

from server.errors import Refusal


class BadToken(Exception):
    """A token that is not accepted. `reason` is for the log alone, and never holds a part of the token."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def unauthenticated() -> Refusal:
    """Refuse a request whose token is not accepted, or that needs one and has none (RFC 6750, 3)."""
    return Refusal(
        401,
        "UNAUTHENTICATED",
        "The token is not accepted, or there is none where one is needed.",
        field="Authorization",
        expected="Bearer and a token that is valid here and now",
        headers={"www-authenticate": "Bearer", "connection": "close"},
    )
