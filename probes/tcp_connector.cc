#include "probes/tcp_connector.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <tuple>

namespace ucready::probes {
namespace {

using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

tl::unexpected<Error> failure(const boost::system::error_code& error, bool expired) {
  using namespace boost::asio::error;
  if (expired) return fail(ErrorCode::timeout, "no answer in time");
  if (error == asio::error::eof) return fail(ErrorCode::closed, "connection closed");
  if (error == connection_refused) return fail(ErrorCode::closed, "connection refused");
  if (error == connection_reset || error == broken_pipe || error == connection_aborted) {
    return fail(ErrorCode::reset, "connection reset");
  }
  if (error == timed_out) return fail(ErrorCode::timeout, "no answer in time");
  if (error == host_unreachable || error == network_unreachable || error == network_down ||
      error == address_family_not_supported || error == access_denied) {
    return fail(ErrorCode::unreachable, error.message());
  }
  if (error == operation_aborted) return fail(ErrorCode::cancelled, "interrupted");
  return fail(ErrorCode::io, error.message());
}

class TcpTransport final : public Transport, private Deadlines::Watched {
 public:
  TcpTransport(asio::io_context& context, Deadlines& deadlines, Pacer::Permit permit, Traffic& traffic,
               Clock::time_point last)
      : permit_(std::move(permit)),
        socket_(context),
        deadlines_(deadlines),
        traffic_(traffic),
        last_(last),
        deadline_(last),
        place_(deadlines.join(*this)) {}
  ~TcpTransport() override { deadlines_.leave(place_); }

  asio::awaitable<Result<void>> connect(const asio::ip::tcp::endpoint& endpoint) {
    boost::system::error_code error = begin_to_connect(endpoint);
    if (!error) std::tie(error) = co_await socket_.async_wait(Socket::wait_write, kAwait);
    if (!error && !expired_) error = how_it_went();
    if (error || expired_) co_return failure(error, expired_);
    co_return Result<void>();
  }

  void set_deadline(Clock::time_point deadline) override { deadline_ = std::min(deadline, last_); }

  asio::awaitable<Result<std::size_t>> read(std::span<std::uint8_t> buffer) override {
    for (;;) {
      if (expired_) co_return failure({}, true);
      if (const auto [error] = co_await socket_.async_wait(Socket::wait_read, kAwait); error) {
        co_return failure(error, expired_);
      }
      boost::system::error_code error;
      const std::size_t count = socket_.read_some(asio::buffer(buffer.data(), buffer.size()), error);
      if (error == asio::error::would_block) continue;
      traffic_.bytes_received += count;
      if (error) co_return failure(error, expired_);
      co_return count;
    }
  }

  // Mostly there is room for all of it, and nothing to wait for.
  asio::awaitable<Result<void>> write(ByteView bytes) override {
    while (!bytes.empty()) {
      if (expired_) co_return failure({}, true);
      boost::system::error_code error;
      const std::size_t count = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
      traffic_.bytes_sent += count;
      bytes = bytes.subspan(count);
      if (error == asio::error::would_block) std::tie(error) = co_await socket_.async_wait(Socket::wait_write, kAwait);
      if (error) co_return failure(error, expired_);
    }
    co_return Result<void>();
  }

 private:
  // Not asio's, which asks the kernel twice over how the connection went.
  boost::system::error_code begin_to_connect(const asio::ip::tcp::endpoint& endpoint) {
    boost::system::error_code error;
    socket_.open(endpoint.protocol(), error);
    if (!error) socket_.non_blocking(true, error);
    if (error) return error;
    const bool under_way =
        ::connect(socket_.native_handle(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0 ||
        errno == EINPROGRESS;
    return under_way ? error : boost::system::error_code(errno, boost::system::system_category());
  }

  boost::system::error_code how_it_went() {
    int error = 0;
    socklen_t size = sizeof(error);
    if (::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    return {error, boost::system::system_category()};
  }

  [[nodiscard]] Clock::time_point deadline() const override { return deadline_; }
  void expire() override {
    expired_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  }

  Pacer::Permit permit_;  // Given back after the socket is closed.
  Socket socket_;
  Deadlines& deadlines_;
  Traffic& traffic_;
  Clock::time_point last_;
  Clock::time_point deadline_;
  bool expired_ = false;
  Deadlines::Place place_;
};

}  // namespace

std::string host_of(const std::string& address) {
  boost::system::error_code error;
  const auto read = asio::ip::make_address(address, error);
  if (error) return address;
  if (!read.is_v6() || !read.to_v6().is_v4_mapped()) return read.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, read.to_v6()).to_string();
}

TcpConnector::TcpConnector(asio::io_context& context, Pacer& pacer, Clock::duration timeout)
    : context_(context), pacer_(pacer), timeout_(timeout), deadlines_(context.get_executor()) {}

asio::awaitable<Result<std::unique_ptr<Transport>>> TcpConnector::connect(const Endpoint& endpoint) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(endpoint.address, error);
  if (error) co_return fail(ErrorCode::unreachable, fmt::format("{} is no address", endpoint.address));
  Pacer::Permit permit = co_await pacer_.acquire(host_of(endpoint.address));
  const Clock::time_point started = Clock::now();
  auto transport =
      std::make_unique<TcpTransport>(context_, deadlines_, std::move(permit), traffic_, started + 4 * timeout_);
  transport->set_deadline(started + timeout_);
  ++traffic_.connections;
  if (auto connected = co_await transport->connect({address, endpoint.port}); !connected) {
    co_return tl::unexpected<Error>(connected.error());
  }
  co_return std::unique_ptr<Transport>(std::move(transport));
}

}  // namespace ucready::probes
