"""What can be done to a kernel: one frozen record an operation, with its shell command and its inverse."""

from .address import AddAddress, DeleteAddress, ListAddresses
from .base import Op, Question, Subject
from .dummy import AddDummy
from .file import ListFiles, ReadFile, WriteFile
from .firewall import (
    AppendRule,
    CheckRule,
    DeleteChain,
    DeleteRule,
    DeleteRuleAt,
    FirewallOp,
    FlushChain,
    InsertRule,
    NewChain,
    ReadChain,
    RuleOp,
    SetPolicy,
)
from .hairpin import SetHairpin
from .link import AddBridge, AddVeth, DeleteLink, LinkOp, ReadLink, SetDown, SetMaster, SetMtu, SetUp
from .macvlan import AddMacvlan
from .move import MoveLink
from .netns import AddNetns, DeleteNetns, ReadNetns, ReadState
from .proxy import ProxyOp, StartProxy, StopProxy
from .qdisc import AddQdisc, DeleteQdisc
from .resolver import AddNames, ReadNames, ReadResolver, RemoveNames, StartResolver, StopResolver, TellResolver
from .route import AddRoute, DeleteRoute, ListRoutes
from .server import ServerOp, StartServer, StopServer
from .sysctl import ReadSysctl, SetSysctl

__all__ = [
    "AddAddress",
    "AddBridge",
    "AddDummy",
    "AddMacvlan",
    "AddNames",
    "AddNetns",
    "AddQdisc",
    "AddRoute",
    "AddVeth",
    "AppendRule",
    "CheckRule",
    "DeleteAddress",
    "DeleteChain",
    "DeleteLink",
    "DeleteNetns",
    "DeleteQdisc",
    "DeleteRoute",
    "DeleteRule",
    "DeleteRuleAt",
    "FirewallOp",
    "FlushChain",
    "InsertRule",
    "LinkOp",
    "ListAddresses",
    "ListFiles",
    "ListRoutes",
    "MoveLink",
    "NewChain",
    "Op",
    "ProxyOp",
    "Question",
    "ReadChain",
    "ReadFile",
    "ReadLink",
    "ReadNames",
    "ReadNetns",
    "ReadResolver",
    "ReadState",
    "ReadSysctl",
    "RemoveNames",
    "RuleOp",
    "ServerOp",
    "SetDown",
    "SetHairpin",
    "SetMaster",
    "SetMtu",
    "SetPolicy",
    "SetSysctl",
    "SetUp",
    "StartProxy",
    "StartResolver",
    "StartServer",
    "StopProxy",
    "StopResolver",
    "StopServer",
    "Subject",
    "TellResolver",
    "WriteFile",
]
