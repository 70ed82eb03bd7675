// All that is known of a site before anything is forecast: facts, listeners, chains, offers and stores, ready to be
// asked for the narrowest fact about one node.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/time.h"
#include "db/estate_lookup.h"
#include "db/trust_lookup.h"
#include "tls/client_hello.h"
#include "trust/store.h"
#include "upgrade/catalogue.h"

namespace ucready::forecast {

// A fact with what it rests on; an empty value: nobody told.
struct Known {
  std::string value;
  Confidence confidence = Confidence::unknown;

  explicit operator bool() const { return !value.empty(); }
};

// What is told of a certificate that a mend would have issued anew, and that nobody can show yet.
struct Reissue {
  std::string name;                         // It carries this one besides; empty: no other.
  std::vector<CertificatePtr> signed_like;  // A chain of the authority that is to sign it; empty: the same as before.
};

// A chain as somebody presents it, leaf first.
struct PresentedChain {
  std::string id;
  std::vector<CertificatePtr> certificates;
  Confidence confidence = Confidence::declared;
  std::shared_ptr<const Reissue> reissue{};  // nullptr: it is there already.
};

// Where a fact is looked for: a node's client service, or its listener on a port.
struct Place {
  std::string cluster;
  std::string node;
  std::string service;
  int port = 0;
};

class MeasuredAnswers;
class Opinions;

// A hello that a capture has of a client.
struct SeenHello {
  std::string offer_id;
  tls::ClientHello hello;
};

class Estate {
 public:
  // The catalogue must outlive it.
  Estate(const upgrade::Catalogue& catalogue, db::EstateRows rows, const std::vector<db::HeldSet>& stores, Time now);

  [[nodiscard]] const db::EstateRows& rows() const { return rows_; }
  [[nodiscard]] const upgrade::Catalogue& catalogue() const { return catalogue_; }
  [[nodiscard]] Time now() const { return now_; }

  // The narrowest fact: of the service or port on the node, of it in the cluster, of the node, of the cluster.
  [[nodiscard]] Known fact(const Place& place, const std::string& name) const;
  // The same, and where nobody told it what a scan concluded from how the listener answers.
  [[nodiscard]] Known fact_or_fingerprint(const Place& place, const std::string& name) const;
  // Those stated for exactly this place, in the order of their names.
  void each_fact(const Place& place,
                 const std::function<void(const std::string& name, const Known& known)>& tell) const;
  [[nodiscard]] const upgrade::Product* product(const std::string& cluster) const;  // nullptr: not known.
  [[nodiscard]] const std::set<std::string>& nodes(const std::string& cluster) const;
  [[nodiscard]] std::vector<std::string> clusters() const;  // Those that were declared or imported.

  [[nodiscard]] const db::SeenInterface* seen(const std::string& cluster, const std::string& node, int port) const;
  [[nodiscard]] const db::CapturedServer* captured(const Place& listener) const;  // nullptr: in no capture.
  // What a listener presents: as scanned, else as declared, unless a capture shows another one.
  [[nodiscard]] std::vector<PresentedChain> chains_of_listener(const Place& place) const;
  // Whether that is known by captures alone, which show the certificates that were chosen, not those that are there.
  [[nodiscard]] bool may_have_more_chains(const Place& listener) const;
  // What a client service presents: declared for it, or what a listener of the node with the same identity shows,
  // unless a capture shows another one. One that presents none by itself has what was declared for it alone.
  [[nodiscard]] std::vector<PresentedChain> chains_of_service(const Place& place, const std::string& identity,
                                                              bool presents_none) const;

  // A chain that begins with this certificate; nothing: none is known.
  [[nodiscard]] std::optional<PresentedChain> chain_led_by(const std::string& leaf) const;

  // All that it was seen or is declared to present, leaves and what stands above them.
  [[nodiscard]] std::map<std::string, std::set<CertificatePtr>> certificates_by_cluster() const;

