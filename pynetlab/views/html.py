"""HTML that JupyterLab's sanitizer lets through, and that a screen reader can follow (WCAG 2.2)."""

import re
from collections.abc import Mapping, Sequence
from html import escape

CELL = "text-align:left;vertical-align:top;padding:0.3em 0.6em;white-space:pre-wrap"
"""A value in several lines keeps them; a table is read from the left."""


def image(source: str, alternative: str) -> str:
    """Show an image no wider than the page."""
    return f'<img src="{source}" alt="{escape(alternative)}" style="max-width:100%">'


def block(svg: str, *, cut: bool = False) -> str:
    """Put a drawing on lines of its own, without the space that a line of text has under it; one that is cut off has a frame."""
    return f'<div style="line-height:0{";border:1px solid #9a9a9a" if cut else ""}">{svg}</div>'


def code(words: str) -> str:
    """Show a shell command or a rule. Its lines are kept; a long word may go on in another line where that cannot mislead.

    ``-j`` is not ``-`` and ``j``; a list may break after a comma, a dotted name after a dot.
    """
    whole = re.sub(r"\S*-\S*", lambda word: f'<span style="white-space:nowrap">{word[0]}</span>', escape(words))
    breaking = re.sub(r"(,|\.(?=[a-z]))", r"\1<wbr>", whole)
    return f'<code style="white-space:pre-wrap;background:none;padding:0;font-size:0.95em">{breaking}</code>'


def paragraph(words: str, *, role: str | None = None) -> str:
    """Write a paragraph; ``role`` is an ARIA role such as ``alert``."""
    return f"<p{f' role={role!r}' if role else ''}>{escape(words)}</p>"


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], mono: Sequence[str] = ()) -> str:
    """Build a table whose first column heads its rows; columns named in ``mono`` hold commands."""
    head = "".join(f'<th scope="col" style="{CELL}">{escape(name)}</th>' for name in heads)
    body = "".join(f"<tr>{''.join(_cells(heads, row, mono))}</tr>" for row in rows)
    return (
        f'<table><caption style="text-align:left;padding:0.3em 0.6em"><strong>{escape(caption)}</strong></caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cells(heads: Sequence[str], row: Sequence[str], mono: Sequence[str]) -> list[str]:
    words = [code(value) if name in mono and value else escape(value) for name, value in zip(heads, row, strict=True)]
    first = f'<th scope="row" style="{CELL}">{words[0]}</th>'
    return [first, *(f'<td style="{CELL}">{value}</td>' for value in words[1:])]


def heading(words: str) -> str:
    """Head a part of a widget: weight only, since the notebook's own headings make its outline."""
    return f'<p style="margin:0.3em 0"><strong>{escape(words)}</strong></p>'


def definitions(facts: Mapping[str, str], mono: Sequence[str] = ()) -> str:
    """List names and values side by side; empty values are left out."""
    items = "".join(
        f'<dt style="width:auto">{escape(name)}</dt><dd style="width:auto;margin:0">{code(value) if name in mono else escape(value)}</dd>'
        for name, value in facts.items()
        if value
    )
    return f'<dl style="display:grid;grid-template-columns:max-content 1fr;gap:0.3em 1.5em;margin:0.3em 0">{items}</dl>' if items else ""
