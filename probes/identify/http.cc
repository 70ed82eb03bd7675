#include "probes/identify/http.h"

#include <fmt/format.h>

#include <charconv>

#include "probes/identify/answer_text.h"

namespace ucready::probes {
namespace {

std::string host_field(const Target& target) {
  const std::string& name = target.server_name.empty() ? target.host : target.server_name;
  const std::string bracketed = name.find(':') == std::string::npos ? name : "[" + name + "]";
  return target.port == 443 ? bracketed : fmt::format("{}:{}", bracketed, target.port);
}

}  // namespace

std::string http_get(const Target& target, std::string_view path) {
  return fmt::format(
      "GET {} HTTP/1.0\r\nHost: {}\r\nUser-Agent: ucready\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n", path,
      host_field(target));
}

HttpAnswer read_http(std::string_view answer) {
  constexpr std::string_view kStart = "HTTP/1.";
  constexpr std::size_t kStatusAt = 9;  // HTTP/1.1 200
  HttpAnswer read;
  if (!answer.starts_with(kStart) || answer.size() < kStatusAt + 3) return read;
  const char* const digits = answer.data() + kStatusAt;
  const auto [end, error] = std::from_chars(digits, digits + 3, read.status);
  if (error != std::errc() || end != digits + 3) return {};
  const std::size_t head_end = answer.find("\r\n\r\n");
  read.head = answer.substr(0, head_end == std::string_view::npos ? head_end : head_end + 2);
  if (head_end != std::string_view::npos) read.body = answer.substr(head_end + 4);
  return read;
}

bool http_is_whole(std::string_view answer) {
  if (answer.find("\r\n\r\n") == std::string_view::npos) return false;
  const HttpAnswer read = read_http(answer);
  if (read.status == 0 || read.status == 204 || read.status == 304) return true;
  const auto length = header_value(read.head, "Content-Length");
  if (!length) return false;
  std::size_t bytes = 0;
  const auto [end, error] = std::from_chars(length->data(), length->data() + length->size(), bytes);
  return error == std::errc() && read.body.size() >= bytes;
}

}  // namespace ucready::probes
