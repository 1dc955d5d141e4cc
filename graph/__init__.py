"""Neo4j's words: the driver, transactions, errors by code, and the embedded server (`graph.local`)."""
