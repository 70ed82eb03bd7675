"""Exports of the lab's estate, as its systems would write them, from the site file and the certificates that the lab made."""

import functools
import json
import subprocess
from pathlib import Path

import yaml

import exports
import nordwind_phones

DOMAIN = "nordwind.example"
VOS = {"cucm": ["tomcat-trust", "CallManager-trust", "CAPF-trust", "ipsec-trust"], "imp": ["cup-trust", "cup-xmpp-trust", "tomcat-trust"],
       "cuc": ["tomcat-trust", "CallManager-trust"], "cer": ["tomcat-trust", "CallManager-trust"], "uccx": ["tomcat-trust"]}
BUILDS = {"14SU3": "14.0.1.13900-155", "12.5(1)SU8": "12.5.1.18900-40", "15SU4a": "15.0.1.14901-2"}
# The lab's names of certificates, and the systems'.
NAMES = {"tomcat": "tomcat", "tomcat-ecdsa": "tomcat-ECDSA", "callmanager": "CallManager", "callmanager-ecdsa": "CallManager-ECDSA", "tvs": "TVS",
         "capf": "CAPF", "cup": "cup", "cup-ecdsa": "cup-ECDSA", "cup-xmpp": "cup-xmpp", "cup-xmpp-ecdsa": "cup-xmpp-ECDSA"}


class Estate:
    """The lab's site file, and who in it can export what."""

    def __init__(self, lab):
        self.folder = Path(lab)
        self.site = yaml.safe_load((self.folder / "site.yaml").read_text())
        self.clusters = {cluster["name"]: cluster for cluster in self.site["clusters"]}
        self.nodes = {node["name"]: (cluster, node) for cluster in self.site["clusters"] for node in cluster.get("nodes", [])}

    def product(self, cluster):
        return self.clusters[cluster]["product"]

    def addresses(self, cluster):
        return [(node["name"], node["address"]) for node in self.clusters[cluster].get("nodes", [])]

    def trusted(self, cluster, node, store):
        """The files of a store: a node's entry replaces the cluster's."""
        own = [entry["files"] for entry in node.get("trust", []) if isinstance(entry, dict) and entry["store"] == store]
        files = own[0] if own else [entry for entry in cluster.get("trust", []) if isinstance(entry, str)]
        return [(self.folder / file).resolve() for file in files]

    def identities(self, node):
        """Files with the certificate alone, by the lab's name."""
        found = sorted((self.folder / "pki" / node).glob("*.pem"))
        return {path.stem: path for path in found if not path.stem.endswith("-chain")}

    def chain(self, node, identity):
        path = self.folder / "pki" / node / f"{identity}-chain.pem"
        return path if path.exists() else self.identities(node)[identity]

    def hops_from(self, cluster, port=None):
        for hop in self.site["hops"]:
            to, at = hop["to"].rsplit(":", 1)
            if hop["from"] == cluster and (port is None or int(at) == port):
                yield hop, to, int(at)

    def exportable(self):
        return [name for name, cluster in self.clusters.items()
                if cluster["product"] in VOS or cluster["product"].startswith("expressway") or cluster["product"] in ("cube", "ios-gateway")]


def snapshot(estate, cluster, node):
    identities = [{"service": NAMES[name], "certificate": path.read_text(), "csr": None}
                  for name, path in estate.identities(node["name"]).items() if name in NAMES]
    stores = [{"service": store, "certificate_data": [{"filename": path.name, "certificate": path.read_text()}
                                                      for path in estate.trusted(cluster, node, store)]}
              for store in VOS[cluster["product"]] if cluster.get("trust") or node.get("trust")]
    return json.dumps({"server": node["name"], "trackingId": "1", "identities": identities, "trusts": stores, "revokedCertificates": []}, indent=2)


BY_AXL = "hh-recorder"  # Whom one trunk goes to that only some nodes have.


def trunk_xml(estate):
    (_, address), = estate.addresses(BY_AXL)
    return nordwind_phones.axl("getSipTrunkResponse", [
        "<sipTrunk><name>T-RECORDER</name><devicePoolName>Hamburg-B</devicePoolName><runOnEveryNode>false</runOnEveryNode><securityProfileName>Encrypted trunk"
        f"</securityProfileName><destinations><destination><addressIpv4>{address}</addressIpv4><port>5061</port></destination></destinations></sipTrunk>"])


def trunks(estate, cluster):
    rows = []
    for hop, to, port in estate.hops_from(cluster["name"]):
        if port in (5061, 5062) and estate.product(to) != "phone" and to != BY_AXL:
            rows += [[f"T-{node}", address, port, "Encrypted trunk"] for node, address in estate.addresses(to)]
    return rows


