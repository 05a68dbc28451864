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
# # Docker and iptables
#
# Docker keeps networks apart and publishes ports with rules of the kernel's firewall. Docker says that its rules are an
# implementation detail. This notebook opens the case: it builds them one by one, asks each why it is there, and shows what
# releases changed.
#
# **Objectives.** After this notebook you can
#
# - name the chains that a daemon makes, and say in which order a packet meets them;
# - tell which rules a network brings, and which a published port;
# - put a rule of your own where Docker respects it, and write it so that it matches;
# - find out which step, and which command, made a rule;
# - say what changed between 20.10 and 29.
#
# It takes about 40 minutes. Answer each question before you run the next cell. Its code is folded, since it holds the answer.

# %% [markdown]
# ## Set-up
#
# A Docker host of today, whose daemon has just started. No container, no network but the default one.

# %%
from pynetlab import Lab, Predict, check, releases_diff

# %load_ext pynetlab
lab = Lab("29.7")
_ = lab.start()

# %% [markdown]
# ## Round 1: an empty daemon
#
# **Predict.** `FORWARD` is the chain of packets that the host passes on from one device to another.

# %% jupyter={"source_hidden": true}
Predict(
    "What happens to a packet that no rule in FORWARD says anything about?",
    ["it passes", "it is dropped", "it goes to the program docker-proxy"],
    right="it is dropped",
    why="Docker made the host a router, so it also closed the door: the policy of FORWARD is DROP.",
)

# %% [markdown]
# **Run.**

# %%
lab.show.rules("host", "FORWARD", "DOCKER-FORWARD", "DOCKER-USER")

# %% [markdown]
# **Explain.** `FORWARD` holds two jumps. First to `DOCKER-USER`, which belongs to you and is empty. Then to `DOCKER-FORWARD`,
# where everything else happens, in an order: answers, internal networks, published ports, and at last what containers send.

# %% [markdown]
# ## Round 2: a network
#
# **Predict.** One command, one new bridge.

# %% jupyter={"source_hidden": true}
Predict(
    "In which tables does a new network write rules?",
    ["filter only", "nat only", "filter and nat", "raw, filter and nat"],
    right="filter and nat",
    why="filter decides who may pass; nat lets containers leave with the host's address. raw follows with the first container.",
)

# %% [markdown]
# **Run.**

# %%
# %%docker
# docker network create front

# %%
lab.show.rules("host", "nat", "DOCKER-FORWARD", "DOCKER-CT", "filter DOCKER")

# %%
lab.explain("nat POSTROUTING 1")

# %% [markdown]
# **Explain.** Every rule names its bridge. The drop in `DOCKER` stands at the end and says: what comes to this bridge from
# elsewhere, and that nobody let through before, is not wanted. `lab.explain` knows the step of each rule, and the command
# that began it.

# %% [markdown]
# ## Round 3: a published port
#
# **Predict.** A container with `-p 8080:80`.

# %% jupyter={"source_hidden": true}
Predict(
    "Which port does the new rule in filter DOCKER name?",
    ["8080", "80", "both"],
    right="80",
    why="nat PREROUTING comes before FORWARD: there the packet is already for port 80 of the container.",
)

# %% [markdown]
# **Run.**

# %%
# %%docker
# docker run -d --name web --network front -p 8080:80 nginx

# %%
lab.show.rules("host", "raw", "nat DOCKER", "filter DOCKER")

# %%
lab.show.network()

# %%
lab.trace("outside -> host:8080/tcp")

# %% [markdown]
# **Explain.** Three rules. One in `nat` translates, one in `filter` opens. The third, in `raw`, closes: nobody may come to
# the container's own address from elsewhere, past the published port. The packet in the trace was for the host, so only the
# first two match it. The answer goes back by the connection that the kernel remembers.

# %% [markdown]
# ## Round 4: your own rules
#
# **Predict.** You want to keep 192.0.2.99 away from the port 8080. You write this into `DOCKER-USER`: `-s 192.0.2.99 -p tcp
# --dport 8080 -j DROP`.

