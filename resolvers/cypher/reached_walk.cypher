// Where a walk may come to from a role @by: to whom it escalates, and their mailboxes. Gives @reached.
  MATCH (@by) (()<-[:FROM]-(:Escalation)-[:TO]->()){0,8} (@near)
  MATCH (@near)-[:MAILBOX]->{0,1}(@reached)
