// What each stack finds wrong with a chain, in the order in which it looks, and the alert it sends.
#include <algorithm>

#include "upgrade/negotiation/rules.h"

namespace ucready::negotiation {
namespace {

enum class Fault { untrusted, missing_intermediate, purpose, key_usage, weak_key, sha1, name, expired, not_yet_valid };

// A stack's alert for each fault.
struct Alerts {
  Rules rules;
  tls::Alert untrusted, purpose, key_usage, weak, name, expired, not_yet_valid;
};
constexpr Alerts kAlerts[] = {
    {Rules::openssl, alert::kUnknownCa, alert::kUnsupportedCertificate, alert::kUnsupportedCertificate,
     alert::kBadCertificate, alert::kBadCertificate, alert::kCertificateExpired, alert::kBadCertificate},
    {Rules::jsse, alert::kCertificateUnknown, alert::kCertificateUnknown, alert::kCertificateUnknown,
     alert::kCertificateUnknown, alert::kCertificateUnknown, alert::kCertificateUnknown, alert::kCertificateUnknown},
    {Rules::gnutls, alert::kBadCertificate, alert::kBadCertificate, alert::kInternalError, alert::kBadCertificate,
     alert::kBadCertificate, alert::kBadCertificate, alert::kBadCertificate},
};

tls::Alert alert_of(Fault fault, Rules rules) {
  const Alerts& row = *std::ranges::find(kAlerts, rules, &Alerts::rules);
  switch (fault) {
    case Fault::untrusted:
    case Fault::missing_intermediate:
      return row.untrusted;
    case Fault::purpose:
      return row.purpose;
    case Fault::key_usage:
      return row.key_usage;
    case Fault::weak_key:
    case Fault::sha1:
      return row.weak;
    case Fault::name:
      return row.name;
    case Fault::expired:
      return row.expired;
    case Fault::not_yet_valid:
      return row.not_yet_valid;
  }
  return alert::kBadCertificate;
}

Reason reason_of(Fault fault, Side presented_by) {
  const bool server = presented_by == Side::server;
  switch (fault) {
    case Fault::untrusted:
      return server ? Reason::untrusted_server_certificate : Reason::untrusted_client_certificate;
    case Fault::missing_intermediate:
      return Reason::missing_intermediate;
    case Fault::purpose:
    case Fault::key_usage:
      return server ? Reason::server_eku_missing : Reason::client_eku_missing;
    case Fault::weak_key:
      return Reason::weak_key;
    case Fault::sha1:
      return Reason::sha1_certificate;
    case Fault::name:
      return Reason::name_mismatch;
    case Fault::expired:
    case Fault::not_yet_valid:
      return Reason::expired_certificate;
  }
  return Reason::untrusted_server_certificate;
}

class ChainJudge {
 public:
  ChainJudge(const Chain& chain, const Profile& judge, const Presentation& presented, Trace& trace)
      : chain_(chain),
        judge_(judge),
        side_(presented.by),
        signs_(presented.signs),
        version_(presented.version),
        trace_(trace),
        rules_(traits(judge.stack).rules) {
    const auto at = judge.trust.anchors.find(chain.id);
    anchor_ = at == judge.trust.anchors.end() ? judge.trust.others : at->second;
  }

  std::optional<ChainFault> run() {
    if (!judge_.trust.verify) {
      trace_.note(BranchPoint::client_does_not_verify);
      return std::nullopt;
    }
    if (anchor_ == Anchor::pinned) {
      trace_.note(BranchPoint::chain_pinned);
      return std::nullopt;
    }
    // JSSE looks at nothing else where the store holds the leaf itself.
    const bool holds_leaf = anchor_ == Anchor::leaf || (anchor_ == Anchor::root && chain_.self_signed);
    if (rules_ == Rules::jsse && holds_leaf) {
      trace_.note(BranchPoint::chain_leaf_only_taken);
      return authorised();
    }
    using Check = std::optional<Fault> (ChainJudge::*)();
    constexpr Check kChecks[] = {&ChainJudge::leaf_key, &ChainJudge::anchor, &ChainJudge::purpose,
                                 &ChainJudge::strength, &ChainJudge::name,   &ChainJudge::dates};
    for (const Check check : kChecks) {
      if (const auto fault = (this->*check)()) return fault_of(*fault);
    }
    if (const auto objection = objected()) return objection;
    trace_.note(BranchPoint::chain_anchored);
    return authorised();
  }

 private:
  // JSSE tells dates apart up to TLSv1.2 only.
  ChainFault fault_of(Fault fault) const {
    const bool dated = fault == Fault::expired || fault == Fault::not_yet_valid;
    const bool apart = rules_ == Rules::jsse && dated && version_ <= tls::kTls12;
    return {alert_of(fault, apart ? Rules::openssl : rules_), reason_of(fault, side_)};
  }

  // OpenSSL looks at the leaf's key before it looks for an issuer.
  std::optional<Fault> leaf_key() {
    if (level_of(judge_).allows_key(chain_.key, chain_.key_bits)) return std::nullopt;
    return note(BranchPoint::chain_weak_key, Fault::weak_key);
  }

