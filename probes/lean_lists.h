// By-catch of the search for suites. A hello that leaves out the groups and signature schemes which the server has
// shown makes it show another one together with the suite, and fewer questions are left for them. But a suite for which
// only what is left out would do is passed over then: since when that may have happened is kept count of here.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "probes/turn_list.h"
#include "tls/hello_offer.h"
#include "tls/server_answer.h"

namespace ucready::probes {

// Up to TLSv1.2: the server signs its key exchange with a key of that kind.
bool is_signed(tls::CipherSuite suite, tls::Authentication kind);

class LeanLists {
 public:
  // Both lists must outlive it; what the server chooses is left in them.
  LeanLists(tls::Version version, TurnList<tls::Group>& groups, TurnList<tls::SignatureScheme>& schemes);

  // Both lists whole, those first that were not chosen yet; or without what is known, as far as that may yield more.
  void fill_whole(tls::HelloOffer& offer);
  void fill_lean(tls::HelloOffer& offer);

  // The server took `offer`, the last one filled, and `picked` suites were picked before in this list.
  void took(const tls::HelloOffer& offer, const tls::ServerAnswer& answer, std::size_t picked);

  // The last hello left something out, for want of which suites may have been passed over.
  [[nodiscard]] bool lean() const;
  // Many suites in a row were picked, `picked` in all, of which none shows that none was passed over.
  [[nodiscard]] bool in_doubt(std::size_t picked) const;

  // From now on nothing is left out any more; with `doubted`, nothing that is in doubt. Which pick is the first that
  // may have come too early; nothing: none.
  enum class Leave { all, doubted };
  std::optional<std::size_t> stop(Leave which);

 private:
  // Something that suites need besides themselves.
  struct Need {
    bool (*belongs_to)(tls::CipherSuite suite);
    bool fruitful = true;
    bool left_out = false;                     // By the last hello.
    std::optional<std::size_t> doubtful = {};  // The first pick that may have come too early.
  };

  void fill_groups(tls::HelloOffer& offer);
  void fill_schemes(tls::HelloOffer& offer, bool (*is_of_kind)(tls::SignatureScheme), Need& need);

  tls::Version version_;
  TurnList<tls::Group>& groups_;
  TurnList<tls::SignatureScheme>& schemes_;
  Need group_, rsa_scheme_, ecdsa_scheme_;

  [[nodiscard]] std::array<Need*, 3> needs() { return {&group_, &rsa_scheme_, &ecdsa_scheme_}; }
  [[nodiscard]] std::array<const Need*, 3> needs() const { return {&group_, &rsa_scheme_, &ecdsa_scheme_}; }
};

}  // namespace ucready::probes
