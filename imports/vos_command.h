// What one command of a VOS node's platform CLI prints, read line by line. To add one: its class and its row in the
// table of vos_cli.cc.
#pragma once

#include <memory>
#include <string_view>

#include "imports/told.h"

namespace ucready::imports {

class CommandOutput {
 public:
  CommandOutput() = default;
  CommandOutput(const CommandOutput&) = delete;
  CommandOutput& operator=(const CommandOutput&) = delete;
  virtual ~CommandOutput() = default;

  // Lines without the prompt, blank ones left out. False: it makes no sense of the line.
  virtual bool line(std::string_view text, int number) = 0;
  // `whole`: a prompt follows, so nothing was cut off.
  virtual void end(bool whole) { static_cast<void>(whole); }
};

struct VosCommand {
  std::string_view words;  // "show cert list"
  std::unique_ptr<CommandOutput> (*make)(std::string_view arguments, int number, Told& told);
};

// By file: vos_system.cc, vos_services.cc, vos_certificates.cc, trust_list_text.cc, vos_tables.cc.
std::unique_ptr<CommandOutput> make_tls_minimum(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_version(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_status(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_network(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_fips(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_common_criteria(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_service_list(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_unity_version(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_contact_centre_version(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_contact_centre_provider(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_certificate_list(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_certificate(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_trust_list(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_risdb(std::string_view arguments, int number, Told& told);
std::unique_ptr<CommandOutput> make_sql(std::string_view arguments, int number, Told& told);

}  // namespace ucready::imports
