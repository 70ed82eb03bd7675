// One change to a site, as a value, and a site in which it can be made and taken back.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>

#include "upgrade/forecast/forecast.h"
#include "upgrade/mend_entries.h"

namespace ucready::forecast {

struct Change {
  upgrade::CatalogueMend entry;  // Of the catalogue, whole; its kind tells which of the fields below count.
  bool at_client = false;        // Which end of the hop that calls for it is changed.
  std::string cluster;
  std::string node;  // trust, trust-list, setting: of this one; empty: of the whole cluster.

  std::string store;         // trust, trust-list: the store; trust: what it shall hold.
  CertificatePtr authority;  // Of a certificate: who is to sign it.

  std::string service;  // setting: of this service or port alone; else of all.
  int port = 0;

  std::string setting;  // withdraw: the step that leads to this state.
  std::string value;
  int state = 0;

  std::string leaf;                               // certificate: who presents this one presents
  std::shared_ptr<const PresentedChain> instead;  // that chain.

  std::string server;  // encrypted: the hops from the cluster to this one. trust-list: who hands out the list.
  Place listener;      // trust-list: whom the device calls there.

  // Equal for equal changes.
  [[nodiscard]] std::string key() const;
  // The same at the ends of another hop of the same kind.
  [[nodiscard]] Change at(const Hop& hop) const;
};

// Nothing where such a certificate would be no other in what `change` is about. `name`: the one it lacks.
std::shared_ptr<const PresentedChain> reissued(const PresentedChain& chain, const std::string& change,
                                               const std::string& name, const PresentedChain* signed_like);

// The value that an order or what-if gives a setting; nullptr: none does in this state.
const std::string* course_value(const State& state, const std::string& setting);

class ChangedSite {
 public:
  // `estate` is as before when all that was made is taken back.
  ChangedSite(Estate& estate, States states) : estate_(estate), states_(std::move(states)) {}

  [[nodiscard]] const Estate& estate() const { return estate_; }
  [[nodiscard]] const States& states() const { return states_; }
  [[nodiscard]] const State& state(const std::string& cluster, int at) const {
    return states_.find(cluster)->second[static_cast<std::size_t>(at)];
  }
  // The hop as the changes leave it.
  [[nodiscard]] Hop changed(Hop hop) const;
  [[nodiscard]] db::ForecastCell cell(const Hop& hop, int client_state, int server_state) const;

  // Takes its change back at its end. The last made goes first.
  class Made {
   public:
    explicit Made(std::function<void()> undo) : undo_(std::move(undo)) {}
    Made(Made&& other) noexcept : undo_(std::exchange(other.undo_, nullptr)) {}
    Made(const Made&) = delete;
    Made& operator=(const Made&) = delete;
    Made& operator=(Made&&) = delete;
    ~Made() {
      if (undo_) undo_();
    }

   private:
    std::function<void()> undo_;
  };
  [[nodiscard]] Made make(const Change& change);

 private:
  std::function<void()> trust(const Change& change);
  std::function<void()> load_list(const Change& change);
  std::function<void()> put_store(const Change& change, std::shared_ptr<trust::TrustStore> store);
  std::function<void()> set(const Change& change);
  std::function<void()> withdraw(const Change& change);

  Estate& estate_;
  States states_;
  std::multiset<std::pair<std::string, std::string>> encrypted_;
};

}  // namespace ucready::forecast
