"""A stop's parts follow one another: whoever waits for them waits long enough, so that the last looks are written."""

import re
from pathlib import Path

import pytest

from server import stopping

COMPOSE = (Path(__file__).parents[2] / "docker-compose.yml").read_text("utf-8")
PAGE = (Path(__file__).parents[2] / "docs/deployment.md").read_text("utf-8")


@pytest.mark.in_step
def test_whoever_stops_the_service_waits_for_all_parts_of_its_stop() -> None:
    service = COMPOSE.partition("\n  gallery:\n")[2]
    (grace,) = re.findall(r"stop_grace_period: (\d+)s", service)
    parts = (stopping.SOCKETS_SECONDS, stopping.REQUESTS_SECONDS, stopping.LOOKS_SECONDS)
    assert sum(parts) < stopping.PROCESS_SECONDS < stopping.SERVICE_SECONDS < int(grace)
    assert f"up to {stopping.SERVICE_SECONDS:.0f} s" in PAGE
