// The groups of people (`Shown`) that a person, or one of those merged into them, was shown in: an expression that gives their keys.
COLLECT {
  MATCH (:Person {key: @found.person})<-[:MERGED_INTO*0..]-(@k:Person)
  CALL db.index.fulltext.queryNodes('looks', '"' + @k.key + '"') YIELD node AS @s
  WHERE @k.key IN @s.people
  RETURN DISTINCT @s.key AS key
}
