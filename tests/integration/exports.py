"""The exports of a small estate in every format that is read, as its systems would write them, and what they tell.

hh-cucm: a publisher, two subscribers (one lacks the authority in CallManager-trust) and an IM and Presence node; hh-expc: two
peers; hh-cube1: a router whose list of connections shows a session to the publisher; phones of three classes.
"""

import json
import subprocess
from pathlib import Path

DOMAIN = "nordwind.example"
NODES = {
    "hh-cucm-pub": ("10.1.1.11", "publisher"),
    "hh-cucm-sub1": ("10.1.1.12", "subscriber"),
    "hh-cucm-sub2": ("10.1.1.13", "subscriber"),
    "hh-imp-1": ("10.1.1.41", "publisher"),
}
CUCM = ["hh-cucm-pub", "hh-cucm-sub1", "hh-cucm-sub2"]
PEERS = {"hh-expc1": "10.1.1.21", "hh-expc2": "10.1.1.22"}
ROUTER, ROUTER_ADDRESS = "hh-cube1", "10.1.1.71"
RSA, EC = ["-newkey", "rsa:2048"], ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"]
LEAF = "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:{name}\n"
SECRETS = ["Sup3rS3cretPassw0rd", "9f4aDigestOfSomebody", "community-string-77", "BEGIN RSA PRIVATE KEY"]


