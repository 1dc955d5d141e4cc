// A person or a mailbox, in the municipality that was named, else where they belong. Gives @centre (nodes), @heading (a key).
WITH @start, COLLECT {
  MATCH (@x:THING {key: @arg.around}) WHERE @x.fromSeq <= @seq AND @visible(x:THING) RETURN @x AS thing
} AS @centre
WITH *, coalesce(@found.municipality, head(COLLECT {
  UNWIND @centre AS @x
  MATCH (@x)-[:BELONGS_TO]->(@home:Municipality) RETURN @home.key AS key
})) AS @heading