  std::optional<Fault> anchor() {
    if (anchor_ == Anchor::none) return note(BranchPoint::chain_untrusted, Fault::untrusted);
    if (anchor_ == Anchor::missing_intermediate) {
      return note(BranchPoint::chain_missing_intermediate, Fault::missing_intermediate);
    }
    if (anchor_ != Anchor::leaf) return std::nullopt;
    if (rules_ == Rules::openssl && !judge_.trust.partial_chains) {
      return note(BranchPoint::chain_leaf_only_refused, Fault::untrusted);
    }
    // GnuTLS finds a stored leaf only where nothing is sent above it.
    if (rules_ == Rules::gnutls && !chain_.issuers.empty()) {
      return note(BranchPoint::chain_leaf_only_refused, Fault::untrusted);
    }
    trace_.note(BranchPoint::chain_leaf_only_taken);
    return std::nullopt;
  }

  std::optional<Fault> purpose() {
    const bool server = side_ == Side::server;
    if (judge_.trust.check_purpose && !(server ? chain_.server_auth : chain_.client_auth)) {
      return note(BranchPoint::chain_wrong_purpose, Fault::purpose);
    }
    if (!usage_fits(server)) return note(BranchPoint::chain_key_usage, Fault::key_usage);
    return std::nullopt;
  }

  // OpenSSL is content with any usage that some key exchange needs; the others want the one that is made use of.
  bool usage_fits(bool server) const {
    if (rules_ == Rules::openssl) {
      return chain_.digital_signature || chain_.key_agreement || (server && chain_.key_encipherment);
    }
    if (signs_) return chain_.digital_signature;
    return rules_ == Rules::gnutls || chain_.key_encipherment;
  }

  std::optional<Fault> strength() {
    const SecurityLevel level = level_of(judge_);
    const auto weak = [&](const IssuerCertificate& issuer) { return !level.allows_key(issuer.key, issuer.key_bits); };
    if (std::ranges::any_of(chain_.issuers, weak)) {
      return note(BranchPoint::chain_weak_key, Fault::weak_key);
    }
    if (!has_weak_hash()) return std::nullopt;
    const bool refused = rules_ == Rules::openssl ? !level.allows_certificate_hash(Hash::sha1)
                         : rules_ == Rules::jsse  ? anchor_ == Anchor::public_root
                                                  : true;
    if (refused) return note(BranchPoint::chain_sha1, Fault::sha1);
    trace_.note(BranchPoint::chain_sha1_taken);
    return std::nullopt;
  }

  // What the store holds itself is trusted whatever signed it: a self-signed or stored leaf, and every root.
  bool has_weak_hash() const {
    if (chain_.self_signed || anchor_ == Anchor::leaf) return false;
    const auto is_weak = [](Hash hash) { return hash == Hash::sha1 || hash == Hash::md5; };
    return is_weak(chain_.hash) ||
           std::ranges::any_of(chain_.issuers, [&](const IssuerCertificate& issuer) { return is_weak(issuer.hash); });
  }

  std::optional<Fault> name() {
    if (!judge_.trust.check_name || !contains(judge_.trust.wrongly_named, chain_.id)) return std::nullopt;
    return note(BranchPoint::chain_wrong_name, Fault::name);
  }

  std::optional<Fault> dates() {
    if (chain_.validity == Validity::expired) return note(BranchPoint::chain_expired, Fault::expired);
    if (chain_.validity == Validity::not_yet_valid) {
      return note(BranchPoint::chain_not_yet_valid, Fault::not_yet_valid);
    }
    return std::nullopt;
  }

  std::optional<ChainFault> objected() {
    const auto at = judge_.trust.objections.find(chain_.id);
    if (at == judge_.trust.objections.end()) return std::nullopt;
    const Reason reason = at->second.reason;
    const bool of_purpose = reason == Reason::server_eku_missing || reason == Reason::client_eku_missing;
    if (of_purpose && !judge_.trust.check_purpose) return std::nullopt;
    trace_.note(BranchPoint::chain_objected_to);
    return ChainFault{at->second.alert, reason};
  }

  // The application's own list, asked after the stack has taken the chain.
  std::optional<ChainFault> authorised() {
    if (!judge_.trust.check_subject || !contains(judge_.trust.unauthorised, chain_.id)) return std::nullopt;
    trace_.note(BranchPoint::chain_subject_not_authorised);
    return ChainFault{alert::kAccessDenied, Reason::subject_not_authorised};
  }

  Fault note(BranchPoint point, Fault fault) {
    trace_.note(point);
    return fault;
  }

  const Chain& chain_;
  const Profile& judge_;
  const Side side_;
  const bool signs_;
  const Version version_;
  Trace& trace_;
  const Rules rules_;
  Anchor anchor_ = Anchor::none;
};

}  // namespace

std::optional<ChainFault> judge_chain(const Chain& chain, const Profile& judge, const Presentation& presented,
                                      Trace& trace) {
  return ChainJudge(chain, judge, presented, trace).run();
}

}  // namespace ucready::negotiation
