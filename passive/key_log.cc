#include "passive/key_log.h"

#include <algorithm>
#include <optional>

namespace ucready::passive {
namespace {

constexpr std::size_t kRandomBytes = 32;

struct Label {
  std::string_view name;
  tls::Secret TrafficSecrets::*secret;
};
constexpr Label kLabels[] = {
    {"CLIENT_HANDSHAKE_TRAFFIC_SECRET", &TrafficSecrets::client_handshake},
    {"SERVER_HANDSHAKE_TRAFFIC_SECRET", &TrafficSecrets::server_handshake},
    {"SERVER_TRAFFIC_SECRET_0", &TrafficSecrets::server_application},
};

std::optional<std::uint8_t> digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

// Nothing when it is no hexadecimal, or longer than any secret.
Bytes from_hex(std::string_view text) {
  Bytes bytes;
  if (text.size() % 2 != 0 || text.size() > 2 * tls::Secret::kMostBytes) return bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const auto high = digit(text[i]);
    const auto low = digit(text[i + 1]);
    if (!high || !low) return {};
    bytes.push_back(static_cast<std::uint8_t>(*high << 4 | *low));
  }
  return bytes;
}

std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
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
  const std::string_view name = take_word(line);
  const auto* const label = std::ranges::find(kLabels, name, &Label::name);
  if (label == std::end(kLabels)) return;
  const Bytes random = from_hex(take_word(line));
  const Bytes secret = from_hex(take_word(line));
  const bool fits = random.size() == kRandomBytes && (secret.size() == 32 || secret.size() == 48);
  if (!fits) return;
  std::string key(as_text(random));
  if (secrets_.size() >= kMostConnections && !secrets_.contains(key)) return;
  tls::Secret kept(secret.size());
  std::ranges::copy(secret, kept.writable().begin());
  secrets_[std::move(key)].*label->secret = kept;
}

const TrafficSecrets* KeyLog::find(ByteView client_random) const {
  if (secrets_.empty()) return nullptr;
  const auto found = secrets_.find(std::string(as_text(client_random)));
  return found == secrets_.end() ? nullptr : &found->second;
}

}  // namespace ucready::passive
