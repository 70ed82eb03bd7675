#include "probes/identify/identification.h"

#include <algorithm>
#include <set>

#include "probes/exchange.h"

namespace ucready::probes {
namespace {

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

class Identification {
 public:
  Identification(Asker& asker, db::InterfaceObservation& seen)
      : asker_(asker), seen_(seen), version_(version_to_complete(seen)) {}

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
    if (inside_) co_await inside_->close();
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
    ExchangeWish wish{.whole = method.whole};
    if (method.request != nullptr) wish.request = method.request(asker_.target());
    switch (method.way) {
      case Method::Way::from_seen:
        break;
      case Method::Way::clear:
        if (greets()) co_return co_await exchange_in_clear(asker_, asker_.target().port, std::move(wish));
        break;
      case Method::Way::inside_tls:
        if (!version_ || certificate_is_missing(asker_, seen_, *version_)) break;
        if (!inside_) inside_.emplace(asker_, seen_, *version_);
        co_return co_await inside_->ask(std::move(wish));
    }
    co_return std::string();
  }

  [[nodiscard]] bool greets() const {
    return version_ || (asker_.first() && asker_.first()->ending == Ending::starttls_refused);
  }

  Asker& asker_;
  db::InterfaceObservation& seen_;
  std::optional<tls::Version> version_;
  std::optional<TlsExchange> inside_;
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
