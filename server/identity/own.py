"""The installation's own key: made on first use, in the data folder, readable by its user alone. There is no default one."""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from graph.errors import StartError
from server.identity.keys import Key

ALGORITHM: Final = "EdDSA"


class OwnKeyError(StartError):
    """The installation's key cannot be read, or not be made."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(
            f"{file} cannot be used as this installation's key ({why}): expected the file as it was made; removed, a new "
            "one is made at the next start, and the tokens made before are worth nothing."
        )


@dataclass(frozen=True, slots=True)
class OwnKey:
    """The key that this installation signs with; as `Keys`, the only one that it accepts."""

    private: Ed25519PrivateKey
    key: Key
    generation: int = 0

    def look(self) -> None:
        """Do nothing: it is here, and the same until the next start."""

    async def find(self, kid: str) -> Key | None:
        """Give our key if it is called so."""
        return self.key if kid == self.key.kid else None


def key_file(data: Path) -> Path:
    """Tell where the key of a data folder is."""
    return data / "identity" / "key.pem"


def own_key(data: Path) -> OwnKey:
    """Read the key of a data folder; the first time it is made. Raises `OwnKeyError`."""
    file = key_file(data)
    try:
        if not file.exists():
            _make(file)
        if file.stat().st_mode & 0o077:
            raise OwnKeyError(file, f"others than its user can read it; if none of them has, run: chmod 600 {file}")
        private = load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        raise OwnKeyError(file, error.strerror or "it cannot be read") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise OwnKeyError(file, "it holds no key") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise OwnKeyError(file, "it is of another kind than Ed25519")
    return of_private(private)


def of_private(private: Ed25519PrivateKey) -> OwnKey:
    """Give a key its id, which is made from its public half."""
    public = private.public_key()
    digest = Hash(SHA256())
    digest.update(public.public_bytes(Encoding.Raw, PublicFormat.Raw))
    return OwnKey(private, Key(digest.finalize().hex()[:16], ALGORITHM, public))


def _make(file: Path) -> None:
    """Complete or not at all, never readable by others; of two that make one at the same time, the first one's stays."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = file.with_name(f".{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(pem)
            target.flush()
            os.fsync(target.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)
