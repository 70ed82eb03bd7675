#include "db/offer_answer_rows.h"

namespace ucready::db {
namespace {

template <typename Point>
std::string name_or_nothing(const std::optional<Point>& point) {
  return point ? tls::name(*point) : std::string();
}

}  // namespace

std::string_view to_text(OfferOutcome outcome) {
  constexpr std::array<std::string_view, 7> kNames = {"answered", "retried", "refused", "closed",
                                                      "reset",    "timeout", "not_tls"};
  return kNames.at(static_cast<std::size_t>(outcome));
}

OfferAnswerRows::OfferAnswerRows(SQLite::Database& database, CertificateRows& certificates)
    : certificates_(certificates),
      insert_answer_(database,
                     "INSERT INTO offer_answer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      insert_client_(database, "INSERT OR IGNORE INTO offer_answer_client VALUES (?, ?, ?, ?, ?, ?, ?)"),
      delete_{RowInsert(database, "DELETE FROM offer_answer WHERE run_id = ? AND n = ?"),
              RowInsert(database, "DELETE FROM offer_answer_client WHERE run_id = ? AND n = ?")} {}

void OfferAnswerRows::put(const std::string& run_id, std::int64_t n, const std::vector<OfferAnswer>& answers) {
  std::int64_t answer_n = 0;
  for (const OfferAnswer& a : answers) {
    const bool shown = !a.certificates.empty();
    insert_answer_.run(run_id, n, answer_n, a.offer_id, OrNull{a.server_name}, std::string(to_text(a.outcome)),
                       OrNull{name_or_nothing(a.version)}, OrNull{name_or_nothing(a.suite)},
                       OrNull{name_or_nothing(a.group)}, a.dh_bits, OrNull{name_or_nothing(a.scheme)},
                       a.secure_renegotiation, OrNull{shown ? a.certificates.front()->key_type : std::string()},
                       OrNull{shown ? certificates_.put_chain(a.certificates) : std::string()},
                       OrNull{shown ? a.certificates.front()->sha256 : std::string()}, a.client_certificate_requested,
                       OrNull{name_or_nothing(a.alert)}, OrNull{a.detail});
    for (const OfferingClient& c : a.clients) {
      insert_client_.run(run_id, n, answer_n, c.client, c.client_node, c.client_service, OrNull{c.release});
    }
    ++answer_n;
  }
}

void OfferAnswerRows::remove(const std::string& run_id, std::int64_t n) {
  for (RowInsert& row : delete_) row.run(run_id, n);
}

}  // namespace ucready::db
