// ucready catalogue, without the rest of the program around it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/program_options/parsers.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "scanner/command.h"
#include "upgrade/catalogue.h"

namespace ucready::scanner {

extern const Command kCatalogueCommand;

namespace {

namespace po = boost::program_options;
using testing::HasSubstr;
using testing::Not;

struct Outcome {
  std::string out;
  std::string error;  // Empty: exit code 0.
};

Outcome run(const std::vector<std::string>& words) {
  po::options_description options;
  kCatalogueCommand.add_options(options);
  const std::string positional(kCatalogueCommand.positional);
  options.add_options()(positional.c_str(), po::value<std::vector<std::string>>());
  po::positional_options_description places;
  places.add(positional.c_str(), -1);
  po::variables_map values;
  po::store(po::command_line_parser(words).options(options).positional(places).run(), values);
  std::ostringstream out;
  std::ostringstream err;
  Console console{.out = out, .err = err, .columns = 100};
  const auto code = kCatalogueCommand.run(values, console);
  return {out.str(), code ? "" : code.error().message};
}

std::filesystem::path empty_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "ucready-export-XXXXXX").string();
  return ::mkdtemp(pattern.data());
}

TEST(CatalogueCommand, ListsEveryProductOnALine) {
  const Outcome outcome = run({});

  EXPECT_EQ(outcome.error, "");
  EXPECT_THAT(outcome.out, HasSubstr("PRODUCT       TLSV1.3 FROM  INTERFACES  NAME\n"));
  EXPECT_THAT(outcome.out,
              HasSubstr("\ncucm          15SU2         28          Cisco Unified Communications Manager\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\nuccx          never "));
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 25);
}

TEST(CatalogueCommand, ShowsAProductWithSourceAndConfidenceOfEachFact) {
  const Outcome outcome = run({"cuc"});

  EXPECT_THAT(outcome.out, HasSubstr("cuc: Cisco Unity Connection (built in)\n"
                                     "TLSv1.3 from 15SU2, recommended 15SU2 (source: seed, MTX)\n"));
  for (const char* section : {"\nInterfaces\n", "\nClient services\n", "\nSettings\n", "\nReleases\n"}) {
    EXPECT_THAT(outcome.out, HasSubstr(section));
  }
  EXPECT_THAT(outcome.out, HasSubstr("\n5061-5199  sip-tls     yes   tomcat (RSA, ECDSA)  CallManager-trust  15SU2"));
  EXPECT_THAT(outcome.out, HasSubstr("\n7080       not probed  ?"));
  EXPECT_THAT(outcome.out, HasSubstr("\nhttp_certificates "));
  EXPECT_THAT(outcome.out, HasSubstr("values: rsa, rsa+ecdsa"));
}

TEST(CatalogueCommand, SaysThatEndpointsAreProbedOnlyWhenNamed) {
  EXPECT_THAT(run({"phone"}).out, HasSubstr("Probed only when named."));
  EXPECT_THAT(run({"cucm"}).out, Not(HasSubstr("Probed only when named.")));
}

TEST(CatalogueCommand, NamesWhatIsNearAnUnknownProduct) {
  EXPECT_EQ(run({"expresway-c"}).error, "there is no product expresway-c; did you mean expressway-c?");
  EXPECT_THAT(run({"zzz"}).error, HasSubstr("there is no product zzz; known: app, ata, "));
  EXPECT_EQ(run({"cucm", "zzz"}).out, "");
}

TEST(CatalogueCommand, ShowsHostileTextOfAFolderHarmlessly) {
  const auto folder = empty_folder();
  std::ofstream(folder / "fax.yaml") << "product: fax\nname: \"Fax \\e[2Jserver\"\nrelease_rule: none\n";

  const Outcome outcome = run({"--catalogue", folder.string(), "fax"});

  EXPECT_EQ(outcome.error, "");
  EXPECT_THAT(outcome.out, HasSubstr("fax: Fax \\x1b[2Jserver (" + (folder / "fax.yaml").string() + ")"));
  std::filesystem::remove_all(folder);
}

TEST(CatalogueCommand, ExportsFilesThatCanBeReadBackAndOverwritesNothing) {
  const auto folder = empty_folder();

  EXPECT_EQ(run({"--export", (folder / "new").string()}).error, "");

  EXPECT_TRUE(upgrade::Catalogue::with(folder / "new"));
  EXPECT_EQ(std::filesystem::file_size(folder / "new" / "cucm.yaml"),
            std::filesystem::file_size(UCREADY_SOURCE_DIR "/catalogue/cucm.yaml"));
  EXPECT_THAT(run({"--export", (folder / "new").string()}).error, HasSubstr("is there already; name an empty folder"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace ucready::scanner
