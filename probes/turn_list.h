// A list that is offered again and again, each time with those first that the server has not chosen yet: a server that
// follows the client's order then shows another member each time, one that follows its own shows its favourite. What is
// offered never changes, only the order, so nothing else that the server decides does.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace ucready::probes {

template <typename Point>
class TurnList {
 public:
  explicit TurnList(std::vector<Point> all = {}) : unseen_(std::move(all)) {}

  // As it is to be offered now.
  [[nodiscard]] std::vector<Point> order() const {
    std::vector<Point> list = unseen_;
    list.insert(list.end(), seen_.begin(), seen_.end());
    return list;
  }
  [[nodiscard]] const std::vector<Point>& unseen() const { return unseen_; }
  // In the order in which they were first chosen.
  [[nodiscard]] const std::vector<Point>& seen() const { return seen_; }

  // What was offered each time, and what was chosen of it.
  [[nodiscard]] const std::vector<std::pair<std::vector<Point>, Point>>& log() const { return log_; }

  // The server chose that one out of `offered`. What was not offered is passed over.
  void chosen(Point point, const std::vector<Point>& offered) {
    if (std::ranges::find(offered, point) == offered.end()) return;
    log_.emplace_back(offered, point);
    if (std::ranges::find(seen_, point) != seen_.end()) return;
    std::erase(unseen_, point);
    seen_.push_back(point);
  }

  enum class Order { unknown, server, client };
  // By what was chosen so far, once all that the server has are seen. A single member has no order.
  [[nodiscard]] Order whose_order() const {
    if (seen_.size() < 2) return Order::unknown;
    const bool clients =
        std::ranges::all_of(log_, [&](const auto& entry) { return first_of(entry.first) == entry.second; });
    const bool servers =
        std::ranges::all_of(log_, [&](const auto& entry) { return best_of(entry.first) == entry.second; });
    if (clients == servers) return Order::unknown;
    return servers ? Order::server : Order::client;
  }

 private:
  std::optional<Point> first_of(const std::vector<Point>& offered) const {
    const auto at =
        std::ranges::find_if(offered, [&](Point point) { return std::ranges::find(seen_, point) != seen_.end(); });
    return at == offered.end() ? std::nullopt : std::optional(*at);
  }
  std::optional<Point> best_of(const std::vector<Point>& offered) const {
    const auto at =
        std::ranges::find_if(seen_, [&](Point point) { return std::ranges::find(offered, point) != offered.end(); });
    return at == seen_.end() ? std::nullopt : std::optional(*at);
  }

  std::vector<Point> unseen_;
  std::vector<Point> seen_;
  std::vector<std::pair<std::vector<Point>, Point>> log_;
};

}  // namespace ucready::probes
