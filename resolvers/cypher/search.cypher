// What the full-text index finds for the words typed, and the municipality with that code: each thing once, by the name
// that fits best. A name (Name, Terms) leads to its thing; of the things' own names only people's and mailboxes' count, the
// others have a Name for each. Ranked here and not in Python, so that only what is shown is read. A row: rank (0 the whole
// name, 1 all words, 2 words that begin so, 3 with a typo), whether the name is a former one (0 or 1), the name, the thing.
// Whoever may not see people finds among what is everybody's alone, which is read whatever is found: so a hit that may not be
// seen costs no look at it.
UNWIND [0] AS @start
WITH @start, COLLECT {
  UNWIND CASE WHEN @visible(hit:Person) THEN [] ELSE [1] END AS @once
  MATCH (@o:Name|Terms|Mailbox) WHERE NOT @o:Mailbox OR @visible(o:Mailbox)
  RETURN @o
} AS @open
WITH @open, COLLECT {
  CALL db.index.fulltext.queryNodes('search', @arg.lucene) YIELD node AS @hit
  WHERE CASE WHEN @visible(hit:Person)
    THEN @hit:Name OR @hit:Terms OR (@hit:Person AND @visible(hit:Person)) OR (@hit:Mailbox AND @visible(hit:Mailbox))
    ELSE @hit IN @open END
  OPTIONAL MATCH (@hit)-[:NAMES|OF]->(@named)
  WITH @hit, coalesce(@named, @hit) AS @thing
  WHERE @thing.fromSeq <= @seq AND (@hit.toSeq IS NULL OR @hit.toSeq > @seq AND @hit.fromSeq <= @seq) AND any(l IN labels(@thing) WHERE l IN @arg.labels)
  WITH @hit, @thing, @hit.folded AS @name, split(@hit.folded, ' ') AS @parts LIMIT 1000
  WITH @hit, @thing, @name, CASE
    WHEN @name = @arg.folded THEN 0
    WHEN all(w IN @arg.words WHERE w IN @parts) THEN 1
    WHEN all(w IN @arg.words WHERE any(x IN @parts WHERE x STARTS WITH w)) THEN 2
    ELSE 3
  END AS @rank, CASE WHEN @hit.validFrom IS NULL OR @valid(hit) THEN 0 ELSE 1 END AS @former
  WITH @thing, [@rank, @former, size(@name), coalesce(@hit.title, @hit.name)] AS @fit ORDER BY @fit, @thing.key
  WITH @thing, head(collect(@fit)) AS @best
  RETURN [@best[0], @best[1], @best[3], @thing] AS found ORDER BY @best, @thing.key LIMIT toInteger(@arg.first)
} AS @matches, COLLECT {
  MATCH (@m:Municipality {code: @arg.code}) WHERE @m.fromSeq <= @seq AND 'Municipality' IN @arg.labels
  RETURN [0, 0, @m.code, @m] AS found
} AS @coded
WITH *, (@coded + @matches)[0..toInteger(@arg.first)] AS @found
WITH *, [row IN @found | row[3]] AS @things, COLLECT {
  UNWIND range(0, size(@found) - 1) AS @i
  WITH @i, @found[@i] AS @row, @found[@i][3] AS @thing
  OPTIONAL MATCH (@thing)<-[:NAMES|OF]-(@a:Name|Terms) WHERE coalesce(@a.kind, 'OFFICIAL') = 'OFFICIAL' AND @known(a)
  WITH @i, @thing, @row, @a
  ORDER BY @a.validFrom <= @at AND @at < @a.validTo DESC, @a.validFrom > @at DESC, CASE WHEN @a.validFrom <= @at THEN '' ELSE @a.validFrom END, @a.validFrom DESC
  WITH @i, @thing, @row, head(collect(@a)) AS @now
  RETURN [@thing.key, coalesce(@now.title, @thing.name), @row[2], @row[0], @row[1]] AS row ORDER BY @i
} AS @titled
RETURN [@titled, @nodes(Found: @things)] AS gathered
