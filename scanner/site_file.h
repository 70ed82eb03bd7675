// The site file of the contract, read whole and checked whole before anything is sent. docs/site-file.md describes it.
//
// The parts have a file each: site_clusters.cc, site_settings.cc, site_paths.cc, site_hops.cc, site_order.cc, and
// site_csv.cc for the CSV form. site_reading.h holds what they share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/words.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

using SiteLines = std::map<std::string, int, std::less<>>;  // Of each key that was written.

// An exact certificate, known by its digest alone, as a trust list names it.
struct SitePin {
  std::string algorithm;  // sha1, sha256, sha384, sha512
  std::string hash;       // Lower-case hex.
  std::string roles;      // "SAST,CCM+TFTP"
};

struct SiteTrust {
  std::string store;                         // Empty: every store.
  std::vector<std::filesystem::path> files;  // Files and folders, made absolute.
  std::vector<SitePin> pins;
  int line = 0;
};

// What is presented wherever the catalogue says that this certificate is: {identity: tomcat, files: [...]}.
struct SiteIdentity {
  std::string identity;  // tomcat, tomcat-ECDSA, CallManager, server, trustpoint, ...
  std::vector<std::filesystem::path> files;
  int line = 0;
};

struct SiteSetting {
  std::string name;
  std::string value;  // Lists are joined by commas; a comma or backslash inside an item stands behind a backslash.
  int line = 0;
};

struct SiteInterface {
  std::uint16_t port = 0;
  std::string protocol;
  std::string server_name;
  std::string domain;
  std::vector<SiteSetting> settings;  // tls_min, tls_max, ciphers, stack, security_level, authorised_subjects, ...
  std::vector<std::filesystem::path> certificates;
  int line = 0;
};

struct SiteService {
  std::string service;
  std::vector<SiteSetting> settings;
  std::vector<std::filesystem::path> certificates;
  int line = 0;
};

struct SiteNode {
  std::string name;
  std::string address;  // IP address (RFC 5952) or host name.
  std::string role;
  std::string release;
  std::vector<SiteTrust> trust;
  std::vector<SiteSetting> settings;  // Where it differs from the cluster.
  std::vector<std::filesystem::path> certificates;
  std::vector<SiteIdentity> identities;                  // Under `certificates` as well.
  std::optional<std::vector<SiteInterface>> interfaces;  // A node's entry replaces the cluster's.
  std::vector<SiteService> services;
  int line = 0;
  SiteLines lines;
};

struct SiteCluster {
  std::string name;
  std::string product;
  std::string model;
  std::string release;  // Empty: unknown.
  std::string target;   // Empty: not upgraded.
  std::vector<std::string> via;
  std::optional<int> count;
  std::string addresses;  // CIDR, of endpoint groups.
  std::vector<SiteSetting> settings;
  std::vector<SiteTrust> trust;
  std::vector<std::filesystem::path> certificates;
  std::vector<SiteIdentity> identities;  // Under `certificates` as well.
  std::vector<SiteNode> nodes;
  std::vector<SiteService> services;
  std::optional<std::vector<SiteInterface>> interfaces;  // Nothing: the catalogue's. Empty: none.
  int line = 0;
  SiteLines lines;
};

struct SiteEnd {
  std::string cluster;
  std::string node;        // Empty: all nodes.
  std::uint16_t port = 0;  // Of `to`.
};

struct SiteHop {
  SiteEnd from;
  SiteEnd to;
  std::string service;   // `as:`
  std::string security;  // authenticated, encrypted, nonsecure
  std::string address;   // By which the client calls, where that is not the node's.
  bool dormant = false;
  int line = 0;
};

struct SiteStep {
  std::string date;                  // ISO day; empty: none.
  std::vector<std::string> upgrade;  // Clusters.
  struct Change {
    std::string cluster;
    std::string setting;
    std::string value;  // As in SiteSetting.
  };
  std::vector<Change> changes;
  int line = 0;
};

struct Site {
  std::string name;
  std::filesystem::path file;
  std::vector<SiteCluster> clusters;
  std::vector<SiteHop> hops;
  std::vector<SiteStep> order;
  std::vector<std::string> warnings;  // "site.yaml:7:14: release ... cannot be compared; ..."; at most 100 and a count.
};

// Reads YAML, or CSV when the file's name ends in .csv. The message of an error is
// "FILE:LINE:COLUMN: what is wrong; how to mend it" and is one line. At most 64 MB.
Result<Site> read_site_file(const std::filesystem::path& file, const upgrade::Catalogue& catalogue);
// The same from text, for tests and fuzzing: nothing on disk is looked at, so trust and certificate paths are not
// checked.
Result<Site> read_site_text(std::string_view text, const std::filesystem::path& file,
                            const upgrade::Catalogue& catalogue);

// What the file declares of clusters, nodes, services and interfaces, each fact with its line: the names of
// docs/database.md. Trust, certificates, hops and order are no facts.
std::vector<Fact> facts_of(const Site& site);

}  // namespace ucready::scanner
