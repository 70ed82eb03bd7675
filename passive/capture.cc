#include "passive/capture.h"

#include <filesystem>

#include "passive/capture_file.h"
#include "passive/decapsulation.h"
#include "passive/live_capture.h"
#include "passive/packet_filter.h"
#include "passive/packet_source.h"

namespace ucready::passive {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kPacketsBetweenLooks = 4096;
constexpr std::size_t kMostFaults = 100;

std::uint64_t size_of(const std::string& file) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  return failed ? 0 : size;
}

}  // namespace

struct CaptureInput::Parts {
  CaptureRequest request;
  std::optional<PacketFilter> filter;                           // Of files: an interface's is the kernel's.
  std::map<std::string, std::unique_ptr<PacketSource>> opened;  // What can be read once only: pipes, standard input.
};

namespace {

class Pipeline {
 public:
  Pipeline(CaptureInput::Parts& input, CaptureSink& sink, const std::function<bool(const CaptureProgress&)>& go_on)
      : request_(input.request),
        filter_(input.filter),
        sink_(sink),
        go_on_(go_on),
        flows_(context_, sink, request_.limits) {
    if (!request_.key_log.empty()) context_.add_secrets(request_.key_log);
    for (const std::string& file : request_.files) progress_.size += size_of(file);
  }

  Result<void> read(PacketSource& source, const std::string& name) {
    const auto number = sink_.begin_source(name);
    if (!number) return tl::unexpected<Error>(number.error());
    flows_.begin_source(*number);
    const std::uint64_t before = progress_.bytes;
    const auto ends_at = request_.duration ? Clock::now() + *request_.duration : Clock::time_point::max();
    Packet packet;
    while (!result_.interrupted) {
      if (source.next(packet)) {
        take(packet);
        if (++progress_.packets % kPacketsBetweenLooks != 0) continue;
      } else if (source.ended()) {
        break;
      }
      if (std::string secrets = source.take_secrets(); !secrets.empty()) context_.add_secrets(secrets);
      progress_.bytes = before + source.bytes_read();
      if (auto looked = look_around(); !looked) return looked;
      if (Clock::now() >= ends_at) break;
    }
    progress_.bytes = before + source.bytes_read();
    result_.dropped_by_kernel += source.dropped();
    note_faults(source.faults(), name);
    return {};
  }

  Result<CaptureResult> finish() {
    flows_.finish();
    if (const auto failed = sink_.failure()) return tl::unexpected<Error>(*failed);
    const Decapsulator::Counts& counts = decapsulator_.counts();
    result_.packets = progress_.packets;
    result_.segments = counts.segments;
    result_.malformed = counts.malformed;
    result_.fragments_dropped = counts.fragments_dropped;
    result_.unknown_link_types = counts.unknown_link_types;
    result_.flows = flows_.counts();
    if (filter_ && filter_->trouble()) result_.faults.push_back(*filter_->trouble());
    return result_;
  }

  [[nodiscard]] bool interrupted() const { return result_.interrupted; }

 private:
  void take(const Packet& packet) {
    if (filter_ && !filter_->passes(packet)) {
      ++result_.filtered_out;
      return;
    }
    Segment segment;
    if (decapsulator_.unwrap(packet, segment)) flows_.take(segment);
  }

  void note_faults(const Faults& faults, const std::string& name) {
    std::uint64_t untold = faults.count;
    for (const std::string& fault : faults.told) {
      if (result_.faults.size() == kMostFaults) break;
      result_.faults.push_back(name + ": " + fault);
      --untold;
    }
    result_.more_faults += untold;
  }

  Result<void> look_around() {
    progress_.sessions = flows_.counts().sessions;
    sink_.breathe();
    if (const auto failed = sink_.failure()) return tl::unexpected<Error>(*failed);
    if (!go_on_(progress_)) result_.interrupted = true;
    return {};
  }

  const CaptureRequest& request_;
  std::optional<PacketFilter>& filter_;
  CaptureSink& sink_;
  const std::function<bool(const CaptureProgress&)>& go_on_;
  ConversationContext context_;
  FlowTable flows_;
  Decapsulator decapsulator_;
  CaptureProgress progress_;
  CaptureResult result_;
};

Result<void> open_interface(CaptureInput::Parts& parts) {
  const std::string& name = parts.request.interface;
  auto source = open_live_capture({.interface = name, .filter = parts.request.filter});
  if (!source) return tl::unexpected<Error>(source.error());
  parts.opened.emplace(name, std::move(*source));
  return drop_capture_rights();
}

Result<void> compile_filter(CaptureInput::Parts& parts) {
  if (parts.request.filter.empty()) return {};
  auto filter = PacketFilter::compile(parts.request.filter);
  if (!filter) return tl::unexpected<Error>(filter.error());
  parts.filter.emplace(std::move(*filter));
  return {};
}

Result<void> open_files(CaptureInput::Parts& parts) {
  if (auto compiled = compile_filter(parts); !compiled) return compiled;
  for (const std::string& file : parts.request.files) {
    if (parts.opened.contains(file)) continue;
    auto source = open_capture_file(file);
    if (!source) return tl::unexpected<Error>(source.error());
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) parts.opened.emplace(file, std::move(*source));
  }
  return {};
}

}  // namespace

CaptureInput::CaptureInput(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
CaptureInput::CaptureInput(CaptureInput&&) noexcept = default;
CaptureInput& CaptureInput::operator=(CaptureInput&&) noexcept = default;
CaptureInput::~CaptureInput() = default;

Result<CaptureInput> CaptureInput::open(CaptureRequest request) {
  auto parts = std::make_unique<Parts>();
  parts->request = std::move(request);
  const auto opened = parts->request.files.empty() ? open_interface(*parts) : open_files(*parts);
  if (!opened) return tl::unexpected<Error>(opened.error());
  return CaptureInput(std::move(parts));
}

Result<CaptureInput> CaptureInput::open(CaptureRequest request, std::unique_ptr<ByteStream> stream,
                                        const std::string& name) {
  auto source = open_capture(std::move(stream), name);
  if (!source) return tl::unexpected<Error>(source.error());
  auto parts = std::make_unique<Parts>();
  parts->request = std::move(request);
  parts->request.files = {name};
  parts->opened.emplace(name, std::move(*source));
  if (auto compiled = compile_filter(*parts); !compiled) return tl::unexpected<Error>(compiled.error());
  return CaptureInput(std::move(parts));
}

Result<CaptureResult> run_capture(CaptureInput& input, CaptureSink& sink,
                                  const std::function<bool(const CaptureProgress&)>& go_on) {
  CaptureInput::Parts& parts = input.parts();
  Pipeline pipeline(parts, sink, go_on);
  std::vector<std::string> names = parts.request.files;
  if (names.empty()) names.push_back(parts.request.interface);
  for (const std::string& name : names) {
    if (pipeline.interrupted()) break;
    if (const auto opened = parts.opened.find(name); opened != parts.opened.end()) {
      if (auto read = pipeline.read(*opened->second, name); !read) return tl::unexpected<Error>(read.error());
      continue;
    }
    auto source = open_capture_file(name);
    if (!source) return tl::unexpected<Error>(source.error());  // It was there a moment ago.
    if (auto read = pipeline.read(**source, name); !read) return tl::unexpected<Error>(read.error());
  }
  return pipeline.finish();
}

}  // namespace ucready::passive
