// All that is kept of one person, for those who may read it (MAY): the person and those merged into them, every record of every
// fact about them as it stands in the graph, the texts of others that name them, the changes that touched them or these facts
// (with what each made of them), those that they made, who was shown them, and whom they looked at. WHOLE says who is given all that is about them; others are
// given of it what they may see anyhow. What is found by a name or an address is given to who operates the installation alone as
// a whole (@every): what a person is called is an editor's to write, and would open any text that has these words. MENTIONS are the
// places where an erasure looks. Of what grows with use the last MOST.
UNWIND [0] AS @start
WITH @start, WHOLE AS @whole, $p.viewer.everything AS @every, COLLECT {
  MATCH (:Person {key: @found.person})<-[:MERGED_INTO*0..]-(@p:Person) WHERE @p.fromSeq <= @seq AND MAY
  RETURN DISTINCT @p AS person
} AS @people
WITH *, COLLECT {
  UNWIND @people AS @p
  MATCH (@p)<-[:HELD_BY|FOR|ABOUT]-(@f:Assignment|StandIn|Report)
  WHERE @f.fromSeq >= 0 AND (@whole OR (NOT @f:Assignment OR @visible(f:Assignment))
    AND (NOT @f:StandIn OR @visible(f:StandIn)) AND (NOT @f:Report OR @visible(f:Report)))
  RETURN DISTINCT @f AS fact
} AS @facts
WITH *, [@f IN @facts | @f.slot] AS @slots
FOUND_BY
// Of looks there are many, and of who made them few.
CALL (@every, @people, @keys, @subjects) {
  UNWIND CASE WHEN @every THEN @people[..1] ELSE [] END AS @one
  MATCH (@y:Look) WHERE @y.actor > ''
  WITH DISTINCT @y.actor AS @actor WHERE BY_HER
  RETURN collect(@actor) AS @actors
}
WITH *, COLLECT {
  UNWIND @people + @facts AS @x
  MATCH (@x)<-[:TOUCHED|RECORDED|CLOSED]-(@c:Change) WHERE @c.seq > 0 AND (@whole OR @visible(c:Change))
  WITH DISTINCT @c ORDER BY @c.seq
  WITH @c, coalesce(@c.edits, []) AS @edits
  RETURN [@c.seq, @c.at, @c.actor, @c.operation, @c.reason,
    [@i IN range(0, size(@edits) - 1, 4) WHERE @edits[@i] IN @keys | @edits[@i..@i + 4]]] AS row
} AS @changes, COLLECT {
  UNWIND @people[..1] AS @one
  MATCH (@x:Change) WHERE @x.seq > 0 AND HERS AND (@every OR @visible(x:Change))
  WITH @x ORDER BY @x.seq DESC LIMIT MOST
  RETURN [@x.seq, @x.at, @x.operation, @x.reason] AS row
} AS @made, COLLECT {
  MATCH (@l:Look) WHERE size(@people) > 0 AND @l.shown IN
@include(shown)
  WITH @l ORDER BY @l.at DESC LIMIT MOST
  RETURN [@l.at, @l.actor, @l.operation, @l.requests] AS row
} AS @looks, COLLECT {
  UNWIND CASE WHEN @whole THEN @people[..1] ELSE [] END AS @one
  UNWIND CASE WHEN @every THEN @actors ELSE [$p.viewer.actor] END AS @actor
  MATCH (@x:Look {actor: @actor})
  WITH @x ORDER BY @x.at DESC LIMIT MOST
  RETURN [@x.at, @x.operation, @x.requests, head(COLLECT { MATCH (@s:Shown {key: @x.shown}) RETURN @s.count })] AS row
} AS @looked, COLLECT {
  MENTIONS
} AS @mentions
RETURN [
  [COLLECT {
     UNWIND @people AS @p
     RETURN [@p {.*, jobTitle: CASE WHEN @whole OR @own(p:Person) THEN @p.jobTitle END, unit: CASE WHEN @whole OR @own(p:Person) THEN @p.unit END},
       CASE WHEN @whole THEN [@i IN range(0, size(@p.contactKinds) - 1) | [@p.contactKinds[@i], @p.contactValues[@i], @p.contactClasses[@i]]]
       ELSE @contacts(p) END, [(@p)-[:BELONGS_TO]->(@m:Municipality) | @m.key]] AS row
   },
   COLLECT { UNWIND @facts AS @f RETURN [labels(@f)[0], properties(@f), [(@f)-[@r]->(@t) | [type(@r), @t.key]]] AS row ORDER BY @f.key, @f.fromSeq },
   @mentions, @changes, @made, @looks, @looked, @every, @seq],
  @nodes(Person: @people)
] AS gathered
