#include "trust/certificate_text.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <ctime>

#include "core/time.h"
#include "trust/certificate_fields.h"
#include "trust/openssl_handle.h"

namespace ucready::trust {
namespace {

// A value as UTF-8; nothing when its bytes are no text of its own string type.
std::string utf8_of(const ASN1_STRING* value, bool& is_text) {
  unsigned char* converted = nullptr;
  const int length = ASN1_STRING_to_UTF8(&converted, value);
  is_text = length >= 0;
  if (!is_text) return std::string(as_text(bytes_of(value)));
  std::string text(as_text({converted, static_cast<std::size_t>(length)}));
  OPENSSL_free(converted);
  return text;
}

// RFC 2253 section 2.4: specials behind a backslash, what cannot be shown as two hexadecimal digits behind one.
void append_name_value(std::string& out, const ASN1_STRING* value) {
  bool is_text = false;
  const std::string text = utf8_of(value, is_text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<std::uint8_t>(c);
    const bool first = i == 0, last = i + 1 == text.size();
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !is_text)) {
      fmt::format_to(std::back_inserter(out), "\\{:02X}", byte);
      continue;
    }
    const bool at_edge = (c == ' ' && (first || last)) || (c == '#' && first);
    if (at_edge || std::string_view(",+\"\\<>;").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
}

std::string attribute_type(const ASN1_OBJECT* object) {
  const int nid = OBJ_obj2nid(object);
  return nid == NID_undef ? object_text(object) : OBJ_nid2sn(nid);
}

// Comma and backslash are escaped too: in a comma-joined list one name must not look like two.
void append_plain_ascii(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < 0x20 || byte > 0x7e || c == ',' || c == '\\') {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
}

std::string address_text(ByteView bytes) {
  const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
  if (bytes.size() != 4 && bytes.size() != 16) return "#" + to_hex(bytes);
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr ? "" : text.data();
}

void append_general_name(std::string& out, const GENERAL_NAME& name) {
  int kind = 0;
  void* const value = GENERAL_NAME_get0_value(&name, &kind);
  const auto* const text = static_cast<const ASN1_STRING*>(value);
  switch (kind) {
    case GEN_DNS:
      out += "DNS:";
      break;
    case GEN_EMAIL:
      out += "email:";
      break;
    case GEN_URI:
      out += "URI:";
      break;
    case GEN_IPADD:
      out += "IP:" + address_text(bytes_of(text));
      return;
    case GEN_DIRNAME:
      out += "dirName:";
      append_plain_ascii(out, name_text(static_cast<const X509_NAME*>(value)));
      return;
    case GEN_RID:
      out += "RID:" + object_text(static_cast<const ASN1_OBJECT*>(value));
      return;
    case GEN_OTHERNAME:
      out += "other:" + object_text(static_cast<const OTHERNAME*>(value)->type_id);
      return;
    default:
      out += "other:";
      return;
  }
  append_plain_ascii(out, as_text(bytes_of(text)));
}

}  // namespace

std::string name_text(const X509_NAME* name) {
  std::string out;
  const int count = X509_NAME_entry_count(name);
  for (int i = count - 1; i >= 0; --i) {
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name, i);
    if (i + 1 < count) {
      const bool same_set = X509_NAME_ENTRY_set(X509_NAME_get_entry(name, i + 1)) == X509_NAME_ENTRY_set(entry);
      out += same_set ? '+' : ',';
    }
    out += attribute_type(X509_NAME_ENTRY_get_object(entry));
    out += '=';
    append_name_value(out, X509_NAME_ENTRY_get_data(entry));
  }
  return out;
}

std::string object_text(const ASN1_OBJECT* object) {
  constexpr int kNumbersOnly = 1;
  std::array<char, 256> text{};
  if (OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, kNumbersOnly) <= 0) return "unknown";
  return text.data();
}

std::string time_text(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  const std::chrono::year_month_day day{std::chrono::year{parts.tm_year + 1900},
                                        std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
                                        std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  return to_iso8601(std::chrono::sys_days{day} + std::chrono::hours{parts.tm_hour} +
                    std::chrono::minutes{parts.tm_min} + std::chrono::seconds{parts.tm_sec});
}

std::string serial_text(const ASN1_INTEGER* serial) {
  const std::string digits = to_hex(bytes_of(serial));
  const bool negative = ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER;
  return digits.empty() ? "00" : negative ? "-" + digits : digits;
}

std::string alternative_names_text(const GENERAL_NAMES& names) {
  std::string out;
  for (int i = 0; i < sk_GENERAL_NAME_num(&names); ++i) {
    if (i > 0) out += ',';
    append_general_name(out, *sk_GENERAL_NAME_value(&names, i));
  }
  return out;
}

}  // namespace ucready::trust
