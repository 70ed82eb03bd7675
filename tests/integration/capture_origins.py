"""What the origins of public captures say of them: the baselines of Zeek, Suricata, nDPI, Arkime and of JA4's own programs.

Each reader yields {origin, client, server, FACT: value}, with the facts named and written as in v_session; what an origin does not tell
is left out. `client` and `server` are address:port, or None where the baseline does not say which connection it means.
"""

import json
import re

ZEEK_VERSIONS = {"SSLv2": "SSLv2", "SSLv3": "SSLv3", "TLSv10": "TLSv1.0", "TLSv11": "TLSv1.1", "TLSv12": "TLSv1.2", "TLSv13": "TLSv1.3"}


def version_name(text):
    """As v_session writes it: `TLS 1.2` of Suricata, `TLSv1.3-draft-18` of Arkime."""
    if draft := re.fullmatch(r"TLS[v ]1\.3[ -]draft-(\d+)", text):
        return f"0x7f{int(draft[1]):02x}"
    return {"TLSv1": "TLSv1.0", "UNDETERMINED": None}.get(text, text.replace("TLS 1.", "TLSv1."))


# Alerts that end a handshake whatever their level says (RFC 8446 section 6.2).
CLOSING = {"close_notify", "user_canceled", "no_renegotiation", "unrecognized_name"}


def end(address, port):
    return f"{address}:{port}"


def zeek_rows(log):
    fields, path = [], ""
    for line in log.read_text(errors="replace").splitlines():
        cells = line.split("\t")
        if cells[0] == "#path":
            path = cells[1]
        elif cells[0] == "#fields":
            fields = cells[1:]
        elif not line.startswith("#") and fields:
            yield path, dict(zip(fields, cells))


def zeek_session(row):
    told = {"origin": "zeek", "client": end(row["id.orig_h"], row["id.orig_p"]), "server": end(row["id.resp_h"], row["id.resp_p"])}
    known = {name: value for name, value in row.items() if value not in ("-", "(empty)")}
    if known.get("version") in ZEEK_VERSIONS:
        told["version"] = ZEEK_VERSIONS[known["version"]]
    if "cipher" in known:
        told["cipher"] = known["cipher"]
    if "curve" in known:
        told["group_name"] = known["curve"]
    if "server_name" in known:
        told["server_name"] = known["server_name"]
    if "cert_chain_fps" in known:
        told["server_certificate_sha256"] = known["cert_chain_fps"].split(",")[0]
    if "client_cert_chain_fps" in known:
        told["client_certificate_sha256"] = known["client_cert_chain_fps"].split(",")[0]
    if known.get("resumed") == "T":
        told["resumed"] = 1
    if known.get("established") == "T":
        told["established"] = 1
    elif known.get("last_alert", "close_notify") not in CLOSING:
        told["alert"] = known["last_alert"]
    return told


def of_zeek(folder):
    for log in sorted(folder.glob("zeek.*")):
        for path, row in zeek_rows(log):
            version = row.get("version", "")
            if path == "ssl" and "id.orig_h" in row and not version.startswith(("DTLS", "QUIC")):
                yield zeek_session(row)


def certificates_of_zeek(folder):
    """{sha256: what x509.log says of it}."""
    told = {}
    for log in sorted(folder.glob("zeek.*")):
        for path, row in zeek_rows(log):
            if path != "x509" or len(row.get("fingerprint", "")) != 64:
                continue
            told[row["fingerprint"]] = {"key_bits": int(row["certificate.key_length"]) if row["certificate.key_length"].isdigit() else None,
                                        "serial": row["certificate.serial"].lower().lstrip("0"), "key_type": row["certificate.key_type"]}
    return told


def of_ja4_python(folder):
    file = folder / "ja4.python.json"
    for flow in json.loads(file.read_text() or "[]") if file.exists() else ():
        if flow.get("JA4.1", "").startswith("t"):
            yield {"origin": "ja4.python", "client": end(flow["src"], flow["srcport"]), "server": end(flow["dst"], flow["dstport"]),
                   "ja4": flow["JA4.1"], "server_name": flow.get("domain")}


