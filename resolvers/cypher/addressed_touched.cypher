// What a change touched: the roles to be asked, those that it touched first, as `_decide_touched` reads them.
  [@asked]
