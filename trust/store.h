// One trust store of one node, ready to be asked. That a store is not known at all is said by its absence, not by an
// empty one: a TrustStore is complete, whatever it does not hold is not trusted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "trust/trust_file.h"

struct x509_store_st;

namespace ucready::trust {

// An exact certificate, known whole or by its digest.
struct Pin {
  CertificatePtr certificate;           // nullptr: only `hash` is known.
  std::optional<CertificateHash> hash;  // Where there is no certificate.
  std::string subject;
  std::string roles;  // "SAST,CCM+TFTP"
  std::string source;

  [[nodiscard]] bool is_of(const Certificate& presented) const;
};

// Not thread-safe while entries are added; may be asked from several threads afterwards.
class TrustStore {
 public:
  TrustStore();

  // A certificate that is there already is not added again; a pin's roles are joined.
  void add(const TrustEntry& entry);
  void add(const TrustFile& file) {
    for (const TrustEntry& entry : file.entries) add(entry);
  }

  // In the order they were added. Each may be an authority or the server's own certificate: stores hold both.
  [[nodiscard]] const std::vector<TrustEntry>& authorities() const { return authorities_; }
  [[nodiscard]] const std::vector<Pin>& pins() const { return pins_; }
  [[nodiscard]] bool holds(const Certificate& certificate) const;         // Among the authorities.
  [[nodiscard]] const Pin* pin_of(const Certificate& certificate) const;  // nullptr: not pinned.
  // Whether it came from CTL or ITL files alone.
  [[nodiscard]] bool is_trust_list() const { return authorities_.empty() && !pins_.empty(); }
  // Whether a device that holds the one list takes the other: it must know the signer (role SAST) of the other.
  [[nodiscard]] bool shares_signer_with(const TrustStore& list) const;

  // Two stores of the same number hold the same; it changes with every certificate that is added.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }

  [[nodiscard]] x509_store_st* handle() const { return handle_.get(); }  // Of the authorities, for this room.

 private:
  std::uint64_t revision_;
  std::vector<TrustEntry> authorities_;
  std::vector<Pin> pins_;
  std::shared_ptr<x509_store_st> handle_;
};

}  // namespace ucready::trust
