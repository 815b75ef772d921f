# SPDX-License-Identifier: Apache-2.0
"""Fields of fixed sizes: what a table of docs/PROTOCOL.md turns into and back out of bytes."""

import ipaddress

from primitives import Refused

ADDRESS_SIZE, ENDPOINT_SIZE = 16, 18


class Number:
    """An unsigned big-endian number."""

    def __init__(self, size):
        self.size = size

    def pack(self, value):
        return value.to_bytes(self.size, "big")

    def unpack(self, data):
        return int.from_bytes(data, "big")


class Bytes:
    def __init__(self, size):
        self.size = size

    def pack(self, value):
        if len(value) != self.size:
            raise ValueError(f"{len(value)} bytes, {self.size} expected")
        return value

    def unpack(self, data):
        return data


class Flag(Number):
    """A boolean: one byte, 0 or 1."""

    def __init__(self):
        super().__init__(1)

    def unpack(self, data):
        if data[0] > 1:
            raise Refused("a boolean is neither 0 nor 1")
        return bool(data[0])


class Zero(Bytes):
    """Sent as zero, refused otherwise."""

    def pack(self, _):
        return bytes(self.size)

    def unpack(self, data):
        if any(data):
            raise Refused("a zero field is not zero")
        return data


class Endpoint(Bytes):
    """(address, port) as strings and numbers of Python; the unset one is None."""

    def __init__(self):
        super().__init__(ENDPOINT_SIZE)

    def pack(self, value):
        if value is None:
            return bytes(ENDPOINT_SIZE)
        return pack_address(value[0]) + value[1].to_bytes(2, "big")

    def unpack(self, data):
        if not any(data):
            return None
        return unpack_address(data[:ADDRESS_SIZE]), int.from_bytes(data[ADDRESS_SIZE:], "big")


def pack_address(text):
    """IPv6, or IPv4 as ::ffff:a.b.c.d; None is all zero."""
    if text is None:
        return bytes(ADDRESS_SIZE)
    address = ipaddress.ip_address(text)
    return address.packed if address.version == 6 else bytes(10) + b"\xff\xff" + address.packed


def unpack_address(data):
    address = ipaddress.IPv6Address(data)
    if not any(data):
        return None
    return str(address.ipv4_mapped or address)


class Layout:
    """Named fields in order. pack takes a dict, unpack gives one."""

    def __init__(self, *fields):
        self.fields = fields
        self.size = sum(field.size for _, field in fields)

    def pack(self, values):
        unknown = set(values) - {name for name, _ in self.fields}
        if unknown:
            raise ValueError(f"no such fields: {unknown}")
        return b"".join(field.pack(values.get(name)) for name, field in self.fields)

    def unpack(self, data):
        if len(data) < self.size:
            raise Refused(f"{len(data)} bytes where {self.size} are needed")
        values, at = {}, 0
        for name, field in self.fields:
            values[name] = field.unpack(data[at:at + field.size])
            at += field.size
        return values

    def unpack_padded(self, data):
        """As unpack; what is behind must be zero."""
        values = self.unpack(data)
        if any(data[self.size:]):
            raise Refused("the padding is not zero")
        return values


U1, U2, U4, U8 = Number(1), Number(2), Number(4), Number(8)
FLAG = Flag()
ENDPOINT = Endpoint()
