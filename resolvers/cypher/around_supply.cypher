// An ERP system, or those that a vendor supplies, in the municipality that was named, if one was. Gives @centre (nodes),
// @heading (a key).
WITH @start, @found.municipality AS @heading, COLLECT {
  MATCH (@v:THING {key: @arg.around})
  MATCH (@v)<-[:SUPPLIED_BY]-{0,1}(@x:ErpSystem) WHERE @x.fromSeq <= @seq RETURN @x AS thing
} AS @centre
