"""How a token is written for people: in a shell, and in a CSV field."""

from __future__ import annotations

import re

_BARE = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ESCAPED = re.compile(r"[\x00-\x1f\x7f\\']")
_SHORT = {"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_SPECIAL = re.compile('[",\r\n]')


def shell_quote(token: str) -> str:
    """One word of bash that is this token."""
    if _BARE.fullmatch(token):
        return token
    if _CONTROL.search(token):
        return "$'" + _ESCAPED.sub(_escape, token) + "'"
    return "'" + token.replace("'", "'\"'\"'") + "'"


def csv_field(text: str) -> str:
    """One field, in double quotes only where it must be."""
    if _SPECIAL.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _SHORT.get(character) or f"\\x{ord(character):02x}"
