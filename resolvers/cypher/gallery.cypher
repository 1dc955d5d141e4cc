// What is the same in every municipality: @roles with their titles over time, where each escalates to, and KOMBIT's own
// mailbox. Gives @gallery (rows), @ways (rows that begin with the escalation's node), @resort (nodes).
WITH *, COLLECT {
  UNWIND @roles AS @r
  RETURN [@r.key, @r.domain, @r.kind, @r.prefersMailbox, @r.wantsOneHolder,
    head(COLLECT { MATCH (@r)-[:MAILBOX]->(@b:Role) RETURN @b.key AS key }),
    COLLECT {
      MATCH (@r)<-[:NAMES]-(@w:Name) WHERE @w.kind = 'OFFICIAL' AND @known(w)
      RETURN [@w.title, @w.kind, @w.validFrom, @w.validTo] AS name
    }] AS row
} AS @gallery, COLLECT {
  UNWIND @roles AS @r
  MATCH (@r)<-[:FROM]-(@e:Escalation)-[:TO]->(@to:Role) WHERE @known(e) AND @e.validTo > @at
  RETURN [@e, @r.key, @to.key] AS way
} AS @ways, COLLECT { MATCH (@b:Mailbox {key: 'mailbox:implementering-kombit'}) RETURN @b AS mailbox } AS @resort
