"""Makes the password of the Neo4j in docker-compose.yml, unless there is one; only its owner can read it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "secrets"


def main() -> None:
    """Write `neo4j_password`, for NEO4J_PASSWORD, and `neo4j_auth`, the same with the user name, for the image."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    password_file = FOLDER / "neo4j_password"
    if password_file.exists():
        password = password_file.read_text().strip()
        print(f"{password_file} is there already; it stays as it is")
    else:
        password = secrets.token_urlsafe(24)
        write(password_file, password)
        print(f"Made {password_file}")
    write(FOLDER / "neo4j_auth", f"neo4j/{password}")


def write(file: Path, text: str) -> None:
    """Never readable by others, not even for a moment."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.write(text)


if __name__ == "__main__":
    main()
