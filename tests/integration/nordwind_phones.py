"""The phones of the lab's estate as the tables of its call control hold them: 4,515 that use TLS and 288 that do not, on 41 device pools.

23 of them hold London's trust list, since they came from there.
"""

import functools
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import exports
import made_trust_lists

BRANCHES, PHONES_OF_A_BRANCH = 38, 20
PLAIN_TRUNKS = [(f"T-PAGING-{n}", f"127.10.9.{100 + n}") for n in range(1, 13)]
FIRST, SECOND, LAST = "hh-cucm-sub1", "hh-cucm-sub2", "hh-cucm-pub"
GROUPS = {"HH-A": [FIRST, SECOND], "HH-B": [SECOND, LAST]}


@dataclass(frozen=True)
class Kind:
    model: str       # As the administration's pages write it.
    number: int      # As the real-time service does.
    protocol: str
    load: str
    release: str     # What that load is.
    profile: str
    security: str
    count: int
    oauth: bool = False
    encrypts_files: bool = False
    has_certificate: bool = False

    @property
    def product(self):
        return "roomos" if "Room" in self.model else "other" if "Third-party" in self.model else "phone"


KINDS = [
    Kind("Cisco 7841", 622, "SIP", "sip78xx.14-2-1-0001-125", "14.2.1", "Desk, encrypted", "encrypted", 2100, encrypts_files=True, has_certificate=True),
    Kind("Cisco 8845", 36224, "SIP", "sip8845_65.14-2-1-0001-125", "14.2.1", "Video, OAuth", "encrypted", 1900, oauth=True),
    Kind("Cisco 7942", 434, "SCCP", "SCCP42.9-4-2SR3-1S", "9.4.2SR3", "Old, authenticated", "authenticated", 310),
    Kind("Cisco 9871", 36307, "SIP", "PHONEOS.3-2-1-0101-12", "3.2.1", "Video, OAuth", "encrypted", 120, oauth=True),
    Kind("Cisco Webex Room Kit", 36320, "SIP", "ce11.9.2.4-1c38a8e1a45", "11.9.2", "Rooms", "encrypted", 85),
    Kind("Third-party SIP Device (Basic)", 336, "SIP", "", "", "Third-party SIP Device Basic - Standard SIP Non-Secure Profile", "nonsecure", 288),
]


@dataclass(frozen=True)
class Phone:
    name: str
    kind: Kind
    pool: str
    branch: int  # 0: none.
    node: str    # Where it is registered.
    holds_london: bool


@functools.cache
def phones():
    made = []
    for number, kind in enumerate(KINDS):
        for n in range(kind.count):
            branch = n // PHONES_OF_A_BRANCH + 1 if number == 0 and n < BRANCHES * PHONES_OF_A_BRANCH else 0
            london = number == 0 and 0 <= n - BRANCHES * PHONES_OF_A_BRANCH < 23
            group = "HH-B" if n % 2 and not branch and not london else "HH-A"
            pool = f"Branch-{branch:02}" if branch else "Hamburg-" + group[-1]
            made.append(Phone(f"SEP0011AA{number:02X}{n:04X}", kind, pool, branch, GROUPS[group][0], london))
    return made


def name_of_class(phone):
    """As an import names those that no fact tells apart."""
    kind = phone.kind
    model = kind.model.removeprefix("Cisco ").lower().replace(" (basic)", "-basic").replace(" ", "-")
    return f"hh-cucm-{model}-{kind.protocol.lower()}-{kind.security}" + ("-oauth" if kind.oauth else "") + ("-list-of-lon-cucm" if phone.holds_london else "")


def expected_classes():
    """name: (product, model, release, count)"""
    found = {}
    for phone in phones():
        kind = phone.kind
        found.setdefault(name_of_class(phone), []).append((kind.product, kind.model.removeprefix("Cisco "), kind.release or None))
    return {name: (*members[0], len(members)) for name, members in found.items()}


