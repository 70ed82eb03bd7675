"""Real TLS servers from Debian's packages, configured as widely as each of them goes.

A server is a function of (processes, pki) that starts it and returns where it listens; SERVERS names them all.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from processes import free_port

SOURCES = Path(__file__).resolve().parent


@dataclass
class Listening:
    port: int
    protocol: str = "tls"  # As ucready names it.
    starttls: str = ""     # As openssl s_client names it.
    server_name: str = ""  # A name to ask for besides asking without one.
    domain: str = ""       # Served, where the protocol names one.


# Of UC systems: no DHE, no ChaCha20, no ARIA or Camellia.
UC_SUITES = ("ECDHE+AESGCM:ECDHE+AES:AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:AES256-SHA:AES128-SHA"
             ":@SECLEVEL=0")


def nginx(processes, pki, own_order=True, name="nginx", suites="ALL:!aNULL:@SECLEVEL=0", leaves=("rsa", "ecdsa")):
    """With `own_order` its list of suites decides, else the client's."""
    port = free_port()
    here = processes.folder
    name = name if own_order else f"{name}-client"
    group = here / "ffdhe2048.pem"
    subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", group], check=True)
    shown = " ".join(f"ssl_certificate {pki.path(f'{leaf}.pem')}; ssl_certificate_key {pki.path(f'{leaf}.key')};" for leaf in leaves)
    config = processes.write(f"{name}.conf", f"""
daemon off; pid {here}/{name}.pid; error_log stderr crit; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {here}/{name}-1; proxy_temp_path {here}/{name}-2; fastcgi_temp_path {here}/{name}-3;
  uwsgi_temp_path {here}/{name}-4; scgi_temp_path {here}/{name}-5;
  ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers '{suites}'; ssl_prefer_server_ciphers {"on" if own_order else "off"};
  {shown} ssl_dhparam {group};
  server {{ listen 127.0.0.1:{port} ssl; return 200 'ok'; }}
}}
""")
    processes.start(name, ["nginx", "-e", "stderr", "-c", config], port)
    return Listening(port, "https")


def nginx_uc(processes, pki):
    return nginx(processes, pki, name="nginx-uc", suites=UC_SUITES)


def nginx_weak_certificates(processes, pki):
    """Every suite, and certificates that a library of today would not take: RSA of 1024 bits signed with MD5, SHA-1."""
    return nginx(processes, pki, name="nginx-weak", leaves=("rsa-weak", "ecdsa-sha1"))


def haproxy(processes, pki, name="haproxy", suites="ALL:@SECLEVEL=0"):
    """It takes its ECDSA chain for any suite of that kind that the client names, enabled or not."""
    port = free_port()
    for kind in ("rsa", "ecdsa"):
        both = pki.path(f"{kind}.pem").read_text() + pki.path(f"{kind}.key").read_text()
        processes.write(f"bundle.pem.{kind}", both)
    config = processes.write(f"{name}.cfg", f"""
global
  ssl-default-bind-options ssl-min-ver TLSv1.0
  ssl-load-extra-files bundle
defaults
  mode http
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend tls
  bind 127.0.0.1:{port} ssl crt {processes.folder}/bundle.pem ciphers {suites} verify optional ca-file {pki.path("ca.pem")}
  http-request return status 200
""")
    processes.start(name, ["haproxy", "-db", "-f", config], port)
    return Listening(port, "https", server_name="cucm-pub.nordwind.test")


def haproxy_uc(processes, pki):
    return haproxy(processes, pki, "haproxy-uc", UC_SUITES)


