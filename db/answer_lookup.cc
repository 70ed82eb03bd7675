#include "db/answer_lookup.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "db/row_values.h"

namespace ucready::db {
namespace {}  // namespace

std::vector<SeenAnswer> seen_answers(SQLite::Database& database, const std::string& site) {
  SQLite::Statement query(
      database,
      "SELECT a.run_id, c.client, c.client_node, c.client_service, coalesce(c.client_release, ''),"
      " CASE WHEN i.cluster = '' THEN i.address ELSE i.cluster END, i.node, coalesce(i.release, ''), i.port, "
      "a.offer_id,"
      " coalesce(a.server_name, ''), a.outcome, coalesce(a.version, ''), coalesce(a.cipher, ''),"
      " coalesce(a.group_name, ''), a.dh_bits, coalesce(a.signature_scheme, ''), a.secure_renegotiation,"
      " coalesce(a.chain_id, ''), a.client_certificate_requested, coalesce(a.alert, '')"
      " FROM run AS r JOIN offer_answer AS a ON a.run_id = r.run_id"
      " JOIN interface AS i ON i.run_id = a.run_id AND i.n = a.n"
      " JOIN offer_answer_client AS c ON c.run_id = a.run_id AND c.n = a.n AND c.answer_n = a.answer_n"
      " WHERE r.kind = 'replay' AND r.site = ? ORDER BY a.run_id, a.n, a.answer_n");
  query.bind(1, site);
  std::vector<SeenAnswer> answers;
  while (query.executeStep()) {
    answers.push_back({text_at(query, 0),           text_at(query, 1),  text_at(query, 2),  text_at(query, 3),
                       text_at(query, 4),           text_at(query, 5),  text_at(query, 6),  text_at(query, 7),
                       query.getColumn(8).getInt(), text_at(query, 9),  text_at(query, 10), text_at(query, 11),
                       text_at(query, 12),          text_at(query, 13), text_at(query, 14), number_at(query, 15),
                       text_at(query, 16),          flag_at(query, 17), text_at(query, 18), flag_at(query, 19),
                       text_at(query, 20)});
  }
  return answers;
}

}  // namespace ucready::db