SERVICES = {"cucm": ["Cisco CallManager", "Cisco Tftp", "Cisco CTIManager"], "imp": ["Cisco XCP Router", "Cisco SIP Proxy"], "cer": ["Cisco Phone Tracking Engine"]}


def service_list(product, first):
    """Those that run everywhere, those of this product, and one of another's that is not activated."""
    own = SERVICES.get(product, []) + (["Cisco Certificate Authority Proxy Function"] if product == "cucm" and first else [])
    return ["Requesting service status, please wait...", "System SSH [STARTED]", "A Cisco DB[STARTED]", "Cisco Tomcat[STARTED]",
            *[f"{name}[STARTED]" for name in own], "Cisco DirSync[STOPPED]  Service Not Activated", f"Primary Node ={str(first).lower()}"]


def publisher_tables():
    """What Hamburg's call control alone is asked."""
    users = [[name, group] for name in ("hh-cer", "hh-uccx", "hh-attendant") for group in ("Standard CTI Enabled", "Standard CTI Secure Connection")]
    return [("run sql select srst", nordwind_phones.srst_table()),
            ("run sql select users", exports.fixed_table(["applicationuser", "accesscontrolgroup"], [*users, ["WDSecureSysUser", "Standard CTI Secure Connection"]])),
            ("run sql select plain", exports.fixed_table(["name", "address", "port", "profile"],
                                                         [[name, address, 5060, "Plain trunk"] for name, address in nordwind_phones.PLAIN_TRUNKS])),
            ("run sql select plain profile", exports.fixed_table(["name", "securitymode", "incomingport"], [["Plain trunk", 1, 5060]]))]


def presence_tables(estate, cluster):
    address = {to: estate.addresses(to)[0][1] for _, to, _ in estate.hops_from(cluster["name"])}
    return [("run sql select databases", exports.fixed_table(["databasename", "databasetype", "hostname", "port", "enablessl"],
                                                             [["tc", "Microsoft SQL Server", address["hh-mssql"], 1433, "t"]])),
            ("run sql select gateways", exports.fixed_table(["presencegateway", "presencegatewaytype"],
                                                            [[address["nw-exchange"], "Exchange -- EWS Server"]]))]


def product_commands(estate, cluster, node, first):
    """By which a system tells what it is."""
    product = cluster["product"]
    if product == "cuc":
        return [("show cuc version", [f"Active version: {BUILDS.get(cluster['release'], cluster['release'])}"])]
    if product == "uccx":
        server = next(to for _, to, port in estate.hops_from(cluster["name"], 8443))
        return [("show uccx version", ["Active UCCX Version: 12.5.1.11003-511", " Inactive UCCX Version: NA", "Command successful."]),
                ("show uccx provider ip axl", [f"Cisco Unified Communications Manager IP is {', '.join(address for _, address in estate.addresses(server))}",
                                               "Command Successful."])]
    return [("utils service list", service_list(product, first))]


def cli_log(estate, cluster, node):
    first = node is cluster["nodes"][0]
    log = [("show status", [f"Host Name          : {node['name']}", "Date               : So 29. Nov 2026 10:00:00 MEZ", "Locale             : Österreich"]),
           ("show network eth0", [f"IP Address         : {node['address']}     IP Mask            : 255.255.255.000", f"Domain             : {DOMAIN}"]),
           ("show version active", [f"Active Master Version: {BUILDS.get(cluster['release'], cluster['release'])}"])]
    if "tls_min" in cluster.get("settings", {}):
        log.append(("show tls min-version", [f"Configured TLS minimum version is {cluster['settings']['tls_min'].removeprefix('TLSv')}"]))
    log += product_commands(estate, cluster, node, first)
    if first and cluster["product"] == "cucm":
        log.append(("run sql select mode", exports.fixed_table(["paramname", "paramvalue"], [["ClusterSecurityMode", int(cluster["name"] == "hh-cucm")]])))
    if first and cluster["name"] == "hh-cucm":
        log += publisher_tables()
    if first and cluster["name"] == "hh-imp":
        log += presence_tables(estate, cluster)
    if node["name"] == nordwind_phones.FIRST:
        log.append(("show risdb query phone", nordwind_phones.risdb(node["name"])))
    if node["name"] == "lon-cucm-pub":
        log.append(("show itl", nordwind_phones.list_text(estate, "lon-cucm")))
    if first and cluster["product"] in ("cucm", "imp"):
        duty = "callmanager" if cluster["product"] == "cucm" else "cups"
        log.append(("show network cluster", [f"{one['address']} {one['name']}.{DOMAIN} {one['name']} {one['role'].capitalize()} {duty} DBPub authenticated"
                                             for one in cluster["nodes"]]))
    if first and cluster["product"] == "cucm":
        rows = trunks(estate, cluster)
        if rows:
            log.append(("run sql select trunks", exports.fixed_table(["name", "address", "port", "profile"], rows)))
            log.append(("run sql select profiles", exports.fixed_table(["name", "securitymode", "incomingport"], [["Encrypted trunk", 3, 5061]])))
        settings = {"tls12-ciphers": "TLS 1.2 Ciphers Preference Order", "rsa": "RSA Ciphers Only", "rsa+ecdsa": "All Supported EC and RSA Ciphers"}
        said = [cluster["settings"][name] for name in ("certificate_preference", "http_certificates") if name in cluster["settings"]]
        if said:
            log.append(("run sql select parameters", exports.fixed_table(["paramname", "paramvalue"], [[f"Param{n}", settings[value]] for n, value in enumerate(said)])))
        for hop, to, port in estate.hops_from(cluster["name"], 636):
            log.append(("run sql select directories", exports.fixed_table(
                ["hostname", "ldapportnumber", "sslenabled"], [[address, port, "t"] for _, address in estate.addresses(to)])))
    return [line for command, printed in log for line in (f"admin:{command}", *printed, "")] + ["admin:exit"]


