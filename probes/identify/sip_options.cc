// OPTIONS (RFC 3261 section 11), only over TLS, never authenticated: whatever the status of the answer, most systems
// name themselves in Server or User-Agent. With Max-Forwards 0 the first that meets it answers, and nobody behind it.
//
// The names are those in traces that Cisco and others published: "Cisco-CUCM12.5", "TANDBERG/4137 (X12.5.1)",
// "TANDBERG/529 (ce9.1.4.3ae3106)", "Cisco-SIPGateway/IOS-15.2.4.M3", "Cisco-SIPGateway/Cisco IOS 16.12.5",
// "Cisco-CP8851/12.1.1", "Acano CallBridge".
#include <fmt/format.h>

#include <random>

#include "probes/identify/answer_text.h"
#include "probes/identify/method.h"

namespace ucready::probes {
namespace {

constexpr std::string_view kProtocols[] = {"sip-tls"};
constexpr std::string_view kProducts[] = {"cucm",        "expressway-c", "expressway-e", "cube",
                                          "ios-gateway", "roomos",       "phone",        "cms"};

std::string request(const Target& target) {
  // Servers remember transactions for half a minute: an id used twice would be a repetition of the first.
  thread_local std::mt19937_64 random{std::random_device{}()};
  const std::string id = fmt::format("{:016x}", random());
  const std::string host = target.host.find(':') == std::string::npos ? target.host : "[" + target.host + "]";
  return fmt::format(
      "OPTIONS sip:{0}:{1};transport=tls SIP/2.0\r\n"
      "Via: SIP/2.0/TLS ucready.invalid;branch=z9hG4bK{2};rport\r\n"
      "Max-Forwards: 0\r\n"
      "From: <sip:ucready@ucready.invalid>;tag={2}\r\n"
      "To: <sip:{0}:{1}>\r\n"
      "Call-ID: {2}@ucready.invalid\r\n"
      "CSeq: 1 OPTIONS\r\n"
      "Accept: application/sdp\r\n"
      "User-Agent: ucready\r\n"
      "Content-Length: 0\r\n\r\n",
      host, target.port, id);
}

std::string_view message_in(std::string_view answer) {
  while (answer.starts_with("\r\n")) answer.remove_prefix(2);  // Keep-alives (RFC 5626 section 3.5.1).
  return answer;
}

bool whole(std::string_view answer) { return message_in(answer).find("\r\n\r\n") != std::string_view::npos; }

struct Agent {
  std::string_view begins;
  std::string_view products;
  std::string_view before_release;  // What stands right before it; empty: none is told.
};
constexpr Agent kAgents[] = {
    {"Cisco-CUCM", "cucm", "Cisco-CUCM"},
    {"TANDBERG/4", "expressway-c,expressway-e", "("},
    {"TANDBERG/5", "roomos", "("},
    {"Cisco-SIPGateway/IOS-", "cube,ios-gateway", "IOS-"},
    {"Cisco-SIPGateway/Cisco IOS ", "cube,ios-gateway", "Cisco IOS "},
    {"Cisco-SIPGateway/", "cube,ios-gateway", ""},
    {"Cisco-CP", "phone", "/"},
    {"Acano CallBridge", "cms", ""},
};

std::string release_of(std::string_view agent, std::string_view before) {
  const std::size_t at = before.empty() ? std::string_view::npos : agent.find(before);
  if (at == std::string_view::npos) return {};
  std::string_view release = leading_release(agent.substr(at + before.size()));
  if (release.ends_with(".x")) return {};  // "IOS-12.x" is what old gateways say of every release.
  // Room devices append the hash of their build to three numbers.
  if (release.starts_with("ce")) {
    std::size_t end = 0;
    for (int dots = 0; end < release.size(); ++end) {
      if (release[end] == '.' && ++dots == 3) break;
    }
    release = release.substr(0, end);
  }
  return release_text(release);
}

Identity read(const Heard& heard) {
  const std::string_view message = message_in(heard.answer);
  const std::string_view start = message.substr(0, message.find('\n'));
  if (start.find("SIP/2.0") == std::string_view::npos) return {};
  auto name = header_value(message, "Server");
  if (!name) name = header_value(message, "User-Agent");
  if (!name) return {};
  for (const Agent& agent : kAgents) {
    if (begins_with(*name, agent.begins)) {
      return {std::string(agent.products), release_of(*name, agent.before_release)};
    }
  }
  return {};
}

}  // namespace

extern const Method kSipOptionsMethod;
const Method kSipOptionsMethod = {.name = "sip-options",
                                  .protocols = kProtocols,
                                  .products = kProducts,
                                  .broad = true,
                                  .tells_release = true,
                                  .request = request,
                                  .whole = whole,
                                  .read = read};

}  // namespace ucready::probes
