#include "scanner/interruption.h"

#include <csignal>

namespace ucready::scanner {
namespace {

volatile std::sig_atomic_t asked = 0;

void ask(int signal) {
  asked = 1;
  std::signal(signal, SIG_DFL);
}

void use(void (*handler)(int)) {
  std::signal(SIGINT, handler);
  std::signal(SIGTERM, handler);
}

}  // namespace

Interruption::Interruption() {
  asked = 0;
  use(ask);
}

Interruption::~Interruption() { use(SIG_DFL); }

bool Interruption::requested() const { return asked != 0; }

}  // namespace ucready::scanner
