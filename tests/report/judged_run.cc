#include "tests/report/judged_run.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "core/time.h"
#include "db/rules.h"
#include "report/document.h"

namespace ucready::report {
namespace {

Certificate certificate(std::string subject, std::string issuer) {
  Certificate made;
  made.subject = std::move(subject);
  made.issuer = std::move(issuer);
  made.der = {0x30, 0x00};
  made.serial = "0123456789abcdef";
  made.key_type = "rsa";
  made.key_bits = 2048;
  made.signature_algorithm = "sha256WithRSAEncryption";
  made.signature_hash = "sha256";
  made.not_before = days_from_now(-100);
  made.not_after = days_from_now(365);
  made.is_ca = true;
  return made;
}

// Whatever differs in a certificate changes its digest, as with real ones.
CertificatePtr digested(Certificate certificate) {
  const std::string described = certificate.subject + certificate.issuer + certificate.signature_hash +
                                certificate.key_type + std::to_string(certificate.key_bits) + certificate.not_after +
                                certificate.not_before + certificate.san + certificate.eku +
                                std::to_string(certificate.self_signed);
  const std::size_t digest = std::hash<std::string>{}(described);
  for (int i = 0; i < 8; ++i) {
    for (std::size_t byte = 0; byte < 4; ++byte) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      certificate.sha256 += kDigits[digest >> (byte * 8) & 0xfU];
      certificate.sha256 += kDigits[digest >> (byte * 8 + 4) & 0xfU];
    }
  }
  return std::make_shared<const Certificate>(std::move(certificate));
}

void expect(const Result<void>& done) { EXPECT_TRUE(done) << done.error().message; }

}  // namespace

// The same second all through a test: a certificate that is presented twice must be one.
std::string days_from_now(int days) {
  static const Time start = now();
  return to_iso8601(start + std::chrono::days(days));
}

Certificate healthy_leaf() {
  Certificate leaf = certificate("O=Nordwind,CN=cucm.example.com", "CN=NW-Issuing-CA");
  leaf.san = "DNS:cucm.example.com,DNS:cucm-pub.example.com";
  leaf.eku = "serverAuth,clientAuth";
  leaf.is_ca = false;
  return leaf;
}

Certificate healthy_intermediate() { return certificate("CN=NW-Issuing-CA", "CN=NW-Root"); }

Certificate healthy_root() {
  Certificate root = certificate("CN=NW-Root", "CN=NW-Root");
  root.self_signed = true;
  return root;
}

db::VersionObservation accepted(tls::Version version, std::string_view suite) {
  db::VersionObservation observation;
  observation.version = version;
  observation.outcome = db::VersionOutcome::accepted;
  observation.negotiated = version;
  observation.suite = tls::parse_cipher_suite(suite);
  EXPECT_TRUE(observation.suite) << suite;
  return observation;
}

db::VersionObservation answered(tls::Version version, db::VersionOutcome outcome) {
  db::VersionObservation observation;
  observation.version = version;
  observation.outcome = outcome;
  return observation;
}

db::InterfaceObservation healthy_interface() {
  db::InterfaceObservation interface;
  interface.key = {"hq", "hq-cucm", "cucm-pub", "10.0.0.11", 8443, "https"};
  interface.product = "cucm";
  interface.release = "14SU3";
  interface.state = db::InterfaceState::tls;
  interface.versions = {
      answered(tls::kTls10, db::VersionOutcome::refused), answered(tls::kTls11, db::VersionOutcome::refused),
      accepted(tls::kTls12, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), accepted(tls::kTls13, "TLS_AES_128_GCM_SHA256")};
  present(interface, {healthy_leaf(), healthy_intermediate()});
  return interface;
}

void present(db::InterfaceObservation& interface, const std::vector<Certificate>& chain) {
  std::vector<CertificatePtr> certificates;
  for (const Certificate& certificate : chain) certificates.push_back(digested(certificate));
  interface.chains.clear();
  for (const db::VersionObservation& version : interface.versions) {
    if (version.outcome != db::VersionOutcome::accepted) continue;
    interface.chains.push_back({version.version, std::nullopt, certificates, {}});
  }
}

