// Asks one interface one question after the other, with the retries that tell a refusal from a hiccup, and counts.
#pragma once

#include <functional>
#include <optional>

#include "db/interface_observation.h"
#include "probes/interface_probe.h"
#include "probes/question.h"
#include "probes/solitude.h"

namespace ucready::probes {

class Asker {
 public:
  // All must outlive it; connections and bytes are counted in `seen`.
  Asker(const Target& target, const ProbeOptions& options, ProbeTools& tools, db::InterfaceObservation& seen);

  // A silence or an early end is asked again after a growing, jittered pause; where the interface has answered before,
  // an early end counts only when two paced tries agree with it.
  // `then`: whether the next question's connection may be opened meanwhile, where the limits leave plenty of room.
  enum class Then { unknown, more };
  asio::awaitable<Reply> ask(const tls::HelloOffer& offer, tls::ReadTo read_to = tls::ReadTo::flight,
                             Then then = Then::unknown);

  // A hello that the server takes. With it an early end can be told from a limit of rate: one that comes back each time
  // while the control is answered in between is the server's way to refuse.
  void set_control(tls::HelloOffer control) { control_ = std::move(control); }

  // Told of every reply that is an acceptance, whoever asked.
  using Witness = std::function<void(const tls::HelloOffer&, Reply&)>;
  void set_witness(Witness witness) { witness_ = std::move(witness); }

  // For conversations that are more than one question: counts the connection and opens it, to the interface or to
  // another port of its host. It waits while a question finds out what an early end means.
  asio::awaitable<Result<std::unique_ptr<Transport>>> connect() { return connect(endpoint_.port); }
  asio::awaitable<Result<std::unique_ptr<Transport>>> connect(std::uint16_t port);

  // A place among the connections of the library's TLS client, which are few at once; held until destroyed.
  asio::awaitable<std::optional<Pacer::Permit>> place_for_openssl_client();

  // The reply to the very first question, when it has come.
  [[nodiscard]] const std::optional<Reply>& first() const { return first_; }
  // This machine failed; nothing more should be asked.
  [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }
  // Some answer to a ClientHello came, whatever it was.
  [[nodiscard]] bool spoke() const { return spoke_; }
  // What it had answered before it answers no more, however patiently it is asked.
  [[nodiscard]] bool gone() const { return gone_; }
  // Failed, gone, or all the connections are used that one interface may cost.
  [[nodiscard]] bool over() const;
  [[nodiscard]] const Dialect& dialect() const { return *dialect_; }
  [[nodiscard]] tls::KeyShares& keys() const { return tools_.keys; }
  [[nodiscard]] const Target& target() const { return target_; }
  [[nodiscard]] const ProbeOptions& options() const { return options_; }

 private:
  // Each fills the one reply that ask() holds.
  asio::awaitable<void> ask_patiently(const tls::HelloOffer& offer, tls::ReadTo read_to, Then then, Reply& reply);
  asio::awaitable<void> insist(const tls::HelloOffer& offer, tls::ReadTo read_to, Reply& reply);
  asio::awaitable<void> ask_otherwise(const tls::HelloOffer& offer, tls::ReadTo read_to, Then then, Reply& reply);
  asio::awaitable<void> ask_once(const tls::HelloOffer& offer, tls::ReadTo read_to, Then then, Reply& reply);
  asio::awaitable<void> ask_and_open(std::unique_ptr<Transport> ahead, const tls::HelloOffer& offer,
                                     tls::ReadTo read_to, Reply& reply);
  asio::awaitable<void> ask_over(std::unique_ptr<Transport> ahead, const tls::HelloOffer& offer, tls::ReadTo read_to,
                                 Reply& reply);
  std::unique_ptr<Transport> take_ahead();
  asio::awaitable<bool> refuses_by_hanging_up(const tls::HelloOffer& offer, tls::ReadTo read_to);
  asio::awaitable<bool> control_is_taken();
  asio::awaitable<void> see_whether_it_is_gone();
  asio::awaitable<void> pause(int retry);

  const Target& target_;
  const ProbeOptions& options_;
  ProbeTools& tools_;
  db::InterfaceObservation& seen_;
  Endpoint endpoint_;
  const Dialect* dialect_;
  std::vector<std::unique_ptr<Transport>> ahead_;  // Open connections that nothing was asked over yet.
  Solitude solitude_;
  std::optional<Reply> first_;
  std::optional<Error> failed_;
  std::optional<tls::HelloOffer> control_;
  Witness witness_;
  bool hangs_up_ = false;  // Shown once to be its way to refuse.
  bool gone_ = false;
  int in_vain_ = 0;  // Questions in a row that patience did not help.
  bool spoke_ = false;
};

}  // namespace ucready::probes
