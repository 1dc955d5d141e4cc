// The facts behind one role at one of a vendor's customers, as responsibility.cypher has them, with no more than vendors are
// shown: the use on both days, roles of three domains, contact points of two classes, no name where none of them is shown.
MATCH (counter:Counter {key: 'counter'}) WITH counter.seq AS seq
MATCH (m:Municipality {code: $p.code})
WHERE EXISTS {
  MATCH (m)<-[:BY]-(u:Usage)-[:OF]->()-[:SUPPLIED_BY]->(:Vendor {key: $p.vendor}) WHERE @valid(u)
} AND EXISTS {
  MATCH (m)<-[:BY]-(u:Usage)-[:OF]->()-[:SUPPLIED_BY]->(:Vendor {key: $p.vendor})
  WHERE u.validFrom <= $p.today AND u.validTo > $p.today AND @known(u)
}
WITH *, COLLECT {
  UNWIND [$p.role, 'role:kombit-programleder', 'role:oir-funktionspostkasse'] AS key
  MATCH (from:Role {key: key})
  MATCH (from) (()<-[:FROM]-(:Escalation)-[:TO]->()){0,8} (r)
  RETURN DISTINCT r
} AS chain
WITH *, CASE WHEN EXISTS {
  UNWIND chain AS r
  MATCH (t:Translation {slot: m.code + '|' + r.key})-[:CARRIED_BY]->() WHERE @holds(t)
} THEN COLLECT { MATCH (r:Role) WHERE r.code > '' RETURN r } ELSE chain END AS roles
WITH *, [r IN roles WHERE r.domain IN ['OIR', 'OIR_FINANS', 'OIR_DEBITOR'] | r.key] AS shown
WITH *, [key IN shown | m.code + '|' + key] AS slots
WITH *, COLLECT {
  UNWIND range(0, size(slots) - 1) AS i
  WITH i, slots[i] AS slot
  MATCH (a:Assignment {slot: slot}) WHERE @holds(a)
  MATCH (a)-[:HELD_BY]->(h)
  RETURN [i, a, h]
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
  RETURN [v.slot, v.key, '', v.validFrom, v.validTo]
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
  UNWIND [x IN covers | x[1]] + [x IN covers | x[2]] + COLLECT { MATCH (h:Mailbox {key: 'mailbox:implementering-kombit'}) RETURN h } AS h
  WITH DISTINCT h, h.contactKinds AS kinds, h.contactValues AS given, h.contactClasses AS classes
  @points([m])
  RETURN [h.key, CASE WHEN h:Mailbox OR size(points) > 0 THEN h.name ELSE '' END,
    [[i IN points | kinds[i]], [i IN points | given[i]]]]
} AS others
RETURN [[titled, ways, [[m.key, m.code, m.name]], COLLECT {
  MATCH (m)<-[:BY]-(u:Usage)-[:OF]->()-[:SUPPLIED_BY]->(:Vendor {key: $p.vendor}) WHERE @known(u) AND u.validTo > $p.at
  RETURN [m.key, u.validFrom, u.validTo]
}, COLLECT {
  UNWIND [row IN held WHERE row[1].validFrom <= $p.at AND row[1].validTo > $p.at] AS row
  WITH DISTINCT row[1].slot AS slot, row[2] AS h
  MATCH (e:Assignment {slot: slot})-[:HELD_BY]->(h) WHERE @known(e) AND e.validFrom <= $p.at
  RETURN [slot, h.key, NULL, e.validFrom, e.validTo]
} + COLLECT {
  UNWIND [row IN covers WHERE row[0].validFrom <= $p.at AND row[0].validTo > $p.at] AS row
  WITH DISTINCT row[0].slot AS slot, row[1] AS h, row[2] AS f
  MATCH (f)<-[:FOR]-(s:StandIn {slot: slot})-[:HELD_BY]->(h) WHERE @known(s) AND s.validFrom <= $p.at
  RETURN [slot, h.key, f.key, s.validFrom, s.validTo]
}], [[shown, []], COLLECT {
  UNWIND held AS row
  WITH row[2] AS h, collect([row[0], row[1].key, row[1].validFrom, row[1].validTo]) AS rows
  WITH h, rows, h.contactKinds AS kinds, h.contactValues AS given, h.contactClasses AS classes
  @points([m])
  RETURN [h.key, CASE WHEN h:Mailbox OR size(points) > 0 THEN h.name ELSE '' END,
    [[i IN points | kinds[i]], [i IN points | given[i]]], rows]
}, others, [x IN covers | [x[0].slot, x[0].key, x[2].key, x[1].key, x[0].validFrom, x[0].validTo]], intents, translated, []]] AS data
