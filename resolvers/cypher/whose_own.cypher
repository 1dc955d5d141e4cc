// Of the municipalities only those that are the viewer's own.
  AND @own(m:Municipality)
