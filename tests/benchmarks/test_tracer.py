"""How fast packets are followed: a packet from outside to a published port, on a host with fifty containers, one core."""

import time
from dataclasses import replace
from functools import cache, partial
from ipaddress import IPv4Address as Ip

from unit.daemon.hosts import Host

from benchmarks.limits import SLACK
from pynetlab.model import Chain, Probe, Rule, Table
from pynetlab.tracer import Run, World, ask, trace
from pynetlab.tracer.packet import SYN, Skb
from pynetlab.tracer.walk import Walk

CONTAINERS, FOREIGN, ROUNDS = 50, 10_000, 3
CLIENT, HOST = int(Ip("192.0.2.99")), int(Ip("192.0.2.10"))
PLAIN, EXPLAINED = 10_000, 3_000
"""Walks in a second that are the least, one way; a prototype of fewer parts reached 30 times the first on a machine of its own."""


@cache
def state(containers):
    host = Host("29.7")
    host.do("network create front", *(f"run -d --name c{n} --network front -p {10000 + n}:80 nginx" for n in range(containers)))
    return host.kernel.state()


def rate(act, count=2000):
    """Give how often something can be done in a second; the best of some rounds, after one to warm up."""
    act()
    best = 0.0
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(count):
            act()
        best = max(best, count / (time.process_time() - started))
    return best


def walk(world, log):
    """Follow one packet from the machine outside, through DNAT and FORWARD, to a container's socket."""
    packet = Skb(CLIENT, HOST, "tcp", 40000, 10000 + CONTAINERS // 2, flags=SYN)
    return Walk(world, Run(log)).send(world.node("outside"), packet)


def test_walks_with_and_without_explanation():
    world = World(state(CONTAINERS))
    probe = Probe("host", "tcp", Ip("192.0.2.10"), 10000 + CONTAINERS // 2)
    ended = walk(world, None)
    assert ended.node.name == f"c{CONTAINERS // 2}"
    plain, explained = rate(lambda: walk(world, None)), rate(lambda: walk(world, []))
    asked, told = rate(lambda: ask(world, Run(), probe), 500), rate(lambda: trace(world, probe), 100)
    print(f"\none way: {plain:,.0f} walks/s, with a log {explained:,.0f}; whole questions: {asked:,.0f}/s, told as a Trace {told:,.0f}/s")
    assert plain > PLAIN / SLACK
    assert explained > EXPLAINED / SLACK


def test_ten_thousand_foreign_rules_cost_less_than_three_times():
    before = state(CONTAINERS)
    host = before["host"]
    rules = tuple(Rule.parse(f"-s 172.30.{n // 250}.{n % 250} -p tcp --dport 443 -j DROP") for n in range(FOREIGN))
    table: Table = host.tables["filter"]
    chain = table.chains["FORWARD"]
    longer = table.with_chain("FORWARD", Chain(chain.policy, (*rules, *chain.rules)))
    after = before.with_netns(replace(host, tables={**host.tables, "filter": longer}))
    few, many = (rate(partial(walk, World(each), None)) for each in (before, after))
    print(f"\nwith {FOREIGN:,} foreign rules: {few / many:.2f} times as long")
    assert few / many < 3 * SLACK


def matrix(containers):
    """Give the seconds for each pair when everybody asks everybody on three ports, from a world that is not compiled yet."""
    world = World(state(containers))
    names = [name for name in world.state.netns if name.startswith("c")]
    # of two hundred, twenty are asked: what each who asks needs once then weighs more than in the whole matrix
    addresses = [world.state[name].links["eth0"].addresses[0].ip for name in names[:: len(names) // 20]]
    started = time.process_time()
    for name in names:
        for ip in addresses:
            for port in (80, 81, 443):
                ask(world, Run(), Probe(name, "tcp", ip, port))
    return (time.process_time() - started) / (len(names) * len(addresses) * 3)


def test_the_matrix_of_two_hundred_costs_each_pair_less_than_twice_that_of_twenty():
    few, many = matrix(20), matrix(200)
    print(f"\neach question of the matrix: {few * 1e6:.0f} µs among 20, {many * 1e6:.0f} µs among 200")
    assert many < 2 * few * SLACK
