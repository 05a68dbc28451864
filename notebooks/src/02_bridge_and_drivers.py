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
# # Networks and their drivers
#
# A container gets its network from a *driver*. Docker brings some of its own: bridge, host, none. This notebook puts containers
# into each of them and looks at what the kernel holds then.
#
# **Objectives.** After this notebook you can
#
# - say what a container on the default bridge can do, and what it cannot;
# - explain what a network of your own adds;
# - tell the modes host, none and `container:NAME` apart by whose devices a container sees;
# - predict which of several networks leads a container out;
# - build two tiers, of which one cannot be reached from outside.
#
# It takes about 30 minutes. Answer each question before you run the next cell. Its code is folded, since it holds the answer.

# %% [markdown]
# ## Set-up
#
# A Docker host of today, simulated. `mode="live"` would do the same in the real Linux kernel. The magics of `pynetlab` let you type
# what you would type in a shell.

# %%
from pynetlab import Lab, Predict, check

# %load_ext pynetlab
lab = Lab("29.7")
_ = lab.start()

# %%
# %%docker
# docker network ls

# %% [markdown]
# ## Round 1: the default bridge
#
# Two containers, and no word about networks.

# %%
# %%docker
# docker run -d --name one nginx
# docker run -d --name two nginx

# %% [markdown]
# **Predict.** Both are on the network that is called `bridge`.

# %% jupyter={"source_hidden": true}
Predict(
    "What can the container one do?",
    ["reach two by its address and by its name", "reach two by its address only", "reach nobody"],
    right="reach two by its address only",
    why="They share a switch, docker0. But the default bridge has no name service, so nobody can tell what two's address is.",
)

# %% [markdown]
# **Run.** Ask, then look into the file that says whom a container asks for names.

# %%
print(lab.ask("one -> 172.17.0.3:80"))

# %%
# %%docker
# docker exec one cat /etc/resolv.conf

# %%
lab.show.network()

# %% [markdown]
# **Explain.** Each container has a namespace of its own with a cable to `docker0`. The answer came from `two`, which saw the address
# of `one`: on a switch nobody translates. For names a container here asks the host's name servers, or public ones where the host has
# only one of its own at 127.0.0.1. Those know nothing of your containers.

# %% [markdown]
# ## Round 2: a network of your own
#
# **Predict.** The same again, on a network that you make.

# %%
# %%docker
# docker network create front
# docker run -d --name web --network front -p 8080:80 nginx
# docker run -d --name db --network front --network-alias database postgres

# %% jupyter={"source_hidden": true}
Predict(
    "Whom does web ask for the name database?",
    ["the host's name servers", "127.0.0.11", "nobody: it stands in /etc/hosts"],
    right="127.0.0.11",
    why="In a network that somebody made, Docker's own name service listens there, inside the container's namespace.",
)

# %% [markdown]
# **Run.**

# %%
print(lab.resolve("web", "database"))

# %%
# %%docker
# docker exec web iptables -t nat -S DOCKER_OUTPUT

# %%
print(lab.ask("web -> database:5432"))

# %% [markdown]
# **Explain.** The service cannot listen on port 53, which belongs to the container. So it listens elsewhere, and two rules *inside the
# container* lead there. It knows names, aliases and ids of all containers on the same network, and asks the host's servers for the rest.

# %% [markdown]
# **Predict.** `one` is on `docker0`, `web` on a bridge of its own. The host routes between the two.

# %% jupyter={"source_hidden": true}
Predict(
    "Can one reach web at 172.18.0.2?",
    ["yes, the host is a router", "no, there is no route", "no, a rule of Docker's drops it"],
    right="no, a rule of Docker's drops it",
    why="Networks are kept apart. The trace names the rule.",
)

# %%
lab.trace("one -> 172.18.0.2:80")

# %% [markdown]
# ## Round 3: host, none, and another container's
#
# **Predict.** Three containers without a cable of their own.

# %%
# %%docker
# docker run -d --name agent --network host nginx
# docker run -d --name batch --network none nginx
# docker run -d --name sidecar --network container:web busybox

# %% jupyter={"source_hidden": true}
Predict(
    "How many namespaces did these three make?",
    ["none", "one", "two", "three"],
    right="one",
    why="agent uses the host's, sidecar uses web's. Only batch has one of its own, with nothing in it but lo.",
)

# %% [markdown]
# **Run.**

# %%
lab.show.modes()

# %%
# %%docker
# docker exec sidecar ip -br addr
# docker exec batch ip -br addr

# %% [markdown]
# **Explain.** A broken arrow points at a namespace that was there before. `sidecar` has the devices, the addresses and the loopback of
# `web`: programs in both reach each other on 127.0.0.1. `agent` has the host's: it listens on port 80 of the host itself, and `-p`
# would mean nothing.

# %%
print(lab.ask("outside -> host:80"))

# %% [markdown]
# ## Round 4: several networks
#
# **Predict.** `web` joins a second network, from which nothing leads out.

# %%
# %%docker
# docker network create --internal back
# docker network connect back web
# docker run -d --name store --network back redis

# %% jupyter={"source_hidden": true}
Predict(
    "How many default routes has web now?",
    ["none", "one", "two"],
    right="one",
    why="One network leads out, the others only reach their own subnet. An internal network never does.",
)

# %% [markdown]
# **Run.**

# %%
lab.show.routes("web")

# %%
print(lab.ask("web -> store:6379"), lab.ask("store -> 192.0.2.99:80"), sep="\n")

# %% [markdown]
# **Explain.** Each network brought a device. `web` reaches both its neighbours; `store` has no route to anything else.

# %% [markdown]
# ## Break it
#
# A container shall be on `front`, with an address of another network:

# %% tags=["raises-exception"]
lab.docker("docker run -d --name late --network front --ip 172.19.0.50 nginx")

# %% [markdown]
# Docker refuses in its own words. Which networks can have it? An address has to lie in the subnet of the network that it is for.

# %%
lab.docker("docker network inspect -f '{{json .IPAM.Config}}' front")

# %% [markdown]
# ## Exercise
#
# Build two tiers. `proxy` is on the networks `front` and `back`, and its port 80 is published on 8080. `db` is on `back` alone. Nothing
# leads from `back` to the outside, and `proxy` reaches `db` by its name. Change the lines below until the check is content.

# %%
mine = Lab("29.7")
mine.start()
mine.docker("docker network create front")
mine.docker("docker network create back")
mine.docker("docker run -d --name proxy --network front nginx")
mine.docker("docker run -d --name db --network front postgres")
check("two-tiers", mine)

# %% [markdown]
# ## Where in the code
#
# - `pynetlab/drivers/`: one file for each kind of network
# - `pynetlab/engine/nameservice.py` and `pynetlab/model/resolver.py`: the rules that lead to 127.0.0.11, and what answers there
# - `pynetlab/daemon/attach.py`: a container joins a network, and which one leads out
