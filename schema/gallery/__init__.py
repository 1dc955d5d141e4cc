"""The gallery: the schema for everything, declared with Strawberry."""
