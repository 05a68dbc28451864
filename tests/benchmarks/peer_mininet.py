"""Mininet's own way to the same network; run by the system's Python, which has Debian's mininet. Prints JSON."""

import json
import sys
import time

from mininet.net import Mininet
from mininet.nodelib import LinuxBridge
from mininet.topo import SingleSwitchTopo

count = int(sys.argv[1])
start = time.perf_counter()
net = Mininet(topo=SingleSwitchTopo(count), switch=LinuxBridge, controller=None, ipBase="10.99.0.0/16", waitConnected=False)
net.start()
built = time.perf_counter()
net.stop()
print(json.dumps({"build": built - start, "remove": time.perf_counter() - built}))
