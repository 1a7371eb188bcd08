"""From the text of a call to code that Python runs: lines that begin with `!` become calls of a shell."""

import linecache
import re
from collections import deque

SHELL_NAME = "__instavm_shell__"
KEPT_SOURCES = 100

_SHELL_LINE = re.compile(r"^[ \t]*!", re.MULTILINE)
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | (?P<string>(?P<quote>\"\"\"|'''|"|'))
      | (?P<open>[(\[{]) | (?P<close>[)\]}])
      | (?P<continued>\\\r?\n) | (?P<line>\n)""",
    re.VERBOSE,
)

_kept = deque()


def compile_program(code, number):
    """A code object; raises what compile() raises. Its source stays readable for tracebacks."""
    name = f"<execute {number}>"
    lines = code.splitlines(keepends=True)
    linecache.cache[name] = (len(code), None, lines, name)
    _kept.append(name)
    while len(_kept) > KEPT_SOURCES:
        linecache.cache.pop(_kept.popleft(), None)
    return compile(translate(code), name, "exec", dont_inherit=True)


def translate(code):
    """Replaces shell lines, and keeps the number of every other line."""
    if not _SHELL_LINE.search(code):
        return code
    parts, position, depth = [], 0, 0
    at_start = True  # of a logical line: only there does `!` begin a shell line
    while position < len(code):
        if at_start and depth <= 0:
            shell = _SHELL_LINE.match(code, position)
            if shell:
                end = _end_of_shell_line(code, shell.end())
                command = re.sub(r"\\\r?\n", "", code[shell.end() : end]).strip()
                padding = "\n" * code.count("\n", position, end)
                parts.append(f"{shell.group()[:-1]}{SHELL_NAME}({command!r}){padding}")
                position = end
        at_start = False
        token = _TOKEN.search(code, position)
        if token is None:
            break
        end = _end_of_string(code, token) if token["string"] else token.end()
        depth += bool(token["open"]) - bool(token["close"])
        at_start = bool(token["line"])
        parts.append(code[position:end])
        position = end
    return "".join(parts) + code[position:]


def _end_of_shell_line(code, position):
    """Where the newline is; a backslash before it carries the command on."""
    while True:
        end = code.find("\n", position)
        if end < 0:
            return len(code)
        if not code[position:end].rstrip("\r").endswith("\\"):
            return end
        position = end + 1


def _end_of_string(code, token):
    quote = token["quote"]
    position = token.end()
    while position < len(code):
        if code[position] == "\\":
            position += 2
        elif code.startswith(quote, position):
            return position + len(quote)
        elif code[position] == "\n" and len(quote) == 1:
            return position  # unterminated: Python will say so
        else:
            position += 1
    return len(code)
