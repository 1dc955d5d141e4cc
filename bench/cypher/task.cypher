// The facts behind the roles that a task addresses, in every municipality. No step is selected, so nobody is named who does
// not hold on the date (with `until` and `next`: or later). Tried, ms of the database's processor for each answer: holders as
// a list beside 34, in each row 33, rows grouped by holder 32; assignments by slot one by one 32, by IN 33, from the
// municipality 37, from the role 40.
MATCH (counter:Counter {key: 'counter'}) WITH counter.seq AS seq
MATCH (task:Task {key: $p.task})
WITH seq, COLLECT {
  MATCH (task)<-[:BY]-(d:Addressing)-[:TO]->(r:Role) WHERE @valid(d)
  RETURN r ORDER BY d.kind DESC, r.order, d.key
} AS asked, COLLECT { MATCH (m:Municipality) WHERE m.code > '' RETURN m ORDER BY m.code } AS places
WITH *, COLLECT {
  UNWIND [r IN asked | r.key] + ['role:kombit-programleder', 'role:oir-funktionspostkasse'] AS key
  MATCH (from:Role {key: key})
  MATCH (from) (()<-[:FROM]-(:Escalation)-[:TO]->()){0,8} (r)
  RETURN DISTINCT r
} AS chain
WITH *, COLLECT { UNWIND places AS m UNWIND chain AS r RETURN m.code + '|' + r.key } AS first
WITH *, COLLECT {
  MATCH (t:Translation) WHERE t.slot IN first AND @holds(t)
  MATCH (t)-[:CARRIED_BY]->()
  RETURN DISTINCT left(t.slot, 4)
} AS codes
WITH *, first + COLLECT {
  UNWIND codes AS code
  MATCH (r:Role) WHERE r.code > '' AND NOT r IN chain
  RETURN code + '|' + r.key
} AS slots, COLLECT { MATCH (r:Role) WHERE r.code > '' AND (size(codes) > 0 OR r IN chain) RETURN r } AS roles
RETURN [[r IN asked | r.key], COLLECT {
  UNWIND roles AS r
  RETURN [r.key, r.domain, r.kind, r.prefersMailbox, r.wantsOneHolder, head([(r)-[:MAILBOX]->(b) | b.key]), COLLECT {
    MATCH (r)<-[:NAMES]-(n:Name) WHERE n.kind = 'OFFICIAL' AND @valid(n)
    RETURN [n.title, n.kind, n.validFrom, n.validTo]
  }]
}, COLLECT {
  UNWIND roles AS r
  MATCH (r)<-[:FROM]-(e:Escalation)-[:TO]->(to) WHERE @holds(e)
  RETURN [e.key, r.key, to.key, e.validFrom, e.validTo]
}, [m IN places | [m.key, m.code, m.name]], COLLECT {
  UNWIND slots AS slot
  MATCH (a:Assignment {slot: slot}) WHERE @holds(a)
  MATCH (a)-[:HELD_BY]->(h)
  WITH h, collect([slot, a.key, a.validFrom, a.validTo]) AS rows
  RETURN [h.key, h.name, h.contactKinds, h.contactValues, rows]
}, COLLECT {
  MATCH (s:StandIn) WHERE s.slot IN slots AND @holds(s)
  MATCH (s)-[:HELD_BY]->(h)
  MATCH (s)-[:FOR]->(f)
  RETURN [s.slot, s.key, f.key, h.key, s.validFrom, s.validTo, h.name, h.contactKinds, h.contactValues]
}, COLLECT {
  MATCH (v:Vacancy) WHERE v.slot IN slots AND @holds(v)
  RETURN [v.slot, v.key, v.reason, v.validFrom, v.validTo]
}, COLLECT {
  MATCH (t:Translation) WHERE t.slot IN slots AND @holds(t)
  RETURN [t.slot, t.key, t.title, t.unit, head([(t)-[:CARRIED_BY]->(by) | by.key]), t.validFrom, t.validTo]
}] AS data
