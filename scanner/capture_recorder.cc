#include "scanner/capture_recorder.h"

#include <algorithm>

namespace ucready::scanner {
namespace {

constexpr std::size_t kMostServers = 10'000;
constexpr std::size_t kMostChainsOfOne = 32;
constexpr auto kBetweenWrites = std::chrono::milliseconds(500);  // A changed server is written anew as a whole.

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
  if (failed && handshake.empty()) ++skipped_.handshakes;
  note(run_.add(seen, failed ? handshake : ByteView()));
  if (sanitised_ != nullptr) note(sanitised_->add(seen, handshake));
  if (seen.version && !seen.server_chain.empty()) remember_chain(seen);
}

void CaptureRecorder::midstream(db::SessionObservation seen) {
  if (!failure_) note(run_.add_midstream(seen));
}

void CaptureRecorder::breathe() {
  if (Clock::now() - servers_written_ >= kBetweenWrites) write_servers();
  if (!failure_) note(run_.flush_when_due());
}

CaptureRecorder::Server CaptureRecorder::make_server(const db::SessionObservation& seen) const {
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
  return {.seen = std::move(made)};
}

void CaptureRecorder::remember_chain(const db::SessionObservation& seen) {
  auto known = servers_.find(seen.server);
  if (known == servers_.end()) {
    if (servers_.size() >= kMostServers) {
      ++skipped_.servers;
      return;
    }
    known = servers_.emplace(seen.server, make_server(seen)).first;
  }
  Server& server = known->second;
  auto& chains = server.seen.chains;
  if (std::ranges::any_of(chains, [&](const db::ChainObservation& chain) { return same_chain(chain, seen); })) return;
  if (chains.size() >= kMostChainsOfOne) {
    ++skipped_.chains;
    return;
  }
  db::ChainObservation chain;
  chain.version = *seen.version;
  if (!seen.server_name.empty()) chain.server_name = seen.server_name;
  chain.certificates = seen.server_chain;
  chains.push_back(std::move(chain));
  if (!server.changed) changed_.push_back(&server);
  server.changed = true;
}

void CaptureRecorder::write_servers() {
  for (Server* server : changed_) {
    if (!failure_) note(run_.add(server->seen));
    server->changed = false;
  }
  changed_.clear();
  servers_written_ = Clock::now();
}

Result<void> CaptureRecorder::finish() {
  write_servers();
  if (!failure_) note(run_.flush());
  if (failure_) return tl::unexpected<Error>(*failure_);
  return {};
}

}  // namespace ucready::scanner
