"""From what the driver raises to our own errors, by its class and the database's code: never by its text."""

from __future__ import annotations

from neo4j import exceptions as neo

from graph.errors import (
    ConflictError,
    DatabaseUnavailableError,
    DeadlineError,
    GraphError,
    InternalError,
    OutcomeUnknownError,
)

BY_CODE: dict[str, type[GraphError]] = {
    "Neo.ClientError.Schema.ConstraintValidationFailed": ConflictError,
    "Neo.ClientError.Statement.ConstraintVerificationFailed": ConflictError,
    "Neo.TransientError.Transaction.DeadlockDetected": ConflictError,
    "Neo.TransientError.Transaction.LockClientStopped": ConflictError,
    "Neo.ClientError.Transaction.LockClientStopped": ConflictError,
    "Neo.TransientError.Transaction.LockAcquisitionTimeout": ConflictError,
    "Neo.ClientError.Transaction.LockAcquisitionTimeout": ConflictError,
    "Neo.ClientError.Transaction.TransactionTimedOut": DeadlineError,
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration": DeadlineError,
    "Neo.TransientError.General.TransactionOutOfMemoryError": DeadlineError,
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": DeadlineError,
    "Neo.ClientError.Database.DatabaseNotFound": DatabaseUnavailableError,
    # A database that is stopping ends its transactions like this.
    "Neo.TransientError.Transaction.Terminated": DatabaseUnavailableError,
    "Neo.ClientError.Transaction.Terminated": DatabaseUnavailableError,
    "Neo.DatabaseError.General.UnknownError": InternalError,
}
"""Codes that mean more than their class."""

BY_PREFIX: dict[str, type[GraphError]] = {
    "Neo.TransientError.": DatabaseUnavailableError,
    "Neo.ClientError.Cluster.": DatabaseUnavailableError,
    # The password was changed under us, say: nothing that a request could mend.
    "Neo.ClientError.Security.": DatabaseUnavailableError,
}


def translate(error: Exception) -> GraphError:
    """Our error for one of the driver's; the driver's own is for the log, as `__cause__`."""
    if isinstance(error, neo.Neo4jError):
        return _by_code(error.code or "")
    if isinstance(error, neo.IncompleteCommit):
        return OutcomeUnknownError()
    if isinstance(error, neo.ServiceUnavailable | neo.SessionExpired | neo.ConnectionAcquisitionTimeoutError | OSError):
        return DatabaseUnavailableError()
    return InternalError()


def may_succeed_later(error: Exception) -> bool:
    """Whether the whole transaction may simply be run again."""
    if isinstance(error, neo.IncompleteCommit):
        return False
    return isinstance(error, neo.DriverError | neo.Neo4jError) and error.is_retryable()


def _by_code(code: str) -> GraphError:
    found = BY_CODE.get(code)
    if found is None:
        found = next((kind for prefix, kind in BY_PREFIX.items() if code.startswith(prefix)), InternalError)
    return found()
