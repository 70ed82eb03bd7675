#include "probes/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <list>

#include "probes/any_address.h"
#include "probes/growth.h"
#include "probes/name_resolver.h"

namespace ucready::probes {
namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// All hosts are one here; each also counts among the limits that the user gave.
constexpr Limits kOpensslClients{.concurrency = 64, .per_host = 64, .rate_per_s = 1e9};

// Interfaces under way at the most: more than connections, for many wait for their host's pace; each holds what it has
// seen so far.
int most_at_once(int connections) { return std::clamp(std::min(connections * 2, connections + 300), 16, 2000); }

class Scan {
 public:
  Scan(const ScanOptions& options, const TargetSource& targets, ObservationSink& sink,
       const std::function<void(const ScanProgress&)>& on_progress)
      : options_(options),
        targets_(targets),
        sink_(sink),
        on_progress_(on_progress),
        growth_(most_at_once(options.limits.concurrency)),
        pacer_(context_.get_executor(), options.limits, closed_for()),
        openssl_clients_(context_.get_executor(), kOpensslClients),
        connector_(context_, pacer_, options.probe.timeout),
        resolver_(context_),
        tools_{connector_, keys_, certificates_, &openssl_clients_},
        signals_(context_, SIGINT, SIGTERM),
        ticker_(context_),
        growth_timer_(context_),
        room_(context_) {}

