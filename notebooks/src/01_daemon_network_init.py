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
# # How the Docker daemon initialises its network
#
# Docker 1.2, August 2014. Before the first container can start, the daemon prepares the host: a switch, an address, some
# rules. This notebook walks that path, decision by decision.
#
# **Objectives.** After this notebook you can
#
# - read the chart of the daemon's network initialisation;
# - say which address `docker0` gets on a given host, and why;
# - explain each iptables rule of a fresh daemon;
# - predict what a flag changes;
# - find out why a daemon does not start.
#
# It takes about 30 minutes. Answer each question before you run the next cell. Its code is folded, since it holds the answer.

# %% [markdown]
# ## Set-up
#
# A lab is a Docker host and another machine on the same wire. Here both are simulated, so nothing on your machine changes.
# `Lab("1.2", mode="live")` does the same in the real Linux kernel, in network namespaces of its own.

# %%
from pynetlab import Lab, Predict, check, stepper

lab = Lab("1.2")
lab

# %% [markdown]
# The host as it is before Docker comes: one network card, one way out.

# %%
lab.show.network()

# %% [markdown]
# ## The chart
#
# Every decision of the daemon is a place in this chart. Exits with an error have a double border.

# %%
lab.show.chart()

# %% [markdown]
# ## Round 1: which bridge?
#
# **Predict.** Containers need a switch. How does Docker find out whether there is one already?

# %% jupyter={"source_hidden": true}
Predict(
    "How does Docker 1.2 look for its bridge?",
    ["It asks whether docker0 exists", "It asks whether docker0 has an IPv4 address", "It reads its own notes from the last start"],
    right="It asks whether docker0 has an IPv4 address",
    why="A device without an address counts as missing, which can surprise: making it again then fails.",
)

# %% [markdown]
# **Run.** The start of the daemon is a *plan*: a list of steps that nobody has taken yet. Take steps until Docker has looked.

# %%
init = lab.daemon()
lab.show.until(init, "default-bridge")

# %% [markdown]
# **Explain.** Step by step: the place in the chart, the reason, and the command that does the same in a shell. The question
# about `docker0` was refused: there is no such device. A bridge that a user names with `-b` must exist; `docker0` is Docker's own,
# so Docker goes on and makes it.

# %% [markdown]
# ## Round 2: which address?
#
# **Predict.** Docker has a list of twelve addresses. This host has a route to 192.0.2.0/24 and a default route.

# %% jupyter={"source_hidden": true}
Predict(
    "Which address does docker0 get on this host?",
    ["172.17.0.1/16", "172.17.42.1/16", "10.0.42.1/16", "192.168.42.1/24"],
    right="172.17.42.1/16",
    why="It is the first on the list, and no name server and no route is in its way. A default route does not count.",
)

# %%
lab.show.until(init, "look-again")

# %% [markdown]
# **Explain.** Two checks decide. A network that hides a name server of the host, or that the host already has a route into, is
# passed over. Then four things happen: device, MAC address, IP address, up. Look at the last one: bringing the bridge up made a
# *route* that nobody asked for. The kernel did that.

# %%
lab.show.network()

# %% [markdown]
# **Predict.** Another host asks the name server 172.17.0.9 and has a route to 10.0.0.0/16. What now?

# %% jupyter={"source_hidden": true}
Predict(
    "Which address does docker0 get there?",
    ["172.17.42.1/16", "10.0.42.1/16", "10.1.42.1/16", "none: the daemon stops"],
    right="10.1.42.1/16",
    why="The first candidate hides the name server, the second overlaps the route, the third is free.",
)

# %%
other = Lab("1.2", resolv=["nameserver 172.17.0.9"])
other.sh("ip route add 10.0.0.0/16 via 192.0.2.99")
other.start()
print(*other.state()["host"].links["docker0"].addresses)

# %% [markdown]
# ## Round 3: the rules
#
# **Predict.** Docker now writes four rules with `iptables -I`, which puts a rule on *top* of its chain: first the masquerading in
# `POSTROUTING`, then three in `FORWARD`: container to container, container to outside, answers from outside.

# %% jupyter={"source_hidden": true}
Predict(
    "Which rule stands first in FORWARD when Docker is done?",
    ["container to container", "container to outside", "answers from outside"],
    right="answers from outside",
    why="It was inserted last, so it is on top. Most packets are answers, so most packets need one rule only.",
)

# %%
lab.show.until(init, "ip-forward")

# %%
lab.show.rules()

# %% [markdown]
# **Explain.** Before each `-I` stands a `-C`, which asks whether the rule is there: a daemon that starts again finds its rules
# and does not write them twice. The refused `-D` clears away the opposite rule of an earlier start with another `--icc`.

# %% [markdown]
# ## Round 4: forwarding, and a chain of Docker's own
#
# **Predict.** The host must pass packets on: `ip_forward = 1`. And published ports need a chain, `DOCKER`, in the table nat.

# %% jupyter={"source_hidden": true}
Predict(
    "What does Docker do first?",
    ["make the chain DOCKER", "write ip_forward", "remove the chain DOCKER"],
    right="write ip_forward",
    why="Forwarding stands between the two groups of rules. Then the old chain is removed, always, and a new one made.",
)

# %%
lab.show.until(init, "ready")

# %%
lab.show.chart(init)

# %% [markdown]
# **Explain.** Seven refusals in a row, and Docker bears them all: it cleans up after *any* earlier Docker, in every form it ever
# used, without looking first. That is why a daemon with `--iptables=false` removes the chain too.

# %% [markdown]
# ## Drive it yourself
#
# Change a flag, step forwards and back, and watch the chart. The switch *Simulation | Live* runs the same plan in the real
# kernel, where that is possible. Try `--icc` off, and `--bip` with `10.10.0.1` (no prefix length).

# %%
stepper()

# %% [markdown]
# ## Break it
#
# An administrator uses Docker's chain in a rule of his own. Then the daemon starts.

# %%
broken = Lab("1.2")
broken.sh(
    "iptables -t nat -N DOCKER",
    "iptables -t nat -A PREROUTING -p tcp --dport 9 -j DOCKER",
)

# %% tags=["raises-exception"]
broken.start()

# %% [markdown]
# Docker tried to remove the old chain. Which rule was in the way? A chain that a rule jumps to cannot be deleted, so it could not
# be made anew.

# %%
broken.show.rules()

# %%
broken.sh("iptables -t nat -D PREROUTING -p tcp --dport 9 -j DOCKER")
broken.start()
print(broken.run("web", publish=["8080:80"]))

# %% [markdown]
# ## Exercise
#
# Start a daemon whose bridge has 10.10.0.1/24, whose containers cannot speak to each other, and whose ports are published on
# 192.0.2.10 only. Write the flags into `start(...)`, such as `mine.start("--mtu=1400")`.

# %%
mine = Lab("1.2")
mine.start()
mine.run("web", publish=["8080:80"])
check("own-network", mine)

# %% [markdown]
# ## Where in the code
#
# - `pynetlab/engine/v1_2/networkdriver/bridge.py`: the plan that you walked, top to bottom
# - `pynetlab/engine/v1_2/networkdriver/chart.py`: the chart, as data; a test holds every run against it
# - `pynetlab/ops/`: the operations, with their shell commands and their inverses