def xconfiguration(estate, cluster, node):
    lines = [f'IP DNS Hostname: "{node["name"]}"', f'IP DNS Domain Name: "{DOMAIN}"', f'Ethernet 1 IP V4 Address: "{node["address"]}"']
    lines += [f'Alternates Peer {n} Address: "{peer["address"]}"' for n, peer in enumerate(cluster["nodes"], 1)]
    if "verify_origin_server" in cluster.get("settings", {}):
        lines.append('EdgeConfigServer VerifyOriginServer: "On"')
    number = 0
    for hop, to, port in estate.hops_from(cluster["name"]):
        if port not in (5061, 5091, 7001):
            continue
        kind = "TraversalClient" if port == 7001 else "Neighbor"
        made = {5061: "CEtls-", 5091: "CEOAuth-"}.get(port, "") if estate.product(to) == "cucm" else ""
        for peer, address in estate.addresses(to):
            number += 1
            zone = f"Zones Zone {number} "
            lines += [f'{zone}Name: "{made}{peer}"', f'{zone}Type: "{kind}"', f'{zone}{kind} Peer 1 Address: "{address}"', f'{zone}{kind} SIP Port: "{port}"']
            lines += [f'{zone}Neighbor SIP Transport: "TLS"'] if kind == "Neighbor" else []
    if cluster["product"] == "expressway-e":
        lines += ['Zones Zone 99 Name: "from-the-core"', 'Zones Zone 99 Type: "TraversalServer"']
    elif number == 0:
        lines += ['Zones Zone 99 Name: "to-the-edge"', 'Zones Zone 99 Type: "TraversalClient"']
    return ["*c xConfiguration " + line for line in lines]


@functools.cache
def pem_dump(path):
    """As a running configuration holds each certificate of a file."""
    der = subprocess.run(["openssl", "x509", "-in", path, "-outform", "DER"], capture_output=True, check=True).stdout.hex().upper()
    return ["  " + der[n:n + 64] for n in range(0, len(der), 64)] + ["  \tquit"]


def router_log(estate, cluster, node):
    zeros = ".".join(part.zfill(2) for part in cluster["release"].split("."))
    lines = [f"{node['name']}#show version", f"Cisco IOS XE Software, Version {zeros}", f"cisco {cluster['model']}/K9 (1RU) processor with 7M bytes",
             f"{node['name']}#show running-config", "Building configuration...", "!", f"hostname {node['name']}", f"ip domain name {DOMAIN}",
             "crypto pki certificate chain OWN", " certificate 01", *pem_dump(estate.identities(node["name"])["router"])]
    for n, path in enumerate(estate.trusted(cluster, node, "trustpoint")):
        lines += [f"crypto pki certificate chain CA{n}", " certificate ca 01", *pem_dump(path)]
    lines += ["voice service voip", " mode border-element"] if cluster["product"] == "cube" else ["call-manager-fallback"]
    lines += ["interface GigabitEthernet0/0/0", f" ip address {node['address']} 255.255.255.0"]
    for hop, to, port in estate.hops_from(cluster["name"]):
        for n, (_, address) in enumerate(estate.addresses(to)):
            lines += [f"dial-peer voice {len(lines)} voip", " session protocol sipv2", f" session target ipv4:{address}:{port}", " session transport tcp tls"]
    version = cluster.get("settings", {}).get("transport_tls")
    return lines + ["sip-ua", *([f" transport tcp tls {version}"] if version else []), " crypto signaling default trustpoint OWN", "end", f"{node['name']}#"]


