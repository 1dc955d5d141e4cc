// The facts behind one role in one municipality: the roles on the way with their titles, where they escalate to, and what
// is known of their slots; all roles where a translation lets another role carry one. Assignments of all times (five a
// slot): the steps name who was last and who is next. Tried, ms over 0.56 for RETURN 1: subqueries in one WITH 0.40, each
// in its own 0.35; slots by IN for the rare kinds 0.39; all fourteen roles at once 0.86.
MATCH (counter:Counter {key: 'counter'}) WITH counter.seq AS seq
MATCH (m:Municipality {code: $p.code})
WITH *, COLLECT {
  UNWIND [$p.role, 'role:kombit-programleder', 'role:oir-funktionspostkasse'] AS key
  MATCH (from:Role {key: key})
  MATCH (from) (()<-[:FROM]-(:Escalation)-[:TO]->()){0,8} (r)
  RETURN DISTINCT r
} AS chain
WITH *, [r IN chain | m.code + '|' + r.key] AS first
WITH *, CASE WHEN EXISTS {
  UNWIND first AS slot
  MATCH (t:Translation {slot: slot})-[:CARRIED_BY]->() WHERE @holds(t)
} THEN COLLECT { MATCH (r:Role) WHERE r.code > '' RETURN r } ELSE chain END AS roles
WITH *, [r IN roles | m.code + '|' + r.key] AS slots
WITH *, COLLECT {
  UNWIND slots AS slot
  MATCH (a:Assignment {slot: slot}) WHERE @known(a)
  MATCH (a)-[:HELD_BY]->(h)
  RETURN [a, h]
} AS held
WITH *, COLLECT {
  UNWIND slots AS slot
  MATCH (s:StandIn {slot: slot}) WHERE @holds(s)
  MATCH (s)-[:HELD_BY]->(h)
  MATCH (s)-[:FOR]->(f)
  RETURN [s, h, f]
} AS covers
WITH *, COLLECT {
  UNWIND slots AS slot
  MATCH (v:Vacancy {slot: slot}) WHERE @holds(v)
  RETURN [v.slot, v.key, v.reason, v.validFrom, v.validTo]
} AS intents
WITH *, COLLECT {
  UNWIND slots AS slot
  MATCH (t:Translation {slot: slot}) WHERE @holds(t)
  RETURN [t.slot, t.key, t.title, t.unit, head([(t)-[:CARRIED_BY]->(by) | by.key]), t.validFrom, t.validTo]
} AS translated
WITH *, COLLECT {
  UNWIND roles AS r
  RETURN [r.key, r.domain, r.kind, r.prefersMailbox, r.wantsOneHolder, head([(r)-[:MAILBOX]->(b) | b.key]), COLLECT {
    MATCH (r)<-[:NAMES]-(n:Name) WHERE n.kind = 'OFFICIAL' AND @valid(n)
    RETURN [n.title, n.kind, n.validFrom, n.validTo]
  }]
} AS titled
WITH *, COLLECT {
  UNWIND roles AS r
  MATCH (r)<-[:FROM]-(e:Escalation)-[:TO]->(to) WHERE @holds(e)
  RETURN [e.key, r.key, to.key, e.validFrom, e.validTo]
} AS ways
WITH *, COLLECT {
  UNWIND [x IN held | x[1]] + [x IN covers | x[1]] + [x IN covers | x[2]] AS h
  RETURN DISTINCT [h.key, h.name, h.contactKinds, h.contactValues]
} AS holders
RETURN [[$p.role], titled, ways, [[m.key, m.code, m.name]],
  [x IN held | [x[0].slot, x[0].key, x[1].key, x[0].validFrom, x[0].validTo]],
  [x IN covers | [x[0].slot, x[0].key, x[2].key, x[1].key, x[0].validFrom, x[0].validTo]], intents, translated, holders] AS data