class Pki:
    """ca: the root; issuing: under it; and leaves by name."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        authority = ["-x509", "-nodes", "-sha256", "-days", "3000", "-addext", "keyUsage=critical,keyCertSign,cRLSign"]
        self._run("req", *authority, *RSA, "-subj", "/O=Nordwind/CN=Nordwind Root", "-keyout", "root.key", "-out", "root.pem")
        self.signed("issuing", "/O=Nordwind/CN=NW-Issuing-CA2", "root", "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n")
        for node in [*NODES, *PEERS, ROUTER]:
            self.signed(node, f"/O=Nordwind/CN={node}.{DOMAIN}", "issuing", LEAF.format(name=f"{node}.{DOMAIN}"))
        for node in CUCM:
            self._run("req", "-x509", "-nodes", "-sha384", "-days", "900", *EC, "-subj", f"/O=Nordwind/CN={node}-EC.{DOMAIN}",
                      "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", f"{node}-ec.key", "-out", f"{node}-ec.pem")

    def signed(self, name, subject, issuer, extensions):
        (self.folder / f"{name}.ext").write_text(extensions)
        self._run("req", "-new", "-nodes", *RSA, "-subj", subject, "-keyout", f"{name}.key", "-out", f"{name}.csr")
        self._run("x509", "-req", "-sha256", "-days", "800", "-in", f"{name}.csr", "-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key",
                  "-CAcreateserial", "-extfile", f"{name}.ext", "-out", f"{name}.pem")

    def _run(self, *words):
        done = subprocess.run(["openssl", *words], cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"openssl {' '.join(words)}: {done.stderr}")

    def pem(self, name):
        return (self.folder / f"{name}.pem").read_text()

    def digest(self, name, algorithm="sha1"):
        out = subprocess.run(["openssl", "x509", "-in", f"{name}.pem", "-noout", "-fingerprint", f"-{algorithm}"], cwd=self.folder,
                             capture_output=True, text=True, check=True).stdout
        return out.split("=")[1].strip().replace(":", "").lower()

    def der(self, name):
        return subprocess.run(["openssl", "x509", "-in", f"{name}.pem", "-outform", "DER"], cwd=self.folder, capture_output=True,
                              check=True).stdout


def fixed_table(columns, rows):
    """As run sql prints one."""
    widths = [max(len(column), *(len(str(row[n])) for row in rows)) for n, column in enumerate(columns)]
    lines = [" ".join(column.ljust(width) for column, width in zip(columns, widths)),
             " ".join("=" * width for width in widths)]
    return lines + [" ".join(str(cell).ljust(width) for cell, width in zip(row, widths)) for row in rows]


def snapshot(pki, node):
    """With a CA, the issuing one of all; sub2 lacks both in CallManager-trust."""
    own = pki.pem(node)
    trust = [{"filename": f"{name}.pem", "certificate": pki.pem(name)} for name in ("root", "issuing")]
    callmanager = trust if node != "hh-cucm-sub2" else [{"filename": "own.pem", "certificate": own}]
    if node in CUCM:
        identities = [("tomcat", own), ("tomcat-ECDSA", pki.pem(f"{node}-ec")), ("CallManager", own), ("CallManager-ECDSA", pki.pem(f"{node}-ec"))]
        stores = [("tomcat-trust", trust), ("CallManager-trust", callmanager)]
    else:
        identities = [("tomcat", own), ("cup", own), ("cup-xmpp", own)]
        stores = [("tomcat-trust", trust), ("cup-trust", trust), ("cup-xmpp-trust", trust)]
    return json.dumps({"server": node, "trackingId": "1-2-3",
                       "identities": [{"service": service, "certificate": pem, "csr": None} for service, pem in identities],
                       "trusts": [{"service": service, "certificate_data": held} for service, held in stores],
                       "revokedCertificates": []}, indent=1)


def trust_list(pki, name):
    lines = [f"The checksum value of the {name} file: ", "0123456789abcdef0123456789abcdef(MD5)", f"Length of {name} file: 5438", "",
             f"        Parse {name} File", "        ----------------", "Version:        1.2", "HeaderLength:   304 (BYTES)", ""]
    for number, node in enumerate(CUCM, 1):
        digest = pki.digest(node).upper()
        lines += [f"        {name} Record #:{number}", "                  ----", "BYTEPOS TAG             LENGTH  VALUE", "------- ---             ------  -----",
                  "1       RECORDLENGTH    2       1027", f"2       DNSNAME         {len(node) + 1}      {node}",
                  f"3       SUBJECTNAME     52      CN={node}.{DOMAIN};O=Nordwind", "4       FUNCTION        2       " + ("CCM+TFTP" if number > 1 else "System Administrator Security Token"),
                  "6       SERIALNUMBER    8       70:CA:F6:4E:09:07:51:B9", "7       PUBLICKEY       270", "8       SIGNATURE       256",
                  f"9       CERTIFICATE     724     {' '.join(digest[n:n + 2] for n in range(0, 40, 2))} (SHA1 Hash HEX)", ""]
    return lines + ["This etoken was used to sign the ITL file.", f"The {name} file was verified successfully."]


def cli_log(pki, node):
    """Commands and what they print."""
    address, _ = NODES[node]
    log = [("show status", [f"Host Name          : {node}", "Date               : So 29. Nov 2026 10:00:00 MEZ", "Locale             : Österreich",
                            "Product Ver        : 15.0.1.12900-234"]),
           ("show network eth0", ["Ethernet 0", "DHCP               : disabled         Status             : up",
                                  f"IP Address         : {address}     IP Mask            : 255.255.255.000", "DNS", f"Domain             : {DOMAIN}"]),
           ("show version active", ["Active Master Version: 15.0.1.12900-234", "Active Version Installed Software Options:", "No Installed Software Options Found."]),
           ("show tls min-version", ["Configured TLS minimum version is 1.0" if node != "hh-imp-1" else "Configured TLS minimum version is 1.2"]),
           ("show cert list own", ["tomcat/tomcat.pem: Certificate Signed by NW-Issuing-CA2", "ITLRecovery/ITLRecovery.pem: Self-signed certificate generated by system"]),
           ("utils fips status", ["The system is NOT operating in FIPS mode. Self test status unknown"]),
           ("show hardware", ["HW Platform       : VMware Virtual Machine", f"Root password {SECRETS[0]}"])]
    if node != "hh-cucm-pub":
        return log
    cluster = [f"{ip} {name}.{DOMAIN} {name} {role.capitalize()} {'cups' if name.startswith('hh-imp') else 'callmanager'} DB{role[:3].capitalize()} authenticated"
               for name, (ip, role) in NODES.items()]
    devices = ["-----------", "DeviceName, Descr, Ipaddr, RegStatus, PhoneProtocol, DeviceModel, LoadId, ActiveLoadId"]
    devices += [f"{phone}, desk, 10.9.0.1, {'reg' if registered else 'unr'}, {protocol}, {number}, {load}, {load}"
                for phone, number, _, protocol, load, _, registered in phones()]
    return log + [
        ("show network cluster", [*cluster, "", "Server Table (processnode) Entries", "----------------------------------", *[ip for ip, _ in NODES.values()]]),
        ("run sql select name, address, port, profile from trunks", fixed_table(
            ["name", "address", "port", "profile"],
            [["T-CUBE1", ROUTER_ADDRESS, 5061, "STSP-CUBE"], ["T-FAX", "10.1.1.83", 5060, "STSP-Clear"]])),
        ("run sql select name, securitymode, incomingport, x509subjectname from securityprofile", fixed_table(
            ["name", "securitymode", "incomingport", "x509subjectname"],
            [["STSP-CUBE", 3, 5061, f"{ROUTER}.{DOMAIN}"], ["STSP-Clear", 1, 5060, ""]])),
        ("run sql select paramname, paramvalue from processconfig", fixed_table(
            ["paramname", "paramvalue"], [["ClusterSecurityMode", 1], ["AutoRegistration", 0]])),
        ("run sql select hostname, ldapportnumber, sslenabled from ldap", fixed_table(
            ["hostname", "ldapportnumber", "sslenabled"], [["ad.nordwind.example", 636, "t"]])),
        ("show risdb query phone", devices),
        ("show itl", trust_list(pki, "ITL")),
        ("show ctl", trust_list(pki, "CTL")),
    ]


def phones():
    """name, model's number, model, protocol, load, profile, registered"""
    made = [(f"SEP0011AA0000{n:02X}", 622, "Cisco 7841", "SIP", "sip78xx.14-2-1-0001-125", "P-Encrypted", True) for n in range(21)]
    made += [(f"SEP0011AA0001{n:02X}", 434, "Cisco 7942", "SCCP", "SCCP42.9-4-2SR3-1S", "P-Authenticated", True) for n in range(3)]
    return made + [(f"SEP0011AA0002{n:02X}", 622, "Cisco 7841", "SIP", "sip78xx.14-2-1-0001-125", "Cisco 7841 - Standard SIP Non-Secure Profile", False)
                   for n in range(5)]