  Result<ScanResult> run() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      result_.end = ScanEnd::interrupted;
      signals_.clear();  // The next one has its usual effect: the program ends at once.
      stop();
    });
    tick();
    grow();
    asio::co_spawn(context_, launch_all(), [this](const std::exception_ptr& bug) {
      if (bug) bug_ = bug;
      launched_all_ = true;
      end_if_idle();
    });
    context_.run();
    if (bug_) std::rethrow_exception(bug_);
    if (failure_) return tl::unexpected<Error>(*failure_);
    result_.progress = progress();
    return result_;
  }

 private:
  struct Running {
    asio::cancellation_signal cancel;
  };

  std::function<Clock::duration()> closed_for() const {
    if (!options_.window) return {};
    return [window = *options_.window] { return window.until_open(local_time_of_day()); };
  }

  asio::awaitable<void> launch_all() {
    while (!stopping_) {
      std::optional<Target> target = targets_();
      if (!target) co_return;
      while (!stopping_ && static_cast<int>(running_.size()) >= growth_.allowed()) {
        room_.expires_at(Clock::time_point::max());
        co_await room_.async_wait(kAwait);
      }
      if (!stopping_) launch(std::move(*target));
    }
  }

  void launch(Target target) {
    const auto place = running_.emplace(running_.end());
    asio::co_spawn(context_, probe(std::move(target)),
                   asio::bind_cancellation_slot(place->cancel.slot(), [this, place](const std::exception_ptr& thrown) {
                     running_.erase(place);
                     if (thrown && !stopping_) {
                       bug_ = thrown;
                       stop();
                     }
                     room_.cancel();
                     end_if_idle();
                   }));
  }

  asio::awaitable<void> probe(Target target) {
    const auto addresses = co_await resolver_.resolve(target.host);
    if (addresses && seen_before(target, *addresses)) co_return;
    Result<db::InterfaceObservation> seen = fail(ErrorCode::cancelled, "not asked");
    if (addresses) {
      seen = co_await probe_at(*addresses, target);
    } else {
      seen = unresolved(target, addresses.error());
    }
    if (stopping_) co_return;
    if (!seen) {
      failure_ = seen.error();
      stop();
      co_return;
    }
    while (!sink_.ready() && !sink_.failure()) {
      asio::steady_timer timer(context_, std::chrono::milliseconds(5));
      co_await timer.async_wait(kAwait);
    }
    if (auto failure = sink_.failure()) {
      failure_ = std::move(failure);
      stop();
      co_return;
    }
    count(*seen);
    sink_.keep(std::move(*seen));
  }

  [[nodiscard]] bool seen_before(const Target& target, const std::vector<std::string>& addresses) const {
    if (!options_.already_seen) return false;
    return std::ranges::any_of(
        addresses, [&](const std::string& address) { return options_.already_seen(unseen(target, address).key); });
  }

  // What is kept is what the one address that was met did.
  asio::awaitable<Result<db::InterfaceObservation>> probe_at(const std::vector<std::string>& addresses,
                                                             const Target& target) {
    if (addresses.size() == 1) co_return co_await probe_interface(target, addresses.front(), options_.probe, tools_);
    AnyAddress host(connector_, addresses);
    ProbeTools tools{host, keys_, certificates_, &openssl_clients_};
    auto seen = co_await probe_interface(target, addresses.front(), options_.probe, tools);
    if (seen) {
      seen->key.address = host.address();
      seen->connections += static_cast<std::uint32_t>(host.further_connections());
    }
    co_return seen;
  }

  static Result<db::InterfaceObservation> unresolved(const Target& target, const Error& error) {
    db::InterfaceObservation seen = unseen(target, target.host);
    seen.state = db::InterfaceState::unreachable;
    seen.detail = error.message;
    return seen;
  }

  void count(const db::InterfaceObservation& seen) {
    using enum db::InterfaceState;
    ++result_.progress.done;
    if (seen.state == tls || seen.state == not_tls || seen.state == starttls_refused) ++result_.progress.learned;
  }

  ScanProgress progress() const {
    ScanProgress progress = result_.progress;
    progress.traffic = connector_.traffic();
    progress.waiting_for_window = options_.window && options_.window->until_open(local_time_of_day()).count() > 0;
    return progress;
  }

  void tick() {
    ticker_.expires_after(std::chrono::milliseconds(500));
    ticker_.async_wait([this](const boost::system::error_code& error) {
      if (error || idle()) return;  // It may have run out in the moment in which it was cancelled.
      on_progress_(progress());
      tick();
    });
  }

  void grow() {
    growth_timer_.expires_after(std::chrono::milliseconds(100));
    growth_timer_.async_wait([this](const boost::system::error_code& error) {
      if (error || launched_all_) return;
      growth_.look(pacer_.take_stock());
      room_.cancel();
      grow();
    });
  }

  void stop() {
    if (std::exchange(stopping_, true)) return;
    for (Running& running : running_) running.cancel.emit(asio::cancellation_type::terminal);
    resolver_.cancel();
    room_.cancel();
    end_if_idle();
  }

  [[nodiscard]] bool idle() const { return launched_all_ && running_.empty(); }

  void end_if_idle() {
    if (!idle()) return;
    ticker_.cancel();
    growth_timer_.cancel();
    boost::system::error_code ignored;
    signals_.cancel(ignored);
  }

  const ScanOptions& options_;
  const TargetSource& targets_;
  ObservationSink& sink_;
  const std::function<void(const ScanProgress&)>& on_progress_;
  Growth growth_;

  // One thread does all I/O; the name resolver's own thread only posts. So the reactor needs no locks.
  asio::io_context context_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  Pacer pacer_;
  Pacer openssl_clients_;
  TcpConnector connector_;
  NameResolver resolver_;
  tls::KeyShares keys_;
  trust::CertificateCache certificates_;
  ProbeTools tools_;
  asio::signal_set signals_;
  asio::steady_timer ticker_;
  asio::steady_timer growth_timer_;
  asio::steady_timer room_;

  std::list<Running> running_;
  bool launched_all_ = false;
  bool stopping_ = false;
  ScanResult result_;
  std::optional<Error> failure_;
  std::exception_ptr bug_;
};

}  // namespace

Result<ScanResult> run_scan(const ScanOptions& options, const TargetSource& targets, ObservationSink& sink,
                            const std::function<void(const ScanProgress&)>& on_progress) {
  return Scan(options, targets, sink, on_progress).run();
}

}  // namespace ucready::probes
