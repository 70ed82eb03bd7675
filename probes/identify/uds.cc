// CUCM's User Data Services say the release that they belong to, to anybody: "No authentication required" (Cisco UDS
// Developer Guide, "version"). The element counts: in the guide's own samples the attribute of that name is the
// interface's. Service updates are not told: 14.0.1 is any of 14, 14SU1, 14SU2, ...
#include "probes/identify/answer_text.h"
#include "probes/identify/http.h"
#include "probes/identify/method.h"

namespace ucready::probes {
namespace {

constexpr std::string_view kProtocols[] = {"https"};
constexpr std::string_view kProducts[] = {"cucm"};

std::string request(const Target& target) { return http_get(target, "/cucm-uds/version"); }

Identity read(const Heard& heard) {
  const HttpAnswer answer = read_http(heard.answer);
  if (answer.status != 200) return {};
  const auto information = between(answer.body, "<versionInformation", "</versionInformation>");
  if (!information) return {};
  return {"cucm", release_text(element_text(*information, "version").value_or(""))};
}

}  // namespace

extern const Method kUdsMethod;
const Method kUdsMethod = {.name = "uds",
                           .protocols = kProtocols,
                           .products = kProducts,
                           .tells_release = true,
                           .request = request,
                           .whole = http_is_whole,
                           .read = read};

}  // namespace ucready::probes
