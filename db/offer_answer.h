// What a server answered to a client's own offer, sent in its place: plain values. The probes make them, the database
// keeps them with the interface they came from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/certificate.h"
#include "tls/code_points.h"

namespace ucready::db {

// `answered`: the server chose out of the offer, and showed that it can go through with it as far as its flight tells;
// `retried`: it chose, but asked for a group that there is no code for here. The others as in v_interface_version.
enum class OfferOutcome { answered, retried, refused, closed, reset, timeout, not_tls };
std::string_view to_text(OfferOutcome outcome);

// Who makes the offer: a face of a node, with the release it was known to run when the server was asked.
struct OfferingClient {
  std::string client;
  std::string client_node;
  std::string client_service;
  std::string release;

  auto operator<=>(const OfferingClient&) const = default;
};

struct OfferAnswer {
  std::string offer_id;
  std::string server_name;  // As it was sent; empty: none was.
  std::vector<OfferingClient> clients;
  OfferOutcome outcome = OfferOutcome::timeout;
  std::optional<tls::Version> version;
  std::optional<tls::CipherSuite> suite;
  std::optional<tls::Group> group;
  std::optional<int> dh_bits;  // Of a DHE prime up to TLSv1.2.
  std::optional<tls::SignatureScheme> scheme;
  std::optional<bool> secure_renegotiation;  // RFC 5746; nothing in TLSv1.3, which has no renegotiation.
  std::optional<tls::Alert> alert;
  std::vector<CertificatePtr> certificates;  // Leaf first; empty: none was shown, or none could be read.
  std::optional<bool> client_certificate_requested;
  std::string detail;  // One clause; hostile text in it is escaped.
};

}  // namespace ucready::db