def expected_hops(estate):
    """Whom the systems' own configurations call: (client, node, service, address, port, protocol, security, dormant)."""
    hops = {("hh-cucm", "", "sip-trunk", address, 5060, "sip-tls", "nonsecure", 0) for _, address in nordwind_phones.PLAIN_TRUNKS}
    for name in estate.exportable():
        product = estate.product(name)
        for hop, to, port in estate.hops_from(name):
            for _, address in estate.addresses(to):
                if to == BY_AXL:
                    hops |= {(name, node, "sip-trunk", address, port, "sip-tls", "encrypted", 0) for node in nordwind_phones.GROUPS["HH-B"]}
                elif product == "cucm" and port in (5061, 5062):
                    hops.add((name, "", "sip-trunk", address, port, "sip-tls", "encrypted", 0))
                elif product == "cucm" and port == 636:
                    hops.add((name, "", "ldap", address, port, "ldaps", "encrypted", 0))
                elif product == "cube":
                    hops.add((name, name, "sip", address, port, "sip-tls", "encrypted", 0))
                elif product == "uccx" and port == 8443:
                    hops.add((name, "hh-uccx-1", "axl", address, port, "https", "encrypted", 0))
                elif product == "imp" and to == "hh-mssql":
                    hops.add((name, "", "database", address, port, "tds", "encrypted", 0))
                elif product == "imp" and to == "nw-exchange":
                    hops.add((name, "", "calendar", address, port, "https", "encrypted", 0))
                elif product.startswith("expressway") and port in (5061, 5091, 7001):
                    for node in estate.clusters[name]["nodes"]:
                        hops.add((name, node["name"], "sip-zone", address, port, "sip-tls", "encrypted", 0))
                        if estate.product(to) == "cucm":
                            hops |= {(name, node["name"], "traffic-server", address, file_port, protocol, "encrypted", 0)
                                     for file_port, protocol in ((6971, "tftp-https"), (6972, "tftp-https"), (8443, "https"))}
    addresses = dict(estate.addresses("hh-cucm"))
    return hops | nordwind_phones.expected_hops(addresses)


def write_phones(estate, folder, noise):
    """What is known of Hamburg's phones: tables beside the publisher, and of 23 phones their own trust lists."""
    place = folder / "hh-cucm-pub"
    noise.write(place / "phone.csv", nordwind_phones.phone_csv())
    noise.write(place / "pools.txt", exports.fixed_table(["devicepool", "callmanagergroup", "srst"], nordwind_phones.pools()))
    (place / "trunk.xml").write_text(trunk_xml(estate))
    (place / "profiles.xml").write_text(nordwind_phones.profiles_xml())
    (place / "risport.xml").write_text(nordwind_phones.risport_xml(nordwind_phones.SECOND))
    for group in nordwind_phones.GROUPS:
        (place / f"group-{group}.xml").write_text(nordwind_phones.groups_xml(group))
    for name in ("ITLFile.tlv", "CTLFile.tlv"):
        (place / name).write_bytes(nordwind_phones.list_file(estate, "hh-cucm", is_ctl=name.startswith("CTL")))
    london = nordwind_phones.list_file(estate, "lon-cucm")
    shown = nordwind_phones.list_text(estate, "lon-cucm")
    for number, phone in enumerate(phone for phone in nordwind_phones.phones() if phone.holds_london):
        if number % 2:
            noise.write(folder / "phones" / f"{phone.name}_itl.txt", shown)
        else:
            (folder / "phones" / phone.name).mkdir(parents=True)
            (folder / "phones" / phone.name / "ITLFile.tlv").write_bytes(london)


def write(estate, folder, noise=exports.PLAIN):
    """Every file by its path below the folder."""
    folder = Path(folder)
    for name in estate.exportable():
        cluster = estate.clusters[name]
        for node in cluster["nodes"]:
            place = folder / node["name"]
            place.mkdir(parents=True)
            if cluster["product"] in VOS:
                noise.write(place / "cli.log", cli_log(estate, cluster, node))
                (place / "snapshot.json").write_text(snapshot(estate, cluster, node))
            elif cluster["product"].startswith("expressway"):
                noise.write(place / f"xconf_dump_{node['name']}.txt", xconfiguration(estate, cluster, node))
                noise.write(place / f"xstat_dump_{node['name']}.txt", ["*s SystemUnit:", "  Software:", f'    Version: "{cluster["release"]}"'])
                (place / f"ca_{node['name']}.pem").write_text("".join(path.read_text() for path in estate.trusted(cluster, node, "trusted-ca")))
                (place / f"server_{node['name']}.pem").write_text(estate.chain(node["name"], "server").read_text())
            else:
                noise.write(place / "router.txt", router_log(estate, cluster, node))
    write_phones(estate, folder, noise)
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
