"""How long what a token opened may stay open: until it expires, or is not accepted any more."""

import asyncio
import time
from typing import Final

from graph.errors import GraphError
from server.caller import Caller
from server.identity.identity import Identity
from server.identity.refusing import BadToken
from server.logs import logger

AGAIN_SECONDS: Final = 10.0
"""How often the token of what stays open is looked at again. It is kept, so that costs microseconds until a key is withdrawn."""


async def until_over(identity: Identity, caller: Caller) -> None:
    """Wait until what a caller opened has to end; for ever where no token opened it.

    A database that does not answer ends nothing: it is asked again.
    """
    while caller.expires is None or caller.token is None:
        await asyncio.Event().wait()
    while (left := caller.expires - time.time()) > 0:
        await asyncio.sleep(min(left, AGAIN_SECONDS))
        try:
            await identity.of_text(caller.token)
        except BadToken as bad:
            logger().info("token no longer accepted", reason=bad.reason, request=caller.request)
            return
        except GraphError:
            pass
