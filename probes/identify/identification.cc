#include "probes/identify/identification.h"

#include <algorithm>
#include <array>
#include <set>

#include "probes/tls_client.h"

namespace ucready::probes {
namespace {

constexpr std::size_t kMostAnswerBytes = 64 * 1024;

bool speaks(const Method& method, std::string_view protocol) {
  return method.protocols.empty() || std::ranges::count(method.protocols, protocol) > 0;
}

bool can_tell(const Method& method, std::string_view products) {
  return std::ranges::any_of(method.products, [&](std::string_view product) { return is_listed(products, product); });
}

// The method to try next. `identified`: what answers told so far, `declared`: what the user said; both may be empty.
const Method* next_method(std::string_view protocol, std::string_view declared, std::string_view identified,
                          const std::set<const Method*>& tried) {
  const std::string_view known = identified.empty() ? declared : identified;
  const Method* fallback = nullptr;
  for (const Method& method : all_methods()) {
    if (tried.contains(&method) || !speaks(method, protocol)) continue;
    if (!known.empty() && !can_tell(method, known)) continue;
    if (!identified.empty() && !method.tells_release) continue;
    // Where nothing is known the broad ones find the way, where something is, the one that was made for it.
    if (method.broad == known.empty() && method.way != Method::Way::from_seen) return &method;
    if (fallback == nullptr) fallback = &method;
  }
  return fallback;
}

// The highest that was accepted and can be completed here.
std::optional<tls::Version> best_version(const db::InterfaceObservation& seen) {
  std::optional<tls::Version> best;
  for (const db::VersionObservation& version : seen.versions) {
    const bool accepted = version.outcome == db::VersionOutcome::accepted && TlsClient::supports(version.version);
    if (accepted && (!best || version.version > *best)) best = version.version;
  }
  return best;
}

class Identification {
 public:
  Identification(Asker& asker, db::InterfaceObservation& seen)
      : asker_(asker), seen_(seen), version_(best_version(seen)) {}

  asio::awaitable<void> run() {
    const Target& target = asker_.target();
    std::set<const Method*> tried;
    int questions = 0;
    while (told_.release.empty() && !asker_.over()) {
      const Method* const method = next_method(target.protocol, target.product, told_.products, tried);
      if (method == nullptr) break;
      tried.insert(method);
      if (method->way != Method::Way::from_seen && ++questions > kMostIdentifyingQuestions) continue;
      const std::string answer = co_await answer_to(*method);
      if (!answer.empty() || method->way == Method::Way::from_seen) take(*method, method->read({answer, seen_}));
    }
    seen_.identified_product = told_.products;
    seen_.identified_release = told_.release;
    seen_.identified_by = by_;
  }

 private:
  void take(const Method& method, Identity told) {
    // Of several that fit, the one that the user named.
    if (is_listed(told.products, asker_.target().product)) told.products = asker_.target().product;
    const bool narrower =
        told_.products.empty() || (!told.products.empty() && is_listed(told_.products, told.products));
    const bool news = (narrower && told.products != told_.products) || !told.release.empty();
    if (told.products.empty() || !news) return;
    if (narrower) told_.products = std::move(told.products);
    told_.release = std::move(told.release);
    by_ += by_.empty() ? "" : ",";
    by_ += method.name;
  }

  asio::awaitable<std::string> answer_to(const Method& method) {
    switch (method.way) {
      case Method::Way::from_seen:
        co_return std::string();
      case Method::Way::clear:
        if (!greets()) co_return std::string();
        co_return co_await ask_in_clear(method);
      case Method::Way::inside_tls:
        if (!version_ || certificate_is_missing()) co_return std::string();
        co_return co_await ask_inside_tls(method);
    }
    co_return std::string();
  }

  [[nodiscard]] bool greets() const {
    return version_ || (asker_.first() && asker_.first()->ending == Ending::starttls_refused);
  }

  [[nodiscard]] bool certificate_is_missing() const {
    return !asker_.options().identity && std::ranges::any_of(seen_.client_auth, [&](const auto& auth) {
      return auth.version == *version_ && auth.required == true;
    });
  }

  asio::awaitable<std::string> ask_in_clear(const Method& method) {
    auto connected = co_await asker_.connect();
    if (!connected) co_return std::string();
    (*connected)->set_deadline(Clock::now() + asker_.options().timeout);
    co_return co_await converse(**connected, method);
  }

  asio::awaitable<std::string> ask_inside_tls(const Method& method) {
    auto connected = co_await asker_.connect();
    if (!connected) co_return std::string();
    Transport& transport = **connected;
    const Clock::duration timeout = asker_.options().timeout;
    transport.set_deadline(Clock::now() + timeout);
    if (const auto started = co_await asker_.dialect().start_tls(transport, asker_.target()); !started) {
      co_return std::string();
    }
    const auto wrapped = asker_.dialect().wrap == nullptr ? nullptr : asker_.dialect().wrap(transport);
    Transport& stream = wrapped ? *wrapped : transport;
    TlsClient client(stream, {.version = *version_,
                              .server_name = asker_.target().server_name,
                              .alpn = std::string(asker_.dialect().alpn),
                              .identity = asker_.options().identity.get()});
    stream.set_deadline(Clock::now() + timeout);
    const HandshakeReport report = co_await client.shake_hands();
    if (!report.completed) co_return std::string();
    stream.set_deadline(Clock::now() + timeout);
    std::string answer = co_await converse(client, method);
    co_await client.close();
    co_return answer;
  }

  // What came until it was whole, the bound, the deadline or the end: whatever it is, it is read.
  asio::awaitable<std::string> converse(Transport& stream, const Method& method) {
    std::string answer;
    if (method.request != nullptr) {
      const std::string request = method.request(asker_.target());
      if (const auto sent = co_await stream.write(as_bytes(request)); !sent) co_return answer;
    }
    std::array<std::uint8_t, 4096> buffer{};
    while (answer.size() < kMostAnswerBytes && !(method.whole != nullptr && method.whole(answer))) {
      const auto count = co_await stream.read(buffer);
      if (!count) break;
      answer += as_text(ByteView(buffer).first(*count));
    }
    answer.resize(std::min(answer.size(), kMostAnswerBytes));
    co_return answer;
  }

  Asker& asker_;
  db::InterfaceObservation& seen_;
  std::optional<tls::Version> version_;
  Identity told_;
  std::string by_;
};

}  // namespace

asio::awaitable<void> identify(Asker& asker, db::InterfaceObservation& seen) {
  Identification identification(asker, seen);
  co_await identification.run();
}

int identifying_questions(std::string_view protocol, std::string_view product) {
  std::set<const Method*> tried;
  int questions = 0;
  // Nobody has answered yet when the cost is told: where the product is known its own method comes first, else a broad
  // one, and then the one for what that told.
  const int most = product.empty() ? 2 : 1;
  while (questions < most) {
    const Method* const method = next_method(protocol, product, "", tried);
    if (method == nullptr) break;
    tried.insert(method);
    if (method->way != Method::Way::from_seen) ++questions;
  }
  return questions;
}

}  // namespace ucready::probes
