#include "db/interface_rows.h"

#include <SQLiteCpp/Database.h>

#include <algorithm>

#include "core/digest.h"
#include "db/flight_cut.h"
#include "db/observation_text.h"

namespace ucready::db {
namespace {

// 128 bits of a digest: more than enough to keep interfaces apart, half the size in every row.
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kLongestFlight = 32'768;

std::string short_hex(const Sha256::Digest& digest) { return to_hex(ByteView(digest).first(kIdBytes)); }

template <typename Point>
std::string name_or_nothing(const std::optional<Point>& point) {
  return point ? tls::name(*point) : std::string();
}

ByteView bounded(ByteView flight) { return flight.first(std::min(flight.size(), kLongestFlight)); }

std::int64_t last_n(SQLite::Database& database, const std::string& run_id) {
  SQLite::Statement query(database, "SELECT coalesce(max(n), -1) FROM interface WHERE run_id = ?");
  query.bind(1, run_id);
  query.executeStep();
  return query.getColumn(0).getInt64();
}

}  // namespace

std::string interface_id(const InterfaceKey& key) {
  Sha256 digest;
  for (const std::string* field : {&key.site, &key.cluster, &key.node, &key.address}) digest.field(*field);
  digest.field(std::to_string(key.port));
  digest.field(key.protocol);
  return short_hex(digest.finish());
}

InterfaceRows::InterfaceRows(SQLite::Database& database, std::string run_id, CertificateRows& certificates)
    : run_id_(std::move(run_id)),
      n_(last_n(database, run_id_)),
      certificates_(certificates),
      depth_(database),
      offer_answers_(database, certificates),
      insert_interface_(database,
                        "INSERT OR IGNORE INTO interface "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      insert_flight_(database, "INSERT INTO interface_flight VALUES (?, ?, ?)"),
      insert_version_(database,
                      "INSERT OR REPLACE INTO interface_version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      insert_chain_(database, "INSERT INTO interface_chain VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      insert_client_auth_(database, "INSERT OR REPLACE INTO interface_client_auth VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      insert_trust_list_(database, "INSERT OR REPLACE INTO trust_list VALUES (?, ?, ?, ?, ?)"),
      insert_trust_list_bytes_(database, "INSERT OR IGNORE INTO trust_list_bytes VALUES (?, ?)"),
      find_earlier_(database, "SELECT n FROM interface WHERE run_id = ? AND interface_id = ?"),
      delete_earlier_{RowInsert(database, "DELETE FROM interface WHERE run_id = ? AND n = ?"),
                      RowInsert(database, "DELETE FROM interface_flight WHERE run_id = ? AND n = ?"),
                      RowInsert(database, "DELETE FROM interface_version WHERE run_id = ? AND n = ?"),
                      RowInsert(database, "DELETE FROM interface_chain WHERE run_id = ? AND n = ?"),
                      RowInsert(database, "DELETE FROM interface_client_auth WHERE run_id = ? AND n = ?"),
                      RowInsert(database, "DELETE FROM trust_list WHERE run_id = ? AND n = ?")} {}

std::size_t InterfaceRows::put(const InterfaceObservation& observation) {
  ++n_;
  flights_.clear();
  put_interface(observation);
  for (const VersionObservation& version : observation.versions) put_version(version, observation.chains);
  std::int64_t chain_n = 0;
  for (const ChainObservation& chain : observation.chains) put_chain(chain, chain_n++);
  for (const ClientAuthObservation& auth : observation.client_auth) put_client_auth(auth);
  for (const TrustListObservation& list : observation.trust_lists) put_trust_list(list);
  depth_.put(run_id_, n_, observation);
  offer_answers_.put(run_id_, n_, observation.offer_answers);
  if (!flights_.bytes().empty()) insert_flight_.run(run_id_, n_, flights_.bytes());
  return flights_.bytes().size();
}

void InterfaceRows::put_interface(const InterfaceObservation& o) {
  const std::string id = interface_id(o.key);
  const auto insert = [&] {
    return insert_interface_.run(run_id_, n_, id, o.key.site, o.key.cluster, o.key.node, o.key.address, o.key.port,
                                 o.key.protocol, OrNull{o.product}, OrNull{o.release}, o.declared,
                                 std::string(to_text(o.state)), OrNull{o.detail}, OrNull{o.server_name},
                                 OrNull{o.identified_product}, OrNull{o.identified_release}, OrNull{o.identified_by},
                                 o.connections, o.bytes_sent, o.bytes_received);
  };
  if (insert() == 1) return;
  remove_earlier(id);
  insert();
}

void InterfaceRows::remove_earlier(const std::string& id) {
  find_earlier_.bindNoCopy(1, run_id_);
  find_earlier_.bindNoCopy(2, id);
  find_earlier_.executeStep();
  const std::int64_t earlier = find_earlier_.getColumn(0).getInt64();
  find_earlier_.reset();
  for (RowInsert& row : delete_earlier_) row.run(run_id_, earlier);
  depth_.remove(run_id_, earlier);
  offer_answers_.remove(run_id_, earlier);
}

InterfaceRows::KeptFlight InterfaceRows::keep_whole(ByteView flight) {
  const auto place = flights_.keep(flight);
  if (!place) return {};
  return {place->offset, place->length, "", ""};
}

InterfaceRows::KeptFlight InterfaceRows::keep_cut(ByteView flight, const std::vector<CertificatePtr>& certificates) {
  const auto cut = cut_certificates(flight, certificates);
  if (!cut) return {};
  KeptFlight kept = keep_whole(cut->rest);
  if (!kept.offset) return {};
  kept.chain_id = certificates_.put_chain(certificates);
  kept.cuts = cut->places;
  return kept;
}

void InterfaceRows::put_version(const VersionObservation& version, const std::vector<ChainObservation>& chains) {
  const ByteView flight = bounded(version.flight);
  KeptFlight kept;
  for (const ChainObservation& chain : chains) {
    if (chain.version == version.version && !kept.offset) kept = keep_cut(flight, chain.certificates);
  }
  if (!kept.offset) kept = keep_whole(flight);
  insert_version_.run(run_id_, n_, tls::name(version.version), std::string(to_text(version.outcome)),
                      OrNull{name_or_nothing(version.negotiated)}, OrNull{name_or_nothing(version.suite)},
                      OrNull{name_or_nothing(version.group)}, OrNull{name_or_nothing(version.alert)},
                      OrNull{version.detail}, kept.offset, kept.length, OrNull{kept.chain_id}, OrNull{kept.cuts});
}

void InterfaceRows::put_chain(const ChainObservation& chain, std::int64_t chain_n) {
  if (chain.certificates.empty()) return;
  const ByteView flight = bounded(chain.flight);
  KeptFlight kept = keep_cut(flight, chain.certificates);
  if (!kept.offset) kept = keep_whole(flight);
  insert_chain_.run(run_id_, n_, chain_n, tls::name(chain.version), chain.server_name,
                    OrNull{chain.certificates.front()->key_type}, certificates_.put_chain(chain.certificates),
                    kept.offset, kept.length, OrNull{kept.cuts});
}

void InterfaceRows::put_client_auth(const ClientAuthObservation& auth) {
  insert_client_auth_.run(run_id_, n_, tls::name(auth.version), auth.requested, auth.required,
                          OrNull{certificate_types_text(auth.request)}, OrNull{signature_schemes_text(auth.request)},
                          OrNull{authorities_text(auth.authorities)});
}

void InterfaceRows::put_trust_list(const TrustListObservation& list) {
  const std::string sha256 = sha256_hex(list.bytes);
  insert_trust_list_bytes_.run(sha256, list.bytes);
  insert_trust_list_.run(run_id_, n_, list.name, list.source, sha256);
}

}  // namespace ucready::db
