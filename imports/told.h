// What one export says, as plain values: every importer fills one of these, and nothing in it is concluded or joined.
// Whose it is, and what follows from several together, is found out by who has them all.
//
// Names and texts are a system's own words: hostile, to be escaped where they are shown. Private keys, passwords and
// password digests are never put here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/certificate.h"
#include "db/trust_observation.h"

namespace ucready::imports {

// A fact about a node, by the names of docs/database.md ("release", "address", "tls_min").
struct ToldFact {
  std::string node;     // Empty: the one that the export is of.
  std::string service;  // Empty and port 0: of the node as a whole.
  int port = 0;
  std::string name;
  std::string value;
  int line = 0;
};

// All that a store of the export's node holds.
struct ToldStore {
  std::string store;
  std::vector<db::TrustedCertificate> entries;
  int line = 0;
};

// What a service presents: "tomcat", "CallManager-ECDSA", "server", "trustpoint".
struct ToldIdentity {
  std::string identity;
  std::vector<CertificatePtr> chain;  // Leaf first.
  int line = 0;
};

// Somebody whom the export's node is set up to call.
struct ToldHop {
  std::string name;  // The trunk, zone or dial-peer, for the reader.
  std::string service;
  std::string host;  // Name or address.
  std::uint16_t port = 0;
  std::string protocol;
  std::string security = "encrypted";
  bool dormant = false;
  bool of_cluster = false;  // All nodes of the cluster that the export is of may call.
  int line = 0;
  std::string profile;  // Of a SIP trunk whose security stands elsewhere; `security` counts for nothing then.
  std::string pool;     // The nodes of that device pool alone call.
  // What the setting says of whom it calls; empty: nothing.
  std::string server_product;  // ldap, database, exchange
  std::string server_engine;   // Of a database: mssql, postgresql, oracle.
};

// A security profile of trunks or phones. Empty fields: not told.
struct ToldProfile {
  std::string name;
  bool of_trunks = false;
  std::string security;             // nonsecure, authenticated, encrypted
  std::uint16_t incoming_port = 0;  // Of trunks.
  std::string subjects;             // X.509 subjects that a peer must have, comma-separated.
  bool oauth = false;
  bool encrypts_files = false;  // Of phones: their configuration is encrypted ("TFTP Encrypted Config").
  int line = 0;
};

// A phone's certificate of CAPF: an operation waits for the phone, or it has one that will be renewed.
enum class LocallySignificant { not_told, pending, held };

struct ToldPhone {
  std::string name;
  std::string model;
  std::string protocol;  // sip, sccp
  std::string load;
  std::string profile;
  std::string pool;
  LocallySignificant certificate = LocallySignificant::not_told;
  std::string node;  // Where it is registered; empty: not told.
  bool registered = false;
  int line = 0;
};

// Where a device pool sends its phones. Empty fields: not told, or none.
struct ToldPool {
  std::string name;
  std::string group;  // Of CallManager nodes.
  std::string srst;   // Reference, by name.
  int line = 0;
};

struct ToldGroupMember {
  std::string group;
  std::string node;
  int priority = 0;  // The lowest is called first.
  int line = 0;
};

// An SRST reference: whom phones call when their cluster is not there. Ports: 0 is not told.
struct ToldSrst {
  std::string name;
  std::string host;
  std::uint16_t port = 0;  // SCCP without TLS.
  std::string sip_host;
  std::uint16_t sip_port = 0;
  bool is_secure = false;
  int line = 0;
};

// A user as whom an application controls phones (CTI).
struct ToldUser {
  std::string name;
  bool is_secure = false;  // Has to come by TLS.
  int line = 0;
};

// A TLS connection that the system itself tells of.
struct ToldSession {
  std::string peer;  // Address.
  std::uint16_t peer_port = 0;
  std::string local;  // Address; empty: not told.
  std::uint16_t local_port = 0;
  bool outgoing = false;  // The export's node is the client.
  std::string version;    // TLSv1.3; empty: not told.
  std::string cipher;     // As the system writes it.
  std::string key_type;   // rsa, ecdsa; empty: not told.
  std::string group;      // As the system writes it.
  bool established = true;
  std::string alert;  // RFC name, where one is told or follows from the reason.
  bool alert_from_peer = false;
  std::string started_at;  // ISO 8601; empty: not told.
  int line = 0;
};

// A CTL or ITL.
struct ToldList {
  std::string name;  // itl, ctl
  std::vector<db::TrustedCertificate> entries;
  std::vector<std::string> nodes;  // Names in it, for finding whose it is.
};

struct UnknownLine {
  int line = 0;
  std::string text;
};

inline constexpr std::size_t kMostTold = 200'000;  // Facts, hops, profiles, pools, sessions of one export, each.
inline constexpr std::size_t kMostPhones = 500'000;
inline constexpr std::size_t kMostUnknownShown = 20;

struct Told {
  std::string path;     // "exports/hq.tar.gz/xconf_dump.txt"
  std::string archive;  // The outermost archive or folder whose other files speak of the same system; empty: none.
  std::string_view format;
  std::string owner;  // The node's own name for itself; empty: the export does not say.
  int owner_line = 0;
  std::vector<ToldFact> facts;
  std::vector<ToldStore> stores;
  std::vector<ToldIdentity> identities;
  std::vector<ToldHop> hops;
  std::vector<ToldProfile> profiles;
  std::vector<ToldPhone> phones;
  std::vector<ToldPool> pools;
  std::vector<ToldGroupMember> members;
  std::vector<ToldSrst> srsts;
  std::vector<ToldUser> users;
  std::vector<ToldSession> sessions;
  std::vector<ToldList> lists;
  std::string list_phone;  // The phone that holds them; empty: the export's node hands them out.

  std::size_t lines = 0;
  std::size_t unknown_lines = 0;
  std::vector<UnknownLine> unknown;  // The first of them.
  std::vector<std::string> notes;  // What is missing of it and why, one clause each, with the line where there is one.
  bool partial = false;            // Damaged or cut: what was read before counts.

  void fact(std::string name, std::string value, int line, std::string node = {}, std::string service = {});
  void own(std::string name, int line);
  void hop(ToldHop hop);
  void not_understood(std::string_view text, int line);
  // The last line has no end: what stands in it may be half of it.
  void may_be_cut(std::string_view text, int line);
  // Also marks it as partial.
  void trouble(std::string note);
  [[nodiscard]] bool says_nothing() const;
  // How many things it tells: what memory it takes goes by that.
  [[nodiscard]] std::size_t size() const;
};

}  // namespace ucready::imports
