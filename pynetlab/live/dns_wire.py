"""Questions and replies as bytes on the wire, by dnspython. Imported late: only who asks for names has to wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from ..model import DnsQuery, DnsRecord, DnsReply


@dataclass(frozen=True, slots=True)
class Raw:
    """What a server outside said, as it came: it is passed back byte for byte."""

    data: bytes
    rcode: int
    authoritative: bool


Message = dns.message.Message


def parsed(data: bytes, proto: str) -> tuple[Message, DnsQuery] | None:
    """Read a question; None for what is none."""
    try:
        message = dns.message.from_wire(data)
        question = message.question[0]
    except (dns.exception.DNSException, IndexError):
        return None
    if message.flags & dns.flags.QR:
        return None
    room = message.payload if message.edns >= 0 else 0
    return message, DnsQuery(question.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(question.rdtype), proto, room)


def encoded(message: Message, reply: DnsReply) -> bytes:
    """Write a reply to a question, without an OPT record of its own, as miekg/dns SetReply does."""
    response = dns.message.QueryMessage(id=message.id)
    response.set_opcode(message.opcode())
    response.flags |= dns.flags.QR | (message.flags & (dns.flags.RD | dns.flags.CD))
    for flag, wanted in ((dns.flags.RA, reply.recursion), (dns.flags.AA, reply.authoritative), (dns.flags.TC, reply.truncated)):
        response.flags |= flag if wanted else 0
    response.set_rcode(dns.rcode.Rcode(reply.rcode))
    response.question = list(message.question)
    for (kind, ttl), records in groupby(reply.records, lambda record: (record.kind, record.ttl)):
        rdatas = [record.data for record in records]
        response.answer.append(dns.rrset.from_text_list(message.question[0].name, ttl, "IN", kind, rdatas))
    return response.to_wire(want_shuffle=False)


def question(query: DnsQuery) -> Message:
    """Make a question of a client; RD is set, as dig(1) does."""
    edns = 0 if query.room else None
    return dns.message.make_query(query.name, query.kind, use_edns=edns, payload=query.room)


def answer(message: Message, data: bytes) -> DnsReply | None:
    """Read the reply to a question; None for what is none."""
    try:
        said = dns.message.from_wire(data, ignore_trailing=True)
    except dns.exception.DNSException:
        return None
    if not message.is_response(said):
        return None
    return DnsReply(
        said.rcode(),
        _records(said.answer),
        truncated=bool(said.flags & dns.flags.TC),
        recursion=bool(said.flags & dns.flags.RA),
        authoritative=bool(said.flags & dns.flags.AA),
    )


def _records(section: Sequence[dns.rrset.RRset]) -> tuple[DnsRecord, ...]:
    return tuple(
        DnsRecord(rrset.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(rrset.rdtype), rdata.to_text(), rrset.ttl)
        for rrset in section
        for rdata in rrset
    )


def raw(data: bytes, sent: bytes) -> Raw | None:
    """Take what a server outside said to a question that was passed on; None for what is no reply to it."""
    try:
        said = dns.message.from_wire(data, ignore_trailing=True)
    except dns.exception.DNSException:
        return None
    return Raw(data, said.rcode(), bool(said.flags & dns.flags.AA)) if data[:2] == sent[:2] else None
