"""What scripts of tests wait for, so that none depends on how fast a machine is."""


def listening(*places):
    """Give a line of sh(1) that waits until sockets wait in this namespace: ``"tcp 80"``, ``"udp 53"``."""
    return "; ".join(_waits(*place.split()) for place in places)


def _waits(proto, port):
    return f"until ss -Hln{proto[0]} 'sport = :{port}' | grep -q .; do sleep 0.02; done"
