"""The domain: how each question is answered, in the domain's own words."""
