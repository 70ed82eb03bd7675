// Writes what was seen of an interface as rows. Speaks SQL only: transactions, errors and pace are the run writer's.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "db/certificate_rows.h"
#include "db/depth_rows.h"
#include "db/flight_store.h"
#include "db/interface_observation.h"
#include "db/offer_answer_rows.h"
#include "db/row_insert.h"

namespace ucready::db {

// The same wherever it is computed: see docs/database.md.
std::string interface_id(const InterfaceKey& key);

class InterfaceRows {
 public:
  // `certificates` must outlive it.
  InterfaceRows(SQLite::Database& database, std::string run_id, CertificateRows& certificates);

  // Replaces what the run holds of this interface. Gives the count of bytes that were kept of answers. Throws
  // SQLite::Exception.
  std::size_t put(const InterfaceObservation& observation);

 private:
  void put_interface(const InterfaceObservation& observation);
  void put_version(const VersionObservation& version, const std::vector<ChainObservation>& chains);
  void put_chain(const ChainObservation& chain, std::int64_t chain_n);
  void put_client_auth(const ClientAuthObservation& auth);
  void put_trust_list(const TrustListObservation& list);

  // Where the row finds its answer; without an offset none was kept.
  struct KeptFlight {
    std::optional<std::int64_t> offset;
    std::optional<std::int64_t> length;
    std::string chain_id;
    std::string cuts;
  };
  KeptFlight keep_whole(ByteView flight);
  // Without an offset where the answer does not show this chain.
  KeptFlight keep_cut(ByteView flight, const std::vector<CertificatePtr>& certificates);

  void remove_earlier(const std::string& id);

  std::string run_id_;
  std::int64_t n_ = -1;  // Of the interface that is being written.
  FlightStore flights_;
  CertificateRows& certificates_;

  DepthRows depth_;
  OfferAnswerRows offer_answers_;
  RowInsert insert_interface_;
  RowInsert insert_flight_;
  RowInsert insert_version_;
  RowInsert insert_chain_;
  RowInsert insert_client_auth_;
  RowInsert insert_trust_list_;
  RowInsert insert_trust_list_bytes_;
  SQLite::Statement find_earlier_;
  std::array<RowInsert, 6> delete_earlier_;
};

}  // namespace ucready::db
