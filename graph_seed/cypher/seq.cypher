// The number of the last change; 0 before there is any.
OPTIONAL MATCH (c:Counter {key: 'counter'})
RETURN coalesce(c.seq, 0) AS seq
