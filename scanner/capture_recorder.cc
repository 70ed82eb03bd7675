#include "scanner/capture_recorder.h"

#include <algorithm>

namespace ucready::scanner {
namespace {

constexpr std::size_t kMostServers = 10'000;
constexpr std::size_t kMostChainsOfOne = 32;

bool same_chain(const db::ChainObservation& chain, const db::SessionObservation& seen) {
  return chain.version == *seen.version && chain.server_name.value_or("") == seen.server_name &&
         chain.certificates.front()->sha256 == seen.server_chain.front()->sha256;
}

}  // namespace

CaptureRecorder::CaptureRecorder(db::RunWriter& run, const std::string& site, const SiteMap* map,
                                 passive::SanitisedCapture* sanitised)
    : run_(run), site_(site), map_(map), sanitised_(sanitised) {
  if (map_ != nullptr) run_.name_hops([this](const db::SessionObservation& seen) { return map_->name(seen); });
}

void CaptureRecorder::note(const Result<void>& kept) {
  if (!kept && !failure_) failure_ = kept.error();
}

void CaptureRecorder::session(db::SessionObservation seen, ByteView handshake) {
  if (failure_) return;
  const bool failed = seen.established == false || seen.alert_by;
  note(run_.add(seen, failed ? handshake : ByteView()));
  if (sanitised_ != nullptr) note(sanitised_->add(seen, handshake));
  if (seen.version && !seen.server_chain.empty()) remember_chain(seen);
}

void CaptureRecorder::midstream(db::SessionObservation seen) {
  if (!failure_) note(run_.add_midstream(seen));
}

void CaptureRecorder::breathe() {
  if (!failure_) note(run_.flush_when_due());
}

void CaptureRecorder::remember_chain(const db::SessionObservation& seen) {
  auto server = servers_.find(seen.server);
  if (server == servers_.end()) {
    if (servers_.size() >= kMostServers) return;
    db::InterfaceObservation made;
    made.state = db::InterfaceState::tls;
    made.key = {site_, "", "", to_text(seen.server.address), seen.server.port, std::string(seen.protocol)};
    if (map_ != nullptr) {
      const SiteMap::Identity identity = map_->identity(seen);
      made.key.cluster = identity.cluster;
      made.key.node = identity.node;
      made.key.protocol = identity.protocol;
      made.product = identity.product;
      made.release = identity.release;
    }
    server = servers_.emplace(seen.server, std::move(made)).first;
  }
  auto& chains = server->second.chains;
  if (chains.size() >= kMostChainsOfOne) return;
  if (std::ranges::any_of(chains, [&](const db::ChainObservation& chain) { return same_chain(chain, seen); })) return;
  db::ChainObservation chain;
  chain.version = *seen.version;
  if (!seen.server_name.empty()) chain.server_name = seen.server_name;
  chain.certificates = seen.server_chain;
  chains.push_back(std::move(chain));
}

Result<void> CaptureRecorder::finish() {
  for (const auto& [end, server] : servers_) {
    if (!failure_) note(run_.add(server));
  }
  if (!failure_) note(run_.flush());
  if (failure_) return tl::unexpected<Error>(*failure_);
  return {};
}

}  // namespace ucready::scanner