  // nullptr: what this store holds is not known.
  [[nodiscard]] const trust::TrustStore* store(const std::string& cluster, const std::string& node,
                                               const std::string& name) const;
  [[nodiscard]] const std::vector<CertificatePtr>& intermediates() const { return intermediates_; }
  [[nodiscard]] static std::shared_ptr<trust::TrustStore> copy_of(const trust::TrustStore& store);
  // For trying out: the same store with one more authority.
  [[nodiscard]] static std::shared_ptr<trust::TrustStore> with_authority(const trust::TrustStore& store,
                                                                         const CertificatePtr& authority);
  // And without this one, as an authority and as an exact certificate.
  [[nodiscard]] static std::shared_ptr<trust::TrustStore> without(const trust::TrustStore& store,
                                                                  const Certificate& certificate);
  // Cluster, node, store. What was there comes back; nullptr: nothing was, or takes it away.
  using StoreKey = std::tuple<std::string, std::string, std::string>;
  [[nodiscard]] const std::map<StoreKey, std::shared_ptr<trust::TrustStore>>& stores() const { return stores_; }
  std::shared_ptr<trust::TrustStore> put_store(const StoreKey& place, std::shared_ptr<trust::TrustStore> store);
  // For trying out as well: whoever presents this leaf presents that chain in its place; nullptr: the leaf again.
  void put_chain(const std::string& leaf, std::shared_ptr<const PresentedChain> instead);
  // And a fact as if it were stated for exactly this place. What was stated comes back; an empty one takes it away.
  Known put_fact(const Place& place, const std::string& name, const Known& known);
  // Every certificate that is known, for finding the issuer of a chain.
  [[nodiscard]] const std::map<std::string, CertificatePtr>& authorities_by_subject() const { return authorities_; }

  // What stores make of chains, remembered for as long as it lives.
  [[nodiscard]] Opinions& opinions() const { return *opinions_; }

  // Ids of the hellos that a capture has of this client.
  [[nodiscard]] const std::set<std::string>& offers(const std::string& cluster, const std::string& node,
                                                    const std::string& service) const;
  // The hellos that a capture has of this client, each once.
  [[nodiscard]] std::vector<SeenHello> hellos(const std::string& cluster, const std::string& node,
                                              const std::string& service) const;

  // What servers answered to those hellos, as far as that holds today.
  [[nodiscard]] const MeasuredAnswers& measured() const { return *measured_; }
  [[nodiscard]] std::optional<PresentedChain> chain_named(const std::string& id) const;
  // No fact of the cluster is supposed to be other than it was told.
  [[nodiscard]] bool is_as_told(const std::string& cluster) const;

 private:
  using FactKey = std::tuple<std::string, std::string, std::string, int, std::string>;

  void read_stores(const std::vector<db::HeldSet>& stores);
  struct NamedChain {
    std::string id;
    Confidence confidence = Confidence::declared;
  };
  [[nodiscard]] std::vector<PresentedChain> chains_named(const std::vector<NamedChain>& named) const;
  [[nodiscard]] std::vector<PresentedChain> chains_seen(const db::SeenInterface& met, Confidence confidence) const;
  [[nodiscard]] std::vector<PresentedChain> chains_captured(const std::vector<std::string>& ids) const;
  [[nodiscard]] std::vector<NamedChain> declared_ids(const Place& place, bool for_it_alone) const;

  const upgrade::Catalogue& catalogue_;
  db::EstateRows rows_;
  Time now_;
  std::map<FactKey, Known> facts_;
  std::map<std::tuple<std::string, std::string, int, std::string>, std::string> fingerprints_;
  std::map<std::string, std::set<std::string>> nodes_;
  std::map<std::tuple<std::string, std::string, int>, const db::SeenInterface*> seen_;
  std::map<std::tuple<std::string, std::string, int>, const db::CapturedServer*> captured_servers_;
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> captured_clients_;
  std::map<std::string, std::vector<CertificatePtr>> chains_;
  std::map<std::string, std::shared_ptr<const PresentedChain>> instead_;  // By the leaf they stand for.
  std::map<std::tuple<std::string, std::string>, std::vector<const db::SeenChain*>> declared_;
  std::map<StoreKey, std::shared_ptr<trust::TrustStore>> stores_;
  std::vector<CertificatePtr> intermediates_;
  std::map<std::string, CertificatePtr> authorities_;
  std::map<std::tuple<std::string, std::string, std::string>, std::set<std::string>> offers_;
  std::map<FactKey, Known> told_;  // Of facts that were put: what stood there before.
  std::shared_ptr<const MeasuredAnswers> measured_;
  std::shared_ptr<Opinions> opinions_;
};

}  // namespace ucready::forecast
