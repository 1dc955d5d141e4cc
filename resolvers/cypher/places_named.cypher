// The municipalities that were named, each once, in that order. Gives @places (nodes).
WITH *, COLLECT {
  UNWIND range(0, size(@found.municipalities) - 1) AS @i
  WITH @found.municipalities[@i] AS @key, min(@i) AS @first
  MATCH (@m:Municipality {key: @key}) WHERE @m.fromSeq <= @seq
@include(whose)
  RETURN @m AS municipality ORDER BY @first
} AS @places
