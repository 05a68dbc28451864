"""How Linux is told: the same operations on the real kernel, in namespaces of the lab's own. ``live.kernel`` is the door."""
