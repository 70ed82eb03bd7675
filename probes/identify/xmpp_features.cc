// The features of an XMPP stream inside TLS (RFC 6120 section 4.3.2). IM and Presence offers a way to log in that bears
// Cisco's name, as traces of Jabber's logins show; which release offers it is not told.
#include <fmt/format.h>

#include "probes/identify/answer_text.h"
#include "probes/identify/method.h"

namespace ucready::probes {
namespace {

constexpr std::string_view kProtocols[] = {"xmpp-client"};
constexpr std::string_view kProducts[] = {"imp"};

std::string request(const Target& target) {
  // The domain has been asked for once, in clear; a character that would need escaping was then refused by the site
  // file or by the server.
  std::string domain;
  for (const char c : target.domain.empty() ? target.host : target.domain) {
    if (std::string_view("<>&'\"").find(c) == std::string_view::npos) domain += c;
  }
  return fmt::format(
      "<?xml version='1.0'?><stream:stream to='{}' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>",
      domain);
}

bool whole(std::string_view answer) { return has_text(answer, "</stream:features>") || has_text(answer, "error>"); }

Identity read(const Heard& heard) {
  if (!has_text(heard.answer, "<stream:features>")) return {};
  return has_text(heard.answer, "<mechanism>CISCO-VTG-TOKEN<") ? Identity{"imp", ""} : Identity{};
}

}  // namespace

extern const Method kXmppFeaturesMethod;
const Method kXmppFeaturesMethod = {.name = "xmpp-features",
                                    .protocols = kProtocols,
                                    .products = kProducts,
                                    .broad = true,
                                    .request = request,
                                    .whole = whole,
                                    .read = read};

}  // namespace ucready::probes
