"""Postfix and Dovecot, the two real servers that speak plain text before TLS. Both insist on being started by root."""

import grp
import pwd
import shutil

from processes import free_port, in_private_network
from servers import Listening


def postfix(processes, pki):
    port = 25 if in_private_network() else free_port()
    config = processes.folder / "postfix"
    queue = config / "queue"
    for folder in (queue / "pid", config / "data"):
        folder.mkdir(parents=True)
    postfix_user = pwd.getpwnam("postfix")
    shutil.chown(config / "data", postfix_user.pw_uid)
    for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"):
        (queue / name).mkdir()
        shutil.chown(queue / name, postfix_user.pw_uid)
    for name in ("maildrop", "public"):
        (queue / name).mkdir()
        shutil.chown(queue / name, postfix_user.pw_uid, grp.getgrnam("postdrop").gr_gid)
    processes.write("postfix/main.cf", f"""
compatibility_level = 3.6
import_environment = MAIL_CONFIG OPENSSL_CONF
queue_directory = {queue}
data_directory = {config}/data
maillog_file = {config}/log
maillog_file_prefixes = {config}
myhostname = cuc.nordwind.test
mydestination =
alias_maps =
inet_interfaces = loopback-only
inet_protocols = ipv4
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_chain_files = {pki.path("rsa.key")} {pki.path("rsa.pem")} {pki.path("ecdsa.key")} {pki.path("ecdsa.pem")}
smtpd_tls_protocols = >=TLSv1
smtpd_tls_ciphers = low
tls_low_cipherlist = ALL:@SECLEVEL=0
""")
    processes.write("postfix/master.cf", f"127.0.0.1:{port} inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr\n"
                    "proxymap unix - - n - - proxymap\nanvil unix - - n - 1 anvil\nrewrite unix - - n - - trivial-rewrite\npostlog unix-dgram n - n - 1 postlogd\n")
    processes.start("postfix", ["/usr/lib/postfix/sbin/master", "-c", config, "-d"], port, env={"MAIL_CONFIG": str(config)})
    return Listening(port, "smtp", starttls="smtp")


def _dovecot(processes, pki, name, listener):
    port = 143 if listener == "imap" and in_private_network() else free_port()
    here = processes.folder / name
    here.mkdir()
    config = processes.write(f"{name}/dovecot.conf", f"""
base_dir = {here}/run
import_environment = OPENSSL_CONF
state_dir = {here}/state
protocols = imap
log_path = /dev/stderr
passdb {{
  driver = static
  args = nologin=yes
}}
ssl = yes
ssl_cert = <{pki.path("ecdsa.pem")}
ssl_key = <{pki.path("ecdsa.key")}
ssl_alt_cert = <{pki.path("rsa.pem")}
ssl_alt_key = <{pki.path("rsa.key")}
ssl_min_protocol = TLSv1
ssl_cipher_list = ALL:@SECLEVEL=0
service imap-login {{
  inet_listener imap {{
    port = {port if listener == "imap" else 0}
  }}
  inet_listener imaps {{
    port = {port if listener == "imaps" else 0}
    ssl = yes
  }}
}}
""")
    processes.start(name, ["dovecot", "-F", "-c", config], port)
    return Listening(port, listener, starttls="imap" if listener == "imap" else "")


def dovecot_imap(processes, pki):
    return _dovecot(processes, pki, "dovecot-imap", "imap")


def dovecot_imaps(processes, pki):
    return _dovecot(processes, pki, "dovecot-imaps", "imaps")


SERVERS = [postfix, dovecot_imap, dovecot_imaps]
