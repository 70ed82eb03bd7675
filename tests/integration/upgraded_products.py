"""What the products of tests/lab/upgrade.yaml are like release by release, as their makers' documents and measurements
say: what they serve, and how they greet. It knows nothing of how ucready forecasts that.

A hello is what `openssl s_client` is told; an interface is what the lab's estate file says of it.
"""

import copy
import re

VERSIONS = ["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"]

ECDSA_FIRST = ("ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:"
               "AES256-SHA:AES128-SHA")
RSA_FIRST = ("ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-SHA:ECDHE-ECDSA-AES256-SHA:"
             "AES256-SHA:AES128-SHA")
RSA_ONLY = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-SHA:AES256-SHA:AES128-SHA"
OLDEST = "AES256-SHA:AES128-SHA"

# The last ones are for TLS 1.0 and 1.1, which OpenSSL takes to be signed with SHA-1.
ECDSA_SCHEMES_FIRST = ("ecdsa_secp384r1_sha384:ecdsa_secp256r1_sha256:rsa_pss_rsae_sha256:rsa_pkcs1_sha384:"
                       "rsa_pkcs1_sha256:rsa_pkcs1_sha1:ECDSA+SHA1")
RSA_SCHEMES_FIRST = ("rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pkcs1_sha384:rsa_pkcs1_sha256:ecdsa_secp384r1_sha384:"
                     "ecdsa_secp256r1_sha256:rsa_pkcs1_sha1:ECDSA+SHA1")


def number(release):
    """15SU4a and X14.3.7 as what sorts."""
    return tuple(map(int, re.findall(r"\d+", release)))


def higher(*versions):
    return max(versions, key=VERSIONS.index)


def standing(estate, wave):
    """The estate after so many steps of its order: each cluster's release and settings. `came_from` is where it began."""
    now = copy.deepcopy(estate)
    clusters = {cluster["name"]: cluster for cluster in now["clusters"]}
    for cluster in clusters.values():
        cluster["came_from"] = cluster.get("release", "")
        cluster["ahead"] = cluster.get("via", []) + ([cluster["target"]] if "target" in cluster else [])
    for step in estate["order"][:wave]:
        for change in step:
            if isinstance(change, str):
                clusters[change]["release"] = clusters[change]["ahead"].pop(0)
            else:
                cluster, setting = change["set"].split(".")
                clusters[cluster]["settings"][setting] = change["to"]
    return now


def served(estate, now):
    """The estate file for the lab: the products of `estate` as they are at `now`."""
    made = copy.deepcopy(estate)
    for cluster, then in zip(made["clusters"], now["clusters"]):
        serve = {"cucm": serve_as_cucm, "expressway-c": serve_as_expressway}.get(cluster["product"])
        if serve is None:
            continue
        for holder in [cluster, *cluster["nodes"]]:
            for interface in holder.get("interfaces", []):
                serve(interface, then)
    return made


def serve_as_cucm(interface, then):
    """14SU3 is what stands in the estate file. From 15SU2 on all its interfaces speak TLS 1.3, those of HTTPS load the RSA
    certificate alone unless told otherwise, and SIP chooses in TLS 1.3 by the client's suites for TLS 1.2."""
    lowest, highest = interface["tls"]
    if number(then["release"]) >= (15, 2):
        highest = "TLSv1.3"
        if interface["protocol"] == "sip-tls":
            if then["settings"]["certificate_preference"] == "tls12-ciphers":
                interface["choice"] = "tls12-suites"
        elif then["settings"]["http_certificates"] == "rsa":
            interface["identities"] = interface["identities"][:1]
    # 6972 never goes below TLS 1.2: its lowest version stands.
    lowest = higher(lowest, then["settings"]["tls_min"])
    interface["tls"] = [lowest, higher(lowest, highest)]


def serve_as_expressway(interface, then):
    """SIP speaks TLS 1.3 from X14.2 on. The lowest version is a setting that upgrades keep."""
    if number(then["release"]) >= (14, 2):
        interface["tls"] = [interface["tls"][0], "TLSv1.3"]


def greets_as_cucm(then, service):
    """It holds both of its certificates ready. Up to TLS 1.2 OpenSSL shows the one loaded last, the RSA one here; in TLS
    1.3 the first that the server's schemes allow."""
    highest = "TLSv1.3" if number(then["release"]) >= (15, 2) else "TLSv1.2"
    return {"versions": (then["settings"]["tls_min"], highest), "ciphers": RSA_FIRST, "schemes": ECDSA_SCHEMES_FIRST, "verifies": True,
            "shows": ["callmanager-ecdsa", "callmanager"]}


def greets_as_expressway(then, service):
    """The order of its suites tells where it came from: who upgraded from X14.0 or later has ECDHE-RSA in front. X15.2
    puts the RSA schemes in front, which only TLS 1.3 minds. Before X14.2 it asked CUCM by HTTPS without verifying."""
    release, rsa_first = number(then["release"]), number(then["came_from"]) >= (14, 0)
    rsa_schemes_first = rsa_first or release >= (15, 2)
    return {"versions": ("TLSv1.2", "TLSv1.3" if release >= (14, 2) else "TLSv1.2"),
            "ciphers": RSA_FIRST if rsa_first else ECDSA_FIRST,
            "schemes": RSA_SCHEMES_FIRST if rsa_schemes_first else ECDSA_SCHEMES_FIRST,
            "verifies": service == "sip-zone" or release >= (14, 2), "checks_name": True, "shows": ["server"]}


def greets_as_cube(then, service):
    """`transport tcp tls v1.2` is that version and no other."""
    return {"versions": ("TLSv1.2", "TLSv1.2"), "ciphers": RSA_FIRST, "schemes": ECDSA_SCHEMES_FIRST, "verifies": True, "shows": ["router"]}


def greets_as_application(then, service):
    settings, oldest = then["settings"], then["settings"]["tls_max"] == "TLSv1.0"
    return {"versions": (settings["tls_min"], settings["tls_max"]), "ciphers": OLDEST if oldest else RSA_ONLY,
            "schemes": RSA_SCHEMES_FIRST, "verifies": True, "shows": list(then["certificates"])}


def greets_as_phone(then, service):
    """The 7800 series never learned TLS 1.3."""
    return {"versions": (then["settings"]["tls_min"], "TLSv1.2"), "ciphers": RSA_ONLY, "schemes": RSA_SCHEMES_FIRST, "verifies": True,
            "shows": ["lsc"]}


GREETINGS = {"cucm": greets_as_cucm, "expressway-c": greets_as_expressway, "cube": greets_as_cube, "app": greets_as_application,
             "phone": greets_as_phone}


def greeting(then, service):
    return GREETINGS[then["product"]](then, service)
