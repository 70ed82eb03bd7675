#include "scanner/certificate_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "trust/certificate.h"
#include "trust/chain_verdict.h"
#include "trust/trust_folder.h"

namespace ucready::scanner {
namespace {

bool is_digest(std::string_view word) {
  return word.size() >= 8 && word.size() <= 64 &&
         std::ranges::all_of(word, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

Result<CertificatePtr> find_certificate(const db::Database& database, const std::string& word) {
  if (is_digest(word) && !std::filesystem::exists(word)) {
    std::string digest = word;
    std::ranges::transform(digest, digest.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto der = db::certificate_of(database, digest);
    if (!der) return tl::unexpected<Error>(der.error());
    if (*der) return trust::read_certificate(**der);
    return fail(
        ErrorCode::not_found,
        fmt::format("{}: the database knows no certificate, or several, whose SHA-256 begins so; give all 64 digits",
                    word));
  }
  const auto files = trust::read_trust_paths({word});
  if (!files) return tl::unexpected<Error>(files.error());
  std::vector<CertificatePtr> certificates;
  for (const trust::TrustFile& file : files->files) {
    for (const trust::TrustEntry& entry : file.entries) {
      if (entry.certificate) certificates.push_back(entry.certificate);
    }
  }
  if (certificates.empty())
    return fail(ErrorCode::invalid_input, word + ": holds no certificate; name a file that does");
  const auto leaf = std::ranges::find_if(certificates, [](const CertificatePtr& c) { return !c->is_ca; });
  return leaf == certificates.end() ? certificates.front() : *leaf;
}

trust::TrustStore store_of(const std::vector<db::TrustedCertificate>& entries) {
  trust::TrustStore store;
  for (const db::TrustedCertificate& held : entries) {
    trust::TrustEntry entry;
    entry.kind = held.pinned ? trust::TrustKind::pinned : trust::TrustKind::ca;
    if (held.certificate) entry.certificate = trust::read_certificate(held.certificate->der);
    if (!held.certificate && !held.hash.empty()) entry.hash = trust::CertificateHash{held.hash_algorithm, held.hash};
    entry.roles = held.roles;
    entry.subject = held.subject;
    if (entry.certificate || entry.hash) store.add(entry);
  }
  return store;
}

// Empty: in no way.
std::string how_trusted(const trust::TrustStore& store, const CertificatePtr& certificate,
                        const std::vector<CertificatePtr>& between) {
  if (const trust::Pin* const pin = store.pin_of(*certificate)) return fmt::format("pins it as {}", pin->roles);
  if (store.holds(*certificate)) return "holds it";
  trust::ChainQuestion question;
  question.chain = {certificate};
  question.store = &store;
  question.at = parse_iso8601(certificate->not_before).value_or(Time{});  // Only the path is asked about.
  question.stack = "openssl-3";
  question.security_level = 0;
  question.partial_chains = true;
  question.seen_elsewhere = between;
  switch (trust::judge_chain(question).anchoring) {
    case trust::Anchoring::root:
    case trust::Anchoring::partial:
      return "holds its authority";
    case trust::Anchoring::missing_intermediate:
      return "holds an authority above its issuer";
    case trust::Anchoring::none:
    case trust::Anchoring::pinned:
      break;
  }
  return {};
}

}  // namespace

Result<CertificateSearch> search_certificate(const db::Database& database, const std::string& word) {
  CertificateSearch search;
  auto certificate = find_certificate(database, word);
  if (!certificate) return tl::unexpected<Error>(certificate.error());
  search.certificate = std::move(*certificate);
  const auto intermediates = db::intermediates_of(database);
  if (!intermediates) return tl::unexpected<Error>(intermediates.error());
  std::vector<CertificatePtr> between;
  for (const Bytes& der : *intermediates) between.push_back(trust::read_certificate(der));
  const auto sets = db::newest_stores(database);
  if (!sets) return tl::unexpected<Error>(sets.error());
  for (const db::HeldSet& set : *sets) {
    const std::string how = how_trusted(store_of(set.entries), search.certificate, between);
    if (how.empty()) search.stores_that_do_not += set.places.size();
    for (const db::StorePlace& place : set.places) {
      if (!how.empty()) search.holders.push_back({place, how});
    }
  }
  std::ranges::sort(search.holders, {}, &Holder::place);
  auto showings = db::showings_of(database, search.certificate->sha256);
  if (!showings) return tl::unexpected<Error>(showings.error());
  search.showings = std::move(*showings);
  return search;
}

}  // namespace ucready::scanner
