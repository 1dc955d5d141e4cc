// Tell whether the log has a change of this operation. The log is short enough to be looked through (about 1,000 changes
// of the seed and one for each write since), and this is asked a few times at a start.
RETURN EXISTS { MATCH (c:Change {operation: $p.operation}) } AS there
