// Who presents a certificate, and who trusts it: itself, or an authority above it.
#pragma once

#include <string>
#include <vector>

#include "core/certificate.h"
#include "core/result.h"
#include "db/trust_lookup.h"

namespace ucready::scanner {

struct Holder {
  db::StorePlace place;
  std::string how;  // "holds it", "pins it", "holds its authority", "holds a root of it, but nothing between"

  bool operator==(const Holder&) const = default;
};

struct CertificateSearch {
  CertificatePtr certificate;
  std::vector<Holder> holders;         // Ordered by place.
  std::size_t stores_that_do_not = 0;  // Known stores that trust it in no way.
  std::vector<db::Showing> showings;
};

// `word` is a file that holds one certificate, or leads a chain with it, or a SHA-256 that the database knows, of which
// eight digits may do.
Result<CertificateSearch> search_certificate(const db::Database& database, const std::string& word);

}  // namespace ucready::scanner
