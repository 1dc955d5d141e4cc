// A municipality: it is the heading itself. Gives @centre (nodes), @heading (a key).
WITH @start, @arg.around AS @heading, COLLECT {
  MATCH (@x:THING {key: @arg.around}) WHERE @x.fromSeq <= @seq RETURN @x AS thing
} AS @centre
