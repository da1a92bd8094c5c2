"""The rows every benchmark of pushes uses: 8 columns, about 100 bytes a line, the same on every machine."""

import csv
import pathlib

COLUMNS = ("id", "name", "price", "qty", "flag", "note", "day", "ref")
CITIES = ("oslo", "lima", "kyoto", "accra", "quito", "perth", "turin", "cairo")


def row(index, salt=0):
    """One row. Two salts share no row."""
    mixed = (index * 2654435761 + salt * 97531) & 0xFFFFFFFF
    return (
        index + salt * 1_000_000_000,
        f"c-{mixed % 1_000_000}",
        (mixed % 1_000_003) / 100,
        mixed % 97,
        mixed % 3 == 0,
        None if mixed % 11 == 0 else CITIES[mixed % 8],
        f"2026-{mixed % 12 + 1:02}-{mixed % 28 + 1:02}",
        mixed % 1_000_000_007,
    )


def line(values):
    index, name, price, qty, flag, note, day, ref = values
    note = "null" if note is None else f'"{note}"'
    flag = "true" if flag else "false"
    return (
        f'{{"id":{index},"name":"{name}","price":{price!r},"qty":{qty},"flag":{flag},"note":{note},'
        f'"day":"{day}","ref":{ref}}}\n'
    )


def write_ndjson(path: pathlib.Path, rows, salt=0):
    with open(path, "w", encoding="ascii", buffering=1 << 20) as out:
        for begin in range(0, rows, 10_000):
            out.writelines(line(row(index, salt)) for index in range(begin, min(begin + 10_000, rows)))


def write_csv(path: pathlib.Path, rows, salt=0):
    with open(path, "w", encoding="ascii", newline="", buffering=1 << 20) as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(row(index, salt) for index in range(rows))