def expected_hops(addresses):
    """Of phones, of who logs in to control them, and to the branches. `addresses`: of the nodes of Hamburg's call control."""
    hops, standby = set(), set()
    for phone in phones():
        kind, name = phone.kind, name_of_class(phone)
        line = {"SCCP": ("sccp", 2443, "sccp-tls")}.get(kind.protocol, ("sip", 5090 if kind.oauth else 5061 if kind.security == "encrypted" else 5060, "sip-tls"))
        services = [((line[0] if kind.product != "other" else "client"), *line[1:], kind.security)]
        services += [("trust-verification", 2445, "tvs", "encrypted")] if kind.product == "phone" else []
        group = GROUPS["HH-B" if phone.pool == "Hamburg-B" else "HH-A"]
        for service, port, protocol, security in services:
            hops.add((name, "", service, addresses[phone.node], port, protocol, security, 0))
            standby |= {(name, "", service, addresses[node], port, protocol, security) for node in group if node != phone.node}
        if kind.encrypts_files:
            hops |= {(name, "", "tftp", address, 6971, "tftp-https", "encrypted", 0) for address in addresses.values()}
        if kind.has_certificate:
            hops.add((name, "", "trust-verification", addresses[LAST], 3804, "capf", "encrypted", 1))
        if phone.branch:
            hops.add((name, "", "sip", branch_address(phone.branch), 5061, "sip-tls", "encrypted", 1))
    hops |= {(*hop, 1) for hop in standby if (*hop, 0) not in hops}
    hops |= {("hh-cucm", "", "srst-certificate", branch_address(n), 2445, "tls", "encrypted", 1) for n in range(1, BRANCHES + 1)}
    return hops | {(f"user-{name}", "", "client", address, 2749, "cti-tls", "encrypted", 0) for name in ("hh-cer", "hh-uccx", "hh-attendant") for address in addresses.values()}


def branch_address(branch):
    return f"127.10.4.{branch}"


def pools():
    """device pool, group, SRST reference"""
    return [["Hamburg-A", "HH-A", "Disable"], ["Hamburg-B", "HH-B", "Use Default Gateway"], ["Default", "HH-A", "Disable"]] + \
        [[f"Branch-{n:02}", "HH-A", f"SRST-{n:02}"] for n in range(1, BRANCHES + 1)]


def srst_table():
    return exports.fixed_table(["name", "ipaddr1", "port1", "sipnetwork", "sipport", "issecure"],
                               [[f"SRST-{n:02}", branch_address(n), 2000, branch_address(n), 5061, "t"] for n in range(1, BRANCHES + 1)])


def phone_csv():
    lines = ["Device Name,Description,Device Pool,Device Type,Device Protocol,Digest User,Device Security Profile,Certificate Operation,Certificate Status"]
    return lines + [f'{phone.name},"Büro, am Fenster",{phone.pool},{phone.kind.model},{phone.kind.protocol},{exports.SECRETS[1]},"{phone.kind.profile}",'
                    f'No Pending Operation,{"Upgrade Success" if phone.kind.has_certificate else "None"}' for phone in phones()]


def risdb(node):
    lines = ["-----------", "DeviceName, Descr, Ipaddr, RegStatus, PhoneProtocol, DeviceModel, LoadId, ActiveLoadId"]
    return lines + [f"{phone.name}, desk, 10.9.0.1, reg, {phone.kind.protocol}, {phone.kind.number}, {phone.kind.load}, {phone.kind.load}"
                    for phone in phones() if phone.node == node] + ["-----------", "Total count 2500"]


def risport_xml(node):
    items = "\n".join(f"<item><Name>{phone.name}</Name><DeviceClass>Phone</DeviceClass><Model>{phone.kind.number}</Model><Protocol>{phone.kind.protocol}</Protocol>"
                      f"<Status>Registered</Status><ActiveLoadID>{phone.kind.load}</ActiveLoadID></item>" for phone in phones() if phone.node == node)
    return ("<?xml version='1.0'?>\n<soapenv:Envelope><soapenv:Body><ns1:selectCmDeviceResponse><ns1:selectCmDeviceReturn><ns1:SelectCmDeviceResult><ns1:CmNodes>"
            f"<item><Name>{node}</Name><CmDevices>\n{items}\n</CmDevices></item></ns1:CmNodes></ns1:SelectCmDeviceResult></ns1:selectCmDeviceReturn>"
            "</ns1:selectCmDeviceResponse></soapenv:Body></soapenv:Envelope>\n")


