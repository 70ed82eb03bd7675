#include "upgrade/forecast/ageing.h"

#include <fmt/format.h>

#include <algorithm>

namespace ucready::forecast {
namespace {

constexpr std::size_t kIsoDay = 10;

// A day is judged at its first second, so what ends within it counts from the next day on.
std::string day_after(Time moment) { return to_iso8601(moment + std::chrono::hours(24)).substr(0, kIsoDay); }

}  // namespace

std::map<std::string, std::vector<AgeingDay>> ageing_days(const Estate& estate) {
  std::map<std::string, std::vector<AgeingDay>> all;
  for (const auto& [cluster, certificates] : estate.certificates_by_cluster()) {
    std::map<std::string, std::string> days;
    for (const CertificatePtr& certificate : certificates) {
      const auto note = [&](const std::string& text, const char* words) {
        const auto moment = parse_iso8601(text);
        if (!moment || *moment <= estate.now()) return;
        days.emplace(day_after(*moment), fmt::format("a certificate {} {}", words, text.substr(0, kIsoDay)));
      };
      note(certificate->not_after, "ends on");
      note(certificate->not_before, "counts from");
    }
    for (auto& [day, what] : days) all[cluster].push_back({day, std::move(what)});
  }
  return all;
}

}  // namespace ucready::forecast