def of_ja4_rust(folder):
    file = folder / "ja4.rust.snap"
    for entry in file.read_text().split("\n- stream:")[1:] if file.exists() else ():
        flow = dict(re.findall(r"^  (\w+): (.*)$", entry, re.M))
        if flow.get("ja4", "").startswith("t") and flow["transport"] == "tcp":
            told = {"origin": "ja4.rust", "client": end(flow["src"], flow["src_port"]), "server": end(flow["dst"], flow["dst_port"]), "ja4": flow["ja4"]}
            if "tls_server_name" in flow:
                told["server_name"] = flow["tls_server_name"]
            yield told


def of_ndpi(folder):
    file = folder / "ndpi.ndpiReader.out"
    for line in file.read_text(errors="replace").splitlines() if file.exists() else ():
        found = re.match(r"\s+\d+\s+TCP (\S+) (?:<->|->) (\S+) ", line)
        facts = dict(re.findall(r"\[([\w ./-]+): ([^\]]*)\]", line))
        if not found or not facts.get("JA4", "t").startswith("t") or not {"JA4", "JA3S", "Certificate SHA-1"} & facts.keys():
            continue
        told = {"origin": "ndpi", "client": found[1].replace("[", "").replace("]", ""), "server": found[2].replace("[", "").replace("]", "")}
        for theirs, ours in (("JA4", "ja4"), ("JA3C", "ja3"), ("JA3S", "ja3s"), ("Cipher", "cipher"), ("Certificate SHA-1", "leaf_sha1")):
            if facts.get(theirs):
                told[ours] = facts[theirs].replace(":", "").lower() if ours == "leaf_sha1" else facts[theirs].split(" ")[0]
        if version := re.search(r"\[(TLSv1\.[0-3]|SSLv3|TLSv1)\]", line):
            told["version"] = version_name(version[1])
        yield told


def of_arkime(folder):
    file = folder / "arkime.sessions.json"
    for session in json.loads(file.read_text())["sessions3"] if file.exists() else ():
        body = session["body"]
        tls = body.get("tls", {})
        if body.get("ipProtocol") != 6 or not tls:
            continue
        told = {"origin": "arkime", "client": end(body["source"]["ip"], body["source"]["port"]),
                "server": end(body["destination"]["ip"], body["destination"]["port"])}
        for theirs in ("ja3", "ja3s", "ja4", "cipher"):
            if len(tls.get(theirs, [])) == 1:
                told[theirs] = tls[theirs][0]
        if len(tls.get("version", [])) == 1:
            told["version"] = version_name(tls["version"][0])
        if "cert" in body and body["cert"]:
            told["chain_sha1"] = {cert["hash"].replace(":", "") for cert in body["cert"]}
        yield told


SURICATA = {"tls.sni": "server_name", "tls.ja3.hash": "ja3", "tls.ja3s.hash": "ja3s", "tls.ja4": "ja4", "tls.fingerprint": "leaf_sha1",
            "tls.version": "version"}


def of_suricata(folder):
    """Each check of `tls` events that names something we know, with how many events must match."""
    file = folder / "suricata-verify.test.yaml"
    for check in re.split(r"\n\s*- filter:", file.read_text())[1:] if file.exists() else ():
        pairs = dict(re.findall(r"^\s+([\w.]+): *[\"']?(.*?)[\"']?$", check, re.M))
        if pairs.get("event_type") != "tls" or pairs.get("proto", "TCP") != "TCP" or not pairs.get("count", "").isdigit():
            continue
        told = {"origin": "suricata", "client": None, "server": None, "count": int(pairs["count"])}
        for theirs, ours in SURICATA.items():
            if theirs in pairs:
                told[ours] = pairs[theirs]
        if "leaf_sha1" in told:
            told["leaf_sha1"] = told["leaf_sha1"].replace(":", "")
        if "version" in told:
            told["version"] = version_name(told["version"])
        if {"src_ip", "src_port", "dest_ip", "dest_port"} <= pairs.keys():
            told["client"], told["server"] = end(pairs["src_ip"], pairs["src_port"]), end(pairs["dest_ip"], pairs["dest_port"])
        yield told


READERS = (of_zeek, of_ja4_python, of_ja4_rust, of_ndpi, of_arkime, of_suricata)
