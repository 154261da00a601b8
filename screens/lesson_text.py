"""The Markdown of lessons as Textual's text: paragraphs, lists, bold, code, and the keys of commands. Pure."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token
from textual.content import Content

from seccomp_tui.lessons.lesson import with_keys
from seccomp_tui.screens.commands import EVERY

_KEY_MARK = "\ue000"
_KEY, _CODE, _BOLD = "bold $warning", "$success", "bold"
_OPENING = {"bullet_list_open": "- ", "ordered_list_open": "1. "}

Parts = list[str | Content | tuple[str, str]]


def key(command: str) -> str:
    """Return the key of a command as it is written on a keyboard."""
    found = EVERY.get(command)
    return found.key_text if found is not None else command


def content(text: str) -> Content:
    """Return a text of a lesson; `{key:call.allow}` is the key of that command, whichever the user has given it."""
    marked = with_keys(text, lambda command: f"`{_KEY_MARK}{key(command)}`")
    paragraphs: list[Content] = []
    lists: list[str] = []
    begun = ""
    for token in MarkdownIt("commonmark").parse(marked):
        if token.type in _OPENING:
            lists.append(_OPENING[token.type])
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
            begun = ""
        elif token.type == "list_item_open":
            begun = "  " * (len(lists) - 1) + (lists[-1] if lists[-1] == "- " else f"{token.info}. ")
        elif token.type == "inline":
            line = Content.assemble(begun, *_inline(token.children or []))
            between = "\n" if begun.strip() else "\n\n"
            paragraphs.append(Content.assemble(between, line) if paragraphs else line)
            begun = "  " if lists else ""
        elif token.type in ("fence", "code_block"):
            code = "\n".join(f"  {each}" for each in token.content.rstrip("\n").split("\n"))
            paragraphs.append(Content.assemble("\n\n" if paragraphs else "", (code, _CODE)))
    return Content.assemble(*paragraphs)


def _inline(tokens: list[Token]) -> Parts:
    parts: Parts = []
    bold = 0
    for token in tokens:
        if token.type in ("strong_open", "em_open"):
            bold += 1
        elif token.type in ("strong_close", "em_close"):
            bold -= 1
        elif token.type == "code_inline":
            is_key = token.content.startswith(_KEY_MARK)
            parts.append((token.content.removeprefix(_KEY_MARK), _KEY if is_key else _CODE))
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" " if token.type == "softbreak" else "\n")
        elif token.content:
            parts.append((token.content, _BOLD) if bold else token.content)
    return parts
