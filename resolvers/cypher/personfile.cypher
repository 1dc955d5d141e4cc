// All that is kept of one person, for those who may read it: the person and those merged into them, every record of every fact
// about them as it stands in the graph, the changes that touched them or these facts, and who was shown them (the last 10,000
// times). MAY is the access rule.
UNWIND [0] AS @start
WITH @start, COLLECT {
  MATCH (:Person {key: @found.person})<-[:MERGED_INTO*0..]-(@p:Person) WHERE @p.fromSeq <= @seq AND MAY
  RETURN DISTINCT @p AS person
} AS @people
WITH *, COLLECT {
  UNWIND @people AS @p
  MATCH (@p)<-[:HELD_BY|FOR|ABOUT]-(@f) WHERE @f.fromSeq >= 0
  RETURN DISTINCT @f AS fact
} AS @facts
WITH *, COLLECT {
  UNWIND @people + @facts AS @x
  MATCH (@x)<-[:TOUCHED|RECORDED|CLOSED]-(@c:Change) WHERE @c.seq > 0
  WITH DISTINCT @c ORDER BY @c.seq
  RETURN [@c.seq, @c.at, @c.actor, @c.operation, @c.reason] AS row
} AS @changes, COLLECT {
  MATCH (@l:Look) WHERE size(@people) > 0 AND @l.shown IN COLLECT {
    CALL db.index.fulltext.queryNodes('looks', '"' + coalesce(@found.person, 'nobody') + '"') YIELD node AS @s
    WHERE @found.person IN @s.people RETURN @s.key AS @k
  }
  WITH @l ORDER BY @l.at DESC LIMIT 10000
  RETURN [@l.at, @l.actor, @l.operation, @l.requests] AS row
} AS @looks
RETURN [
  [[p IN @people | [properties(p), [(p)-[:BELONGS_TO]->(m) | m.key]]],
   COLLECT { UNWIND @facts AS @f RETURN [labels(@f)[0], properties(@f), [(@f)-[r]->(t) | [type(r), t.key]]] AS row ORDER BY @f.key, @f.fromSeq },
   @changes, @looks, @seq],
  @nodes(Person: @people)
] AS gathered
