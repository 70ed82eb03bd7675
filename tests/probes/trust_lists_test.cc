#include "probes/trust_lists.h"

#include <gtest/gtest.h>

namespace ucready::probes {
namespace {

const std::string kList("\x01\x00\x02\x01\x02\x02\x00\x02\x00\x0e\x00\x00\x00\x00", 14);

struct Answer {
  std::string text;
  std::string why;
};

TEST(TrustLists, AnAnswerThatIsNoneIsToldForWhatItIs) {
  const Answer answers[] = {
      {"HTTP/1.1 200 OK\r\n\r\n" + kList, ""},
      {"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n" + kList, ""},
      {"", "no answer, or none that went on to its end"},
      {"SSH-2.0-x\r\n", "the answer is no HTTP"},
      {"HTTP/1.1 401 \x1b[2J\r\nContent-Length: 0\r\n\r\n", "HTTP status 401"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n" + kList, "the answer is cut short"},
      {"HTTP/1.1 200 OK\r\n\r\n<html>login</html>", "the answer is no trust list"},
      {"HTTP/1.1 200 OK\r\n\r\n" + kList + std::string(kMostTrustListBytes, '\0'),
       "the answer is longer than a list may be"},
  };
  for (const Answer& answer : answers) {
    EXPECT_EQ(why_no_trust_list(answer.text), answer.why);
    EXPECT_EQ(trust_list_in(answer.text).has_value(), answer.why.empty()) << answer.why;
  }
}

}  // namespace
}  // namespace ucready::probes
