#include "trust/chain_faults.h"

#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <iterator>

namespace ucready::trust {
namespace {

constexpr int kSoundBits = 112;  // RSA 2048, EC 224: what no stack asks more of by itself.

bool lists(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    if (item == word) return true;
    list.remove_prefix(std::min(item.size() + 1, list.size()));
  }
  return false;
}

// Those that could stand between: an anchor must come from the store.
std::vector<CertificatePtr> authorities_among(const std::vector<CertificatePtr>& certificates) {
  std::vector<CertificatePtr> authorities;
  std::ranges::copy_if(certificates, std::back_inserter(authorities), [](const CertificatePtr& certificate) {
    return certificate->is_ca && !certificate->self_signed && certificate->defect.empty();
  });
  return authorities;
}

class FaultFinder {
 public:
  explicit FaultFinder(const ChainQuestion& question) : question_(question), leaf_(*question.chain.front()) {}

  FoundFaults find() {
    path_ = build_path(question_, {}, false);
    add_leaf_key_first();
    find_anchor();
    if (found_.anchoring == Anchoring::none || found_.anchoring == Anchoring::missing_intermediate) {
      return std::move(found_);  // What follows would be said of a path that no stack has.
    }
    add_purposes();
    add_strengths();
    add_name();
    add_signatures_and_dates();
    return std::move(found_);
  }

 private:
  void add(FaultKind kind, std::string sentence, int security_bits = 0) {
    found_.faults.push_back({kind, std::move(sentence), security_bits});
  }

  [[nodiscard]] std::string subject(std::size_t depth) const {
    return depth < path_.steps.size() ? path_.steps[depth].subject : leaf_.subject;
  }
  [[nodiscard]] bool is_anchor(std::size_t depth) const { return depth + 1 == path_.steps.size(); }

  void add_leaf_key_first() {
    if (!path_.steps.empty()) add_key(path_.steps.front(), 0);
  }

  void find_anchor() {
    if (path_.ends_in_store()) {
      found_.anchoring = Anchoring::root;
      return;
    }
    const std::string gap = gap_sentence();
    ChainPath partial = build_path(question_, {}, true);
    if (partial.ends_in_store()) {
      path_ = std::move(partial);
      found_.anchoring = Anchoring::partial;
      add(FaultKind::lone_anchor, fmt::format("the store holds {} but nothing above it", path_.steps.back().subject));
      return;
    }
    const ChainPath helped = build_path(question_, authorities_among(question_.seen_elsewhere), true);
    if (helped.ends_in_store() && !helped.has(X509_V_ERR_CERT_SIGNATURE_FAILURE)) {
      found_.anchoring = Anchoring::missing_intermediate;
      add(FaultKind::missing_intermediate,
          gap + ", though the store holds what is above it: " + helped.steps.back().subject);
      return;
    }
    add(FaultKind::untrusted, gap);
  }

  [[nodiscard]] std::string gap_sentence() const {
    if (path_.steps.empty()) return leaf_.subject + " cannot be read by the TLS library";
    const std::string& last = path_.steps.back().subject;
    if (path_.has(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT)) return last + " is self-signed and not in the store";
    if (path_.has(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN)) return fmt::format("its root {} is not in the store", last);
    const auto presented = std::ranges::find(question_.chain, last, [](const CertificatePtr& c) { return c->subject; });
    const std::string issuer = presented == question_.chain.end() ? "" : " " + (*presented)->issuer;
    return fmt::format("the issuer{} of {} is neither sent nor in the store", issuer, last);
  }

  void add_purposes() {
    const bool server = question_.presenter == Presenter::server;
    const std::string_view role = server ? "serverAuth" : "clientAuth";
    const bool own_anchor = is_anchor(0);
    for (const PathFault& fault : path_.faults) {
      if (fault.error == X509_V_ERR_INVALID_PURPOSE && fault.depth > 0) {
        add(FaultKind::issuer_purpose, fmt::format("the issuer {} may not be used for {}", subject(fault.depth), role));
      } else if (fault.error == X509_V_ERR_INVALID_PURPOSE) {
        add_leaf_purpose(role, own_anchor);
      } else if (is_authority_fault(fault.error)) {
        add(FaultKind::not_an_authority, fmt::format("{} may not issue certificates ({})", subject(fault.depth),
                                                     X509_verify_cert_error_string(fault.error)));
      }
    }
    // Of a client's certificate only OpenSSL's mind is known.
    const bool only_transport = !leaf_.key_usage.empty() && !lists(leaf_.key_usage, "digitalSignature");
    if (only_transport) {
      const bool by_key_exchange = leaf_.key_type == "rsa" && lists(leaf_.key_usage, "keyEncipherment");
      const bool settled = server && !by_key_exchange && !own_anchor;
      add(settled ? FaultKind::no_digital_signature : FaultKind::signature_doubtful,
          fmt::format("the key usage of {} lacks digitalSignature", leaf_.subject));
    }
  }

