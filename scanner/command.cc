#include "scanner/command.h"

#include <algorithm>

namespace ucready::scanner {

extern const Command kScanCommand;
extern const Command kCaptureCommand;
extern const Command kImportCommand;
extern const Command kCollectCommand;
extern const Command kHopsCommand;
extern const Command kPlanCommand;
extern const Command kRehearseCommand;
extern const Command kReportCommand;
extern const Command kRulesCommand;
extern const Command kCatalogueCommand;
extern const Command kTrustCommand;
extern const Command kSiteCommand;
extern const Command kDiffCommand;
extern const Command kWaiveCommand;
extern const Command kMergeCommand;
extern const Command kPruneCommand;
extern const Command kProfileCommand;

namespace {

constexpr const Command* kCommands[] = {
    &kScanCommand,  &kCaptureCommand,   &kHopsCommand,  &kPlanCommand,   &kRehearseCommand, &kReportCommand,
    &kRulesCommand, &kCatalogueCommand, &kTrustCommand, &kSiteCommand,   &kProfileCommand,  &kDiffCommand,
    &kWaiveCommand, &kMergeCommand,     &kPruneCommand, &kImportCommand, &kCollectCommand};

}  // namespace

std::span<const Command* const> all_commands() { return kCommands; }

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(kCommands, name, [](const Command* command) { return command->name; });
  return found == std::end(kCommands) ? nullptr : *found;
}

}  // namespace ucready::scanner
