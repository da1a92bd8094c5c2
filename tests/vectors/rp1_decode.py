"""Reads rp1 encodings back into typed values and refuses what no encoder writes: by decoding loosely and encoding again."""
import struct
import uuid

import rp1


class Decoder:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, size):
        if len(self.data) - self.at < size:
            raise rp1.Refused("truncated")
        self.at += size
        return self.data[self.at - size:self.at]

    def head(self):
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if info > 27:
            raise rp1.Refused("not_canonical")
        argument = info if info < 24 else int.from_bytes(self.take(1 << info - 24), "big")
        return major, info, argument

    def value(self):
        major, info, argument = self.head()
        if major in (0, 1):
            return argument if major == 0 else -1 - argument
        if major == 2:
            return self.take(argument)
        if major == 3:
            try:
                return self.take(argument).decode("utf-8")
            except UnicodeDecodeError:
                raise rp1.Refused("invalid_utf8") from None
        if major == 4:
            return [self.value() for _ in range(argument)]
        if major == 5:
            return rp1.Pairs(self.pair() for _ in range(argument))
        if major == 6:
            return self.tagged(argument)
        if info in (20, 21, 22):
            return {20: False, 21: True, 22: None}[info]
        if info in (25, 26, 27):
            form = {25: ">e", 26: ">f", 27: ">d"}[info]
            return struct.unpack(form, argument.to_bytes(struct.calcsize(form), "big"))[0]
        raise rp1.Refused("not_canonical")

    def pair(self):
        key = self.value()
        if not isinstance(key, str):
            raise rp1.Refused("not_canonical")
        return key, self.value()

    def tagged(self, tag):
        kinds = {1001: "timestamptz", 0x72700001: "timestamp", 0x72700002: "time"}
        if tag in kinds:
            return self.moment(kinds[tag])
        inner = self.value()
        if tag in (2, 3) and isinstance(inner, bytes):
            magnitude = int.from_bytes(inner, "big")
            return magnitude if tag == 2 else -1 - magnitude
        if tag == 4 and type(inner) is list and len(inner) == 2 and all(type(part) is int for part in inner):
            return rp1.Digits(inner[1], inner[0])
        if tag == 100 and type(inner) is int:
            return rp1.Days(inner)
        if tag == 37 and isinstance(inner, bytes) and len(inner) == 16:
            return uuid.UUID(bytes=inner)
        raise rp1.Refused("not_canonical")

    def moment(self, kind):
        major, _, count = self.head()
        parts = [self.value() for _ in range(2 * count)] if major == 5 and count in (1, 2) else []
        if parts[0::2] not in ([1], [1, -9]) or not all(type(part) is int for part in parts):
            raise rp1.Refused("not_canonical")
        return rp1.Seconds(kind, *parts[1::2])


def decode_value(data):
    """The typed value of one whole encoding; maps come as Pairs, decimals as Digits, times as Seconds."""
    decoder = Decoder(data)
    value = decoder.value()
    if decoder.at != len(data) or rp1.encode_value(value) != data:
        raise rp1.Refused("not_canonical")
    return value


def decode_row(data):
    decoder = Decoder(data)
    row = decoder.value()
    if not isinstance(row, rp1.Pairs) or decoder.at != len(data) or rp1.encode_row(row) != data:
        raise rp1.Refused("not_canonical")
    return row
