// The first page of a web server: where it leads to, what it is called, which header fields it sends. A VOS server
// lists the administration pages that are installed, and each product has one of its own; that is expert knowledge, as
// is the table's order: a product's page may name CUCM, CUCM's names no other.
#include "probes/identify/answer_text.h"
#include "probes/identify/http.h"
#include "probes/identify/method.h"

namespace ucready::probes {
namespace {

constexpr std::string_view kProtocols[] = {"https"};
constexpr std::string_view kProducts[] = {"cucm",         "imp",          "cuc",   "cer", "pcd",     "uccx",
                                          "expressway-c", "expressway-e", "phone", "cms", "exchange"};

struct Mark {
  std::string_view text;  // In the page or in the address that it leads to.
  std::string_view products;
};
constexpr Mark kMarks[] = {
    {"/cupadmin", "imp"},
    {"/cuadmin", "cuc"},
    {"/ceradmin", "cer"},
    {"/cerappservices", "cer"},
    {"/appadmin", "uccx"},
    {"<title>Cisco Prime Collaboration Deployment", "pcd"},
    {"/ccmadmin", "cucm"},
    {"<title>Cisco Unity Connection", "cuc"},
    {"<title>Cisco Emergency Responder", "cer"},
    {"Cisco Expressway-C", "expressway-c"},
    {"Cisco Expressway-E", "expressway-e"},
    {"<title>Cisco Expressway", "expressway-c,expressway-e"},
    {"TelePresence Video Communication Server", "expressway-c,expressway-e"},
    {"<title>Cisco Meeting Server", "cms"},
    {"/CGI/Java/Serviceability", "phone"},
};

std::string request(const Target& target) { return http_get(target, "/"); }

Identity read(const Heard& heard) {
  const HttpAnswer answer = read_http(heard.answer);
  if (answer.status == 0) return {};
  // Outlook on the web says its build on every answer.
  if (const auto exchange = header_value(answer.head, "X-OWA-Version")) return {"exchange", release_text(*exchange)};
  const std::string_view leads_to = header_value(answer.head, "Location").value_or("");
  for (const Mark& mark : kMarks) {
    if (has_text(leads_to, mark.text) || has_text(answer.body, mark.text)) return {std::string(mark.products), ""};
  }
  return {};
}

}  // namespace

extern const Method kWebPageMethod;
const Method kWebPageMethod = {.name = "web-page",
                               .protocols = kProtocols,
                               .products = kProducts,
                               .broad = true,
                               .request = request,
                               .whole = http_is_whole,
                               .read = read};

}  // namespace ucready::probes
