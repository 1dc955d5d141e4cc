"""The vendor directory's words: a small schema, read-only and frozen, declared with graphene (docs/decisions/0011)."""
