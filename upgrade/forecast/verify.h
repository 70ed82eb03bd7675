// What a plan forecast for a wave, held against what was seen after it. A scan shows listeners: it may tell that a
// listener is as forecast, or that it cannot be, but never that a hop works; that only handshakes of its two ends
// prove.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/wave_evidence.h"

namespace ucready::forecast {

enum class Verified { worse, better, not_seen, as_forecast, proven };  // The first to be looked at first.
std::string_view to_text(Verified verified);                           // "as forecast", ...

struct ListenerVerdict {
  std::string cluster;
  std::string node;
  std::string address;
  int port = 0;
  std::string protocol;
  Verified verified = Verified::not_seen;
  std::string because;  // One sentence without its full stop. May hold what a server wrote: not yet printable.
};

struct HopVerdict {
  db::WaveHop forecast;
  Verified verified = Verified::not_seen;
  std::string evidence;  // "capture", "scan", or empty.
  std::string because;
};

struct Verification {
  std::vector<ListenerVerdict> listeners;
  std::vector<HopVerdict> hops;
};

Verification verify(const std::vector<db::WaveHop>& forecast, const std::vector<db::ScannedListener>& scanned,
                    const std::vector<db::CapturedHandshakes>& captured);

}  // namespace ucready::forecast
