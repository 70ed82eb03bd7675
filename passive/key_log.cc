#include "passive/key_log.h"

namespace ucready::passive {
namespace {

constexpr std::size_t kMostConnections = 262'144;
constexpr std::size_t kMostSecretBytes = 64;

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.empty() || text.size() % 2 != 0 || text.size() > 2 * kMostSecretBytes) return std::nullopt;
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]), low = digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

std::string_view next_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

Bytes HandshakeTrafficSecrets::*place_of(std::string_view label) {
  if (label == "CLIENT_HANDSHAKE_TRAFFIC_SECRET") return &HandshakeTrafficSecrets::client;
  if (label == "SERVER_HANDSHAKE_TRAFFIC_SECRET") return &HandshakeTrafficSecrets::server;
  if (label == "SERVER_TRAFFIC_SECRET_0") return &HandshakeTrafficSecrets::server_after;
  return nullptr;
}

}  // namespace

void KeyLog::add(std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    std::string_view line = lines.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    add_line(line);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

void KeyLog::add_line(std::string_view line) {
  const std::string_view label = next_word(line);
  Bytes HandshakeTrafficSecrets::*const kept = place_of(label);
  if (kept == nullptr) return;
  const auto random = from_hex(next_word(line));
  auto secret = from_hex(next_word(line));
  if (!random || random->size() != 32 || !secret) return;
  std::string key(as_text(*random));
  if (secrets_.size() >= kMostConnections && !secrets_.contains(key)) return;
  secrets_[std::move(key)].*kept = std::move(*secret);
}

const HandshakeTrafficSecrets* KeyLog::find(ByteView client_random) const {
  const auto found = secrets_.find(std::string(as_text(client_random)));
  return found == secrets_.end() ? nullptr : &found->second;
}

}  // namespace ucready::passive
