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
# # Follow the packet
#
# A list of rules explains nothing until a packet meets it. This notebook follows packets: which device, which route, which
# rule, which translation, and the way back.
#
# **Objectives.** After this notebook you can
#
# - read a trace, and find the step that decided;
# - say on which way outside, the host, a neighbour and the container itself reach a published port;
# - explain how an answer finds back through a masquerade;
# - say what keeps two networks apart, and two containers of one network;
# - find a fault from what one notices, and repair it.
#
# It takes about 40 minutes. Answer each question before you run the next cell. Its code is folded, since it holds the answer.

# %% [markdown]
# ## Set-up
#
# One host, two networks: `web` and `client` are neighbours on `front`, and `other` is on the default bridge.

# %%
from pynetlab import Lab, Predict, check

# %load_ext pynetlab
lab = Lab("29.7")
_ = lab.start()

# %%
# %%docker
# docker network create front
# docker run -d --name web --network front -p 8080:80 nginx
# docker run -d --name client --network front nginx
# docker run -d --name other nginx

# %%
lab.show.network()

# %% [markdown]
# ## Round 1: four ways to one port
#
# **Predict.** Outside, the host, the neighbour `client` and `web` itself connect to 192.0.2.10:8080.

# %% jupyter={"source_hidden": true}
Predict(
    "Whose address does web see when client asks?",
    ["client's", "the bridge's, 172.18.0.1", "192.0.2.10"],
    right="the bridge's, 172.18.0.1",
    why="Docker's rule for the port leaves out what comes from its own bridge. The userland proxy takes it, and asks web itself.",
)

# %% [markdown]
# **Run.**

# %%
for who in ("outside", "host", "client", "web"):
    print(f"{who:8}", lab.ask(f"{who} -> 192.0.2.10:8080"))

# %% [markdown]
# Now go with the packet from outside, step by step: `Next` takes a step, `Back` takes it back. Watch the destination in step 3.

# %%
lab.trace("outside -> 192.0.2.10:8080", origins=True).stepper()

# %% [markdown]
# The same trace is a drawing of the whole way. This is that of `client`.

# %%
lab.trace("client -> 192.0.2.10:8080").figure()

# %% [markdown]
# **Explain.** From outside, one connection: a rule in `nat DOCKER` changes the destination. From `client`, two: that rule
# says `! -i` with the name of the bridge, so the packet goes up to the host itself, where the proxy listens and asks `web`.

# %% [markdown]
# **Predict.** Without the proxy the rule is for all. `web` asks for its own port: the packet has to leave by the port of the
# bridge that it came in by. That is a *hairpin*.

# %% jupyter={"source_hidden": true}
Predict(
    "Whom does web see, if anybody?",
    ["itself, 172.17.0.2", "the bridge, 172.17.0.1", "nobody: a bridge never sends a frame back"],
    right="the bridge, 172.17.0.1",
    why="Docker lets the port of the bridge send back, and masquerades: no machine takes a packet from its own address.",
)

# %%
bare = Lab("29.7")
bare.start("--userland-proxy=false")
bare.docker("docker run -d --name web -p 8080:80 nginx")
bare.trace("web -> 192.0.2.10:8080").figure()

# %% [markdown]
# ## Round 2: out, and back
#
# **Predict.** `client` calls a server on the machine outside. That machine knows no way to 172.18.0.0/16.

# %% jupyter={"source_hidden": true}
Predict(
    "How does the answer find back?",
    ["by a route that Docker wrote outside", "it is for the host, which remembers the connection", "by a rule for answers in nat"],
    right="it is for the host, which remembers the connection",
    why="The packet left with the host's address. For each connection conntrack keeps both directions, so the answer needs no rule.",
)

# %% [markdown]
# **Run.** Nobody listens on that port there. Even so there is an answer: "refused".

# %%
out = lab.trace("client -> 192.0.2.99:80")
out.figure()

# %% [markdown]
# Every trace is a table too, with each rule that was met.

# %%
out

# %% [markdown]
# **Explain.** Compare the two directions. On its way out the packet met `MASQUERADE`. On its way back no rule in `nat` is met:
# the connection translates, in `PREROUTING`, so that routing already sees the right destination.

# %% [markdown]
# ## Round 3: isolation
#
# **Predict.** `other` is on another bridge. The host is a router between the two.

