// What is known of each product: its interfaces, client services, settings and releases, each fact with source and
// confidence. One YAML file a product (catalogue/NAME.yaml), built into the program; --catalogue DIR replaces or adds.
// docs/catalogue.md describes the files, docs/sources.md the keys of the sources.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/embedded_file.h"
#include "core/result.h"
#include "tls/code_points.h"
#include "upgrade/release.h"

namespace ucready::upgrade {

// Where a fact comes from, as the catalogue writes it: a key of docs/sources.md, and how sure it is.
struct Evidence {
  std::string source;      // "T13", "T13, PRT", "expert", ...
  std::string confidence;  // seed, source, expert, derived
  std::string note;
};

struct CatalogueInterface {
  std::uint16_t port = 0;
  std::uint16_t last_port = 0;  // Of a range (5061-5199); otherwise equal to port.
  std::string protocol;         // A protocol of the contract; empty = carries no TLS, then probe is false.
  std::string service;          // What listens there, in a few words.
  std::optional<bool> mtls;     // A client certificate is normally asked for; nothing = not known.
  std::string certificate;      // "tomcat", "CallManager", ...; the identity it presents.
  std::string client_store;     // The store client certificates are checked against.
  bool ecdsa = false;           // It can present an ECDSA leaf.
  bool probe = true;            // false: listed for hops, never probed (SSH tunnels, clear text).
  std::vector<std::string> clients;
  std::string tls13_from;  // Release from which it speaks TLSv1.3; "never"; empty = not known.
  std::string tls_floor;   // It never goes below this version whatever the minimum (HAProxy's TLSv1.2).
  std::string stack;       // The TLS library assumed behind it; empty = none assumed.
  Evidence evidence;
};

struct CatalogueClientService {
  std::string name;  // "sip-trunk"
  std::string
      protocol;  // Hops of this protocol use it by default; may be several, comma-separated; empty = only by `as:`.
  std::string store;             // The store in which it looks for the server's CA.
  std::string certificate;       // The identity it presents when asked; empty = none.
  std::optional<bool> verifies;  // Checks the server's chain.
  std::optional<bool> checks_name;
  bool ignores_minimum = false;  // tls_min of its system does not hold for it.
  std::string tls13_from;        // Release from which it offers TLSv1.3; empty: the product's.
  std::string stack;
  int security_level = 0;
  Evidence evidence;
};

struct CatalogueSetting {
  std::string name;
  std::string default_value;        // Empty: none stated.
  std::vector<std::string> values;  // Empty: any text of its kind.
  std::string kind;                 // version, boolean, choice, text, list, number
  std::string effect;
  Evidence evidence;
};

// A trust store: where it is filled and what has to restart then.
struct CatalogueStore {
  std::string name;
  std::string path;      // Menu or command.
  std::string restarts;  // Services, or "none".
  std::string verify;
  int impact = 0;  // Of those restarts, as in CatalogueMend; where the file has none, that of a service.
  Evidence evidence;
};

// What a change costs and how it is made. Which change is called for, and what it does to a hop, is the forecast's.
// Entries of one kind complete each other: a product's say path and cost, those of common.yaml why and in which words.
struct CatalogueMend {
  std::string kind;                  // trust, trust-list, setting, withdraw, certificate, encrypted
  std::vector<std::string> reasons;  // Of v_forecast, for which it is tried; empty: it completes others.
  std::string setting;               // kind setting: this one is given
  std::string value;                 // this value.
  std::string change;                // kind certificate: dates, hash, purposes, name, key or authority is another.
  std::string certificate;           // kind certificate: of this identity alone; empty: of any.
  std::string what;  // {cluster} {setting} {value} {certificate} {authority} {store} {server} {name} are filled in.
  std::string precondition;
  std::string path;
  std::string restarts;
  std::optional<int> impact;  // 0 none, 1 a service, 10 a node, 100 phones or trunks, 1000 an aim of the plan.
  std::string verify;
  std::string undo;
  Evidence evidence;
};

// How a fact that is not known is found out.
struct CatalogueInquiry {
  std::string about;  // trust, release, ...: what the reason missing_... names.
  std::string end;    // client or server: of this end of a hop alone; empty: of either.
  std::string path;   // {cluster} and {node} are filled in.
  int minutes = 0;    // For one node.
  Evidence evidence;
};

// Models that speak other versions than the product does in general.
struct CatalogueModel {
  std::vector<std::string> names;  // Found anywhere in the model; ? is any digit: "88??" is in "CP-8845".
  std::string tls13_from;          // Release from which it speaks TLSv1.3; "never"; empty: as the product.
  std::string highest;             // It knows no version above this one; empty: none such.
  Evidence evidence;
};

struct CatalogueRelease {
  std::string name;
  std::string build;  // As the system itself shows it: 15.0.1.12900-234; empty = not known.
  std::string note;
  Evidence evidence;
};

struct Product {
  std::string id;    // "cucm"
  std::string name;  // "Cisco Unified Communications Manager"
  ReleaseRule rule = ReleaseRule::none;
  bool endpoint = false;   // phone, roomos, jabber, webex, ata: probed only when named.
  std::string tls13_from;  // First release with TLSv1.3; "never"; empty = not known.
  std::string recommended_from;
  Evidence tls13_evidence;
  std::vector<CatalogueInterface> interfaces;
  std::vector<CatalogueClientService> client_services;
  std::vector<CatalogueSetting> settings;  // Its own, then those that every product has.
  std::vector<CatalogueStore> stores;
  std::vector<CatalogueMend> mends;         // Its own, then those that every product has.
  std::vector<CatalogueInquiry> inquiries;  // Its own, then those that every product has.
  std::vector<CatalogueModel> models;
  std::vector<CatalogueRelease> releases;  // In the maker's order.
  std::string origin;                      // "built in", or the file's path.
};

class Catalogue {
 public:
  static Result<Catalogue> built_in();
  // The built-in files, replaced or joined by those of a folder. Errors name file, line, column, cause and mend.
  static Result<Catalogue> with(const std::filesystem::path& folder);

