// Of all municipalities.
