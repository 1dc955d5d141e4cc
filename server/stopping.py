"""How long a stop takes: its parts follow one another, so whoever waits for all of them must wait for the sum.

A process ends its sockets, lets requests in flight end, writes the last notes of whose data was shown, closes its connections.
Several workers do so side by side, and the process above them waits for the slowest. What stops the service waits for that
process (`stop_grace_period` in docker-compose.yml); an embedded database is stopped after all that (`graph/local/server.py`).
"""

from typing import Final

SOCKETS_SECONDS: Final = 2.0
"""For peers to take the word that the service stops."""
REQUESTS_SECONDS: Final = 4
"""For requests in flight, which are then cancelled; a quiet service waits for nothing of all this."""
LOOKS_SECONDS: Final = 3.0
"""For the last notes."""
REST_SECONDS: Final = 2.0
"""For what has no bound of its own: hearing of the stop, cancelled requests and statements, closing the connections."""
PROCESS_SECONDS: Final = SOCKETS_SECONDS + REQUESTS_SECONDS + LOOKS_SECONDS + REST_SECONDS
"""For one process; a worker that takes longer is killed."""
SERVICE_SECONDS: Final = PROCESS_SECONDS + REST_SECONDS
"""For the process above the workers."""
