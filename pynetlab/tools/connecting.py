"""What is the same for all programs that connect: how long Linux tries, and what it says where it gives up; tcp(7), strerror(3)."""

SYN_PATIENCE = 127.0
"""Seconds after which Linux gives a connection up, with net.ipv4.tcp_syn_retries at 6."""
CONNECTED = ("ok", "closed")
"""Answers over a connection that stood; a proxy that reaches nobody accepts one, and closes it."""
ERRORS = {
    "refused": "Connection refused",
    "no-route-to-host": "No route to host",
    "network-unreachable": "Network is unreachable",
    "not-permitted": "Operation not permitted",
    "invalid-argument": "Invalid argument",
    "timeout": "Connection timed out",
}
"""The words of strerror(3), by answer."""
