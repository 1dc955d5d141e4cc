"""A server as Strawberry's documentation teaches it: types with resolvers, one DataLoader for each relation."""