def axl(answer, rows):
    return ("<?xml version='1.0' encoding='UTF-8'?>\n<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>"
            f"<ns:{answer} xmlns:ns=\"http://www.cisco.com/AXL/API/15.0\"><return>\n" + "\n".join(rows) + f"\n</return></ns:{answer}></soapenv:Body></soapenv:Envelope>\n")


def profiles_xml():
    return axl("listPhoneSecurityProfileResponse", sorted({
        f"<phoneSecurityProfile><name>{kind.profile}</name><deviceSecurityMode>{kind.security.capitalize()}</deviceSecurityMode><tftpEncryptedConfig>"
        f"{str(kind.encrypts_files).lower()}</tftpEncryptedConfig><enableOAuthAuthentication>{str(kind.oauth).lower()}</enableOAuthAuthentication></phoneSecurityProfile>"
        for kind in KINDS}))


def groups_xml(group):
    members = "".join(f"<member><priority>{n}</priority><callManagerName>CM_{node}</callManagerName></member>" for n, node in enumerate(GROUPS[group]))
    return axl("getCallManagerGroupResponse", [f"<callManagerGroup><name>{group}</name><members>{members}</members></callManagerGroup>"])


def list_records(estate, cluster, is_ctl):
    """Certificates that the lists of a cluster name: a CTL all that answer calls, an ITL the one that hands it out and all that verify trust."""
    nodes = [node["name"] for node in estate.clusters[cluster]["nodes"]]
    answering = nodes if is_ctl else nodes[:1]
    wanted = [(node, name, made_trust_lists.CCM_TFTP) for node in answering for name in ("callmanager", "callmanager-ecdsa")]
    wanted += [] if is_ctl else [(node, "tvs", made_trust_lists.TVS) for node in nodes]
    wanted += [(nodes[0], "capf", made_trust_lists.CAPF)]
    return [(estate.identities(node)[name], role) for node, name, role in wanted if name in estate.identities(node)]


@functools.cache
def list_file(estate, cluster, is_ctl=False):
    """The ITL or CTL that this cluster hands out, as a file."""
    node = estate.clusters[cluster]["nodes"][0]["name"]
    with tempfile.TemporaryDirectory() as folder:
        signer = Path(folder) / f"{node}.pem"
        signer.write_text(estate.identities(node)["callmanager"].read_text())
        signer.with_suffix(".key").write_text((estate.folder / f"pki/keys/{node}-rsa2048.key").read_text())
        made = signer.with_suffix(".tlv")
        made_trust_lists.write_trust_list(made, signer, list_records(estate, cluster, is_ctl), "CTLFile.tlv" if is_ctl else "ITLFile.tlv")
        return made.read_bytes()


@functools.cache
def list_text(estate, cluster):
    """That ITL as 'show itl' prints it."""
    node = estate.clusters[cluster]["nodes"][0]["name"]
    words = {made_trust_lists.SAST: "System Administrator Security Token", made_trust_lists.CCM_TFTP: "CCM+TFTP", made_trust_lists.TVS: "TVS",
             made_trust_lists.CAPF: "CAPF"}
    lines = ["Length of ITL file: 5438", "", "        Parse ITL File", "        ----------------", "Version:        1.2", ""]
    records = [(estate.identities(node)["callmanager"], made_trust_lists.SAST), *list_records(estate, cluster, False)]
    for number, (path, role) in enumerate(records, 1):
        shown = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-fingerprint", "-sha1"], capture_output=True, text=True, check=True).stdout
        lines += [f"        ITL Record #:{number}", "                  ----", "BYTEPOS TAG             LENGTH  VALUE", "------- ---             ------  -----",
                  "1       RECORDLENGTH    2       1027", "2       DNSNAME         1       ", f"3       SUBJECTNAME     52      CN={node}.nordwind.example",
                  f"4       FUNCTION        2       {words[role]}", f"9       CERTIFICATE     724     {shown.split('=')[1].strip().replace(':', ' ')} (SHA1 Hash HEX)", ""]
    return lines + ["This etoken was used to sign the ITL file.", "The ITL file was verified successfully."]
