"""Reads what a written page carries."""

import json
import re


def blocks(path):
    """By name: the data blocks of a page, rows as dictionaries."""
    found = {}
    for name, text in re.findall(r'<script type="application/json" id="data-([a-z_]+)">(.*?)</script>', path.read_text("utf-8"), re.DOTALL):
        found[name] = value = json.loads(text)
        if isinstance(value, dict):
            found[name] = list(rows_of(value))
    return found


def rows_of(block):
    above = {}
    for row in block["rows"]:
        cells = {column: above[column] if cell is True else cell for column, cell in zip(block["columns"], row)}
        above.update({column: cell for column, cell in cells.items() if isinstance(cell, str)})
        yield cells
