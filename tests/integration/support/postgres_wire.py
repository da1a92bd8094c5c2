"""PostgreSQL's protocol (version 3) as it was recorded between a server and its client: messages, and what each byte of them is."""
import struct


def messages(stream):
    """(offset, type, body) of a server's messages, as far as they are whole."""
    at = 0
    while at + 5 <= len(stream):
        size = int.from_bytes(stream[at + 1:at + 5], "big")
        if at + 1 + size > len(stream):
            return
        yield at, chr(stream[at]), bytes(stream[at + 5:at + 1 + size])
        at += 1 + size


def delivered_rows(stream):
    """The rows of a binary COPY, or of a cursor, as lists of bytes or None: what was delivered, whoever wrote it."""
    copied = b"".join(body for _, kind, body in messages(stream) if kind == "d")
    if not copied:
        return [_row(body, 0)[0] for _, kind, body in messages(stream) if kind == "D"]
    at, rows = 19 + int.from_bytes(copied[15:19], "big"), []
    while True:
        row, at = _row(copied, at)
        if row is None:
            return rows
        rows.append(row)


def _row(data, at):
    """(fields, where the next row begins); no fields at the trailer."""
    count = struct.unpack_from(">h", data, at)[0]
    at += 2
    row = []
    for _ in range(count):
        size = struct.unpack_from(">i", data, at)[0]
        at += 4
        row.append(None if size < 0 else data[at:at + size])
        at += max(size, 0)
    return (None if count < 0 else row), at


def roles(stream):
    """What each byte is: `type` and `length` of a message; in rows `header`, `count`, `size` and `payload`; `description` of columns;
    `other`."""
    role = ["other"] * len(stream)

    def mark(begin, end, what):
        role[begin:end] = [what] * (end - begin)

    first = True
    for at, kind, body in messages(stream):
        begin = at + 5
        mark(at, at + 1, "type")
        mark(at + 1, begin, "length")
        if kind == "d":
            if first:
                mark(begin, begin + 19, "header")
            _mark_row(body, begin, 19 if first else 0, mark)
            first = False
        elif kind == "D":
            _mark_row(body, begin, 0, mark)
        elif kind in "Tt":
            mark(begin, begin + len(body), "description")
    return role


def _mark_row(body, begin, at, mark):
    while at + 2 <= len(body):
        count = struct.unpack_from(">h", body, at)[0]
        mark(begin + at, begin + at + 2, "count")
        at += 2
        for _ in range(max(count, 0)):
            size = struct.unpack_from(">i", body, at)[0]
            mark(begin + at, begin + at + 4, "size")
            mark(begin + at + 4, begin + at + 4 + max(size, 0), "payload")
            at += 4 + max(size, 0)
