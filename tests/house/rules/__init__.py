"""One file per family of rules. Each has
  NAME, ABOUT      what `scripts/house NAME` checks
  check(tree)      -> a list of complaints, "file:line: what is wrong, and what to do instead"
  MUST_FAIL        [(files of a small tree, a text that must be in the complaints)]: it can fail
  MUST_PASS        [files of a small tree] that it must not complain about
"""
