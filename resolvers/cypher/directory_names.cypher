// Finds a customer by key, code, name or spelling, and suggests other customers where none fits: goes on from `UNWIND … AS q`
// as the look-ups of resolvers/lookups.py do. The vendor's customers are read and compared, nothing is sought by what was
// asked: so a municipality that is no customer costs the same as one that does not exist.
WITH q, COLLECT {
@include(directory_mine)
  RETURN [@m.key, @m.code, @m] AS customer ORDER BY @m.code
} AS @mine
WITH q, @mine, [c IN @mine WHERE c[0] = q.text | [c[0], c[0], 0]] + [c IN @mine WHERE c[1] = q.text | [c[0], c[1], 1]] AS @direct
WITH q, @direct, COLLECT {
  UNWIND CASE size(@direct) WHEN 0 THEN @mine ELSE [] END AS @c
  WITH @c[2] AS @m MATCH (@m)<-[:NAMES]-(@a:Name) WHERE @known(a)
  RETURN [@m.key, @a.title, CASE WHEN @a.kind = 'OFFICIAL' AND @valid(a) THEN 2 ELSE 3 END, @a.folded] AS name ORDER BY @a.title, @m.key
} AS @names
WITH q, @names, COLLECT {
  UNWIND @direct + [n IN @names WHERE n[3] = q.folded | n[0..3]] AS @fit
  WITH @fit[0] AS @key, min([@fit[2], @fit[1]]) AS @best
  RETURN [@key, @best[1], @best[0]] AS found ORDER BY @best[0], @key
} AS @found
RETURN [q.text, @found, CASE size(@found) WHEN 0 THEN [n IN @names | [n[1], n[0]]] ELSE [] END] AS @asked ORDER BY q.i