def tomcat(processes, pki):
    """Tomcat with its Java connector: both keys, a client certificate asked for, TLS 1.0 to 1.3."""
    port = free_port()
    base = processes.folder / "tomcat"
    for folder in ("conf", "logs", "temp", "webapps", "work"):
        (base / folder).mkdir(parents=True)
    subprocess.run(["keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", pki.path("ca.pem"), "-keystore",
                    base / "trust.p12", "-storetype", "PKCS12", "-storepass", "changeit"], check=True, capture_output=True)
    processes.write("tomcat/java.security", "jdk.tls.disabledAlgorithms=\njdk.certpath.disabledAlgorithms=\n")
    processes.write("tomcat/conf/server.xml", f"""
<Server port="-1">
  <Service name="Catalina">
    <Connector port="{port}" address="127.0.0.1" protocol="org.apache.coyote.http11.Http11NioProtocol" SSLEnabled="true"
               sslImplementationName="org.apache.tomcat.util.net.jsse.JSSEImplementation">
      <SSLHostConfig protocols="+TLSv1+TLSv1.1+TLSv1.2+TLSv1.3" ciphers="ALL" certificateVerification="optional"
                     truststoreFile="{base}/trust.p12" truststorePassword="changeit">
        <Certificate type="RSA" certificateKeystoreFile="{pki.path("rsa.p12")}" certificateKeystorePassword="changeit"/>
        <Certificate type="EC" certificateKeystoreFile="{pki.path("ecdsa.p12")}" certificateKeystorePassword="changeit"/>
      </SSLHostConfig>
    </Connector>
    <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps"/></Engine>
  </Service>
</Server>
""")
    home = Path("/usr/share/tomcat10")
    processes.start("tomcat", [
        "java", f"-Djava.security.properties={base}/java.security", f"-Dcatalina.home={home}", f"-Dcatalina.base={base}",
        f"-Djava.io.tmpdir={base}/temp", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp",
        f"{home}/bin/bootstrap.jar:{home}/bin/tomcat-juli.jar", "org.apache.catalina.startup.Bootstrap", "start"], port)
    return Listening(port, "https")


def jsse(processes, pki):
    port = free_port()
    processes.start("jsse", ["java", "-XX:TieredStopAtLevel=1", SOURCES / "JsseServer.java", port, "want",
                             "SSLv3,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3", pki.path("rsa.p12"), pki.path("ecdsa.p12")], port)
    return Listening(port)


def gnutls(processes, pki, name="gnutls", more=""):
    port = free_port()
    processes.start(name, [
        "gnutls-serv", "--quiet", "--port", port, "--http", "--priority",
        f"NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:+VERS-TLS1.2:+VERS-TLS1.3:+ARCFOUR-128:+3DES-CBC:+SHA1:+SIGN-ALL:%VERIFY_ALLOW_SIGN_WITH_SHA1{more}",
        "--x509certfile", pki.path("rsa.pem"), "--x509keyfile", pki.path("rsa.key"),
        "--x509certfile", pki.path("ecdsa.pem"), "--x509keyfile", pki.path("ecdsa.key")], port)
    return Listening(port)


def _selfserv(processes, pki, name, *options):
    port = free_port()
    database = f"sql:{processes.folder}/{name}-db"
    (processes.folder / f"{name}-db").mkdir()
    subprocess.run(["certutil", "-N", "-d", database, "--empty-password"], check=True)
    for kind in ("rsa", "ecdsa"):
        subprocess.run(["pk12util", "-i", pki.path(f"{kind}.p12"), "-d", database, "-W", "changeit", "-K", ""], check=True,
                       capture_output=True)
    processes.start(name, ["selfserv", "-d", database, "-p", port, "-n", "rsa", "-e", "ecdsa", *options], port)
    return Listening(port)


def gnutls_without_dh_groups(processes, pki):
    """It agrees on DHE and then fails."""
    return gnutls(processes, pki, "gnutls-without-dh", ":-GROUP-DH-ALL")


def nss_with_ssl3(processes, pki):
    """SSLv3 is served only while the range does not reach TLS 1.3."""
    suites = ":0005:0004:000A:002F:0035:C009:C00A:C013:C014:C011:C012:C007:C008:C02B:C02F:C030:009C"
    return _selfserv(processes, pki, "nss-ssl3", "-V", "ssl3:tls1.2", "-c", suites)


def nss_asking_for_certificates(processes, pki):
    return _selfserv(processes, pki, "nss-auth", "-V", "tls1.0:", "-r", "-r")


def _s_server(processes, pki, name, leaf, *options):
    port = free_port()
    processes.start(name, ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-cert", pki.path(f"{leaf}.pem"), "-key",
                           pki.path(f"{leaf}.key"), *options], port)
    return Listening(port)