# %% jupyter={"source_hidden": true}
Predict(
    "What stops other on its way to web's own address, port 80?",
    ["there is no route", "a rule in raw", "the policy of FORWARD"],
    right="a rule in raw",
    why="Since 28 raw drops what comes for a container's own address from another device than its bridge.",
)

# %% [markdown]
# **Run.** First `web`: this is the last step. Then `client`, which publishes nothing.

# %%
lab.trace("other -> web:80", origins=True).diagrams()[-1]

# %%
print(lab.trace("other -> client:80").remedy)

# %% [markdown]
# **Explain.** Each container has such a rule, published or not. `raw` comes before `nat`: a packet for a published port is
# still for 192.0.2.10 there, so only the direct way is closed. The last line is what the trace would have you do. Do you want to?

# %% [markdown]
# ## Round 4: neighbours that may not speak
#
# **Predict.** A network with `icc=false`. Both containers are on one bridge, which passes frames and does not route.

# %%
quiet = Lab("29.7")
quiet.start()
quiet.docker("docker network create -o com.docker.network.bridge.enable_icc=false quiet")
quiet.docker("docker run -d --name ann --network quiet nginx")
_ = quiet.docker("docker run -d --name bob --network quiet nginx")

# %% jupyter={"source_hidden": true}
Predict(
    "Why does a rule of iptables meet a frame that is only bridged?",
    ["bridges always ask iptables", "br_netfilter shows bridged frames to iptables", "Docker routes between them"],
    right="br_netfilter shows bridged frames to iptables",
    why="A module of the kernel does it, where net.bridge.bridge-nf-call-iptables is 1.",
)

# %% [markdown]
# **Run.** With it, then without.

# %%
quiet.trace("ann -> bob:80").figure()

# %%
quiet.host.sh("sysctl -w net.bridge.bridge-nf-call-iptables=0")
quiet.trace("ann -> bob:80").figure()

# %% [markdown]
# **Explain.** With the setting the bridge lends each frame to FORWARD. Without it the rule is still there; no packet meets it.
# Isolation inside a network hangs on one setting, which anybody with root may change, and which some guides tell you to
# change "for speed".

# %% [markdown]
# ## Round 5: the direct way
#
# **Predict.** The machine outside learns a route to `front`, and calls 172.18.0.2:80.

# %% jupyter={"source_hidden": true}
Predict(
    "Which of these releases lets it in?",
    ["26.1", "28.5", "29.7", "none"],
    right="26.1",
    why="Its rule for port 80 does not ask how the packet came. Since 28 raw drops it.",
)

# %% [markdown]
# **Run.**

# %%
for release in ("20.10", "26.1", "28.5", "29.7"):
    each = Lab(release)
    each.start()
    each.docker("docker run -d --name web -p 127.0.0.1:8080:80 nginx")
    each.outside.sh("ip route add 172.17.0.0/16 via 192.0.2.10")
    print(f"{release:6}", each.trace("outside -> 172.17.0.2:80").outcome.value)

# %% [markdown]
# **Explain.** Here the port was published for 127.0.0.1 only, and old releases let a neighbour in all the same.

# %% [markdown]
# ## Break it
#
# A fault comes into the lab. You are told what one notices, and not the cause.

# %%
fault = lab.fault("nat-flushed")
fault

# %%
print(lab.ask("client -> 192.0.2.99:80"))
lab.trace("outside -> 192.0.2.10:8080").figure()

# %% [markdown]
# In round 2 `client` was refused, which is an answer; now it gets none. And `web` no longer sees who asks. Compare the trace
# with that of round 1: which step is missing? Both symptoms have one cause.

# %%
print(fault.reveal())
print(fault.undo())

# %% [markdown]
# ## Exercise
#
# Something is wrong with this host, and it is not told what. Ask, trace, and repair it with commands, such as
# `mine.host.sh("...")` or `mine.docker("...")`. `undo()` does not count. Then take another seed.

# %%
mine = Lab("29.7")
mine.start()
mine.docker("docker run -d --name web -p 8080:80 nginx")
print(mine.fault("any", seed=0))
check("repaired", mine)

# %% [markdown]
# ## Where in the code
#
# - `pynetlab/tracer/`: where a packet goes, as pure functions over what the kernel holds
# - `pynetlab/live/observe.py`: the same packet in the real kernel, and what was seen of it
# - `pynetlab/faults/`: what can be broken, as plans like any other
