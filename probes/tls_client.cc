#include "probes/tls_client.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>

#include "probes/openssl_handles.h"
#include "tls/alert.h"
#include "tls/handshake.h"

namespace ucready::probes {

struct TlsSession::Handle {
  SessionHandle session;
};

TlsSession::TlsSession() = default;
TlsSession::~TlsSession() = default;
TlsSession::TlsSession(TlsSession&&) noexcept = default;
TlsSession& TlsSession::operator=(TlsSession&&) noexcept = default;

struct TlsClient::State {
  SslHandle ssl;
  BIO* from_server = nullptr;  // Owned by `ssl`.
  BIO* to_server = nullptr;
  HandshakeReport report;
  Bytes plain;

  [[nodiscard]] bool is_tls13() const { return SSL_version(ssl.get()) == TLS1_3_VERSION; }
};

namespace {

constexpr std::array kVersions = {tls::kTls10, tls::kTls11, tls::kTls12, tls::kTls13};
constexpr std::size_t kMostPlainBytes = 256 * 1024;

HandshakeReport& report_of(const SSL* ssl) { return *static_cast<HandshakeReport*>(SSL_get_app_data(ssl)); }

// RFC 5246 section 7.4.2, RFC 8446 section 4.4.2.
bool holds_a_certificate(ByteView message, bool is_tls13) {
  ByteReader reader(message);
  reader.u8();                      // msg_type
  reader.u24();                     // length
  if (is_tls13) reader.u8_block();  // certificate_request_context
  return reader.u24() > 0 && reader.ok();
}

void on_message(int sent, int, int type, const void* content, std::size_t size, SSL* ssl, void*) {
  if (type != SSL3_RT_HANDSHAKE || size == 0) return;
  const ByteView message(static_cast<const std::uint8_t*>(content), size);
  const auto kind = static_cast<tls::HandshakeType>(message.front());
  HandshakeReport& report = report_of(ssl);
  if (sent != 0 && kind == tls::HandshakeType::certificate) {
    report.certificate_sent = true;
    report.certificate_shown = holds_a_certificate(message, SSL_version(ssl) == TLS1_3_VERSION);
  }
  if (sent == 0 && kind == tls::HandshakeType::new_session_ticket) ++report.tickets;
  if (sent == 0 && kind == tls::HandshakeType::certificate_request) report.certificate_requested = true;
}

void on_alert(const SSL* ssl, int where, int value) {
  if ((where & SSL_CB_ALERT) == 0) return;
  const tls::AlertMessage alert{static_cast<std::uint8_t>(value >> 8),
                                tls::Alert{static_cast<std::uint8_t>(value & 0xff)}};
  const tls::Version version{static_cast<std::uint16_t>(SSL_version(ssl))};
  if (!alert.ends(version) || alert.alert == tls::kCloseNotify) return;
  HandshakeReport& report = report_of(ssl);
  auto& kept = (where & SSL_CB_READ) != 0 ? report.alert_received : report.alert_sent;
  if (!kept) kept = alert.alert;
}

SslContext make_context(tls::Version version) {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);  // No policy of this machine.
  SslContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return nullptr;
  SSL_CTX* const ctx = context.get();
  SSL_CTX_set_security_level(ctx, 0);
  SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);  // Hundreds of connections wait at once.
  SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
  SSL_CTX_set_msg_callback(ctx, on_message);
  SSL_CTX_set_info_callback(ctx, on_alert);
  const bool made = SSL_CTX_set_min_proto_version(ctx, version.value) == 1 &&
                    SSL_CTX_set_max_proto_version(ctx, version.value) == 1 &&
                    SSL_CTX_set_cipher_list(ctx, "ALL:@SECLEVEL=0") == 1 &&
                    SSL_CTX_set_ciphersuites(ctx,
                                             "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                                             "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:"
                                             "TLS_AES_128_CCM_8_SHA256") == 1 &&
                    SSL_CTX_set1_groups_list(ctx, "X25519:P-256:P-384:P-521:X448:ffdhe2048:ffdhe3072") == 1;
  return made ? std::move(context) : nullptr;
}