def openssl_dual(processes, pki):
    return _s_server(processes, pki, "openssl-dual", "rsa", "-dcert", pki.path("ecdsa.pem"), "-dkey", pki.path("ecdsa.key"),
                     "-cipher", "ALL:eNULL:@SECLEVEL=0")


def openssl_sha1(processes, pki):
    return _s_server(processes, pki, "openssl-sha1", "rsa-sha1", "-cipher", "ALL:@SECLEVEL=0")


def openssl_ed25519_requiring_certificates(processes, pki):
    return _s_server(processes, pki, "openssl-ed25519", "ed25519", "-cipher", "ALL:!aNULL:@SECLEVEL=0", "-Verify", "1",
                     "-CAfile", pki.path("ca.pem"), "-verifyCAfile", pki.path("ca.pem"))


def openssl_rsa_pss(processes, pki):
    return _s_server(processes, pki, "openssl-rsa-pss", "rsa-pss", "-cipher", "ALL:!aNULL:@SECLEVEL=0")


def openssl_with_null_for_old_versions(processes, pki):
    """Up to TLSv1.1 it has nothing that encrypts."""
    return _s_server(processes, pki, "openssl-null", "rsa", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:NULL-SHA:@SECLEVEL=0")


def openssl_dsa(processes, pki):
    here = processes.folder / "dsa"
    here.mkdir()
    for command in (["openssl", "genpkey", "-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:1024", "-out", here / "parameters"],
                    ["openssl", "genpkey", "-paramfile", here / "parameters", "-out", here / "key"],
                    ["openssl", "req", "-new", "-x509", "-key", here / "key", "-subj", "/CN=dsa", "-out", here / "certificate"]):
        subprocess.run(command, check=True, capture_output=True)
    port = free_port()
    processes.start("openssl-dsa", ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-www", "-cert", here / "certificate", "-key", here / "key",
                                    "-cipher", "ALL:!aNULL:@SECLEVEL=0"], port)
    return Listening(port)


def openssl_rare_groups(processes, pki):
    return _s_server(processes, pki, "openssl-rare-groups", "rsa", "-groups", "X448:P-521", "-cipher", "ALL:@SECLEVEL=0")


def openssl_only_tls13(processes, pki):
    return _s_server(processes, pki, "openssl-tls13", "rsa", "-tls1_3")


def kamailio_requiring_certificates(processes, pki):
    """A SIP proxy that takes calls from who shows a certificate of its authority alone.

    Readers share OpenSSL's memory without a lock of OpenSSL 3's: two of them end in a double free after a few hundred handshakes.
    """
    port = free_port()
    here = processes.folder / "kamailio"
    here.mkdir()
    tls = processes.write("kamailio/tls.cfg", f"""
[server:default]
method = TLSv1+
verify_certificate = yes
require_certificate = yes
certificate = {pki.path("rsa.pem")}
private_key = {pki.path("rsa.key")}
ca_list = {pki.path("ca.pem")}
cipher_list = ALL:!aNULL:@SECLEVEL=0
[client:default]
verify_certificate = no
""")
    config = processes.write("kamailio/kamailio.cfg", f"""#!KAMAILIO
log_stderror=yes
children=1
tcp_children=1
enable_tls=yes
auto_aliases=no
listen=tls:127.0.0.1:{port}
loadmodule "tls.so"
loadmodule "sl.so"
loadmodule "pv.so"
modparam("tls", "config", "{tls}")
request_route {{ sl_send_reply("200", "OK"); }}
""")
    processes.start("kamailio", ["kamailio", "-DD", "-E", "-m", "64", "-M", "8", "-f", config, "-Y", here, "-w", here, "-P", here / "pid"], port)
    return Listening(port, "sip-tls")


SERVERS = [nginx, haproxy, tomcat, jsse, gnutls, nss_with_ssl3, nss_asking_for_certificates, openssl_dual, openssl_sha1,
           openssl_ed25519_requiring_certificates, openssl_rsa_pss, openssl_only_tls13]
