#include "db/offer_rows.h"

namespace ucready::db {
namespace {
constexpr std::size_t kMostKnown = 65'536;
}

OfferRows::OfferRows(SQLite::Database& database)
    : insert_(database, "INSERT OR IGNORE INTO client_offer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)") {}

void OfferRows::put(const ClientOffer& o) {
  if (known_.contains(o.offer_id)) return;
  insert_.run(o.offer_id, OrNull{o.versions}, OrNull{o.ciphers}, OrNull{o.groups}, OrNull{o.signature_schemes},
              OrNull{o.signature_schemes_cert}, OrNull{o.alpn}, OrNull{o.extensions}, OrNull{o.ja3}, OrNull{o.ja4},
              tls::name(o.highest), o.hello);
  if (known_.size() >= kMostKnown) known_.clear();
  known_.insert(o.offer_id);
}

}  // namespace ucready::db
