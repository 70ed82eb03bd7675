#include "probes/any_address.h"

namespace ucready::probes {
namespace {

// The fault is of this machine or its user: another address would fare no better.
bool ends_all(const Error& error) { return error.code == ErrorCode::cancelled || error.code == ErrorCode::io; }

}  // namespace

AnyAddress::AnyAddress(Connector& network, std::vector<std::string> addresses)
    : network_(network), addresses_(std::move(addresses)) {}

asio::awaitable<Result<std::unique_ptr<Transport>>> AnyAddress::connect(const Endpoint& endpoint) {
  Endpoint at{address(), endpoint.port};
  if (settled_) co_return co_await network_.connect(at);
  std::optional<Error> told;
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    if (i > 0) ++further_;
    at.address = addresses_[i];
    auto opened = co_await network_.connect(at);
    if (opened) {
      current_ = i;
      settled_ = true;
      co_return std::move(opened);
    }
    if (ends_all(opened.error())) co_return opened;
    // That there is no way to one address says less than what the host at another one did.
    if (!told || (told->code == ErrorCode::unreachable && opened.error().code != ErrorCode::unreachable)) {
      told = opened.error();
      current_ = i;
    }
  }
  co_return tl::unexpected<Error>(*told);
}

}  // namespace ucready::probes
