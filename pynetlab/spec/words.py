"""Values on a command line, as Go's pflag reads them: switches, addresses, numbers, lists."""

import re
from ipaddress import AddressValueError, IPv4Address

from ..errors import SpecError

TRUE = ("1", "t", "T", "TRUE", "true", "True")
FALSE = ("0", "f", "F", "FALSE", "false", "False")
MAC = re.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}|[0-9a-f]{2}(-[0-9a-f]{2}){5}|[0-9a-f]{4}(\\.[0-9a-f]{4}){2}", re.IGNORECASE)


def boolean(flag: str, text: str) -> bool:
    """Read a switch that was given a value."""
    if text not in TRUE + FALSE:
        raise SpecError(f'invalid argument "{text}" for "{flag}" flag: strconv.ParseBool: parsing "{text}": invalid syntax')
    return text in TRUE


def number(flag: str, text: str) -> int:
    """Read a whole number."""
    try:
        return int(text)
    except ValueError:
        raise SpecError(f'invalid argument "{text}" for "{flag}" flag: strconv.ParseInt: parsing "{text}": invalid syntax') from None


def address(flag: str, text: str) -> IPv4Address:
    """Read an IPv4 address."""
    try:
        return IPv4Address(text)
    except AddressValueError:
        raise SpecError(f'invalid argument "{text}" for "{flag}" flag: {text} is not an ip address') from None


def mac(text: str) -> str:
    """Read a MAC address in any of the forms of Go's net.ParseMAC: pairs with ``:`` or ``-``, or fours with a dot; none stays none."""
    if text and not MAC.fullmatch(text):
        raise SpecError(f"{text} is not a valid mac address")
    return ":".join(re.findall("[0-9a-f]{2}", text.lower().replace(".", "")))


def text(_flag: str, text: str) -> str:
    """Take the text as it is."""
    return text


def pair(flag: str, text: str) -> tuple[str, str]:
    """Read ``KEY=VALUE``; a key alone has an empty value."""
    key, _, value = text.partition("=")
    if not key:
        raise SpecError(f'invalid argument "{text}" for "{flag}" flag: give KEY=VALUE')
    return key, value


def filtered(flag: str, text: str) -> tuple[str, str]:
    """Read ``KEY=VALUE`` of ``--filter``; docker/cli opts/opts.go (FilterOpt)."""
    key, equals, value = text.partition("=")
    if not equals:
        raise SpecError(f'invalid argument "{text}" for "{flag}" flag: bad format of filter (expected name=value)')
    return key.strip().lower(), value.strip()
