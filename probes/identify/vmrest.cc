// Unity Connection's provisioning interface says its version, as XML or as JSON (Cisco Unity Connection API List
// Examples, "/vmrest/version"). Where it asks for a login, nothing is told.
#include "probes/identify/answer_text.h"
#include "probes/identify/http.h"
#include "probes/identify/method.h"

namespace ucready::probes {
namespace {

constexpr std::string_view kProtocols[] = {"https"};
constexpr std::string_view kProducts[] = {"cuc"};

std::string request(const Target& target) { return http_get(target, "/vmrest/version"); }

Identity read(const Heard& heard) {
  const HttpAnswer answer = read_http(heard.answer);
  if (answer.status != 200 || !has_text(answer.body, "vmrest")) return {};
  auto version = element_text(answer.body, "version");
  if (!version) version = between(answer.body, "\"version\":\"", "\"");
  if (!version) return {};
  return {"cuc", release_text(*version)};
}

}  // namespace

extern const Method kVmrestMethod;
const Method kVmrestMethod = {.name = "vmrest",
                              .protocols = kProtocols,
                              .products = kProducts,
                              .tells_release = true,
                              .request = request,
                              .whole = http_is_whole,
                              .read = read};

}  // namespace ucready::probes
