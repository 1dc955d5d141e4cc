"""Who asks: from a bearer token to a `Viewer`, the same for every way in.

`identity.py` takes what a request carries; `tokens.py` verifies a token with the keys of `own.py` (this installation's) or
`jwks.py` (an issuer's); `claims.py` maps what the token says to a viewer, and `existing.py` knows whether the municipality or
vendor that it speaks for exists. `minting.py` makes tokens for the installation's own key. Nothing here says what a viewer may
see: that is the access table's. Decision 0010 has the reasons.
"""
