"""Prosody, ejabberd, OpenLDAP, PostgreSQL and MariaDB: real servers that speak something of their own before TLS.

A server is a function of (processes, pki) that starts it and returns where it listens; SERVERS names them all.
"""

import os
import shutil
import subprocess
from pathlib import Path

from processes import free_port
from servers import Listening


def _readable_to(user, source, target):
    """A daemon's own copy of a key: most refuse one that others may read."""
    shutil.copy(source, target)
    if os.getuid() == 0:
        shutil.chown(target, user)
    target.chmod(0o600)
    return target


def _folder_of(user, path):
    path.mkdir(parents=True)
    if os.getuid() == 0:
        shutil.chown(path, user)
    return path


def _prosody(processes, pki, name, protocol):
    client, server = free_port(), free_port()
    here = _folder_of("prosody", processes.folder / name)
    key = _readable_to("prosody", pki.path("rsa.key"), here / "rsa.key")
    config = processes.write(f"{name}/prosody.cfg.lua", f"""
daemonize = false
run_as_root = true
pidfile = "{here}/prosody.pid"
data_path = "{here}"
log = {{ warn = "*console" }}
modules_enabled = {{ "tls", "saslauth", "dialback", "disco" }}
c2s_ports = {{ {client} }}
s2s_ports = {{ {server} }}
interfaces = {{ "127.0.0.1" }}
c2s_require_encryption = true
s2s_require_encryption = true
ssl = {{ certificate = "{pki.path("rsa.pem")}", key = "{key}", protocol = "tlsv1+", ciphers = "ALL:!aNULL:@SECLEVEL=0" }}
VirtualHost "nordwind.test"
""")
    port = client if protocol == "xmpp-client" else server
    processes.start(name, ["prosody", "--config", config], port)
    return Listening(port, protocol, starttls="xmpp" if protocol == "xmpp-client" else "xmpp-server", domain="nordwind.test")


def prosody_client(processes, pki):
    return _prosody(processes, pki, "prosody-client", "xmpp-client")


def prosody_server(processes, pki):
    return _prosody(processes, pki, "prosody-server", "xmpp-server")


def _ejabberd(processes, pki, protocol):
    """Run by Erlang itself: Debian's ejabberdctl would start a name service that outlives it."""
    client, server = free_port(), free_port()
    name = f"ejabberd-{protocol}"
    here = processes.folder / name
    here.mkdir()
    (here / "all.pem").write_text(pki.path("rsa.pem").read_text() + pki.path("rsa.key").read_text())
    config = processes.write(f"{name}/ejabberd.yml", f"""
hosts: [nordwind.test]
loglevel: warning
certfiles: ["{here}/all.pem"]
listen:
  - {{port: {client}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: true, starttls_required: true, ciphers: "ALL:!aNULL:@SECLEVEL=0"}}
  - {{port: {server}, ip: "127.0.0.1", module: ejabberd_s2s_in}}
s2s_use_starttls: required
s2s_ciphers: "ALL:!aNULL:@SECLEVEL=0"
auth_method: internal
acme: {{auto: false}}
modules: {{}}
""")
    port = client if protocol == "xmpp-client" else server
    options = {"config": config, "log_path": here / "log"}
    words = [word for option, path in options.items() for word in (option, f'"{path}"')]
    processes.start(name, ["erl", "-noinput", "-mnesia", "dir", f'"{here}/db"', "-ejabberd", *words, "-s", "ejabberd"], port,
                    env={"HOME": str(here), "ERL_LIBS": "/usr/lib/x86_64-linux-gnu"})
    return Listening(port, protocol, starttls="xmpp" if protocol == "xmpp-client" else "xmpp-server", domain="nordwind.test")


def ejabberd_client(processes, pki):
    return _ejabberd(processes, pki, "xmpp-client")


def ejabberd_server(processes, pki):
    return _ejabberd(processes, pki, "xmpp-server")


def openldap(processes, pki):
    """Debian builds it with GnuTLS."""
    port = free_port()
    here = processes.folder / "openldap"
    (here / "data").mkdir(parents=True)
    config = processes.write("openldap/slapd.conf", f"""
include /etc/ldap/schema/core.schema
pidfile {here}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile {pki.path("ca.pem")}
TLSCertificateFile {pki.path("rsa.pem")}
TLSCertificateKeyFile {pki.path("rsa.key")}
TLSProtocolMin 3.1
database mdb
suffix "dc=nordwind,dc=test"
directory {here}/data
""")
    processes.start("openldap", ["slapd", "-d", "0", "-f", config, "-h", f"ldap://127.0.0.1:{port}"], port)
    return Listening(port, "ldap", starttls="ldap")


def postgresql(processes, pki):
    port = free_port()
    here = _folder_of("postgres", processes.folder / "postgresql")
    programs = sorted(Path("/usr/lib/postgresql").iterdir())[-1] / "bin"
    user = {"user": "postgres"} if os.getuid() == 0 else {}
    subprocess.run([programs / "initdb", "-D", here / "data", "-A", "trust"], check=True, capture_output=True, cwd=here, **user)
    key = _readable_to("postgres", pki.path("rsa.key"), here / "rsa.key")
    options = {"ssl": "on", "ssl_cert_file": pki.path("rsa.pem"), "ssl_key_file": key, "ssl_min_protocol_version": "TLSv1",
               "ssl_ciphers": "ALL:!aNULL:@SECLEVEL=0", "listen_addresses": "127.0.0.1", "port": port,
               "unix_socket_directories": here, "shared_buffers": "16MB"}
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    processes.start("postgresql", [programs / "postgres", "-D", here / "data", *words], port, **user)
    return Listening(port, "postgresql", starttls="postgres")


def mariadb(processes, pki):
    port = free_port()
    here = _folder_of("mysql", processes.folder / "mariadb")
    key = _readable_to("mysql", pki.path("rsa.key"), here / "rsa.key")
    user = ["--user=mysql"] if os.getuid() == 0 else []
    subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={here}/data", "--auth-root-authentication-method=normal",
                    "--skip-test-db", *user], check=True, capture_output=True)
    processes.start("mariadb", [
        "mariadbd", "--no-defaults", *user, f"--datadir={here}/data", f"--port={port}", "--bind-address=127.0.0.1",
        f"--socket={here}/socket", f"--pid-file={here}/pid", f"--ssl-cert={pki.path('rsa.pem')}", f"--ssl-key={key}",
        "--tls-version=TLSv1.0,TLSv1.1,TLSv1.2,TLSv1.3", "--ssl-cipher=ALL:!aNULL:@SECLEVEL=0"], port)
    return Listening(port, "mysql", starttls="mysql")


SERVERS = [prosody_client, prosody_server, ejabberd_client, ejabberd_server, openldap, postgresql, mariadb]
