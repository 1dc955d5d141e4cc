"""GraphQL: types and their descriptions, and the way from a document to one statement and back."""
