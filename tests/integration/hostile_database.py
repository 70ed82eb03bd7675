"""Text that a server, a capture or a file might hold to do harm in a report, at every place of a database where such text may be."""

import sqlite3

# Each would be noticed: by a script that runs, a request, or a page that no longer draws itself.
HOSTILE = [
    "</script><script>window.stolen = 1</script>",
    "<script>window.stolen = 1</script>",
    "<!--<script>window.stolen = 1",
    "]]></script><img src=x onerror='window.stolen=1'>",
    "<img src=http://evil.test/x onerror=window.stolen=1>",
    "\"><svg onload=window.stolen=1>",
    "'-window.stolen=1-'",
    "javascript:window.stolen=1",
    "</title></style></template></noscript><iframe srcdoc='<script>parent.stolen=1</script>'>",
    "\u2028window.stolen=1\u2029",
    "${window.stolen=1}`+window.stolen+`",
    "&lt;script&gt;window.stolen=1&lt;/script&gt;",
    "\u202egnp.exe\u202c \x1b]0;title\x07 \x00",
    "{{constructor.constructor('window.stolen=1')()}}",
    "<base href=http://evil.test/><link rel=stylesheet href=//evil.test/x.css>",
    "<meta http-equiv=refresh content=0;url=http://evil.test/>",
    "=cmd|'/c calc'!A1", "a\",x=\"b\\", "[click](http://evil.test/) ![x](http://evil.test/y)",
    "__proto__", "constructor", "A" * 20000,
]


def poisoned(database, path):
    """A copy of a planned site's database in which every text that comes from outside is hostile."""
    with sqlite3.connect(database) as source, sqlite3.connect(path) as copy:
        source.backup(copy)
        plan = copy.execute("SELECT run_id FROM run WHERE kind = 'plan'").fetchone()[0]
        for n, text in enumerate(HOSTILE):
            text = text.replace("\x00", "")
            copy.execute("INSERT INTO finding VALUES (?, ?, ?, 'critical', 'hq', ?, ?, ?, 443, ?, ?, ?, 1, ?, ?, ?, 'observed')",
                         (plan, f"{n:016x}", text, text, text, text, text, text, text, text, text, text))
            copy.execute("INSERT INTO certificate (sha256, subject, issuer, not_before, not_after, key_type, key_bits, signature_hash, san, is_ca, self_signed, der)"
                         " VALUES (?, ?, ?, '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z', 'rsa', 2048, ?, ?, 0, 1, x'30')", (f"{n:064x}", text, text, text, text))
            copy.execute("INSERT INTO chain VALUES (?, 0, ?)", (f"c{n}", f"{n:064x}"))
            copy.execute("INSERT INTO interface VALUES (?, ?, ?, 'hq', ?, ?, ?, 443, ?, ?, ?, 1, 'tls', ?, ?, ?, ?, ?, 0, 0, 0)",
                         (plan, n, f"{n:032x}", text, text, text, text, text, text, text, text, text, text, text))
            copy.execute("INSERT INTO interface_version (run_id, n, version, outcome, detail) VALUES (?, ?, 'TLSv1.2', 'accepted', ?)", (plan, n, text))
            copy.execute("INSERT INTO interface_chain (run_id, n, chain_n, version, chain_id) VALUES (?, ?, 0, 'TLSv1.2', ?)", (plan, n, f"c{n}"))
            copy.execute("INSERT INTO trust_store VALUES (?, ?, ?, ?, ?)", (plan, text, text, text, f"s{n}"))
            copy.execute("INSERT INTO trust_set (set_id, n, source, kind, sha256, subject) VALUES (?, 0, ?, 'ca', ?, ?)", (f"s{n}", text, f"{n:064x}", text))
            copy.execute("INSERT INTO session_kind (run_id, kind, sessions, client, client_node, client_service, client_address, server, server_node, server_address,"
                         " server_port, protocol, hello_retry, offer_id) VALUES (?, ?, 1, ?, '', ?, ?, ?, '', ?, 1, ?, 0, ?)", (plan, n, text, text, text, text, text, text, f"o{n}"))
            copy.execute("INSERT INTO client_offer (offer_id, versions, ciphers, ja4, hello) VALUES (?, ?, ?, ?, x'00')", (f"o{n}", text, text, text))
            copy.execute("INSERT INTO forecast_note VALUES (?, ?, ?)", (plan, 100 + n, text))
        copy.execute("UPDATE forecast_cell SET explanation = ?, cipher = ?", (HOSTILE[0], HOSTILE[1]))
        copy.execute("UPDATE mend SET what = ?, path = ?, undo = ?, restarts = ?", HOSTILE[:4])
        copy.execute("UPDATE run SET tool_version = ?", (HOSTILE[0],))
    return path