# %% jupyter={"source_hidden": true}
Predict(
    "What does the rule do?",
    ["it drops the connection", "nothing: the packet is for port 80 by then", "it drops answers only"],
    right="nothing: the packet is for port 80 by then",
    why="The chain is met after the translation. conntrack still knows the port that was asked for: --ctorigdstport.",
)

# %% [markdown]
# **Run.** First that rule, then one that asks for the original port.

# %%
# %%host
# iptables -I DOCKER-USER -s 192.0.2.99 -p tcp --dport 8080 -j DROP

# %%
print(lab.ask("outside -> host:8080"))

# %%
# %%host
# iptables -F DOCKER-USER
# iptables -I DOCKER-USER -s 192.0.2.99 -p tcp -m conntrack --ctorigdstport 8080 -j DROP

# %%
print(lab.ask("outside -> host:8080"))

# %%
lab.explain("filter DOCKER-USER 1")

# %% [markdown]
# **Explain.** Docker never writes into this chain, and puts its own rules behind it. So your rules stay when containers come
# and go. A rule that you append to `FORWARD` itself comes too late.

# %% [markdown]
# ## Round 5: four releases, three layouts
#
# **Predict.** The same two commands, on 20.10 and on 29.7.

# %% jupyter={"source_hidden": true}
Predict(
    "What did 29.7 give up?",
    ["the chains DOCKER-ISOLATION-STAGE-1 and -2", "the chain DOCKER-USER", "masquerading"],
    right="the chains DOCKER-ISOLATION-STAGE-1 and -2",
    why="Since 28 each bridge drops what nobody let through, so bridges need not be kept apart by chains of their own.",
)

# %% [markdown]
# **Run.** A mark says on which side a line stands: `<` only the first, `>` only the second, `≠` another value.

# %%
releases_diff("20.10", "29.7", ["docker run -d --name web -p 8080:80 nginx"])

# %% [markdown]
# **Explain.** In 20.10 each bridge has its rules in `FORWARD` itself, and an isolation in two stages. 26.1 writes the same
# rules for these commands. 28.5 moves them into `DOCKER-FORWARD` and the chains behind it, and drops direct access in `raw`.
# 29.7 gives up the isolation chains, and has `DOCKER-INTERNAL` for internal networks. Name other releases above to see each
# change. That is why Docker calls its rules an implementation detail: scripts that edited them broke, rules in `DOCKER-USER`
# did not.

# %% [markdown]
# ## Break it
#
# An administrator tidies up: "nobody needs these".

# %%
# %%host
# iptables -F DOCKER-USER
# iptables -t nat -F DOCKER

# %%
print(lab.ask("outside -> host:8080"))

# %% [markdown]
# Who answered? Look at what the server saw, and at the trace: there is no translation any more, but something still listens
# on port 8080.

# %%
lab.trace("outside -> host:8080/tcp")

# %% [markdown]
# The userland proxy takes what no rule translates. It opens a second connection, so `web` sees the bridge's address and not
# the client's. A restart of the container writes its rule again.

# %%
# %%docker
# docker restart web

# %%
print(lab.ask("outside -> host:8080"))

# %% [markdown]
# ## Exercise
#
# Port 8080 of this host is published for everybody. Let only the neighbours reach it: clients from 192.0.2.0/24 shall, all
# others shall not. Use `DOCKER-USER`, and write rules for the host as below until the check is content.

# %%
mine = Lab("29.7")
mine.start()
mine.docker("docker run -d --name web -p 8080:80 nginx")
print(mine.host.sh("iptables -I DOCKER-USER -j RETURN"))
check("neighbours-only", mine)

# %% [markdown]
# ## Where in the code
#
# - `pynetlab/engine/firewall/`: what a bridge asks of a firewall, and the two layouts that answer
# - `pynetlab/engine/releases/`: what each release does differently, as data
# - `pynetlab/tracer/netfilter.py`: how a packet meets the rules