def phone_csv():
    """Of four hundred columns some are enough; names of columns differ by release."""
    lines = ["Device Name,Description,Device Pool,Device Type,Device Protocol,Digest User,Device Security Profile"]
    return lines + [f'{name},"a desk, by the window",HH,{model},{protocol},{SECRETS[1]},{profile}' for name, _, model, protocol, _, profile, _ in phones()]


def profile_xml():
    row = "<phoneSecurityProfile><name>{}</name><deviceSecurityMode>{}</deviceSecurityMode><transportType>TLS</transportType></phoneSecurityProfile>"
    rows = "\n".join(row.format(name, mode) for name, mode in [("P-Encrypted", "Encrypted"), ("P-Authenticated", "Authenticated")])
    return ("<?xml version='1.0' encoding='UTF-8'?>\n<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>"
            f"<ns:listPhoneSecurityProfileResponse xmlns:ns=\"http://www.cisco.com/AXL/API/15.0\"><return>\n{rows}\n</return>"
            "</ns:listPhoneSecurityProfileResponse></soapenv:Body></soapenv:Envelope>\n")


def xconfiguration(peer):
    prefix = "*c xConfiguration "
    lines = [f'SystemUnit Name: "{peer}"', f'IP DNS Hostname: "{peer}"', f'IP DNS Domain Name: "{DOMAIN}"',
             f'Ethernet 1 IP V4 Address: "{PEERS[peer]}"', 'Alternates Cluster Name: "hh-expc.nordwind.example"']
    lines += [f'Alternates Peer {n} Address: "{address}"' for n, address in enumerate(PEERS.values(), 1)]
    for number, node in enumerate(CUCM, 3):
        zone = f"Zones Zone {number} "
        lines += [f'{zone}Name: "CEtls-{node}.{DOMAIN}"', f'{zone}Type: "Neighbor"', f'{zone}Neighbor Peer 1 Address: "{node}.{DOMAIN}"',
                  f'{zone}Neighbor SIP Port: "5061"', f'{zone}Neighbor SIP Transport: "TLS"', f'{zone}Neighbor SIP TLS Verify Mode: "On"']
    zone = "Zones Zone 9 "
    lines += [f'{zone}Name: "to-the-edge"', f'{zone}Type: "TraversalClient"', f'{zone}TraversalClient Peer 1 Address: "hh-expe1.{DOMAIN}"',
              f'{zone}TraversalClient SIP Port: "7001"', f'{zone}TraversalClient SIP TLS Verify Mode: "On"']
    lines += ['SIP Advanced SipTlsVersions: "TLSv1.2:TLSv1.3"', 'EdgeConfigServer VerifyOriginServer: "On"',
              'Ciphers SIPTLSCiphers Value: "ECDHE-RSA-AES256-GCM-SHA384:EECDH:!aNULL"',
              f'Authentication Account Admin Account 1 Password: "{SECRETS[0]}"']
    return [prefix + line for line in lines]


