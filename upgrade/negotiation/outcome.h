// What becomes of one connection attempt between two profiles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "upgrade/negotiation/facts.h"

namespace ucready::negotiation {

// The contract's words for why a hop breaks.
enum class Reason : std::uint8_t {
  no_common_version,
  no_common_cipher,
  no_common_group,
  no_common_signature_scheme,
  no_fallback_from_tls13,
  no_secure_renegotiation,
  untrusted_server_certificate,
  missing_intermediate,
  untrusted_client_certificate,
  client_certificate_missing,
  wrong_curve,
  server_eku_missing,
  client_eku_missing,
  sha1_certificate,
  weak_key,
  expired_certificate,
  name_mismatch,
  subject_not_authorised,
  certificate_upload_refused,
  authenticated_mode,
  mssql_tls13,
  websocket_forking,
  common_criteria,
};
std::string_view to_text(Reason reason);
std::optional<Reason> parse_reason(std::string_view text);

enum class Side : std::uint8_t { client, server };

// Where an attempt ended, in the order of the handshake.
enum class Phase : std::uint8_t {
  hello,               // The client could not even write a ClientHello.
  selection,           // The server answered the ClientHello with an alert.
  server_flight,       // The server broke off after its ServerHello, or the client did over what it had read.
  client_certificate,  // The server did not take the client's certificate, or its absence.
};
std::string_view to_text(Phase phase);

enum class BranchPoint : std::uint8_t {
#define BRANCH(name) name,
#include "upgrade/negotiation/branch_points.inc"
#undef BRANCH
};
std::string_view to_text(BranchPoint point);
std::span<const std::string_view> all_branch_points();  // In the order of the enumeration.

// The rules note here which way they went. At most 64 are kept.
class Trace {
 public:
  void note(BranchPoint point) {
    if (points_.size() < kMost) points_.push_back(point);
  }
  [[nodiscard]] const std::vector<BranchPoint>& points() const { return points_; }

 private:
  static constexpr std::size_t kMost = 64;
  std::vector<BranchPoint> points_;
};

// One end gives up.
struct Refusal {
  Phase phase = Phase::selection;
  Side by = Side::server;
  tls::Alert alert{40};
  Reason reason = Reason::no_common_cipher;

  bool operator==(const Refusal&) const = default;
};

namespace alert {
inline constexpr tls::Alert kUnexpectedMessage{10}, kHandshakeFailure{40}, kBadCertificate{42},
    kUnsupportedCertificate{43}, kCertificateExpired{45}, kCertificateUnknown{46}, kIllegalParameter{47},
    kUnknownCa{48}, kAccessDenied{49}, kDecodeError{50}, kProtocolVersion{70}, kInternalError{80},
    kInappropriateFallback{86}, kMissingExtension{109}, kCertificateRequired{116};
}  // namespace alert

// What was agreed is set as far as the attempt came; both ends finish and the server takes the client's certificate
// exactly when `refusal` is empty.
struct Outcome {
  std::optional<Refusal> refusal;
  std::optional<Version> version;
  std::optional<CipherSuite> suite;
  std::optional<Group> group;             // Of the key agreement; ffdhe groups only in TLSv1.3.
  std::optional<int> dh_bits;             // Of a DHE prime up to TLSv1.2.
  std::optional<SignatureScheme> scheme;  // The server's; nothing where nothing is signed or, below TLSv1.2, implied.
  std::string server_leaf;                // Chain::id; empty: none was sent.
  std::string client_leaf;
  bool certificate_requested = false;
  bool hello_retry = false;
  std::vector<BranchPoint> branches;
  std::string explanation;  // One sentence that an engineer can act on.

  [[nodiscard]] bool works() const { return !refusal; }
  bool operator==(const Outcome&) const = default;
};

}  // namespace ucready::negotiation
