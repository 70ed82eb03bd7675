// An estate as its YAML file describes it: authorities, clusters, nodes, and what each interface serves.
// README.md lists the keys.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ucready::lab {

// How to make one certificate. Texts may hold {node}, {fqdn}, {cluster}, {domain}, {address}; they are filled in per
// node.
struct Recipe {
  std::string name;
  std::string key = "rsa2048";    // A kind of the table in key_shelf.cc.
  std::string issuer = "self";    // An authority's name, or "self".
  std::string digest = "sha256";  // A signature of the table in certificate_maker.cc.
  std::vector<std::pair<std::string, std::string>> subject;
  std::vector<std::string> san;  // DNS names and IP addresses.
  std::vector<std::string> eku = {"serverAuth", "clientAuth"};
  std::string not_before = "-30";  // A day, or days from today: "-30", "+365".
  std::string not_after = "+700";
  bool is_ca = false;
  int long_name = 0;                    // Bytes of an added, overlong OU.
  std::string chain = "intermediates";  // What goes along with the leaf: none, intermediates, all (with the root).
  int chain_repeat = 1;                 // How often the issuer is sent.
};

struct InterfaceSpec {
  int line = 0;
  std::uint16_t port = 0;
  std::string protocol;              // As in the site file; it tells the dialect and what is said after the handshake.
  std::string dialect;               // A row of the table in dialect.cc.
  std::string starttls = "offered";  // offered, refused, absent, endless
  int banner_delay_s = 0;
  int tls_min = 0;
  int tls_max = 0;
  std::string ciphers = "DEFAULT";
  std::string groups;
  bool server_preference = false;
  std::string choice = "library";  // Of the certificate in TLSv1.3: library, or tls12-suites.
  std::vector<std::string> identities;
  std::map<std::string, std::vector<std::string>> sni;  // Other identities for a server name.
  std::string client_auth = "none";                     // none, request, require
  std::vector<std::string> client_ca;                   // Authorities, or NODE/CERTIFICATE.
  std::map<std::string, std::string> http;              // Bodies by path.
  std::string behaviour;                                // A row of the table in misbehaviour.cc; empty: well-behaved.
  std::uint8_t alert = 40;                              // For the behaviour "alert".
  std::string gate = "open";                            // A row of the table in gate.cc.
  std::string server_name;                              // These two go to the site file.
  std::string domain;
  bool listed = true;  // Is in the site file.
};

struct NodeSpec {
  int line = 0;
  std::string name;
  std::string address;
  std::string role;
  std::string release;
  std::string product;
  std::string model;
  std::string tells;  // The release that it says it runs; empty: it says nothing of itself.
  YAML::Node trust;
  std::map<std::string, Recipe> certificates;
  std::vector<InterfaceSpec> interfaces;

  std::string cluster;
  std::string domain;
  // The text with its {placeholders} filled in.
  [[nodiscard]] std::string fill_in(std::string text) const;
};

struct ClusterSpec {
  std::string name;
  YAML::Node source;  // Keys the site file has too are copied from here.
  std::vector<NodeSpec> nodes;
};

struct Estate {
  std::string site;
  std::string domain;
  std::string organisation;
  std::vector<Recipe> authorities;  // An issuer stands before what it issues.
  std::vector<ClusterSpec> clusters;
  YAML::Node hops;
  YAML::Node order;
};

// Throws Trouble, "FILE:LINE: what is wrong".
Estate read_estate(const std::filesystem::path& file);

// Throws Trouble where the estate names something that does not exist: an identity, an authority, a behaviour, a gate.
void check_estate(const Estate& estate);

}  // namespace ucready::lab
