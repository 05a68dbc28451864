"""A script of commands, one after the other, as sh(1) runs them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..errors import SpecError
from ..kernel import Plan
from ..output import Output
from .call import Call, Refused, Tools
from .files import NOWHERE, append, read, write
from .syntax import Command, Pipeline, expanded, parse
from .words import TOOLS

ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
MISUSED, NOT_FOUND = 2, 127
SHELLS = ("sh", "bash", "ash", "dash")
STDIN, STDOUT, STDERR = 0, 1, 2


@dataclass(slots=True)
class Session:
    """What a shell keeps from one command to the next."""

    netns: str
    tools: Tools
    variables: dict[str, str] = field(default_factory=lambda: {"?": "0"})
    scratch: dict[str, str] = field(default_factory=dict)
    """Files that the kernel does not hold, by path; they end with the script."""
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    strict: bool = False
    """``set -e``: the first failure ends the script."""
    ended: bool = False
    raises: bool = False
    """What a tool says when it gives up is raised, not printed."""

    @property
    def code(self) -> int:
        """The exit code of the latest command."""
        return int(self.variables["?"])


def shell(netns: str, script: str, tools: Tools = TOOLS) -> Plan[Output]:
    """Run a script: give its steps, and at the end what it printed.

    A step that the kernel refuses is thrown in; the tool says so and the script goes on. ``tools`` are the words that
    it knows.
    """
    session = Session(netns, tools)
    try:
        pipelines = parse(script)
    except SpecError as error:
        return Output("", MISUSED, err=f"sh: {error}\n")
    for number, pipeline in enumerate(pipelines):
        if session.ended:
            break
        if (pipeline.after == "&&" and session.code) or (pipeline.after == "||" and not session.code):
            continue
        yield from _pipeline(session, pipeline)
        tried = pipeline.negated or [each.after for each in pipelines[number + 1 : number + 2]] in (["&&"], ["||"])
        session.ended = session.ended or (session.strict and session.code != 0 and not tried)
    return Output("".join(session.out), session.code, err="".join(session.err))


def one(netns: str, line: str) -> Plan[Output]:
    """Do one command line, and raise what its tool says where it gives up: Refused, or SpecError for what cannot be read."""
    pipelines = parse(line)
    if len(pipelines) != 1 or len(pipelines[0].commands) != 1:
        raise SpecError("give one command" if pipelines else "there is no command")
    return (yield from _command(Session(netns, TOOLS, raises=True), pipelines[0].commands[0], ""))


def _pipeline(session: Session, pipeline: Pipeline) -> Plan[None]:
    text, code = "", 0
    for command in pipeline.commands:
        try:
            said = yield from _command(session, command, text)
        except Refused as error:
            said = _given_up(error)
        except SpecError as error:
            said = Output("", MISUSED, err=f"sh: {error}\n")
        text, code = said.text, said.code
        session.err.append(said.err)
    session.out.append(text)
    session.variables["?"] = str(int(not code) if pipeline.negated else code)


def _given_up(error: Refused) -> Output:
    return Output("", error.code, err=f"{error}\n")


def _command(session: Session, command: Command, stdin: str) -> Plan[Output]:
    words = [text for word in command.words for text in expanded(word, session.variables)]
    while words and ASSIGNMENT.match(words[0]):
        name, _, value = words.pop(0).partition("=")
        session.variables[name] = value
    places: dict[int, str | int] = {}
    for redirect in command.redirects:
        target = "".join(expanded(redirect.word, session.variables)[:1])
        if redirect.kind == "<<":
            stdin = target
        elif redirect.kind == "<":
            stdin = yield from read(session.netns, target, session.scratch, "sh: 1: cannot open {}: No such file", MISUSED)
        elif redirect.kind == ">&":
            places[redirect.descriptor] = places.get(int(target), int(target))
        else:
            places[redirect.descriptor] = target
            if redirect.kind == ">" and target != NOWHERE and not target.startswith("/proc/"):
                yield from write(session.netns, target, "", session.scratch)
    try:
        said = (yield from _called(session, words, stdin)) if words else Output()
    except Refused as error:
        if session.raises:
            raise
        said = _given_up(error)
    return (yield from _redirected(session, said, places))


def _redirected(session: Session, said: Output, places: dict[int, str | int]) -> Plan[Output]:
    """Send what was printed where it shall go."""
    left = {STDOUT: "", STDERR: ""}
    for descriptor, text in ((STDOUT, said.text), (STDERR, said.err)):
        place = places.get(descriptor, descriptor)
        if isinstance(place, int):
            left[place] += text
        elif text and place != NOWHERE:
            yield from append(session.netns, place, text, session.scratch)
    return Output(left[STDOUT], said.code, err=left[STDERR])


def _called(session: Session, words: Sequence[str], stdin: str) -> Plan[Output]:
    if words[0] == "exit":
        session.ended = True
        return Output("", int(words[1]) if len(words) > 1 and words[1].isdigit() else session.code)
    if words[0] == "set" and list(words[1:]) in (["-e"], ["+e"]):
        session.strict = words[1] == "-e"
        return Output()
    name = words[0].rpartition("/")[2]
    if name in SHELLS and words[1:2] == ["-c"] and len(words) > len(("sh", "-c")):
        return (yield from shell(session.netns, words[2], session.tools))
    tool = session.tools.get(name)
    if tool is None:
        there = ", ".join(sorted({*session.tools, "exit", "set -e"}))
        raise Refused(f"sh: 1: {words[0]}: not found in the simulation; there are {there}", NOT_FOUND)
    return (yield from tool(Call(session.netns, (name, *words[1:]), stdin, session.scratch, session.tools)))
