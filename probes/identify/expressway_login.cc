// The login page of an Expressway says which of the two it is; older ones are a Video Communication Server. That it
// writes the release as "X14.3.7" where it shows one is expert knowledge; no page was found to quote.
#include "probes/identify/answer_text.h"
#include "probes/identify/http.h"
#include "probes/identify/method.h"

namespace ucready::probes {
namespace {

constexpr std::string_view kProtocols[] = {"https"};
constexpr std::string_view kProducts[] = {"expressway-c", "expressway-e"};

std::string request(const Target& target) { return http_get(target, "/login"); }

// "X14.3.7" behind the word version, in a few words.
std::string release_in(std::string_view page) {
  constexpr std::size_t kNear = 40;
  const auto behind = between(page, "version", "\n");
  const std::string_view near = behind ? behind->substr(0, kNear) : std::string_view();
  for (std::size_t at = near.find('X'); at != std::string_view::npos; at = near.find('X', at + 1)) {
    const std::string_view found = leading_release(behind->substr(at));
    if (found.size() > 3 && found[1] >= '0' && found[1] <= '9') return release_text(found);
  }
  return {};
}

Identity read(const Heard& heard) {
  const HttpAnswer answer = read_http(heard.answer);
  if (answer.status != 200) return {};
  const bool control = has_text(answer.body, "Expressway-C") || has_text(answer.body, "Communication Server Control");
  const bool edge = has_text(answer.body, "Expressway-E") || has_text(answer.body, "Communication Server Expressway");
  const bool either =
      has_text(answer.body, "Cisco Expressway") || has_text(answer.body, "TelePresence Video Communication Server");
  if (!control && !edge && !either) return {};
  return {control == edge ? "expressway-c,expressway-e"
          : control       ? "expressway-c"
                          : "expressway-e",
          release_in(answer.body)};
}

}  // namespace

extern const Method kExpresswayLoginMethod;
const Method kExpresswayLoginMethod = {.name = "expressway-login",
                                       .protocols = kProtocols,
                                       .products = kProducts,
                                       .tells_release = true,
                                       .request = request,
                                       .whole = http_is_whole,
                                       .read = read};

}  // namespace ucready::probes
