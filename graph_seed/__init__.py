"""The data: reference facts as files that a person reviews, visibly invented demo data, and how both get in."""