  void add_leaf_purpose(std::string_view role, bool own_anchor) {
    const bool listed = leaf_.eku.empty() || lists(leaf_.eku, role);
    if (listed)
      return add(FaultKind::key_usage,
                 fmt::format("the key usage of {} ({}) fits no key exchange", leaf_.subject, leaf_.key_usage));
    const bool any = lists(leaf_.eku, "2.5.29.37.0");
    const FaultKind kind = any          ? FaultKind::any_purpose_only
                           : own_anchor ? FaultKind::issuer_purpose
                                        : FaultKind::purpose;
    add(kind, fmt::format("the extended key usage of {} ({}) lacks {}", leaf_.subject, leaf_.eku, role));
  }

  void add_key(const PathStep& step, std::size_t depth) {
    const bool short_rsa = step.key_type == "rsa" && step.key_bits >= 1024 && depth == 0;
    const FaultKind kind = step.key_security_bits >= kSoundBits ? FaultKind::key
                           : short_rsa                          ? FaultKind::short_key
                                                                : FaultKind::weak_key;
    add(kind, fmt::format("{} has a key of {} bits ({})", step.subject, step.key_bits, step.key_type),
        step.key_security_bits);
  }

  // Keys of issuers, the anchor's too, and the hashes of all signatures but the anchor's (X509_verify_cert does so).
  void add_strengths() {
    for (std::size_t depth = 0; depth < path_.steps.size(); ++depth) {
      const PathStep& step = path_.steps[depth];
      if (depth > 0) add_key(step, depth);
      if (is_anchor(depth)) continue;
      const FaultKind kind = step.hash == "sha1"                     ? FaultKind::sha1
                             : step.hash_security_bits >= kSoundBits ? FaultKind::hash
                                                                     : FaultKind::weak_hash;
      add(kind, fmt::format("{} is signed with {}", step.subject, step.hash.empty() ? "its key's own hash" : step.hash),
          step.hash_security_bits);
    }
  }

  void add_name() {
    if (question_.name.empty() || carries_name(leaf_, question_.name)) return;
    add(FaultKind::name, fmt::format("{} is asked for and not among the names of {} ({})", question_.name,
                                     leaf_.subject, leaf_.san.empty() ? "none but the subject" : leaf_.san));
  }

  void add_signatures_and_dates() {
    for (const PathFault& fault : path_.faults) {
      const std::string who = subject(fault.depth);
      const bool anchor = is_anchor(fault.depth);
      switch (fault.error) {
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:
          add(FaultKind::bad_signature, fmt::format("the signature on {} does not fit its issuer's key", who));
          break;
        case X509_V_ERR_CERT_HAS_EXPIRED:
          add(anchor ? FaultKind::anchor_expired : FaultKind::expired, who + " has expired");
          break;
        case X509_V_ERR_CERT_NOT_YET_VALID:
          add(anchor ? FaultKind::anchor_not_yet_valid : FaultKind::not_yet_valid, who + " is not yet valid");
          break;
        case X509_V_ERR_INVALID_PURPOSE:
          break;
        default:
          if (!is_authority_fault(fault.error) && !is_path_fault(fault.error)) {
            add(FaultKind::other, fmt::format("{}: {}", who, X509_verify_cert_error_string(fault.error)));
          }
      }
    }
  }

  static bool is_authority_fault(int error) {
    return error == X509_V_ERR_INVALID_CA || error == X509_V_ERR_PATH_LENGTH_EXCEEDED ||
           error == X509_V_ERR_KEYUSAGE_NO_CERTSIGN || error == X509_V_ERR_INVALID_NON_CA;
  }
  // Those of which find_anchor has spoken.
  static bool is_path_fault(int error) {
    return error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT || error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
           error == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE;
  }

  const ChainQuestion& question_;
  const Certificate& leaf_;
  ChainPath path_;
  FoundFaults found_;
};

}  // namespace

FoundFaults find_faults(const ChainQuestion& question) { return FaultFinder(question).find(); }

}  // namespace ucready::trust
