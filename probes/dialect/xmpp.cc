// XMPP with STARTTLS (RFC 6120 sections 4.2 and 5), as a client or as another server.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "probes/dialect.h"
#include "probes/dialect/intake.h"
#include "probes/dialect/xml_tags.h"

namespace ucready::probes {
namespace {

// As the content of an attribute.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = c != '<' && c != '>' && c != '&' && c != '\'' && c != '"';
    out += plain ? std::string(1, c) : fmt::format("&#{};", static_cast<int>(static_cast<unsigned char>(c)));
  }
  return out;
}

// The domain that the server is to answer for: of the site file, else the target's name.
std::string domain_of(const Target& target) { return target.domain.empty() ? target.host : target.domain; }

std::string stream_header(const Target& target, std::string_view space) {
  return fmt::format(
      "<?xml version='1.0'?><stream:stream to='{}' version='1.0' xmlns='{}' "
      "xmlns:stream='http://etherx.jabber.org/streams'>",
      escaped(domain_of(target)), space);
}

struct Said {
  std::vector<std::string> tags;  // Openings, in order, the last that of the element that was waited for.
  bool more = false;              // Something follows it.
};

// Waits for the end of the first element of one of these names.
asio::awaitable<Result<Said>> wait_for(Intake& intake, std::string_view first, std::string_view second) {
  for (;;) {
    XmlTags tags(as_text(intake.bytes()));
    Said said;
    for (;;) {
      const auto tag = tags.next();
      if (!tag) co_return tl::unexpected<Error>(tag.error());
      if (!*tag) break;
      if (!(*tag)->closes) said.tags.emplace_back((*tag)->name);
      const bool ends = (*tag)->closes || (*tag)->empty;
      if (!ends || ((*tag)->name != first && (*tag)->name != second)) continue;
      const std::size_t left = tags.rest().size();
      said.more = tags.rest().find('<') != std::string_view::npos;
      intake.drop(intake.bytes().size() - left);
      co_return said;
    }
    const std::string_view start = as_text(intake.bytes());
    if (const std::size_t at = start.find_first_not_of(" \t\r\n"); at != std::string_view::npos && start[at] != '<') {
      co_return fail(ErrorCode::malformed, fmt::format("what came is no XMPP: {}", start.substr(0, 200)));
    }
    if (auto came = co_await intake.more(); !came) co_return tl::unexpected<Error>(came.error());
  }
}

bool has(const Said& said, std::string_view name) { return std::ranges::find(said.tags, name) != said.tags.end(); }

// The condition stands right behind <stream:error> or <failure> (RFC 6120 section 4.9.2).
std::string condition(const Said& said, std::string_view element) {
  const auto at = std::ranges::find(said.tags, element);
  return at == said.tags.end() || at + 1 == said.tags.end() ? std::string(element) : *(at + 1);
}

asio::awaitable<Result<void>> start_tls(Transport& transport, const Target& target, std::string_view space) {
  if (auto sent = co_await transport.write(as_bytes(stream_header(target, space))); !sent) co_return sent;
  Intake intake(transport);
  const auto offered = co_await wait_for(intake, "features", "error");
  if (!offered) co_return tl::unexpected<Error>(offered.error());
  if (has(*offered, "error")) {
    co_return fail(ErrorCode::unsupported, fmt::format("XMPP server said: {} (asked for the domain {})",
                                                       condition(*offered, "error"), domain_of(target)));
  }
  if (!has(*offered, "starttls")) {
    co_return fail(ErrorCode::unsupported,
                   fmt::format("XMPP server does not offer STARTTLS for the domain {}", domain_of(target)));
  }
  constexpr std::string_view kStart = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
  if (auto sent = co_await transport.write(as_bytes(kStart)); !sent) co_return sent;
  const auto answered = co_await wait_for(intake, "proceed", "failure");
  if (!answered) co_return tl::unexpected<Error>(answered.error());
  if (!has(*answered, "proceed")) {
    co_return fail(ErrorCode::unsupported, fmt::format("XMPP server said: {}", condition(*answered, "failure")));
  }
  if (answered->more) {
    co_return fail(ErrorCode::malformed, "XMPP server went on talking after its answer to STARTTLS");
  }
  co_return Result<void>();
}

}  // namespace

asio::awaitable<Result<void>> start_tls_xmpp_client(Transport& transport, const Target& target) {
  co_return co_await start_tls(transport, target, "jabber:client");
}

asio::awaitable<Result<void>> start_tls_xmpp_server(Transport& transport, const Target& target) {
  co_return co_await start_tls(transport, target, "jabber:server");
}

}  // namespace ucready::probes
