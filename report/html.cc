#include "report/html.h"

#include <fmt/format.h>

#include <ostream>
#include <span>
#include <string>

#include "core/digest.h"
#include "core/embedded_file.h"
#include "report/format.h"

namespace ucready::report {

namespace page_skeleton {
std::span<const EmbeddedFile> embedded_files();
}
namespace page_styles {
std::span<const EmbeddedFile> embedded_files();
}
namespace page_scripts {
std::span<const EmbeddedFile> embedded_files();
}

namespace {

std::string joined(std::span<const EmbeddedFile> files) {
  std::string all;
  for (const EmbeddedFile& file : files) all += fmt::format("{}\n", file.text);
  return all;
}

// RFC 4648 section 4.
std::string base64(ByteView bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t left = bytes.size() - at;
    const unsigned group = static_cast<unsigned>(bytes[at]) << 16 |
                           (left > 1 ? static_cast<unsigned>(bytes[at + 1]) << 8 : 0U) |
                           (left > 2 ? static_cast<unsigned>(bytes[at + 2]) : 0U);
    for (unsigned n = 0; n < 4; ++n) text += n <= left ? kAlphabet[group >> (18 - 6 * n) & 63U] : '=';
  }
  return text;
}

// How Content Security Policy Level 3 names an inline script or style that may be used.
std::string source_of(std::string_view text) {
  Sha256 digest;
  digest.update(as_bytes(text));
  return fmt::format("'sha256-{}'", base64(digest.finish()));
}

// Nothing may be loaded, sent or run but the page's own script, whatever its data say.
std::string policy(std::string_view style, std::string_view script) {
  return fmt::format(
      "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'; "
      "require-trusted-types-for 'script'",
      source_of(script), source_of(style));
}

}  // namespace

void write_html(const Document& document, const Style&, std::ostream& out) {
  const std::string style = joined(page_styles::embedded_files());
  const std::string script = joined(page_scripts::embedded_files());
  std::string_view rest = page_skeleton::embedded_files().front().text;
  const auto write_up_to = [&](std::string_view mark) {
    const std::size_t at = rest.find(mark);
    out << rest.substr(0, at);
    rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + mark.size());
  };
  write_up_to("@POLICY@");
  out << policy(style, script);
  write_up_to("@STYLE@");
  out << style;
  write_up_to("@DATA@");
  write_page_data(document, out);
  write_up_to("@SCRIPT@");
  out << script;
  write_up_to("@END@");
}

}  // namespace ucready::report
