"""Content codings and what goes along with them: gzip by zlib, zstd by its own program, digests and forms."""
import base64
import gzip
import hashlib
import subprocess
import zlib


def zstd(data, *options):
    return subprocess.run(["zstd", "-q", "-c", *options], input=data, stdout=subprocess.PIPE, check=True).stdout


def flushed_gzip(data, every):
    """One member with a flush point each so many bytes."""
    coder = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(coder.compress(data[at:at + every]) + coder.flush(zlib.Z_SYNC_FLUSH)
                    for at in range(0, len(data), every)) + coder.flush()


def spellings(data):
    """{name: (Content-Encoding, coded bytes)}."""
    half = len(data) // 2
    skippable = b"\x53\x2a\x4d\x18\x05\x00\x00\x00about"
    return {
        "gzip": ("gzip", gzip.compress(data)),
        "gzip, stored": ("x-gzip", gzip.compress(data, 0)),
        "gzip, members": ("GZIP", gzip.compress(data[:half]) + gzip.compress(b"") + gzip.compress(data[half:])),
        "gzip, flushed": ("identity, gzip", flushed_gzip(data, 1000)),
        "zstd": ("zstd", zstd(data)),
        "zstd, checked": ("zstd", zstd(data, "-19", "--check")),
        "zstd, frames": ("zstd", skippable + zstd(data[:half]) + zstd(b"") + skippable + zstd(data[half:])),
    }


def digest(algorithm, data):
    return f":{base64.b64encode(hashlib.new(algorithm.replace('-', ''), data).digest()).decode()}:"


def field(data, *algorithms):
    """What Content-Digest says of bytes."""
    return ", ".join(f"{algorithm}={digest(algorithm, data)}" for algorithm in algorithms)


def form(body, name="rows.ndjson", content_type="application/octet-stream", fields=(), boundary="xYz"):
    """(Content-Type, body) of a form with one file, as browsers send it."""
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields]
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
    head += f"Content-Type: {content_type}\r\n" if content_type else ""
    parts.append(head.encode() + b"\r\n" + body)
    joined = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return f"multipart/form-data; boundary={boundary}", joined + b"--" + boundary.encode() + b"--\r\n"