// A context costs a millisecond; nothing in it belongs to one connection.
SSL_CTX* context_of(tls::Version version) {
  thread_local std::map<tls::Version, SslContext> contexts;
  auto [at, is_new] = contexts.try_emplace(version);
  if (is_new) at->second = make_context(version);
  ERR_clear_error();
  return at->second.get();
}

SslHandle make_ssl(const HandshakeWish& wish, HandshakeReport& report) {
  SSL_CTX* const context = context_of(wish.version);
  SslHandle ssl(context == nullptr ? nullptr : SSL_new(context));
  if (!ssl) return nullptr;
  SSL_set_app_data(ssl.get(), &report);
  SSL_set_connect_state(ssl.get());
  if (!wish.server_name.empty()) {
    std::string name = wish.server_name;  // As OpenSSL's macro for it has it, less its cast.
    SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  }
  if (!wish.alpn.empty()) {
    ByteWriter list;
    list.u8_block([&] { list.text(wish.alpn); });
    SSL_set_alpn_protos(ssl.get(), list.view().data(), static_cast<unsigned>(list.size()));
  }
  if (wish.identity != nullptr) {
    const ClientIdentity::Handles& own = wish.identity->handles();
    SSL_use_certificate(ssl.get(), own.leaf.get());
    SSL_use_PrivateKey(ssl.get(), own.key.get());
    for (const X509Handle& more : own.chain) SSL_add1_chain_cert(ssl.get(), more.get());
  }
  return ssl;
}

}  // namespace

bool TlsClient::supports(tls::Version version) {
  return std::ranges::count(kVersions, version) > 0 && context_of(version) != nullptr;
}

TlsClient::TlsClient(Transport& inner, const HandshakeWish& wish)
    : inner_(inner), wish_(wish), state_(std::make_unique<State>()) {
  state_->ssl = make_ssl(wish_, state_->report);
  if (!state_->ssl) return;
  state_->from_server = BIO_new(BIO_s_mem());
  state_->to_server = BIO_new(BIO_s_mem());
  SSL_set_bio(state_->ssl.get(), state_->from_server, state_->to_server);
  if (wish_.resume != nullptr && wish_.resume->known()) {
    SSL_set_session(state_->ssl.get(), wish_.resume->handle_->session.get());
  }
}

TlsClient::~TlsClient() { ERR_clear_error(); }

asio::awaitable<Result<void>> TlsClient::flush() {
  std::array<std::uint8_t, 4096> buffer{};
  Bytes out;
  for (;;) {
    const int count = BIO_read(state_->to_server, buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) break;
    const ByteView some = ByteView(buffer).first(static_cast<std::size_t>(count));
    append(out, some);
  }
  if (out.empty()) co_return Result<void>();
  auto sent = co_await inner_.write(out);
  if (!sent && !state_->report.ended) state_->report.ended = sent.error();
  co_return sent;
}

asio::awaitable<Result<void>> TlsClient::fill() {
  std::array<std::uint8_t, 4096> buffer{};
  const auto count = co_await inner_.read(buffer);
  if (!count) {
    if (!state_->report.ended) state_->report.ended = count.error();
    co_return tl::unexpected<Error>(count.error());
  }
  BIO_write(state_->from_server, buffer.data(), static_cast<int>(*count));
  co_return Result<void>();
}

// Reads records until none is whole; false when the connection is over. Tickets and alerts pass through the callbacks.
bool TlsClient::drain() {
  SSL* const ssl = state_->ssl.get();
  std::array<std::uint8_t, 4096> buffer{};
  for (;;) {
    ERR_clear_error();
    const int count = SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) return SSL_get_error(ssl, count) == SSL_ERROR_WANT_READ;
    const ByteView some = ByteView(buffer).first(static_cast<std::size_t>(count));
    if (state_->plain.size() < kMostPlainBytes) state_->plain.insert(state_->plain.end(), some.begin(), some.end());
  }
}

