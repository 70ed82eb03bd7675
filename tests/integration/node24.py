"""Node 24, whose OpenSSL 3.5 has the hybrid groups: where it is, a server and a client of it."""

import os
import shutil
import subprocess

from processes import free_port
from program import ROOT
from servers import Listening

SERVER = """
const tls = require("tls"), fs = require("fs"), [folder, port, curves] = process.argv.slice(1);
const read = kind => ["rsa", "ecdsa"].map(name => fs.readFileSync(`${folder}/${name}.${kind}`));
tls.createServer({key: read("key"), cert: read("pem"), ecdhCurve: curves, minVersion: "TLSv1", ciphers: "ALL:@SECLEVEL=0"},
                 socket => { socket.on("error", () => {}); socket.end("ok\\n"); })
   .on("tlsClientError", () => {}).listen(Number(port), "127.0.0.1");
"""

# Prints version, suite and leaf, or nothing where it was refused.
CLIENT = """
const tls = require("tls"), [port, curves] = process.argv.slice(1);
const socket = tls.connect({host: "127.0.0.1", port: Number(port), servername: "cucm-pub.nordwind.test", rejectUnauthorized: false,
                            minVersion: "TLSv1.3", ecdhCurve: curves}, () => {
  const leaf = socket.getPeerCertificate().fingerprint256.replaceAll(":", "").toLowerCase();
  console.log(socket.getProtocol(), socket.getCipher().standardName, leaf);
  socket.destroy();
});
socket.on("error", () => {});
"""


def find():
    """Its program; None where there is none."""
    for path in (os.environ.get("UCREADY_NODE24"), ROOT / "build/node24/node_modules/node/bin/node", shutil.which("node")):
        if path and os.access(path, os.X_OK):
            version = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
            if version.startswith("v") and int(version[1:].split(".")[0]) >= 24:
                return path
    return None


def serve(processes, pki, curves):
    port = free_port()
    processes.start("node24", [find(), "-e", SERVER, pki.folder, port, curves], port)
    return Listening(port)


def connect(port, curves):
    """(version, suite, leaf), or None."""
    done = subprocess.run([find(), "-e", CLIENT, str(port), curves], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    return tuple(done.stdout.split()) or None
