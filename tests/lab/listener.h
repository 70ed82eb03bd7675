// Listens on every interface and serves each connection in a thread of its own, at most 512 at a time.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "served_interface.h"
#include "visitors.h"

namespace ucready::lab {

class Listener {
 public:
  // Binds every port, or throws Trouble that says which one could not be had, and why.
  Listener(const ServedInterfaces& interfaces, Visitors& visitors);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  void start();

 private:
  void accept_until(const std::stop_token& stop);
  void accept_one(int listening, const ServedInterface& served);
  void serve(int fd, const ServedInterface& served);

  const ServedInterfaces& interfaces_;
  Visitors& visitors_;
  std::vector<int> listening_;  // In the order of interfaces_.
  std::mutex mutex_;
  std::condition_variable one_less_;
  int serving_ = 0;
  std::jthread acceptor_;
};

}  // namespace ucready::lab
