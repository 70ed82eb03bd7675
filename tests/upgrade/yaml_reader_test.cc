#include "upgrade/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace ucready::upgrade {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string refusal(std::string_view text, std::size_t most_bytes = 1 << 20) {
  const auto root = load_yaml(text, "site.yaml", most_bytes);
  return root ? "taken" : root.error().message;
}

// What a reader of {port: number, kind: word, on: flag, tags: list} says of the text.
struct Sample {
  std::int64_t port = 0;
  std::string kind;
  bool on = false;
  std::vector<std::string> tags;
  std::string fault;
};

Sample read_sample(std::string_view text) {
  constexpr std::string_view kKinds[] = {"https", "sip-tls"};
  const auto root = load_yaml(text, "site.yaml", 1 << 20);
  Sample sample;
  if (!root) {
    sample.fault = root.error().message;
    return sample;
  }
  YamlFaults faults("site.yaml");
  const YamlMapping mapping(*root, "interface", {"port", "kind", "on", "tags"}, faults);
  sample.port = mapping.number("port", 1, 65535).value_or(0);
  sample.kind = mapping.one_of("kind", kKinds);
  sample.on = mapping.flag("on").value_or(false);
  sample.tags = mapping.texts("tags");
  if (!faults.empty()) sample.fault = faults.first().value().message;
  return sample;
}

TEST(YamlReader, ReadsAMappingOfKnownFields) {
  const Sample sample = read_sample("port: 5061\nkind: sip-tls\non: true\ntags: [a, b]\n");

  EXPECT_EQ(sample.fault, "");
  EXPECT_EQ(sample.port, 5061);
  EXPECT_EQ(sample.kind, "sip-tls");
  EXPECT_TRUE(sample.on);
  EXPECT_THAT(sample.tags, testing::ElementsAre("a", "b"));
}

TEST(YamlReader, TakesOneValueWhereAListMayStand) {
  EXPECT_THAT(read_sample("tags: only").tags, testing::ElementsAre("only"));
}

TEST(YamlReader, CountsAnEmptyValueAsOmitted) {
  const Sample sample = read_sample("port:\nkind: \"\"\non: ~\ntags:\n");

  EXPECT_EQ(sample.fault, "");
  EXPECT_EQ(sample.port, 0);
}

TEST(YamlReader, SaysWhichKeyIsUnknownAndWhichWasMeant) {
  EXPECT_EQ(read_sample("kind: https\nprot: 5061\n").fault,
            "site.yaml:2:1: unknown key \"prot\" in an interface; did you mean port?");
}

TEST(YamlReader, ListsAllKeysWhenNoneIsNear) {
  EXPECT_EQ(read_sample("zzzzzz: 1\n").fault,
            "site.yaml:1:1: unknown key \"zzzzzz\" in an interface; known: port, kind, on, tags");
}

TEST(YamlReader, RefusesANumberOutOfRange) {
  EXPECT_EQ(read_sample("on: true\nport: 70000\n").fault,
            "site.yaml:2:7: port 70000 is out of range; write 1 to 65535");
  EXPECT_THAT(read_sample("port: 99999999999999999999").fault, HasSubstr("is out of range"));
}

TEST(YamlReader, RefusesWhatIsNoNumberNoFlagNoKnownWordOrNoSingleValue) {
  EXPECT_EQ(read_sample("port: 5061x").fault, "site.yaml:1:7: port \"5061x\" is no number; write 1 to 65535");
  EXPECT_EQ(read_sample("on: perhaps").fault,
            "site.yaml:1:5: on \"perhaps\" is neither true nor false; write one of the two");
  EXPECT_EQ(read_sample("kind: htps").fault, "site.yaml:1:7: unknown kind \"htps\"; did you mean https?");
  EXPECT_EQ(read_sample("port: [1]").fault, "site.yaml:1:7: port must be one value; it is a list");
}

TEST(YamlReader, RefusesAListOrTextInThePlaceOfAMapping) {
  EXPECT_THAT(read_sample("- port: 1").fault, StartsWith("site.yaml:1:1: an interface must be a mapping; write"));
  EXPECT_THAT(read_sample("just text").fault, HasSubstr("must be a mapping"));
  EXPECT_THAT(read_sample("").fault, HasSubstr("must be a mapping"));
}

