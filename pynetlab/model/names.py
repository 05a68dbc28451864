"""Names that an engine draws at random, derived here from other names, so that a lab is the same every time."""

import hashlib
from collections.abc import Mapping


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def mac_address(*words: str) -> str:
    """A unicast, locally administered MAC address (IEEE 802, section 8.2.2) that depends only on the words."""
    digits = "02" + _digest("mac", *words)[:10]
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def interface_name(prefix: str, digits: int, *words: str) -> str:
    """``prefix`` and so many hexadecimal digits that depend only on the words, such as ``veth3f2a``."""
    return prefix + _digest("interface", *words)[:digits]


LONGEST_HOSTNAME = 64
"""In bytes: __NEW_UTS_LEN of Linux."""


def hostname(netns: str, files: Mapping[str, str]) -> str:
    """Give the name of a machine, as uname(2) gives it: that in its /etc/hostname, or where it has none that of its namespace."""
    return files.get("/etc/hostname", netns).strip()[:LONGEST_HOSTNAME]
