#include "scanner/collection.h"

#include <fmt/format.h>

#include <ostream>
#include <string>

namespace ucready::scanner {
namespace {

constexpr std::string_view kOsAdmin = "SSH as OS administrator, privilege 1 is enough";
constexpr std::string_view kSqlAdmin = "SSH as OS administrator, privilege 4";
constexpr std::string_view kIosUser = "SSH, privilege 15 (or a view that may show the running configuration)";
constexpr std::string_view kNames = "names, addresses";
constexpr std::string_view kPublic = "certificates; no keys";

constexpr CollectedThing kThings[] = {
    {"vos", "set cli pagination off", false, kOsAdmin, "nothing; it holds for this session alone"},
    {"vos", "show status", false, kOsAdmin, "name, release, load"},
    {"vos", "show network eth0", false, kOsAdmin, kNames},
    {"vos", "show network cluster", false, kOsAdmin, "names and addresses of all nodes"},
    {"vos", "show version active", false, kOsAdmin, "release"},
    {"vos", "utils service list", false, kOsAdmin, "which services run"},
    {"vos", "show uccx provider ip axl", false, kOsAdmin, "addresses; refused by all but UCCX, which is no harm"},
    {"vos", "show tls min-version", false, kOsAdmin, "a setting"},
    {"vos", "utils fips status", false, kOsAdmin, "a setting"},
    {"vos", "utils fips_common_criteria status", false, kOsAdmin, "a setting"},
    {"vos", "show cert list own", false, kOsAdmin, "names of certificates"},
    {"vos", "show itl", false, kOsAdmin, kPublic},
    {"vos", "show ctl", false, kOsAdmin, kPublic},
    {"vos", "https://NODE/platformcom/api/v1/certmgr/config/snapshot/server", true,
     "HTTPS as OS administrator, release 14 or later", "all certificates and trust stores; no keys"},
    {"vos-publisher", "run sql select name, nodeid, tknodeusage, tkprocessnoderole from processnode", false, kSqlAdmin,
     "names of all nodes"},
    {"vos-publisher",
     "run sql select d.name, s.address, s.port, p.name as profile from device as d, siptrunkdestination as s, "
     "sipdevice as t, "
     "securityprofile as p where t.fkdevice = d.pkid and s.fksipdevice = t.pkid and d.fksecurityprofile = p.pkid",
     false, kSqlAdmin, "names and addresses of trunks"},
    {"vos-publisher",
     "run sql select name, tkdevicesecuritymode as securitymode, incomingport, x509subjectname from securityprofile",
     false, kSqlAdmin, "names of profiles and of peers"},
    {"vos-publisher",
     "run sql select d.name, m.name as model, p.name as protocol, s.name as securityprofile, o.name as devicepool "
     "from device as d, typemodel as m, typedeviceprotocol as p, securityprofile as s, devicepool as o "
     "where d.tkmodel = m.enum and d.tkdeviceprotocol = p.enum and d.fksecurityprofile = s.pkid and "
     "d.fkdevicepool = o.pkid and d.tkclass = 1",
     false, kSqlAdmin, "names (MAC addresses) of all phones"},
    {"vos-publisher",
     "run sql select o.name as devicepool, g.name as callmanagergroup, s.name as srst from devicepool as o "
     "inner join callmanagergroup as g on o.fkcallmanagergroup = g.pkid left outer join srst as s on o.fksrst = s.pkid",
     false, kSqlAdmin, "names of device pools"},
    {"vos-publisher",
     "run sql select g.name as callmanagergroup, m.priority, n.name as node from callmanagergroupmember as m, "
     "callmanagergroup as g, callmanager as c, processnode as n where m.fkcallmanagergroup = g.pkid and "
     "m.fkcallmanager = c.pkid and c.fkprocessnode = n.pkid",
     false, kSqlAdmin, "names of nodes"},
    {"vos-publisher", "run sql select * from srst", false, kSqlAdmin, "names and addresses of branch routers"},
    {"vos-publisher",
     "run sql select u.name as applicationuser, g.name as accesscontrolgroup from applicationuser as u, "
     "applicationuserdirgroupmap as m, dirgroup as g where m.fkapplicationuser = u.pkid and m.fkdirgroup = g.pkid",
     false, kSqlAdmin, "names of users as whom applications log in; no passwords"},
    {"vos-publisher",
     "run sql select paramname, paramvalue from processconfig where paramname like '%TLS%' or paramname like '%ipher%' "
     "or "
     "paramname = 'ClusterSecurityMode'",
     false, kSqlAdmin, "security settings"},
    {"vos", "show risdb query phone", false, kOsAdmin, "names, addresses and users of phones"},
    {"expressway", "xConfiguration", false, "SSH as admin, read-write or read-only",
     "the whole configuration; passwords in it are encrypted, and none is kept"},
    {"expressway", "xStatus", false, "SSH as admin, read-write or read-only", "state, names and addresses"},
    {"ios", "terminal length 0", false, kIosUser, "nothing"},
    {"ios", "show version", false, kIosUser, "release, model, serial number"},
    {"ios", "show running-config", false, kIosUser, "the whole configuration; secrets in it are never kept"},
    {"ios", "show crypto pki certificates pem", false, kIosUser, kPublic},
    {"ios", "show sip-ua connections tcp tls detail", false, kIosUser, "addresses of peers"},
};

struct Kind {
  std::string_view kind;
  std::string_view systems;
};
constexpr Kind kKinds[] = {
    {"vos", "every node of CUCM, IM and Presence, Unity Connection, CER, UCCX"},
    {"vos-publisher", "the publisher of CUCM, besides what every node is asked"},
    {"expressway", "every peer of Expressway-C and -E"},
    {"ios", "every CUBE, voice gateway and SRST router"},
};

constexpr std::string_view kByHand =
    "By hand, where the command line is not allowed:\n"
    "  Expressway: Maintenance > Diagnostics > Diagnostic logging, download the archive of every peer; it holds the\n"
    "    configuration, the status and the trusted authorities, and with a capture running the hellos (ucready "
    "capture).\n"
    "  CUCM: Bulk Administration > Import/Export > Export, phones and security profiles; the .tar is read as it is.\n"
    "  Phones: http://TFTP-SERVER:6970/ITLFile.tlv and CTLFile.tlv; they need no login. What a phone itself holds, "
    "from\n"
    "    its problem report or its console, in a folder of its name (SEP0011AA22BB01).\n";

void write_text(std::ostream& out) {
  out << "What to gather for 'ucready import'. Nothing here changes anything; passwords, private keys and digests that "
         "an\n"
         "export may hold are not kept. Put what comes from a node into a folder of its name, or a file NAME.log.\n";
  for (const Kind& kind : kKinds) {
    out << fmt::format("\n{}: {}\n", kind.kind, kind.systems);
    for (const CollectedThing& thing : kThings) {
      if (thing.kind != kind.kind) continue;
      out << fmt::format("  {}{}\n      needs: {}\n      reveals: {}\n", thing.download ? "GET " : "", thing.command,
                         thing.needs, thing.reveals);
    }
  }
  out << '\n' << kByHand;
}

// Commands of a kind, one a line; the publisher is asked the node's as well.
std::string commands_for(std::string_view kind) {
  std::string text;
  for (const CollectedThing& thing : kThings) {
    const bool is_asked = thing.kind == kind || (kind == "vos-publisher" && thing.kind == "vos");
    if (is_asked && !thing.download) text += fmt::format("{}\n", thing.command);
  }
  return text;
}

std::string_view snapshot_url() {
  for (const CollectedThing& thing : kThings) {
    if (thing.download) return thing.command;
  }
  return {};
}

void write_bash(std::ostream& out) {
  out << "#!/bin/bash\n"
         "# Gathers read-only exports for 'ucready import', made by 'ucready collect --format bash'.\n"
         "# usage: collect.sh NODES FOLDER       NODES: a file with lines \"KIND ADDRESS USER\", KIND one of\n"
         "#   vos, vos-publisher, expressway, ios. Passwords are asked for by ssh and curl and kept nowhere.\n"
         "set -uo pipefail\n"
         "[ $# -eq 2 ] || { sed -n '2,4s/^# //p' \"$0\" >&2; exit 2; }\n"
         "umask 077\n\n"
         "commands_of() {\n"
         "  case $1 in\n";
  for (const Kind& kind : kKinds) {
    out << fmt::format("  {})\n    cat <<'END_OF_COMMANDS'\n{}{}END_OF_COMMANDS\n    ;;\n", kind.kind,
                       commands_for(kind.kind), kind.kind == "expressway" ? "bye\n" : "exit\n");
  }
  out << "  *) return 1 ;;\n"
         "  esac\n"
         "}\n\n"
         "missing=0\n"
         "while read -r -u 3 kind address user _; do\n"
         "  case $kind in '' | '#'*) continue ;; esac\n"
         "  if ! commands_of \"$kind\" >/dev/null; then echo \"unknown kind $kind; write vos, vos-publisher, "
         "expressway or ios\" >&2; exit 2; fi\n"
         "  mkdir -p \"$2/$address\"\n"
         "  echo \"$address: commands\" >&2\n"
         "  commands_of \"$kind\" | ssh -tt \"$user@$address\" >\"$2/$address/commands.log\" || missing=1\n"
         "  case $kind in vos*)\n"
         "    echo \"$address: certificates\" >&2\n"
         "    # Where this system does not know the authority of the nodes: CA_FILE=authority.pem bash collect.sh "
         "...\n";
  std::string url(snapshot_url());
  url.replace(url.find("NODE"), 4, "$address");
  out << fmt::format(
             "    curl -fsS ${{CA_FILE:+--cacert \"$CA_FILE\"}} -u \"$user\" -o \"$2/$address/snapshot.json\" \"{}\" "
             "|| missing=1 ;;\n",
             url)
      << "  esac\n"
         "done 3<\"$1\"\n"
         "[ $missing -eq 0 ] || echo 'some of it is missing, see above' >&2\n"
         "exit $((missing * 3))\n";
}

void write_powershell(std::ostream& out) {
  out << "# Gathers read-only exports for 'ucready import', made by 'ucready collect --format powershell'.\n"
         "# usage: .\\collect.ps1 NODES FOLDER     NODES: a file with lines \"KIND ADDRESS USER\", KIND one of\n"
         "#   vos, vos-publisher, expressway, ios. Passwords are asked for by ssh and curl and kept nowhere.\n"
         "param([Parameter(Mandatory)][string]$Nodes, [Parameter(Mandatory)][string]$Folder)\n\n"
         "$commands = @{\n";
  for (const Kind& kind : kKinds) {
    out << fmt::format("  '{}' = @'\n{}{}'@\n", kind.kind, commands_for(kind.kind),
                       kind.kind == "expressway" ? "bye\n" : "exit\n");
  }
  std::string url(snapshot_url());
  url.replace(url.find("NODE"), 4, "$address");
  out << "}\n\n"
         "foreach ($line in Get-Content $Nodes) {\n"
         "  if ($line -match '^\\s*(#|$)') { continue }\n"
         "  $kind, $address, $user = -split $line\n"
         "  if (-not $commands.ContainsKey($kind)) { throw \"unknown kind $kind; write vos, vos-publisher, expressway "
         "or ios\" }\n"
         "  $place = Join-Path $Folder $address\n"
         "  New-Item -ItemType Directory -Force $place | Out-Null\n"
         "  Write-Host \"${address}: commands\"\n"
         "  $commands[$kind] | ssh.exe -tt \"$user@$address\" | Out-File -Encoding utf8 (Join-Path $place "
         "'commands.log')\n"
         "  if ($kind -like 'vos*') {\n"
         "    Write-Host \"${address}: certificates\"\n"
         "    # Where this system does not know the authority of the nodes: add --cacert authority.pem\n"
      << fmt::format("    curl.exe -fsS -u $user -o (Join-Path $place 'snapshot.json') \"{}\"\n", url)
      << "  }\n"
         "}\n";
}

constexpr CollectionFormat kFormats[] = {{"text", write_text}, {"bash", write_bash}, {"powershell", write_powershell}};

}  // namespace

std::span<const CollectedThing> things_to_collect() { return kThings; }
std::span<const CollectionFormat> all_collection_formats() { return kFormats; }

}  // namespace ucready::scanner
