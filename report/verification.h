// How a wave went against its forecast: for a person, as CSV and as JSON.
#pragma once

#include <iosfwd>
#include <string_view>

#include "upgrade/forecast/verify.h"
#include "upgrade/forecast/wave_done.h"

namespace ucready::report {

struct WaveReport {
  const db::KeptPlan& plan;
  const forecast::WaveDone& done;
  const forecast::Verification& verification;
};

void write_verification_text(const WaveReport& report, std::size_t columns, std::ostream& out);
void write_verification_csv(const WaveReport& report, std::ostream& out);
void write_verification_json(const WaveReport& report, std::ostream& out);

}  // namespace ucready::report