JudgedRun::JudgedRun(std::string site) : site_(std::move(site)) {
  std::string name = (std::filesystem::temp_directory_path() / "ucready-report-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
  folder_ = name;
  auto opened = db::Database::open(folder_ / "ucready.db", db::OpenMode::write);
  if (!opened) throw std::runtime_error(opened.error().message);
  database_ = std::move(*opened);
}

JudgedRun::~JudgedRun() {
  database_.reset();
  std::filesystem::remove_all(folder_);
}

void JudgedRun::know(Fact fact) {
  if (fact.confidence == Confidence::unknown) fact.confidence = Confidence::declared;
  if (fact.source.empty()) fact.source = "site.yaml";
  facts_.push_back(std::move(fact));
}

void JudgedRun::order(db::OrderStep step) { order_.push_back(std::move(step)); }

void JudgedRun::connect(db::DeclaredHop hop) {
  if (hop.source.empty()) hop.source = "declared";
  if (hop.security.empty()) hop.security = "encrypted";
  hops_.push_back(std::move(hop));
}

void JudgedRun::see(const db::InterfaceObservation& interface) { seen_.push_back(interface); }

void JudgedRun::hold(db::TrustObservation store) { stores_.push_back(std::move(store)); }

void JudgedRun::tell(db::DeclaredChain place, const std::vector<Certificate>& chain) {
  for (const Certificate& certificate : chain) place.certificates.push_back(digested(certificate));
  chains_.push_back(std::move(place));
}

void JudgedRun::judge(db::RunStatus status) {
  auto writer = db::RunWriter::begin(*database_, {"scan", site_, "0.1.0", "scan --site site.yaml", order_}, facts_);
  ASSERT_TRUE(writer) << writer.error().message;
  run_id_ = writer->run_id();
  for (const auto& interface : seen_) expect(writer->add(interface));
  for (const auto& store : stores_) expect(writer->add(store));
  for (const auto& chain : chains_) expect(writer->add(chain));
  finish_and_judge(*writer, status);
  seen_.clear();
  stores_.clear();
  chains_.clear();
}

void JudgedRun::judge_import(const std::string& product) {
  auto writer = db::RunWriter::begin(*database_, {"import", site_, "0.1.0", "import exports", {}}, {});
  ASSERT_TRUE(writer) << writer.error().message;
  run_id_ = writer->run_id();
  expect(writer->add(db::ImportSource{"pub.json", "vos-snapshot", "hq-cucm", "cucm-pub", false, 1, 0, ""}));
  expect(writer->add(Fact{"hq-cucm", "", "", 0, "product", product, Confidence::imported, "pub.json", 1}));
  for (const auto& store : stores_) expect(writer->add(store));
  for (auto& chain : chains_) {
    chain.source = "pub.json";
    chain.line = 7;
    if (chain.confidence == Confidence::declared) chain.confidence = Confidence::imported;
    expect(writer->add(chain));
  }
  finish_and_judge(*writer, db::RunStatus::done);
  stores_.clear();
  chains_.clear();
}

void JudgedRun::judge_capture(const std::vector<db::SessionObservation>& sessions, const db::HopEnds& ends) {
  auto writer = db::RunWriter::begin(*database_, {"capture", site_, "0.1.0", "capture -r x.pcap", order_}, facts_);
  ASSERT_TRUE(writer) << writer.error().message;
  run_id_ = writer->run_id();
  writer->name_hops([&](const db::SessionObservation&) { return ends; });
  ASSERT_TRUE(writer->begin_source("x.pcap"));
  for (const db::SessionObservation& session : sessions) expect(writer->add(session));
  finish_and_judge(*writer, db::RunStatus::done);
}

void JudgedRun::finish_and_judge(db::RunWriter& writer, db::RunStatus status) {
  for (const auto& hop : hops_) expect(writer.add(hop));
  expect(writer.flush());
  if (status != db::RunStatus::running) expect(writer.finish(status));
  const auto counts = db::run_rules(*database_, run_id_, db::built_in_rules());
  ASSERT_TRUE(counts) << counts.error().message;
}

std::vector<Finding> JudgedRun::findings(const std::string& rule) const {
  SQLite::Statement rows(database_->handle(),
                         "SELECT finding_id, severity, title, evidence, remedy, confidence, port, wave FROM v_finding"
                         " WHERE run_id = ? AND rule = ? ORDER BY address, port, evidence");
  rows.bind(1, run_id_);
  rows.bind(2, rule);
  std::vector<Finding> findings;
  while (rows.executeStep()) {
    Finding finding{rows.getColumn(0),
                    rows.getColumn(1),
                    rows.getColumn(2),
                    rows.getColumn(3),
                    rows.getColumn(4),
                    rows.getColumn(5),
                    0,
                    {}};
    finding.port = rows.getColumn(6).getInt();
    if (!rows.getColumn(7).isNull()) finding.wave = rows.getColumn(7).getInt();
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::size_t JudgedRun::reported(const std::string& rule) const {
  auto document = Document::open(*database_, {.rules = {rule}});
  EXPECT_TRUE(document) << document.error().message;
  std::size_t count = 0;
  for (Rows rows = document->findings(); rows.next();) ++count;
  return count;
}

std::vector<std::string> JudgedRun::rules_that_fired() const {
  SQLite::Statement rows(database_->handle(), "SELECT DISTINCT rule FROM v_finding WHERE run_id = ? ORDER BY rule");
  rows.bind(1, run_id_);
  std::vector<std::string> rules;
  while (rows.executeStep()) rules.push_back(rows.getColumn(0).getString());
  return rules;
}

}  // namespace ucready::report
