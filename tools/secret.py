"""Makes the password of the Neo4j in docker-compose.yml, unless there is one; only its owner can get at it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

FOLDER = Path(__file__).resolve().parents[1] / "secrets"
OWN: Final = 0o600
FOR_IMAGE: Final = 0o444
"""The image's user is none of ours, and its start is refused where the mode alone says that it may not read the file. Outside
the container nobody gets there: the folder is its owner's.
"""


def main() -> None:
    """Write `neo4j_password`, for NEO4J_PASSWORD, and `neo4j_auth`, the same with the user name, for the image."""
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    FOLDER.chmod(0o700)
    password_file = FOLDER / "neo4j_password"
    if password_file.exists():
        password = password_file.read_text().strip()
        print(f"{password_file} is there already; it stays as it is")
    else:
        password = secrets.token_urlsafe(24)
        write(password_file, password, OWN)
        print(f"Made {password_file}")
    write(FOLDER / "neo4j_auth", f"neo4j/{password}", FOR_IMAGE)


def write(file: Path, text: str, mode: int) -> None:
    """Write a file anew, of exactly this mode, whatever the umask."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWN), "w") as target:
        target.write(text)
        os.fchmod(target.fileno(), mode)


if __name__ == "__main__":
    main()