TEST(YamlReader, KeepsTheFirstOfSeveralFaults) {
  EXPECT_THAT(read_sample("port: 0\non: maybe").fault, StartsWith("site.yaml:1:7"));
}

TEST(YamlReader, ShowsHostileTextHarmlessly) {
  EXPECT_EQ(read_sample("kind: \"a\\e[31m\\nb\"").fault,
            "site.yaml:1:7: unknown kind \"a\\x1b[31m\\x0ab\"; known: https, sip-tls");
  EXPECT_LT(read_sample("kind: " + std::string(100'000, 'x')).fault.size(), 300U);
}

TEST(YamlGuard, RefusesAKeyThatStandsTwice) {
  EXPECT_EQ(refusal("a: 1\nb: {c: 1, c: 2}\n"), "site.yaml:2:11: \"c\" stands twice here; keep one of the two");
  EXPECT_EQ(refusal("- a: 1\n- a: 2\n"), "taken");
}

TEST(YamlGuard, RefusesAnchorsAliasesAndTags) {
  EXPECT_EQ(refusal("a: &x 1"), "site.yaml:1:4: anchors (&name) are not taken; leave the name out");
  EXPECT_THAT(refusal("a: &x [1]\nb: *x"), HasSubstr("anchors"));
  EXPECT_THAT(refusal("a: *x"), HasSubstr("site.yaml:1:4: "));
  EXPECT_EQ(refusal("a: !!binary aGk="), "site.yaml:1:4: tags (!name) are not taken; leave the tag out");
}

TEST(YamlGuard, RefusesKeysThatAreNoWords) {
  EXPECT_THAT(refusal("? [a]\n: 1"), HasSubstr("cannot be a key"));
  EXPECT_THAT(refusal(": 1"), HasSubstr("a key is empty"));
}

TEST(YamlGuard, TakesThirtyTwoLevelsAndRefusesMore) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + "1" + std::string(depth, ']'); };
  EXPECT_EQ(refusal(nested(32)), "taken");
  EXPECT_EQ(refusal(nested(33)), "site.yaml:1:33: nested deeper than 32 levels; no file here needs that");
  EXPECT_THAT(refusal(std::string(200'000, '[')), StartsWith("site.yaml:1:"));
  EXPECT_THAT(refusal(std::string(200'000, '{')), StartsWith("site.yaml:1:"));
  std::string dashes;
  for (int i = 0; i < 50'000; ++i) dashes += "- ";
  EXPECT_THAT(refusal(dashes), HasSubstr("nested deeper"));
}

TEST(YamlGuard, RefusesWhatIsTooLarge) {
  EXPECT_EQ(refusal("a: 12345", 4), "site.yaml:1:1: the file has more than 4 bytes; split it");
}

TEST(YamlGuard, RefusesControlCharactersAndOtherEncodings) {
  EXPECT_EQ(refusal(std::string_view("a: 1\nb: \x04 c: 2", 15)), "site.yaml:2:4: control character 0x04; remove it");
  EXPECT_EQ(refusal(std::string_view("a\0", 2)), "site.yaml:1:2: control character 0x00; remove it");
  EXPECT_EQ(refusal("name: M\xfcnchen"), "site.yaml:1:8: the text is no UTF-8; save it as UTF-8");
  EXPECT_EQ(refusal("name: M\xc3\xbcnchen\r\n"), "taken");
  EXPECT_EQ(refusal("\xef\xbb\xbfname: x"), "taken");
}

TEST(YamlGuard, RefusesTwoDocuments) {
  EXPECT_THAT(refusal("a: 1\n---\na: 2\n"), HasSubstr("several documents"));
  EXPECT_EQ(refusal("---\na: 1\n...\n"), "taken");
}

TEST(YamlGuard, SaysWhereTheSyntaxBreaks) {
  EXPECT_THAT(refusal("a: 1\nb: [1, 2\n"), StartsWith("site.yaml:3:1: no YAML: "));
  EXPECT_THAT(refusal("a: 1\n\tb: 2\n"), StartsWith("site.yaml:2:"));
}

}  // namespace
}  // namespace ucready::upgrade
