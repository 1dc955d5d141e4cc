"""The plain page at `/graphql` for a browser: our own HTML, style and script, nothing from elsewhere."""
