#include "report/output_file.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/report/judged_run.h"

namespace ucready::report {
namespace {

class OutputFiles : public testing::Test {
 protected:
  static std::string content(const std::filesystem::path& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  [[nodiscard]] long files() const {
    return std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator());
  }

  JudgedRun run_;
  std::filesystem::path folder_ = run_.folder() / "out";
  OutputFiles() { std::filesystem::create_directory(folder_); }
};

TEST_F(OutputFiles, AppearsWholeAndOnlyForItsOwner) {
  const auto path = folder_ / "findings.csv";
  auto file = OutputFile::create(path);
  ASSERT_TRUE(file) << file.error().message;
  file->stream() << "a,b\r\n";
  EXPECT_FALSE(std::filesystem::exists(path));

  ASSERT_TRUE(file->commit());

  EXPECT_EQ(content(path), "a,b\r\n");
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(OutputFiles, WithoutCommitTheOldOneStaysAndNothingElse) {
  const auto path = folder_ / "findings.csv";
  std::ofstream(path) << "old";

  {
    auto file = OutputFile::create(path);
    ASSERT_TRUE(file);
    file->stream() << "half";
  }

  EXPECT_EQ(content(path), "old");
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFiles, AFolderOrAMissingFolderIsRefused) {
  EXPECT_FALSE(OutputFile::create(folder_));
  EXPECT_FALSE(OutputFile::create(folder_ / "missing" / "findings.csv"));
  EXPECT_FALSE(OutputFile::create("/dev/null"));
}

TEST_F(OutputFiles, AFullDiskIsAnError) {
  auto file = OutputFile::create(folder_ / "findings.csv");
  ASSERT_TRUE(file);
  file->stream().setstate(std::ios::badbit);

  const auto kept = file->commit();

  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, ErrorCode::io);
}

}  // namespace
}  // namespace ucready::report
