"""How drivers read the pairs of ``-o KEY=VALUE``: in Go's words where they cannot."""

from ipaddress import AddressValueError, IPv4Address

from ..engine.releases import Release
from ..errors import DaemonError

TRUE = ("1", "t", "T", "TRUE", "true", "True")
FALSE = ("0", "f", "F", "FALSE", "false", "False")


def boolean(release: Release, label: str, text: str) -> bool:
    """Read what strconv.ParseBool reads."""
    if text not in TRUE + FALSE:
        raise _refused(release, label, text, f'strconv.ParseBool: parsing "{text}": invalid syntax')
    return text in TRUE


def number(release: Release, label: str, text: str) -> int:
    """Read what strconv.Atoi reads."""
    try:
        return int(text)
    except ValueError:
        raise _refused(release, label, text, f'strconv.Atoi: parsing "{text}": invalid syntax') from None


def address(release: Release, label: str, text: str) -> IPv4Address:
    """Read an IPv4 address."""
    try:
        return IPv4Address(text)
    except AddressValueError:
        raise _refused(release, label, text, "nil ip") from None


def one_of(release: Release, label: str, text: str, values: tuple[str, ...]) -> str:
    """Read a word of a list."""
    if text not in values:
        raise _refused(release, label, text, release.words["gateway-mode"].format(mode=text))
    return text


def _refused(release: Release, label: str, text: str, why: str) -> DaemonError:
    return release.error("bridge-option", label=label, value=text, error=why)
