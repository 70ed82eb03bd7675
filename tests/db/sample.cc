#include "tests/db/sample.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <stdexcept>

#include "core/digest.h"

namespace ucready::db {
namespace {

std::vector<std::string> rows_of(SQLite::Database& handle, const std::string& sql) {
  std::vector<std::string> rows;
  SQLite::Statement query(handle, sql);
  while (query.executeStep()) {
    std::string row;
    for (int i = 0; i < query.getColumnCount(); ++i) {
      if (i > 0) row += '|';
      row += query.getColumn(i).isNull() ? "NULL" : query.getColumn(i).getString();
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

Database open_new(const std::filesystem::path& path) {
  auto database = Database::open(path, OpenMode::write);
  if (!database) throw std::runtime_error(database.error().message);
  return std::move(*database);
}

std::vector<std::string> rows_of(const Database& database, const std::string& sql) {
  return rows_of(database.handle(), sql);
}

std::vector<std::string> rows_of(const std::filesystem::path& file, const std::string& sql) {
  SQLite::Database handle(file.string(), SQLite::OPEN_READONLY);
  return rows_of(handle, sql);
}

CertificatePtr make_certificate(const std::string& name, const std::string& key_type) {
  Certificate certificate;
  const std::string text = "certificate of " + name;
  certificate.der.assign(text.begin(), text.end());
  certificate.sha256 = sha256_hex(certificate.der);
  certificate.subject = "CN=" + name;
  certificate.issuer = "CN=NW-Issuing-CA2";
  certificate.serial = "01ab";
  certificate.key_type = key_type;
  certificate.key_bits = 2048;
  certificate.signature_algorithm = "sha256WithRSAEncryption";
  certificate.signature_hash = "sha256";
  certificate.not_before = "2026-01-01T00:00:00Z";
  certificate.not_after = "2028-01-01T00:00:00Z";
  certificate.san = "DNS:" + name;
  certificate.eku = "serverAuth,clientAuth";
  certificate.key_usage = "digitalSignature,keyEncipherment";
  return std::make_shared<const Certificate>(certificate);
}

InterfaceObservation make_observation(std::uint16_t port) {
  InterfaceObservation observation;
  observation.key = {"hq", "hq-cucm", "cucm-pub", "10.0.0.11", port, "https"};
  observation.product = "cucm";
  observation.release = "14SU3";
  observation.state = InterfaceState::tls;
  for (const tls::Version version : {tls::kTls12, tls::kTls13}) {
    VersionObservation seen;
    seen.version = version;
    seen.outcome = VersionOutcome::accepted;
    seen.negotiated = version;
    seen.suite = tls::CipherSuite{version == tls::kTls13 ? std::uint16_t{0x1302} : std::uint16_t{0xc030}};
    seen.group = tls::Group{29};
    seen.flight = Bytes{22, 3, 3, static_cast<std::uint8_t>(version.value)};
    observation.versions.push_back(seen);
    ChainObservation chain;
    chain.version = version;
    chain.certificates = {make_certificate("cucm-pub.example.com"), make_certificate("NW-Issuing-CA2")};
    observation.chains.push_back(chain);
  }
  return observation;
}

}  // namespace ucready::db
