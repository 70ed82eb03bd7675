// Which ClientHellos the probes send. Every rule here was measured against OpenSSL, JSSE, GnuTLS, NSS and HAProxy: what
// a careless hello is told by them is wrong in a way of each stack's own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/certificate.h"
#include "tls/hello_offer.h"

namespace ucready::probes {

enum class Suites {
  usual,   // All that authenticate with a certificate and encrypt, at most 100 a hello.
  few,     // Twenty that every stack of the last fifteen years knows, for servers that choke on long hellos.
  legacy,  // RC4, NULL, export, anonymous: intrusion detection may flag them, so they are asked for only when told to.
};

// Which kind of leaf is asked for. `unusual` is Ed25519, Ed448 and RSA-PSS keys together.
enum class LeafKind { rsa, ecdsa, unusual, edwards, rsa_pss };

LeafKind kind_of(const Certificate& leaf);

// Every suite that the version may have: those of its usual hello, those that intrusion detection may flag, the rest.
struct SuiteLists {
  std::vector<tls::CipherSuite> usual, rest, flagged;
};
const SuiteLists& every_suite(tls::Version version);

// TLSv1.3 without a share of any group: every suite and group is told by a HelloRetryRequest, at the cost of no
// signature.
tls::HelloOffer retry_offer();

// The signature schemes that a leaf of that kind can sign with in TLSv1.3.
std::vector<tls::SignatureScheme> schemes_of(LeafKind kind);

// A hello of exactly that version which any server that has it should take.
tls::HelloOffer version_offer(tls::Version version, Suites suites = Suites::usual);

// What version_offer leaves out, in hellos of at most 125 suites; up to TLSv1.2. The flagged ones come first, or alone.
enum class Unusual { flagged, all };
std::vector<tls::HelloOffer> unusual_suite_offers(tls::Version version, Unusual which);

// TLSv1.3 with the groups behind which no certificate can be read here, which version_offer leaves out, and no share of
// any: asks for a HelloRetryRequest.
tls::HelloOffer unreadable_groups_offer();

// TLSv1.3 and TLSv1.2 in one hello, as a client of today sends it.
tls::HelloOffer modern_client_offer();

// TLSv1.3 and TLSv1.2 with both kinds of suite and of scheme, one list led by RSA, the other by ECDSA: which of them
// chooses the certificate is then seen by the certificate.
enum class LedByRsa { suites, schemes };
tls::HelloOffer preference_offer(LedByRsa led_by_rsa);

// A hello that only a leaf of that kind can answer; nothing where the version has no such kind. Up to TLSv1.2 suites
// choose the leaf and all schemes stay; in TLSv1.3 schemes choose and nothing else changes.
std::optional<tls::HelloOffer> leaf_offer(tls::Version version, LeafKind kind);

// The same with signature_algorithms_cert listing every scheme: for stacks that judge the chain's signatures by
// signature_algorithms and so hide an ECDSA leaf that an RSA key signed.
tls::HelloOffer with_any_chain(tls::HelloOffer offer);

}  // namespace ucready::probes
