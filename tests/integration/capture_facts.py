"""What tshark and our capture say of one capture, in the same words: connections by their ends, with the facts of each."""

import json

from program import rows

VERSIONS = {0x0002: "SSLv2", 0x0300: "SSLv3", 0x0301: "TLSv1.0", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}


def version_name(number):
    return VERSIONS.get(int(number, 16), number)


def ends(flow):
    return flow["client"] or "", flow["b"] if flow["client"] == flow["a"] else flow["a"]


def told_by_tshark(facts_file):
    """[{client, server, ...}] of the flows with a hello over TCP."""
    connections = []
    for flow in json.loads(facts_file.read_text())["flows"]:
        if flow["transport"] != "tls" or flow["id"].startswith("udp"):
            continue
        hellos = [m for m in flow["messages"] if m["type"] == "client_hello"]
        answers = [m for m in flow["messages"] if m["type"] == "server_hello" and not m.get("hello_retry_request")]
        if not hellos and not answers:
            continue
        server = flow.get("server")
        client = flow["client"] or (flow["a"] if server == flow["b"] else flow["b"])
        server = flow["b"] if client == flow["a"] else flow["a"]
        chains = [m["certificates"] for m in flow["messages"] if m["type"] == "certificate" and m["sender"] == server and m["certificates"]]
        connections.append({
            "client": client, "server": server,
            "hello": bool(hellos),
            "ja3": hellos[0].get("ja3") if hellos else None,
            "sni": (hellos[0].get("sni") or None) if hellos else None,
            "version": version_name(answers[0].get("selected_version") or answers[0]["legacy_version"]) if answers else None,
            "cipher": answers[0]["cipher"] if answers else None,
            "ja3s": answers[0].get("ja3s") if answers else None,
            "retry": any(m["type"] == "server_hello" and m.get("hello_retry_request") for m in flow["messages"]),
            "leaf": chains[0][0]["sha256"] if chains else None,
        })
    return connections


def endpoint(address, port):
    return f"{address}:{port}"


def told_by_us(database, suite_number):
    """The same of our database. `suite_number`: the code of a suite's name, as tshark writes it."""
    return [{
        "client": endpoint(row["client_address"], row["client_port"]), "server": endpoint(row["server_address"], row["server_port"]),
        "hello": row["offer_id"] is not None,
        "ja3": row["ja3"], "sni": row["server_name"], "version": row["version"],
        "cipher": row["cipher"] and suite_number(row["cipher"]),
        "ja3s": row["ja3s"], "retry": bool(row["hello_retry"]), "leaf": row["server_certificate_sha256"],
    } for row in rows(database, "SELECT * FROM v_session")]
