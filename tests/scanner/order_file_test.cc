// An order in a file of its own.
#include "scanner/order_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ucready::scanner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

SiteCluster cluster(const std::string& name, const std::string& product, const std::string& target) {
  SiteCluster made;
  made.name = name;
  made.product = product;
  made.target = target;
  return made;
}

class OrderFileTest : public testing::Test {
 protected:
  Result<OrderFile> read(std::string_view text) {
    return read_order_text(text, "other.yaml", clusters_, *upgrade::Catalogue::built_in());
  }
  std::string fault(std::string_view text) {
    const auto order = read(text);
    return order ? "" : order.error().message;
  }

  std::vector<SiteCluster> clusters_ = {cluster("hq-expc", "expressway-c", "X15.5"),
                                        cluster("hq-cucm", "cucm", "15SU4a"), cluster("lon-cucm", "cucm", "")};
};

TEST_F(OrderFileTest, IsAListOrAListUnderOrder) {
  for (const char* text :
       {"- [hq-expc]\n- {date: 2027-01-16, do: [hq-cucm]}\n- [{set: hq-cucm.tls_min, to: TLSv1.2}]\n",
        "order:\n  - [hq-expc]\n  - {date: 2027-01-16, do: [hq-cucm]}\n  - [{set: hq-cucm.tls_min, to: TLSv1.2}]\n"}) {
    const auto order = read(text);

    ASSERT_TRUE(order) << order.error().message;
    ASSERT_THAT(order->steps, SizeIs(3));
    EXPECT_THAT(order->steps[0].upgrade, ElementsAre("hq-expc"));
    EXPECT_EQ(order->steps[1].date, "2027-01-16");
    ASSERT_THAT(order->steps[2].changes, SizeIs(1));
    EXPECT_EQ(order->steps[2].changes[0].value, "TLSv1.2");
    EXPECT_THAT(order->warnings, IsEmpty());
  }
}

TEST_F(OrderFileTest, WarnsOfATargetThatItForgets) {
  const auto order = read("- [hq-cucm]\n");
  ASSERT_TRUE(order);
  EXPECT_THAT(order->warnings, ElementsAre(HasSubstr("hq-expc has a target but no place in the order")));
}

TEST_F(OrderFileTest, SaysWhereItIsWrong) {
  EXPECT_THAT(fault("- [hq-cucn]\n"), testing::AllOf(HasSubstr("other.yaml:1:4"), HasSubstr("did you mean hq-cucm")));
  EXPECT_THAT(fault("- [lon-cucm]\n"), HasSubstr("lon-cucm has no target; add one in the site file"));
  EXPECT_THAT(fault("- [hq-cucm]\n- [hq-cucm]\n"), HasSubstr("other.yaml:2:4"));
  EXPECT_THAT(fault("- [{set: hq-cucm.tls_mni, to: TLSv1.2}]\n"), HasSubstr("tls_mni"));
  EXPECT_THAT(fault("[]\n"), HasSubstr("names no step"));
  EXPECT_THAT(fault(""), HasSubstr("an order is a list of steps"));
  EXPECT_THAT(fault("site: hq\norder: [[hq-cucm]]\n"), HasSubstr("site"));
}

}  // namespace
}  // namespace ucready::scanner