asio::awaitable<bool> TlsClient::fill_until(Clock::time_point until) {
  using namespace asio::experimental::awaitable_operators;
  if (Clock::now() >= until) co_return false;  // Who never stops talking would be heard for ever.
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_at(until);
  const auto first = co_await (fill() || timer.async_wait(asio::use_awaitable));
  const bool came = first.index() == 0;
  if (!came) state_->report.ended.reset();  // Of the read that the timer cut short.
  co_return came;
}

asio::awaitable<void> TlsClient::take_what_came_early() {
  const Clock::time_point until = Clock::now() + wish_.quiet;
  while (co_await fill_until(until)) {
    if (state_->report.ended || !drain()) co_return;
  }
}

asio::awaitable<HandshakeReport> TlsClient::shake_hands() {
  State& state = *state_;
  if (!state.ssl) {
    state.report.ended = Error{ErrorCode::unsupported, "this OpenSSL does not have that version"};
    co_return state.report;
  }
  for (;;) {
    ERR_clear_error();
    const int done = SSL_connect(state.ssl.get());
    const bool wants_more = done != 1 && SSL_get_error(state.ssl.get(), done) == SSL_ERROR_WANT_READ;
    if (done == 1 && state.is_tls13() && state.report.certificate_requested) co_await take_what_came_early();
    if (auto sent = co_await flush(); !sent) co_return state.report;
    if (done == 1) break;
    if (!wants_more) {
      if (!state.report.ended && !state.report.alert_received) {
        state.report.ended = Error{ErrorCode::malformed, "the handshake could not be followed"};
      }
      co_return state.report;
    }
    if (auto came = co_await fill(); !came) co_return state.report;
  }
  state.report.completed = true;
  state.report.resumed = SSL_session_reused(state.ssl.get()) == 1;
  co_return state.report;
}

asio::awaitable<HandshakeReport> TlsClient::listen() {
  HandshakeReport& report = state_->report;
  if (!report.completed || report.ended) co_return report;
  if (co_await fill()) hear();
  co_return report;
}

asio::awaitable<HandshakeReport> TlsClient::listen_for(Clock::duration patience) {
  HandshakeReport& report = state_->report;
  if (!report.completed || report.ended) co_return report;
  if (co_await fill_until(Clock::now() + patience) && !report.ended) hear();
  co_return report;
}

void TlsClient::hear() {
  HandshakeReport& report = state_->report;
  const int tickets = report.tickets;
  const bool open = drain();
  report.answered = report.answered || report.tickets > tickets || !state_->plain.empty();
  if (!open && !report.alert_received) report.ended = Error{ErrorCode::closed, "connection closed"};
}

TlsSession TlsClient::take_session() {
  TlsSession session;
  SessionHandle handle(SSL_get1_session(state_->ssl.get()));
  if (!handle || SSL_SESSION_is_resumable(handle.get()) != 1) return session;
  session.handle_ = std::make_unique<TlsSession::Handle>();
  session.handle_->session = std::move(handle);
  return session;
}

asio::awaitable<void> TlsClient::close() {
  if (!state_->ssl) co_return;
  SSL_shutdown(state_->ssl.get());
  co_await flush();
}

asio::awaitable<Result<std::size_t>> TlsClient::read(std::span<std::uint8_t> buffer) {
  while (state_->plain.empty()) {
    const bool open = drain();
    if (!state_->plain.empty()) break;  // What came with the end is no less said.
    if (!open) co_return fail(ErrorCode::closed, "connection closed");
    if (auto came = co_await fill(); !came) co_return tl::unexpected<Error>(came.error());
  }
  const std::size_t count = std::min(buffer.size(), state_->plain.size());
  std::ranges::copy(ByteView(state_->plain).first(count), buffer.begin());
  state_->plain.erase(state_->plain.begin(), state_->plain.begin() + static_cast<std::ptrdiff_t>(count));
  co_return count;
}

asio::awaitable<Result<void>> TlsClient::write(ByteView bytes) {
  if (SSL_write(state_->ssl.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) {
    co_return fail(ErrorCode::closed, "connection closed");
  }
  co_return co_await flush();
}

}  // namespace ucready::probes