def xstatus():
    return ["*s SystemUnit:", "    Uptime: 123456", "    Software:", '      Version: "X14.3.7"', "*s/end"]


def running_configuration(pki):
    def dump(name):
        digits = pki.der(name).hex().upper()
        groups = [digits[n:n + 8] for n in range(0, len(digits), 8)]
        return ["  " + " ".join(groups[n:n + 8]) for n in range(0, len(groups), 8)] + ["  \tquit"]
    return ["Building configuration...", "", "Current configuration : 9000 bytes", "!", "version 17.9", "service timestamps log datetime msec", "!",
            f"hostname {ROUTER}", "!", f"enable secret 9 {SECRETS[0]}", f"ip domain name {DOMAIN}", "!",
            "crypto pki trustpoint CUBE-TP", " enrollment terminal", " revocation-check none", "!",
            "crypto pki trustpoint NW-ROOT", " enrollment terminal", "!",
            "crypto pki certificate chain CUBE-TP", " certificate 1A2B3C", *dump(ROUTER), " certificate ca 0F", *dump("issuing"),
            "crypto pki certificate chain NW-ROOT", " certificate ca 01", *dump("root"), "!",
            "voice service voip", " mode border-element", " sip", "  session transport tcp tls", "!",
            "voice class tls-profile 1", " trustpoint CUBE-TP", " cn-san validate bidirectional", f" cn-san 1 hh-cucm-pub.{DOMAIN}", "!",
            "interface GigabitEthernet0/0/0", f" ip address {ROUTER_ADDRESS} 255.255.255.0", "!",
            "dial-peer voice 100 voip", " description to the cluster", " session protocol sipv2", " session target ipv4:10.1.1.11:5061",
            " session transport tcp tls", "!",
            "dial-peer voice 200 voip", " session protocol sipv2", " session target dns:sbc1.elbtel.example", " session transport tcp tls", "!",
            f"snmp-server community {SECRETS[2]} RO",
            "sip-ua", " transport tcp tls v1.2", " crypto signaling default tls-profile 1", "!", "end"]


