// All the questions to one interface, in the order in which each answer makes the next one worth asking.
#pragma once

#include <memory>

#include "db/interface_observation.h"
#include "probes/client_identity.h"
#include "probes/pacer.h"
#include "probes/target.h"
#include "probes/transport.h"
#include "tls/hello_probe.h"
#include "trust/certificate.h"

namespace ucready::probes {

enum class Depth {
  versions,  // One hello per version.
  quick,     // Besides these, every kind of leaf at every accepted version, and what the system is.
  full,      // Besides these, all that audit.h names.
};

struct ProbeOptions {
  Depth depth = Depth::quick;
  bool legacy = false;                             // SSLv3 and suites that intrusion detection may flag.
  bool identify = true;                            // Beyond `versions` a service is asked what it is.
  bool trust_lists = false;                        // A CUCM node is asked for its CTL and ITL.
  std::shared_ptr<const ClientIdentity> identity;  // Shown where a client certificate is asked for; null: none.
  Clock::duration timeout = std::chrono::seconds(10);
  Clock::duration retry_pause = std::chrono::milliseconds(700);  // Before the first retry; grows, with jitter.
};

// What all probes of a run share. Not thread-safe.
struct ProbeTools {
  Connector& connector;
  tls::KeyShares& keys;
  trust::CertificateCache& certificates;
  Pacer* openssl_clients = nullptr;  // Their number is bounded, for each takes tens of kilobytes; nullptr: it is not.
};

// `address` is the target's host as an IP address. An error only when this machine failed (no descriptors, no ports) or
// the run was interrupted; whatever the interface did is an observation. At most 60 connections (depth full: 1,000),
// each bounded in bytes and time.
asio::awaitable<Result<db::InterfaceObservation>> probe_interface(const Target& target, std::string address,
                                                                  const ProbeOptions& options, ProbeTools& tools);

// The observation's key and known facts, with nothing seen yet.
db::InterfaceObservation unseen(const Target& target, const std::string& address);

}  // namespace ucready::probes
