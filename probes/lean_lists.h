// By-catch of the search for suites. A hello that leaves out the groups and signature schemes which the server has
// shown makes it show another one together with the suite, and fewer questions are left for them. But a suite for which
// only what is left out would do is passed over then: since when that may have happened is kept count of here.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "probes/common_points.h"
#include "probes/turn_list.h"
#include "tls/hello_offer.h"
#include "tls/server_answer.h"

namespace ucready::probes {

// Up to TLSv1.2: the server signs its key exchange with a key of that kind.
bool is_signed(tls::CipherSuite suite, tls::Authentication kind);
bool is_ecdhe(tls::CipherSuite suite);

class LeanLists {
 public:
  // Both lists must outlive it; what the server chooses is left in them.
  LeanLists(tls::Version version, TurnList<tls::Group>& groups, TurnList<tls::SignatureScheme>& schemes,
            Hashes hashes = Hashes::todays);

  // Both lists whole, those first that were not chosen yet; or without what is known, as far as that may yield more
  // with the suites of `offer`.
  void fill_whole(tls::HelloOffer& offer);
  void fill_lean(tls::HelloOffer& offer);

  // The server took `offer`, the last one filled, and `picked` suites were picked before in this list.
  void took(const tls::HelloOffer& offer, const tls::ServerAnswer& answer, std::size_t picked);

  // The last hello left something out, for want of which suites may have been passed over.
  [[nodiscard]] bool lean() const;
  [[nodiscard]] bool hides_ecdsa() const { return leaf_curve_.left_out || ecdsa_scheme_.left_out; }
  // Many suites in a row were picked, `picked` in all, of which none shows that none was passed over.
  [[nodiscard]] bool in_doubt(std::size_t picked) const;

  // From now on nothing is left out any more; with `doubted`, nothing that is in doubt.
  enum class Leave { all, doubted };
  void stop(Leave which);

  // What came next once nothing was left out any more: if it may have been passed over before, which pick is the first
  // that may have come too early. Such a suite would else have been chosen while things were left out, so that those
  // picks, and it, stand before all that were passed over.
  std::optional<std::size_t> settle(tls::CipherSuite next);

  // The picks from that one on are to be made again.
  void undo(std::size_t from);

 private:
  // Something that suites need besides themselves.
  struct Need {
    bool (*belongs_to)(tls::CipherSuite suite);  // Picked, it shows that what is left will do.
    bool (*may_need)(tls::CipherSuite suite);    // May have been passed over for want of it.
    bool fruitful = true;
    bool left_out = false;                     // By the last hello.
    bool suspected = false;                    // Suites may have been passed over for want of it.
    std::size_t patience = 6;                  // So many picks may be in doubt.
    std::optional<std::size_t> doubtful = {};  // The first pick that may have come too early.
  };

  void fill_groups(tls::HelloOffer& offer);
  [[nodiscard]] bool may_drop_leaf_curves(const tls::HelloOffer& offer) const;
  void fill_schemes(tls::HelloOffer& offer, tls::Authentication key, Need& need);
  void fill_modern(tls::HelloOffer& offer);

  tls::Version version_;
  TurnList<tls::Group>& groups_;
  TurnList<tls::SignatureScheme>& schemes_;
  Hashes hashes_;
  Need group_, leaf_curve_, rsa_scheme_, ecdsa_scheme_, modern_scheme_;
  bool leaf_curves_hide_others_ = false;  // One that has to stay is what the server likes best.
  bool ecdsa_shown_ = false;
  std::size_t taken_ = 0;
  std::optional<std::size_t> suspicious_from_;

  [[nodiscard]] std::array<Need*, 5> needs() {
    return {&group_, &leaf_curve_, &rsa_scheme_, &ecdsa_scheme_, &modern_scheme_};
  }
  [[nodiscard]] std::array<const Need*, 5> needs() const {
    return {&group_, &leaf_curve_, &rsa_scheme_, &ecdsa_scheme_, &modern_scheme_};
  }
};

}  // namespace ucready::probes