def router_log(pki):
    return [f"{ROUTER}#show version", "Cisco IOS XE Software, Version 17.09.04a", "cisco ISR4451-X/K9 (OVLD-2RU) processor with 7000000K bytes",
            f"{ROUTER}#show running-config", *running_configuration(pki), "",
            f"{ROUTER}#show sip-ua connections tcp tls detail", "Total active connections      : 2", "TLS client handshake failures : 0", "",
            "---------Printing Detailed Connection Report---------", "Remote-Agent:10.1.1.11, Connections-Count:1",
            "  Remote-Port Conn-Id Conn-State  WriteQ-Size Local-Address       TLS-Version Cipher                        Curve Tenant",
            "  =========== ======= =========== =========== =================== =========== ============================= ===== ======",
            f"         5061      18 Established           0 {ROUTER_ADDRESS}:22943  TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384 P-521 0",
            f"{ROUTER}#"]


class Noise:
    """What a terminal, a pager and an editor do to a log; `cut`: it ends within a line that tells nothing new."""

    def __init__(self, pager=False, line_end="\n", encoding="utf-8", prefix=b"", cut=False):
        self.pager, self.line_end, self.encoding, self.prefix, self.cut = pager, line_end, encoding, prefix, cut

    def write(self, path, lines):
        path.parent.mkdir(parents=True, exist_ok=True)
        noisy = []
        for number, line in enumerate(lines):
            noisy.append(line)
            if self.pager and number % 23 == 22:
                noisy[-1] += "\r\nPress <enter> for 1 line, <space> for one page, or <q> to quit" + "\b" * 63 + " " * 63 + "\b" * 63
        longest = max(lines, key=len)
        noisy.append(longest[:len(longest) // 2] if self.cut else "")
        path.write_bytes(self.prefix + self.line_end.join(noisy).encode(self.encoding))


PLAIN = Noise()
NOISES = {"CRLF": Noise(line_end="\r\n"), "CR CR LF": Noise(line_end="\r\r\n"), "pager": Noise(pager=True, line_end="\r\n"),
          "UTF-16": Noise(encoding="utf-16-le", prefix=b"\xff\xfe"), "UTF-8 with mark": Noise(prefix=b"\xef\xbb\xbf"),
          "Latin-1": Noise(encoding="latin-1", line_end="\r\n")}
CUT_OFF = Noise(cut=True)


def write_exports(folder, pki, noise=PLAIN):
    """Every file by its path below the folder."""
    folder = Path(folder)
    for node in NODES:
        lines = ["Command Line Interface is starting up, please wait ...", "   Welcome to the Platform Command Line Interface", ""]
        for command, printed in cli_log(pki, node):
            lines += [f"admin:{command}", *printed, ""]
        noise.write(folder / "logs" / f"{node}.log", lines + ["admin:exit"])
        (folder / "certificates").mkdir(exist_ok=True)
        (folder / "certificates" / f"{node}.json").write_text(snapshot(pki, node))
    (folder / "hh-cucm-pub").mkdir(exist_ok=True)
    noise.write(folder / "hh-cucm-pub" / "phone.csv", phone_csv())
    (folder / "hh-cucm-pub" / "profiles.xml").write_text(profile_xml())
    for peer in PEERS:
        place = folder / f"diagnostic_{peer}"
        noise.write(place / f"xconf_dump_{peer}.txt", xconfiguration(peer))
        noise.write(place / f"xstat_dump_{peer}.txt", xstatus())
        authorities = pki.pem("root") + pki.pem("issuing") if peer == "hh-expc1" else pki.pem("root")
        (place / f"ca_{peer}.pem").write_text(authorities)
        (place / f"server_{peer}.pem").write_text(pki.pem(peer) + pki.pem("issuing"))
        subprocess.run(["tar", "-czf", f"../diagnostic_{peer}.tar.gz", "--transform", "s,^./,logs/,", "."], cwd=place, check=True)
        subprocess.run(["rm", "-r", place], check=True)
    noise.write(folder / "router.txt", router_log(pki))
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
