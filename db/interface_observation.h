// What one scan saw of one interface, as plain values. The probes make it, the database keeps it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/certificate.h"
#include "db/offer_answer.h"
#include "tls/code_points.h"
#include "tls/server_answer.h"

namespace ucready::db {

// Who an interface is. `site`, `cluster` and `node` are empty for bare targets.
struct InterfaceKey {
  std::string site;
  std::string cluster;
  std::string node;
  std::string address;  // RFC 5952 without brackets, or the name when it did not resolve.
  std::uint16_t port = 0;
  std::string protocol;

  auto operator<=>(const InterfaceKey&) const = default;
};

// Contract, v_interface.state.
enum class InterfaceState { tls, closed, timeout, unreachable, reset, not_tls, starttls_refused };
std::string_view to_text(InterfaceState state);

// Contract, v_interface_version.outcome.
enum class VersionOutcome { accepted, refused, closed, reset, timeout, not_tls };
std::string_view to_text(VersionOutcome outcome);

struct VersionObservation {
  tls::Version version;  // The version asked.
  VersionOutcome outcome = VersionOutcome::timeout;
  std::optional<tls::Version> negotiated;
  std::optional<tls::CipherSuite> suite;
  std::optional<tls::Group> group;
  std::optional<tls::Alert> alert;
  std::string detail;  // One clause; hostile text in it is escaped (core/printable.h).
  Bytes flight;        // The answer as records in clear, at most 32 kB; empty when there was none.
};

struct ChainObservation {
  tls::Version version;
  std::optional<std::string> server_name;    // Nothing: asked without SNI.
  std::vector<CertificatePtr> certificates;  // Leaf first, as sent; never empty.
  Bytes flight;                              // As above, where another hello than the version's brought it.
};

struct ClientAuthObservation {
  tls::Version version;
  bool requested = false;
  std::optional<bool> required;
  tls::CertificateRequest request;
  std::vector<std::string> authorities;  // As text, the order of the request.
};

// One suite of one version; of depth `full`.
struct CipherObservation {
  tls::Version version;
  tls::CipherSuite suite;
  std::optional<int> position;  // In the server's own order, from 0; nothing where it follows the client's.
  std::optional<int> dh_bits;   // Of the prime that came with a DHE suite.

  bool operator==(const CipherObservation&) const = default;
};

struct GroupObservation {
  tls::Version version;
  tls::Group group;
  std::optional<int> position;

  bool operator==(const GroupObservation&) const = default;
};

struct SchemeObservation {
  tls::Version version;
  tls::SignatureScheme scheme;

  auto operator<=>(const SchemeObservation&) const = default;
};

// A yes or no about one version; docs/database.md lists the names.
struct TraitObservation {
  tls::Version version;
  std::string name;
  std::optional<bool> value;  // Nothing: was asked for and cannot be told.
  std::string detail;         // One clause; hostile text in it is escaped.

  bool operator==(const TraitObservation&) const = default;
};

// A trust list that was fetched from the interface or beside it.
struct TrustListObservation {
  std::string name;    // CTLFile.tlv, ITLFile.tlv
  std::string source;  // Its address.
  Bytes bytes;         // Whole, at most 4 MB; hostile like all that a server sends.

  bool operator==(const TrustListObservation&) const = default;
};

struct InterfaceObservation {
  InterfaceKey key;
  std::string product;  // Empty where unknown.
  std::string release;
  bool declared = false;  // Written in the site file, not taken from the catalogue: a closed port is then a finding.
  InterfaceState state = InterfaceState::timeout;
  std::string detail;
  std::vector<VersionObservation> versions;
  std::vector<ChainObservation> chains;
  std::vector<ClientAuthObservation> client_auth;
  std::vector<CipherObservation> ciphers;
  std::vector<GroupObservation> groups;
  std::vector<SchemeObservation> schemes;
  std::vector<TraitObservation> traits;
  std::vector<TrustListObservation> trust_lists;
  std::vector<OfferAnswer> offer_answers;
  std::string server_name;         // As the site file gives it; empty where none is known.
  std::string identified_product;  // What the interface said of itself; empty where it was not asked or did not say.
  std::string identified_release;
  std::string identified_by;  // The method: "uds", "vmrest", "sip-options", ...
  std::uint32_t connections = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
};

}  // namespace ucready::db
