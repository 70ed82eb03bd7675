// A desk phone with web access shows its model and firmware as XML (7800 and 8800 series administration guides, "Device
// Information"; older phones too). An ATA has the same page.
#include "probes/identify/answer_text.h"
#include "probes/identify/http.h"
#include "probes/identify/method.h"

namespace ucready::probes {
namespace {

constexpr std::string_view kProtocols[] = {"https"};
constexpr std::string_view kProducts[] = {"phone", "ata"};

std::string request(const Target& target) { return http_get(target, "/DeviceInformationX"); }

Identity read(const Heard& heard) {
  const HttpAnswer answer = read_http(heard.answer);
  if (answer.status != 200) return {};
  const auto information = between(answer.body, "<DeviceInformation>", "</DeviceInformation>");
  if (!information) return {};
  const auto model = element_text(*information, "modelNumber");
  // Other makers' phones have a page of that name too; theirs spell the elements otherwise.
  if (!model || information->find("modelNumber") == std::string_view::npos) return {};
  Identity told{has_text(*model, "ATA") ? "ata" : "phone", ""};
  for (const std::string_view element : {"versionID", "appLoadID"}) {
    if (told.release.empty()) told.release = release_text(element_text(*information, element).value_or(""));
  }
  return told;
}

}  // namespace

extern const Method kPhonePageMethod;
const Method kPhonePageMethod = {.name = "device-information",
                                 .protocols = kProtocols,
                                 .products = kProducts,
                                 .tells_release = true,
                                 .request = request,
                                 .whole = http_is_whole,
                                 .read = read};

}  // namespace ucready::probes
