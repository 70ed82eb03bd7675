// What it costs to keep an interface: 4 versions, 8 chains of 2 certificates that are known already, an answer of 3 kB
// for each version and chain, a client-certificate request at each version.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <memory>
#include <string>

#include "core/digest.h"
#include "db/rules.h"
#include "db/run_writer.h"

namespace ucready::db {
namespace {

CertificatePtr make_certificate(const std::string& name) {
  Certificate certificate;
  for (std::uint32_t i = 0; i < 1000; ++i) certificate.der.push_back(static_cast<std::uint8_t>(i * i >> 3));
  certificate.der.insert(certificate.der.end(), name.begin(), name.end());
  certificate.sha256 = sha256_hex(certificate.der);
  certificate.subject = certificate.issuer = "CN=" + name;
  certificate.key_type = "rsa";
  certificate.key_bits = 2048;
  certificate.signature_hash = "sha256";
  certificate.not_before = "2026-01-01T00:00:00Z";
  certificate.not_after = "2099-01-01T00:00:00Z";
  return std::make_shared<const Certificate>(certificate);
}

Bytes make_flight(std::size_t bytes, std::uint8_t filling, const std::vector<CertificatePtr>& certificates) {
  Bytes flight(bytes / 2, filling);
  for (const CertificatePtr& certificate : certificates) {
    flight.insert(flight.end(), certificate->der.begin(), certificate->der.end());
  }
  flight.insert(flight.end(), bytes / 2, filling);
  return flight;
}

InterfaceObservation make_observation(std::size_t flight_bytes) {
  const CertificatePtr ca = make_certificate("ca");
  const std::vector<CertificatePtr> leaves = {make_certificate("rsa"), make_certificate("ecdsa")};
  InterfaceObservation observation;
  observation.key = {"hq", "hq-cucm", "", "10.0.0.11", 8443, "https"};
  observation.product = "cucm";
  observation.state = InterfaceState::tls;
  for (const tls::Version version : {tls::kTls10, tls::kTls11, tls::kTls12, tls::kTls13}) {
    VersionObservation seen;
    seen.version = version;
    seen.outcome = VersionOutcome::accepted;
    seen.negotiated = version;
    seen.suite = tls::CipherSuite{0xc030};
    seen.group = tls::Group{29};
    seen.flight = make_flight(flight_bytes, static_cast<std::uint8_t>(version.value), {leaves.front(), ca});
    observation.versions.push_back(seen);
    for (const CertificatePtr& leaf : leaves) {
      ChainObservation chain{version, std::nullopt, {leaf, ca}, {}};
      if (leaf != leaves.front()) {
        chain.flight = make_flight(flight_bytes, static_cast<std::uint8_t>(version.value + 10), chain.certificates);
      }
      observation.chains.push_back(chain);
    }
    ClientAuthObservation auth;
    auth.version = version;
    auth.requested = true;
    auth.request.certificate_types = {1, 64};
    auth.request.signature_schemes.assign(12, tls::SignatureScheme{0x0403});
    auth.authorities.assign(4, "C=DE,O=Nordwind,CN=NW-Issuing-CA2");
    observation.client_auth.push_back(auth);
  }
  return observation;
}

void keep_an_interface(benchmark::State& state) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "ucready-db-bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  {
    auto database = Database::open(folder / "a.db", OpenMode::write);
    auto writer = RunWriter::begin(*database, {"scan", "hq", "", "", {}}, {});
    InterfaceObservation observation = make_observation(static_cast<std::size_t>(state.range(0)));
    std::uint64_t i = 0;
    for (auto _ : state) {
      observation.key.node = "node-" + std::to_string(i++);
      if (!writer->add(observation)) state.SkipWithError("not kept");
    }
    static_cast<void>(writer->finish(RunStatus::done));
  }
  state.counters["bytes_kept"] =
      static_cast<double>(std::filesystem::file_size(folder / "a.db")) / static_cast<double>(state.iterations());
  std::filesystem::remove_all(folder);
}
BENCHMARK(keep_an_interface)
    ->Arg(500)
    ->Arg(1000)
    ->MeasureProcessCPUTime()
    ->Iterations(5000)
    ->Unit(benchmark::kMicrosecond);

// What it costs to judge a run of 1000 such interfaces by the built-in rules.
void judge_a_thousand(benchmark::State& state) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "ucready-db-bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  {
    auto database = Database::open(folder / "a.db", OpenMode::write);
    auto writer = RunWriter::begin(*database, {"scan", "hq", "", "", {}}, {});
    InterfaceObservation observation = make_observation(500);
    for (int i = 0; i < 1000; ++i) {
      observation.key.node = "node-" + std::to_string(i);
      if (!writer->add(observation)) state.SkipWithError("not kept");
    }
    static_cast<void>(writer->finish(RunStatus::done));
    const std::vector<Rule> rules = built_in_rules();
    for (auto _ : state) {
      if (!run_rules(*database, writer->run_id(), rules)) state.SkipWithError("not judged");
    }
    state.counters["rules"] = static_cast<double>(rules.size());
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(judge_a_thousand)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ucready::db
