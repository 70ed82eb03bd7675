// ucready-lab: stands up a UC estate on loopback, and takes it down again.
#include <fmt/format.h>
#include <openssl/ssl.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "callers.h"
#include "daemon.h"
#include "estate.h"
#include "listener.h"
#include "pki.h"
#include "served_interface.h"
#include "site_writer.h"
#include "trouble.h"
#include "visitors.h"

namespace ucready::lab {
namespace {

constexpr const char* kHelp =
    "ucready-lab up ESTATE.yaml --dir STATE [--port-offset N] [--foreground]\n"
    "ucready-lab visit ESTATE.yaml --dir STATE [--port-offset N]\n"
    "ucready-lab down --dir STATE\n"
    "\n"
    "up    makes the certificates in STATE/pki, listens on the estate's 127.x addresses and ports, writes "
    "STATE/site.yaml,\n"
    "      prints 'ready' and goes on in the background. SIGUSR1 writes STATE/stats.json; so does the end.\n"
    "visit connects as the estate's own clients do: every declared hop once, each with its address, hello and "
    "certificate.\n"
    "down  ends it.\n"
    "\n"
    "Ports below 1024 need root or CAP_NET_BIND_SERVICE; --port-offset 20000 shifts all ports instead.\n"
    "Example: ucready-lab up tests/lab/nordwind.yaml --dir /tmp/lab\n";

struct Options {
  std::string command;
  std::filesystem::path estate;
  std::filesystem::path folder;
  int port_offset = 0;
  bool foreground = false;
};

std::optional<Options> read_options(const std::vector<std::string>& arguments) {
  Options options;
  std::vector<std::string> words;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    const bool has_value = i + 1 < arguments.size();
    if (argument == "--dir" && has_value) {
      options.folder = arguments[++i];
    } else if (argument == "--port-offset" && has_value) {
      const std::string& number = arguments[++i];
      const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), options.port_offset);
      if (error != std::errc() || end != number.data() + number.size() || options.port_offset < 0) return std::nullopt;
    } else if (argument == "--foreground") {
      options.foreground = true;
    } else if (argument.starts_with("--")) {
      return std::nullopt;
    } else {
      words.push_back(argument);
    }
  }
  if (words.empty() || options.folder.empty()) return std::nullopt;
  options.command = words[0];
  const bool of_estate = options.command == "up" || options.command == "visit";
  if (of_estate && words.size() == 2) options.estate = words[1];
  const bool complete = (of_estate && !options.estate.empty()) || (options.command == "down" && words.size() == 1);
  options.folder = std::filesystem::absolute(options.folder);
  return complete ? std::optional(options) : std::nullopt;
}

// The signals are waited for in one place; threads started later inherit that they are blocked.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

void serve(const Options& options, const Estate& estate, Daemon* daemon) {
  const auto signals = block_signals();
  Pki pki(estate, options.folder / "pki");
  const auto interfaces = prepare_interfaces(estate, pki, options.port_offset);
  Visitors visitors;
  {
    Listener listener(interfaces, visitors);
    write_site_file(estate, pki, options.port_offset, options.folder / "site.yaml");
    write_pid_file(options.folder / "pid");
    listener.start();
    if (daemon != nullptr) {
      daemon->ready();
    } else {
      std::puts("ready");
      std::fflush(stdout);
    }
    for (int signal = SIGUSR1; signal == SIGUSR1;) {
      sigwait(&signals, &signal);
      visitors.write_statistics(options.folder / "stats.json");
    }
  }
  std::filesystem::remove(options.folder / "pid");
}

void up(const Options& options) {
  const auto estate = read_estate(options.estate);
  check_estate(estate);
  std::filesystem::create_directories(options.folder);
  if (is_running(options.folder / "pid")) {
    throw Trouble(fmt::format("a lab runs already in {}; end it with 'down'", options.folder.string()));
  }
  // Nothing of OpenSSL's has run before this, so no openssl.cnf has been read either.
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  if (options.foreground) return serve(options, estate, nullptr);
  Daemon daemon(options.folder / "lab.log");
  serve(options, estate, &daemon);
}

void visit(const Options& options) {
  const auto estate = read_estate(options.estate);
  check_estate(estate);
  if (!is_running(options.folder / "pid"))
    throw Trouble(fmt::format("no lab runs in {}; start it with 'up'", options.folder.string()));
  std::signal(SIGPIPE, SIG_IGN);
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  Pki pki(estate, options.folder / "pki");
  const CallResults results = make_calls(estate, pki, options.port_offset);
  std::puts(fmt::format("{} connections: {} established, {} refused, {} not made",
                        results.established + results.refused + results.not_made, results.established, results.refused,
                        results.not_made)
                .c_str());
}

void down(const Options& options) { std::puts(stop_running(options.folder / "pid") ? "ended" : "no lab was running"); }

int run(const std::vector<std::string>& arguments) {
  const auto options = read_options(arguments);
  if (!options) {
    std::fputs(kHelp, stderr);
    return 2;
  }
  try {
    if (options->command == "up") up(*options);
    if (options->command == "visit") visit(*options);
    if (options->command == "down") down(*options);
    return 0;
  } catch (const std::exception& exception) {
    std::fputs(fmt::format("ucready-lab: {}\n", exception.what()).c_str(), stderr);
    return 2;
  }
}

}  // namespace
}  // namespace ucready::lab

int main(int argc, char** argv) { return ucready::lab::run({argv + 1, argv + argc}); }
