// A task, a role or an IT system, in the municipality that was named, if one was. Gives @centre (nodes), @heading (a key).
WITH @start, @found.municipality AS @heading, COLLECT {
  MATCH (@x:THING {key: @arg.around}) WHERE @x.fromSeq <= @seq RETURN @x AS thing
} AS @centre
