// Finds what is named among the things that a vendor can ask for, and suggests from these alone: goes on from `UNWIND … AS q`
// as the look-ups of resolvers/lookups.py do. THINGS is a subquery that gives them (key, code, node), NAMES another that
// gives the names of @t (a row of those). What is read does not depend on what else there is under the name that was asked:
// things are compared, not sought, so that one which may not be found costs what one costs that is not there.
WITH q, COLLECT {
THINGS
} AS @things
WITH q, @things, [t IN @things WHERE t[0] = q.text | [t[0], t[0], 0]] + [t IN @things WHERE t[1] = q.text | [t[0], t[1], 1]] AS @direct
WITH q, @direct, COLLECT {
  UNWIND CASE size(@direct) WHEN 0 THEN @things ELSE [] END AS @t
NAMES
} AS @names
WITH q, @names, @direct + [n IN @names WHERE n[3] = q.folded | n[0..3]] AS @fitting
WITH q, @names, COLLECT {
  UNWIND @fitting AS @fit
  WITH @fit[0] AS @key, min([@fit[2], @fit[1]]) AS @best
  RETURN [@key, @best[1], @best[0]] AS fit ORDER BY @best[0], @key
} AS @found
RETURN [q.text, @found, CASE size(@found) WHEN 0 THEN [n IN @names | [n[1], n[0]]] ELSE [] END] AS @asked ORDER BY q.i
