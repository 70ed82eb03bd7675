// The two ends of a connection as negotiate() takes them. Plain values; lists stand in order of preference.
//
// A profile says what one end would do if it were asked now. What is not known of an end is no field's business: the
// caller states it as a Doubt (doubt.h) over a profile that holds one of the possible values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "upgrade/negotiation/facts.h"
#include "upgrade/negotiation/outcome.h"
#include "upgrade/negotiation/stack.h"

namespace ucready::negotiation {

// One certificate above the leaf that is sent.
struct IssuerCertificate {
  Hash hash = Hash::sha256;  // Of the signature on it.
  KeyKind key = KeyKind::rsa;
  int key_bits = 2048;

  bool operator==(const IssuerCertificate&) const = default;
};

enum class Validity {
  valid,
  expired,
  not_yet_valid
};  // At the moment asked about, of leaf and intermediates together.

// A key with the chain that is sent for it, as presented: what a server fills up from its own store is part of it.
struct Chain {
  std::string id;  // SHA-256 of the leaf, or any other name that is its alone.
  KeyKind key = KeyKind::rsa;
  int key_bits = 2048;
  Group curve;  // Of an ECDSA key.

  KeyKind signed_by = KeyKind::rsa;  // The kind of the key that signed the leaf, with its hash (PSS counts as rsa_pss).
  Hash hash = Hash::sha256;
  bool self_signed = false;
  std::vector<IssuerCertificate> issuers;  // Intermediates that are sent, the root not among them.

  // RFC 5280 section 4.2.1.3; without the extension all are true.
  bool digital_signature = true;
  bool key_encipherment = true;
  bool key_agreement = true;
  // RFC 5280 section 4.2.1.12; without the extension both are true.
  bool server_auth = true;
  bool client_auth = true;
  Validity validity = Validity::valid;

  std::vector<std::string> authorities;  // Names of all issuers above the leaf, the root's too, as in CA lists.

  bool operator==(const Chain&) const = default;
};

// What a peer's store says of one presented chain; dates, purposes, hashes and key sizes are not its matter, because
// each stack weighs them in its own way. This is the seam to the rooms that hold stores and certificates.
enum class Anchor {
  none,                  // Nothing in the store vouches for it.
  missing_intermediate,  // The store holds its root, but a certificate between is neither sent nor stored.
  root,                  // It ends in a certificate of the store (a self-signed leaf ends in itself).
  public_root,           // The same, and the root is one that came with the stack (JSSE then refuses SHA-1).
  leaf,                  // The store holds exactly the leaf, which is not self-signed, and no root of it.
  pinned,                // The very certificate is trusted, as in CTL and ITL files; nothing else is looked at.
};

// What is wrong with a chain although it hangs on the store, and its facts do not tell: a signature that does not fit,
// an authority that may not issue, a root that has expired.
struct StoreObjection {
  Reason reason = Reason::untrusted_server_certificate;
  tls::Alert alert{46};
  std::string sentence;  // With names out of certificates: escape it where it is shown.

  bool operator==(const StoreObjection&) const = default;
};

struct Trust {
  bool verify = true;                                // false: any chain is taken.
  std::map<std::string, Anchor> anchors;             // By Chain::id.
  Anchor others = Anchor::none;                      // For chains not named above.
  std::map<std::string, StoreObjection> objections;  // By Chain::id; raised where nothing else is.
  bool partial_chains = false;                       // OpenSSL's X509_V_FLAG_PARTIAL_CHAIN.
  bool check_purpose = true;                         // false: any extended key usage will do.
  bool check_name = false;
  std::vector<std::string> wrongly_named;  // Ids of chains whose leaf lacks the name that is checked.
  bool check_subject = false;
  std::vector<std::string> unauthorised;  // Ids of chains whose subject is not on the list of those let in.

  bool operator==(const Trust&) const = default;
};

enum class DhParameters { none, fixed, by_key };  // by_key: OpenSSL's "auto", as strong as the key.
enum class ClientAuth { none, request, require };

// What both ends have.
struct Profile {
  Stack stack = Stack::openssl_3;
  int security_level = 1;                 // OpenSSL's and HAProxy's only.
  std::vector<Version> versions;          // Highest first.
  std::vector<CipherSuite> suites;        // Up to TLSv1.2.
  std::vector<CipherSuite> suites_tls13;  // Of TLSv1.3.
  std::vector<Group> groups;
  std::vector<SignatureScheme> schemes;
  std::vector<Chain> keys;  // In load order.
  Trust trust;
  bool renegotiation_info = true;  // Knows RFC 5746.
  // A named limitation of the product that took versions, or suites, out of the lists above: then it is the reason
  // where none is left in common.
  std::optional<Reason> limits_versions;
  std::optional<Reason> limits_suites;

  bool operator==(const Profile&) const = default;
};

struct ClientProfile : Profile {
  std::vector<SignatureScheme> schemes_cert;     // Empty: signature_algorithms_cert is not sent.
  std::optional<std::vector<Group>> key_shares;  // Nothing: what the stack sends by itself.
  bool server_name = false;                      // Sends a name the server knows.
  bool fallback = false;                         // A retry at a lower version that says so (RFC 7507).

  bool operator==(const ClientProfile&) const = default;
};

// Which of several certificates an inbound TLSv1.3 connection gets, where the product has a rule of its own.
enum class CertificatePreference { stack, tls12_ciphers, tls13_signature_algorithms };

// What the server was seen to answer to this very hello. Then nothing of its choice is worked out; what the client
// makes of it, and the server of the client's certificate, is.
struct MeasuredAnswer {
  std::optional<tls::Alert> refused;  // It sent this alert; the rest is without meaning.
  Version version;
  CipherSuite suite;
  std::optional<Group> group;
  std::optional<SignatureScheme> scheme;
  std::optional<int> dh_bits;
  std::optional<Chain> chain;
  std::optional<bool> renegotiation_info;     // Nothing: not told by this answer (TLSv1.3).
  std::optional<bool> certificate_requested;  // Of the client; nothing: the answer was not read so far.

  bool operator==(const MeasuredAnswer&) const = default;
};

struct ServerProfile : Profile {
  bool server_preference = false;
  bool prioritize_chacha = false;
  DhParameters dh = DhParameters::none;
  int dh_bits = 2048;  // Of fixed parameters.
  ClientAuth client_auth = ClientAuth::none;
  std::vector<std::string> authorities;  // CA names of its CertificateRequest; empty: any.
  CertificatePreference certificate_preference = CertificatePreference::stack;
  std::optional<MeasuredAnswer> measured;

  bool operator==(const ServerProfile&) const = default;
};

}  // namespace ucready::negotiation
