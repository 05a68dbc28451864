# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Forwarding, and published ports
#
# Two switches decide whether anybody beyond the host talks to a container: whether the host forwards at all, and whether a
# port is published.
#
# **Objectives.** After this notebook you can
#
# - say who makes the host a router, and what Docker does to `FORWARD` then;
# - choose the form of `-p` for what you want: everybody, one address, this host only;
# - tell who answers, a rule or the userland proxy, by the address that the server sees;
# - say what a direct way to a container was worth before 28, and is since;
# - find out why a published port does not answer.
#
# It takes about 35 minutes. Answer each question before you run the next cell. Its code is folded, since it holds the answer.

# %% [markdown]
# ## Set-up
#
# A Docker host whose daemon has not started yet.

# %%
from pynetlab import Lab, Predict, check

# %load_ext pynetlab
lab = Lab("29.7")

# %%
# %%host
# sysctl net.ipv4.ip_forward
# iptables -S FORWARD

# %% [markdown]
# ## Round 1: who makes the host a router?
#
# **Predict.** The daemon starts on this host, which forwards nothing.

# %% jupyter={"source_hidden": true}
Predict(
    "What does Docker do?",
    ["it writes ip_forward = 1", "it writes ip_forward = 1, and closes FORWARD", "it refuses to start"],
    right="it writes ip_forward = 1, and closes FORWARD",
    why="A host that was no router must not become one for everybody: the policy becomes DROP, and rules let through what they know.",
)

# %% [markdown]
# **Run.**

# %%
_ = lab.start()
lab.show.rules("host", "FORWARD")

# %% [markdown]
# **Predict.** On another host somebody made it a router before Docker came.

# %% jupyter={"source_hidden": true}
Predict(
    "What is the policy of FORWARD there?",
    ["DROP", "ACCEPT"],
    right="ACCEPT",
    why="Docker closes only what it opened itself. That host forwarded before, perhaps for other machines.",
)

# %%
router = Lab("29.7")
router.host.sh("sysctl -w net.ipv4.ip_forward=1")
router.start()
router.host.sh("iptables -S FORWARD")

# %% [markdown]
# **Explain.** So two hosts with the same Docker and the same containers can differ in what they forward for others. A virtual
# machine on the first host loses its network when Docker starts; on the second it does not. `--ip-forward-no-drop` leaves the
# policy alone.

# %% [markdown]
# ## Round 2: the forms of -p
#
# **Predict.** One container, three published ports.

# %%
# %%docker
# docker run -d --name web -p 8080:80 -p 127.0.0.1:8081:80 -p 192.0.2.10:8082:80 nginx
# docker port web

# %% jupyter={"source_hidden": true}
Predict(
    "Which of them does the machine outside reach at 192.0.2.10?",
    ["8080 only", "8080 and 8082", "all three"],
    right="8080 and 8082",
    why="8081 is for 127.0.0.1, which means this host and nobody else.",
)

# %% [markdown]
# **Run.**

# %%
for port in (8080, 8081, 8082):
    print(port, lab.ask(f"outside -> host:{port}"), "|", lab.ask(f"host -> 127.0.0.1:{port}"))

# %%
lab.show.rules("host", "nat DOCKER", "raw")

# %%
lab.show.network()

# %% [markdown]
# **Explain.** The form decides the rule: with an address, the rule asks for it. Look at `raw`: what comes from elsewhere for
# 127.0.0.1:8081 is dropped, since a neighbour on the wire could send such a packet. Before 28 it got through.

# %% [markdown]
# ## Round 3: who answers?
#
# **Predict.** Outside was answered by `web`, which saw 192.0.2.99. The host asked at 127.0.0.1, and `web` saw 172.17.0.1.

# %% jupyter={"source_hidden": true}
Predict(
    "Why another address?",
    ["the host masquerades", "a program on the host passed it on", "127.0.0.1 is an alias of 172.17.0.1"],
    right="a program on the host passed it on",
    why="The userland proxy listens on each published port. What no rule translates reaches it, and it connects to the container itself.",
)

# %% [markdown]
# **Run.** The same without that program.

# %%
bare = Lab("29.7")
bare.start("--userland-proxy=false")
bare.docker("docker run -d --name web -p 8080:80 nginx")
print(bare.ask("host -> 127.0.0.1:8080"))

# %%
bare.trace("host -> 127.0.0.1:8080")

# %% [markdown]
# **Explain.** Now rules do it: the packet is translated on its way out, and may leave `lo` because `route_localnet` is 1 on
# the bridge. One more rule gives it an address that the container can answer to.

# %% [markdown]
# ## Round 4: past the published port
#
# **Predict.** The machine outside learns a route to the containers. It calls the container's own address, 172.17.0.2.

# %% jupyter={"source_hidden": true}
Predict(
    "Does it reach port 80 there, which is published as 8080?",
    ["yes, in all releases", "up to 27, not since 28", "never"],
    right="up to 27, not since 28",
    why="In old releases the rule that opens a port does not ask how the packet came. Since 28 raw drops what comes past the bridge.",
)

# %% [markdown]
# **Run.** The same on 26.1 and on 29.7.

# %%
old = Lab("26.1")
old.start()
old.docker("docker run -d --name web -p 8080:80 nginx")
for host in (old, lab):
    host.outside.sh("ip route add 172.17.0.0/16 via 192.0.2.10")
    print(host.release, host.ask("outside -> 172.17.0.2:80"))

# %%
lab.trace("outside -> 172.17.0.2:80")

# %% [markdown]
# **Explain.** The trace names the rule, and `lab.explain` would name its step. Who wants the old way back makes a network
# with the gateway mode `routed` or `nat-unprotected`, or starts the daemon with `--allow-direct-routing`.

# %%
# %%docker
# docker network create -o com.docker.network.bridge.gateway_mode_ipv4=routed open
# docker run -d --name api --network open -p 80 nginx

# %%
lab.outside.sh("ip route add 172.18.0.0/16 via 192.0.2.10")
print(lab.ask("outside -> 172.18.0.2:80"), lab.ask("outside -> 172.18.0.2:81"), sep="\n")

# %% [markdown]
# ## Break it
#
# Two containers want the same port.

# %% tags=["raises-exception"]
lab.docker("docker run -d --name two -p 8080:80 nginx")

# %% [markdown]
# Then something else happens. The port is published, the rules are there, and nobody outside gets an answer. The host itself
# does.

# %%
fault = lab.fault("ip-forward-off")
print(lab.ask("outside -> host:8080"), lab.ask("host -> 127.0.0.1:8080"), sep="\n")

# %%
lab.trace("outside -> host:8080")

# %% [markdown]
# Why does the host get one? It asks the proxy, and the proxy's packets start on the host: nothing has to be forwarded.

# %%
fault.undo()
print(lab.ask("outside -> host:8080"))

# %% [markdown]
# ## Exercise
#
# Give the container two doors: port 8443 of 192.0.2.10 for everybody outside, and port 8080 for this host only. Change the
# line below until the check is content.

# %%
mine = Lab("29.7")
mine.start()
mine.docker("docker run -d --name web -p 8080:80 nginx")
check("two-doors", mine)

# %% [markdown]
# ## Where in the code
#
# - `pynetlab/drivers/bridge_setup.py`: when the host becomes a router, and what happens to `FORWARD`
# - `pynetlab/daemon/publish.py`: in which order ports are taken, and what serves them
# - `pynetlab/engine/firewall/common.py`: the rules of a published port
