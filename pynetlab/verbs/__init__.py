"""The verbs of the lab, one file a family: functions that take the lab, which binds them as its own."""
