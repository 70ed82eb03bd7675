// Logs of the platform CLI (SSH to a VOS node as its OS administrator): a prompt with a command, then what it printed.
#include <algorithm>

#include "imports/importer.h"
#include "imports/text_lines.h"
#include "imports/text_parts.h"
#include "imports/vos_command.h"

namespace ucready::imports {

extern const Importer kVosCli;

namespace {

constexpr std::string_view kPrompt = "admin:";

constexpr VosCommand kCommands[] = {
    {"show tls min-version", make_tls_minimum},
    {"show version active", make_version},
    {"show status", make_status},
    {"show network", make_network},
    {"utils service list", make_service_list},
    {"show cuc version", make_unity_version},
    {"show uccx version", make_contact_centre_version},
    {"show uccx provider ip", make_contact_centre_provider},
    {"utils fips_common_criteria status", make_common_criteria},
    {"utils fips status", make_fips},
    {"show cert list", make_certificate_list},
    {"show cert", make_certificate},
    {"show itl", make_trust_list},
    {"show ctl", make_trust_list},
    {"show risdb query phone", make_risdb},
    {"run sql", make_sql},
};

// "admin:show ctl", and as SSH clients with time stamps log it: "[10:22:01] admin: show ctl".
std::optional<std::string_view> command_in(std::string_view line) {
  constexpr std::size_t kFurthest = 40;
  const std::size_t at = line.substr(0, kFurthest).find(kPrompt);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view before = trimmed(line.substr(0, at));
  if (!before.empty() && before.back() != ']' && before.back() != '>') return std::nullopt;
  return trimmed(line.substr(at + kPrompt.size()));
}

class LogReader {
 public:
  explicit LogReader(Told& told) : told_(told) {}

  void read(PeekedSource& source) {
    TextLines lines(source);
    for (TextLine line; lines.next(line);) {
      ++told_.lines;
      if (const auto command = command_in(line.text)) {
        begin(*command, line.number);
      } else if (const std::string_view text = line.text; !trimmed(text).empty()) {
        line.has_end ? take(text, line.number) : told_.may_be_cut(text, line.number);
      }
    }
    if (output_) output_->end(false);
    if (!source.fault().empty()) told_.trouble(source.fault());
    if (lines.cut_lines() > 0) told_.trouble("holds lines of more than a megabyte, which were cut");
  }

 private:
  void begin(std::string_view words, int number) {
    if (output_) output_->end(true);
    output_.reset();
    failed_ = false;
    const auto command =
        std::ranges::find_if(kCommands, [&](const VosCommand& known) { return starts_with_word(words, known.words); });
    if (command == std::end(kCommands)) return;  // Not ours; what it prints is counted as not understood.
    output_ = command->make(trimmed(words.substr(command->words.size())), number, told_);
  }

  void take(std::string_view text, int number) {
    if (starts_with_word(text, "Executed command unsuccessfully") || starts_with_word(text, "Command failed") ||
        starts_with_word(text, "No valid command entered")) {
      failed_ = true;
      return;
    }
    if (failed_ || !output_ || !output_->line(text, number)) told_.not_understood(text, number);
  }

  Told& told_;
  std::unique_ptr<CommandOutput> output_;
  bool failed_ = false;
};

void read(PeekedSource& source, Told& told) { LogReader(told).read(source); }

bool recognises(std::string_view head) {
  // Also where a client stamps its lines: then the prompt stands in the line, and a command of ours behind it.
  return has_line_with(head, kPrompt) || head.find("] admin:show") != std::string_view::npos ||
         head.find("] admin:utils") != std::string_view::npos || head.find("] admin:run") != std::string_view::npos;
}

}  // namespace

const Importer kVosCli = {"vos-cli", "platform CLI log of CUCM, IM and Presence, Unity Connection, CER, UCCX",
                          recognises, read};

}  // namespace ucready::imports
