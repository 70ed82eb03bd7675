"""Imports exports of growing size with ucready, and prints what each costs.

usage: import_bench.py UCREADY       (script/bench calls it)

A log of which nothing is understood, phones by the live table, the same phones by Bulk Administration with its four hundred columns,
and an archive that is a thousand times larger than its file. Counted are CPU time and peak resident memory of the process.
"""

import gzip
import io
import sys
import tarfile
import tempfile
from pathlib import Path

from cost import cost_of

HEAD = ("admin:show status\nHost Name : hq-pub\nadmin:show network cluster\n"
        "10.1.1.11 hq-pub.example.com hq-pub Publisher callmanager DBPub authenticated\n")


def log(path, megabytes):
    line = "2026-11-29 10:00:00,123 INFO  [http-nio-81-exec-22] impl.SomeClass - a line that nobody asked for, number "
    with path.open("w") as out:
        out.write(HEAD + "admin:show tech all\n")
        for number in range(megabytes * 1_000_000 // 112):
            out.write(f"{line}{number:08}\n")
        out.write("admin:\n")


def live_phones(path, count):
    with path.open("w") as out:
        out.write(HEAD + "admin:show risdb query phone\nDeviceName, Descr, RegStatus, PhoneProtocol, DeviceModel, LoadId\n")
        for number in range(count):
            out.write(f"SEP{number:012X}, a desk, reg, SIP, 36224, sip88xx.14-2-1-0001-125\n")
        out.write("admin:\n")


def phone_table(path, count):
    with path.open("w") as out:
        out.write("Device Name,Device Type,Device Protocol,Device Security Profile," + ",".join(f"Column {n}" for n in range(400)) + "\n")
        rest = ",".join(["value"] * 400)
        for number in range(count):
            out.write(f"SEP{number:012X},Cisco 8845,SIP,Profile,{rest}\n")


def bomb(path, megabytes):
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as out, tarfile.open(fileobj=out, mode="w|") as archive:
        first = tarfile.TarInfo("hq-pub.log")
        first.size = len(HEAD)
        archive.addfile(first, io.BytesIO(HEAD.encode()))
        entry = tarfile.TarInfo("zeros")
        entry.size = megabytes * 1_000_000

        class Zeros(io.RawIOBase):
            def read(self, size=-1):
                return bytes(size)

        archive.addfile(entry, Zeros())
    path.write_bytes(packed.getvalue())


CASES = [("log, 1 GB", log, "hq-pub.log", 1000), ("100,000 phones, live", live_phones, "hq-pub.log", 100_000),
         ("100,000 phones, 404 columns", phone_table, "hq-pub_phone.csv", 100_000), ("archive, 4 GB of zeros", bomb, "hq-pub.tar.gz", 4000)]


def main():
    ucready = sys.argv[1]
    print(f"{'import of':<30} {'file MB':>8} {'cpu s':>7} {'peak MB':>8}")
    for name, make, file, size in CASES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / file
            make(path, size)
            seconds, megabytes = cost_of([ucready, "import", str(path), "--node", "hq-pub", "--db", str(Path(folder) / "x.db"), "--quiet"], silent=True)
            print(f"{name:<30} {path.stat().st_size / 1e6:>8.1f} {seconds:>7.2f} {megabytes:>8.1f}")


if __name__ == "__main__":
    main()
