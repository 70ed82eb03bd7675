#include "tls_session.h"

#include <fmt/format.h>

#include <array>

#include "self_description.h"

namespace ucready::lab {

TlsSession::TlsSession(Connection& connection, Writer writer, ByteView already_received)
    : connection_(connection), write_(writer), ssl_(SSL_new(connection.served().context.get())) {
  from_client_ = BIO_new(BIO_s_mem());
  to_client_ = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl_.get(), from_client_, to_client_);
  SSL_set_accept_state(ssl_.get());
  if (!already_received.empty()) {
    BIO_write(from_client_, already_received.data(), static_cast<int>(already_received.size()));
  }
}

bool TlsSession::feed() {
  const auto more = connection_.receive();
  return !more.empty() && BIO_write(from_client_, more.data(), static_cast<int>(more.size())) > 0;
}

bool TlsSession::flush() {
  std::array<std::uint8_t, 16384> buffer{};
  Bytes all;
  while (BIO_ctrl_pending(to_client_) > 0) {
    const int count = BIO_read(to_client_, buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) break;
    all.insert(all.end(), buffer.begin(), buffer.begin() + count);
  }
  return all.empty() || write_(connection_, all);
}

bool TlsSession::handshake() {
  for (;;) {
    ERR_clear_error();
    const int result = SSL_accept(ssl_.get());
    if (!flush()) return false;
    if (result == 1) return true;
    if (SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ || !feed()) return false;
  }
}

std::string TlsSession::read_until(std::string_view separator) {
  std::string heard;
  std::array<char, 4096> buffer{};
  while (heard.size() < 16384 && heard.find(separator) == std::string::npos) {
    ERR_clear_error();
    const int count = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (count > 0) {
      heard.append(buffer.data(), static_cast<std::size_t>(count));
      continue;
    }
    flush();
    if (SSL_get_error(ssl_.get(), count) != SSL_ERROR_WANT_READ || !feed()) break;
  }
  return heard;
}

void TlsSession::write(std::string_view text) {
  SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
  flush();
}

void TlsSession::close() {
  SSL_shutdown(ssl_.get());
  flush();
}

namespace {

void answer_http(TlsSession& session, const Connection& connection) {
  const std::string request = session.read_until("\r\n\r\n");
  const auto start = request.find(' ');
  if (start == std::string::npos) return;
  const auto path = request.substr(start + 1, request.find(' ', start + 1) - start - 1);
  const auto& node = *connection.served().node;
  auto pages = connection.spec().http;
  pages.merge(pages_of(node));
  auto files = connection.served().files;
  pages.merge(files);
  const auto page = pages.find(path);
  const std::string body = page != pages.end() ? node.fill_in(page->second) : node.name + "\n";
  const bool found = page != pages.end() || path == "/";
  session.write(
      fmt::format("HTTP/1.1 {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                  found ? "200 OK" : "404 Not Found", body.size(), body));
}

std::string_view field_of(std::string_view request, std::string_view name) {
  const auto at = request.find(name);
  return at == std::string_view::npos ? "" : request.substr(at, request.find("\r\n", at) - at);
}

// A request without a dialogue, answered with what RFC 3261 section 8.2.6.2 wants back; others wait for nothing.
void answer_sip(TlsSession& session, const Connection& connection) {
  const std::string request = session.read_until("\r\n\r\n");
  const std::string agent = sip_agent_of(*connection.served().node);
  if (!request.starts_with("OPTIONS ") || agent.empty()) return;
  session.write(
      fmt::format("SIP/2.0 200 OK\r\n{}\r\n{}\r\n{};tag=lab\r\n{}\r\n{}\r\nServer: {}\r\nContent-Length: 0\r\n\r\n",
                  field_of(request, "Via:"), field_of(request, "From:"), field_of(request, "To:"),
                  field_of(request, "Call-ID:"), field_of(request, "CSeq:"), agent));
}

void answer_xmpp(TlsSession& session, const Connection& connection) {
  if (session.read_until("streams'>").find("<stream:stream") == std::string::npos) return;
  session.write(
      fmt::format("<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
                  "xmlns:stream='http://etherx.jabber.org/streams' id='lab' from='{}' version='1.0'>"
                  "<stream:features>{}</stream:features>",
                  connection.spec().domain, xmpp_mechanisms_of(*connection.served().node)));
}

void wait_for_client(TlsSession& session, const Connection&) { session.read_until("\r\n\r\n"); }

struct Manner {
  std::string_view protocol;
  void (*speak)(TlsSession& session, const Connection& connection);
};

// What is said after the handshake; protocols not named wait for the client to speak, and close.
constexpr Manner kManners[] = {
    {"https", answer_http},
    {"sip-tls", answer_sip},
    {"tftp-https", answer_http},
    {"xmpp-client", answer_xmpp},
    {"imaps",
     [](TlsSession& session, const Connection& connection) {
       session.write(fmt::format("* OK {}\r\n", imap_name_of(*connection.served().node)));
     }},
    {"smtps",
     [](TlsSession& session, const Connection& connection) {
       session.write(fmt::format("220 {}\r\n", smtp_name_of(*connection.served().node)));
     }},
};

}  // namespace

void serve_tls(Connection& connection, Writer write, ByteView already_received) {
  TlsSession session(connection, write, already_received);
  if (session.handshake()) {
    auto speak = wait_for_client;
    for (const auto& manner : kManners) {
      if (manner.protocol == connection.spec().protocol) speak = manner.speak;
    }
    speak(session, connection);
    session.close();
  }
  connection.finish();
}

bool write_plainly(Connection& connection, ByteView bytes) { return connection.send(bytes); }

}  // namespace ucready::lab
