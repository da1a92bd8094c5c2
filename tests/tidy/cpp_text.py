"""Reads C++ without a compiler: enough to find includes, and where functions begin and end."""
import re

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/'                                     # comments
    r'|(?:u8|[uUL])?R"(?P<mark>[^()\s\\]*)\(.*?\)(?P=mark)"'  # raw strings
    r'|"(?:\\.|[^"\\\n])*"'                                   # strings
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",                  # characters, not digit separators
    re.DOTALL)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?P<open>[<"])(?P<name>[^>"\n]+)[>"]', re.MULTILINE)
_DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n\\]|\\.|\\\n)*', re.MULTILINE)
_SCOPE = re.compile(r'^(?:inline|static|constexpr|typedef|export|\s)*\b(?:namespace|class|struct|union|enum|extern)\b')


def _blank(match):
    """Something of the same number of lines that is not empty, so that `"" {` stays an expression."""
    text = match.group(0)
    return ('' if text.startswith('/') else '0') + '\n' * text.count('\n')


def includes(text):
    """(line, name, True if in quotes) of every include."""
    without_comments = re.sub(r'/\*.*?\*/', _blank, text, flags=re.DOTALL)
    for match in _INCLUDE.finditer(without_comments):
        yield without_comments.count('\n', 0, match.start()) + 1, match['name'], match['open'] == '"'


def _without_template(head):
    """`template <...>` and what it holds say nothing about what follows."""
    while (start := re.search(r'\btemplate\s*<', head)) is not None:
        depth, end = 1, start.end()
        while end < len(head) and depth:
            depth += {'<': 1, '>': -1}.get(head[end], 0)
            end += 1
        head = head[:start.start()] + head[end:]
    return head.strip()


def functions(text):
    """(first line, lines) of every function that stands in a namespace or a class."""
    text = _TOKEN.sub(_blank, text)
    text = _DIRECTIVE.sub(lambda match: '\n' * match.group(0).count('\n'), text)
    open_braces = []  # (kind, line, head)
    head, line = '', 1
    for position, char in enumerate(text):
        if char == '\n':
            line += 1
        if char == '{':
            bare = _without_template(re.sub(r'\b(?:public|private|protected)\s*:', '', head))
            in_scope = all(kind == 'scope' for kind, _, _ in open_braces)
            if _SCOPE.match(bare):
                kind = 'scope'
            elif in_scope and '(' in bare and not re.search(r'(?:[=(,]|\breturn)\s*$', bare):
                kind = 'function'
            else:
                kind = 'block'
            open_braces.append((kind, line, head))
            head = ''
        elif char == '}' and open_braces:
            kind, first, before = open_braces.pop()
            following = re.match(r'\s*(.)', text[position + 1:position + 200], re.DOTALL)
            if kind == 'function' and following and following[1] in ',{':
                head = before + '0'  # it was a member's initialiser, so the body is still to come
            else:
                head = ''
                if kind == 'function':
                    yield first, line - first + 1
        elif char == ';':
            head = ''
        else:
            head += char
