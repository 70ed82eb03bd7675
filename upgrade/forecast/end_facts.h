// What the facts and the catalogue say of one end alone: versions, suites, order of preference, verification.
#pragma once

#include "upgrade/forecast/ends.h"

namespace ucready::forecast {

struct ServerFacts {
  Place place;
  Confidence confidence = Confidence::observed;  // Of what it is known by: seen as it is today, or told.
  std::string name;                              // For people: "hq-cucm/cucm-sub port 5061".
  bool may_present_ecdsa = true;
  std::optional<Known> http_certificates;  // Where that setting rules; nothing: it does not.
  std::string client_store;                // Empty: not known.
  bool client_auth_doubtful = false;
};

struct ClientFacts {
  Place place;
  Confidence confidence = Confidence::observed;
  std::string name;
  std::string identity;        // Of the catalogue: "CallManager"; empty: it presents none, or which is not known.
  bool presents_none = false;  // The catalogue has this service without a certificate.
  bool own_client_certificate = false;  // Apart from the server's, so that a server's renewal leaves it alone.
  std::string store;
  bool may_verify = true;
  std::optional<bool> checks_name;
  std::string server_name;  // By which the site file has the server called.
};

// Fill their end of `made` and add the doubts.
ServerFacts server_facts(const Estate& estate, const Hop& hop, const State& state, HopEnds& made);
ClientFacts client_facts(const Estate& estate, const Hop& hop, const State& state, const State& server_state,
                         HopEnds& made);

// What the catalogue has of this listener and of this client service; nullptr: nothing.
const upgrade::CatalogueInterface* interface_of(const upgrade::Product* product, std::uint16_t port,
                                                const std::string& protocol);
const upgrade::CatalogueClientService* client_service_of(const upgrade::Product* product, const std::string& service,
                                                         const std::string& protocol);

bool is_expressway(const upgrade::Product* product);
bool is_vos(const upgrade::Product* product);  // Cisco's voice operating system: CUCM, IM and Presence, CUC, CER, PCD.
bool is_ecdsa(tls::CipherSuite suite);         // It demands such a certificate.

// Whether a release is at least another; nothing where either cannot be read.
std::optional<bool> at_least(const upgrade::Product* product, const std::string& release, const std::string& other);

// A setting as a step changed it, else as the facts have it.
Known setting_of(const Estate& estate, const Place& place, const State& state, const std::string& name);

}  // namespace ucready::forecast