  [[nodiscard]] const Product* find(std::string_view id) const;  // nullptr: no such product.
  [[nodiscard]] const std::map<std::string, Product, std::less<>>& products() const { return products_; }

  // Of common.yaml: all there is where the product is not known.
  [[nodiscard]] const std::vector<CatalogueMend>& shared_mends() const { return shared_mends_; }
  [[nodiscard]] const std::vector<CatalogueInquiry>& shared_inquiries() const { return shared_inquiries_; }

  // What speaks on a port, going by all products; "tls" when none is known there.
  [[nodiscard]] std::string protocol_of_port(std::uint16_t port) const;
  // Where a host of unknown product may listen: the ports to probe of all products, rising, one protocol each.
  [[nodiscard]] std::vector<CatalogueInterface> interfaces_of_any_product() const;

 private:
  Result<void> add(Product product);
  void take_common(Product common);
  void share_common();

  std::map<std::string, Product, std::less<>> products_;
  std::vector<CatalogueSetting> shared_settings_;   // Of common.yaml.
  std::vector<CatalogueMend> shared_mends_;         // The same.
  std::vector<CatalogueInquiry> shared_inquiries_;  // The same.
};

// The interfaces to probe where the site file names none. Of a range only its first port.
std::vector<CatalogueInterface> interfaces_to_probe(const Product& product);

// The client service that a hop of this protocol uses unless it says `as:`; nullptr: the catalogue knows none.
const CatalogueClientService* default_client_service(const Product& product, std::string_view protocol);
const CatalogueClientService* find_client_service(const Product& product, std::string_view name);
const CatalogueStore* find_store(const Product& product, std::string_view name);
// The first entry that the model matches; spaces, dashes and case do not count.
const CatalogueModel* find_model(const Product& product, std::string_view model);
// The first that fits; nullptr: none does.
const CatalogueInquiry* find_inquiry(std::span<const CatalogueInquiry> all, std::string_view about,
                                     std::string_view end);
const CatalogueSetting* find_setting(const Product& product, std::string_view name);
// Why the value is none the setting takes, in one clause with the mend; nothing when it is. Lists are comma-separated.
std::optional<std::string> fault_of_value(const CatalogueSetting& setting, std::string_view value);

// One file. `origin` is used in error messages.
Result<Product> read_product(std::string_view yaml, const std::string& origin);

// The release as numbers, by the product's rule.
std::optional<Release> parse_release(const Product& product, std::string_view text);

// Words of the contract that catalogue and site file share.
const std::vector<std::string_view>& known_protocols();
std::span<const std::string_view> known_stacks();
std::span<const std::string_view> known_versions();

// The files as built in: what --export writes.
std::span<const EmbeddedFile> catalogue_files();

}  // namespace ucready::upgrade
