#include "imports/export_walk.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>

namespace ucready::imports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Archives made on the spot, in memory.
class Packer {
 public:
  explicit Packer(int (*format)(archive*), bool gzip = false) : archive_(archive_write_new()) {
    format(archive_);
    if (gzip) archive_write_add_filter_gzip(archive_);
    archive_write_open(archive_, this, nullptr, take, nullptr);
  }
  Packer& file(const std::string& name, const std::string& content) { return entry(name, AE_IFREG, content, ""); }
  Packer& link(const std::string& name, const std::string& target) { return entry(name, AE_IFLNK, "", target); }
  // A file of zeros, not held in memory.
  Packer& zeros(const std::string& name, std::size_t megabytes) {
    constexpr std::size_t kMegabyte = 1U << 20;
    begin(name, AE_IFREG, megabytes * kMegabyte, "");
    const std::string block(kMegabyte, '\0');
    for (std::size_t n = 0; n < megabytes; ++n) archive_write_data(archive_, block.data(), block.size());
    return *this;
  }
  std::string pack() {
    archive_write_close(archive_);
    archive_write_free(archive_);
    return std::move(bytes_);
  }

 private:
  static long take(archive*, void* self, const void* bytes, std::size_t size) {
    static_cast<Packer*>(self)->bytes_.append(static_cast<const char*>(bytes), size);
    return static_cast<long>(size);
  }
  void begin(const std::string& name, unsigned type, std::size_t size, const std::string& target) {
    archive_entry* const made = archive_entry_new();
    archive_entry_set_pathname(made, name.c_str());
    archive_entry_set_filetype(made, type);
    archive_entry_set_perm(made, 0644);
    archive_entry_set_size(made, static_cast<std::int64_t>(size));
    if (!target.empty()) archive_entry_set_symlink(made, target.c_str());
    archive_write_header(archive_, made);
    archive_entry_free(made);
  }
  Packer& entry(const std::string& name, unsigned type, const std::string& content, const std::string& target) {
    begin(name, type, content.size(), target);
    if (!content.empty()) archive_write_data(archive_, content.data(), content.size());
    return *this;
  }

  archive* archive_;
  std::string bytes_;
};

std::string whole_of(ExportFile& file) {
  std::string text;
  std::array<char, 4096> chunk{};
  while (const std::size_t count = file.source.read(chunk)) text.append(chunk.data(), count);
  return text;
}

struct Seen {
  std::vector<std::string> files;  // "path=content"
  Walked walked;
};
Seen walk(const std::string& bytes, const WalkLimits& limits = {}) {
  Seen seen;
  seen.walked = walk_bytes(bytes, "x", limits, [&](ExportFile& file) {
    const std::string content = whole_of(file);
    seen.files.push_back(file.path + "=" + content.substr(0, 20));
    return true;
  });
  return seen;
}

TEST(ExportWalk, ReadsTarZipAndTheirCompressedKinds) {
  using Format = int (*)(archive*);
  const std::pair<Format, bool> kinds[] = {{archive_write_set_format_pax_restricted, false},
                                           {archive_write_set_format_pax_restricted, true},
                                           {archive_write_set_format_zip, false}};
  for (const auto& [format, gzip] : kinds) {
    const Seen seen = walk(Packer(format, gzip).file("a/one.txt", "1").file("two.txt", "2").pack());
    EXPECT_THAT(seen.files, ElementsAre("x/a/one.txt=1", "x/two.txt=2"));
    EXPECT_THAT(seen.walked.troubles, IsEmpty());
  }
}

TEST(ExportWalk, LooksIntoArchivesWithinArchivesToABound) {
  std::string bytes = Packer(archive_write_set_format_zip).file("deep.txt", "!").pack();
  for (int n = 0; n < 3; ++n) bytes = Packer(archive_write_set_format_pax_restricted, true).file("in", bytes).pack();
  EXPECT_THAT(walk(bytes).files, ElementsAre("x/in/in/in/deep.txt=!"));

  bytes = Packer(archive_write_set_format_pax_restricted, true).file("in", bytes).pack();
  const Seen seen = walk(bytes);
  EXPECT_THAT(seen.files, IsEmpty());
  EXPECT_THAT(seen.walked.troubles, ElementsAre(HasSubstr("4 deep")));
}

TEST(ExportWalk, RefusesNamesThatLeaveTheirFolderAndLinks) {
  const Seen seen = walk(Packer(archive_write_set_format_pax_restricted)
                             .file("../../etc/passwd", "x")
                             .file("/etc/shadow", "x")
                             .file("a/../../b", "x")
                             .link("innocent.txt", "/etc/shadow")
                             .file("good.txt", "g")
                             .pack());

  EXPECT_THAT(seen.files, ElementsAre("x/good.txt=g"));
  EXPECT_EQ(seen.walked.troubles.size(), 4U);
}

TEST(ExportWalk, StopsABombAtItsBudgetWithoutHoldingIt) {
  const std::string bomb = Packer(archive_write_set_format_pax_restricted, true)
                               .file("before.txt", "b")
                               .zeros("bomb", 200)
                               .file("after.txt", "a")
                               .pack();
  ASSERT_LT(bomb.size(), 1'000'000U);

  const Seen seen = walk(bomb, {.archive_bytes = 50U << 20});

  EXPECT_THAT(seen.files, testing::Not(testing::Contains("x/after.txt=a")));
  EXPECT_EQ(seen.files.front(), "x/before.txt=b");
  EXPECT_THAT(seen.walked.troubles, testing::Contains(HasSubstr("50 MB came out of archives")));
}

TEST(ExportWalk, ABombThatNobodyReadsCountsAllTheSame) {
  const std::string bomb = Packer(archive_write_set_format_pax_restricted, true).zeros("bomb", 200).pack();

  const Walked walked = walk_bytes(bomb, "x", {.archive_bytes = 50U << 20}, [](ExportFile&) { return true; });

  EXPECT_THAT(walked.troubles, testing::Contains(HasSubstr("50 MB")));
}

TEST(ExportWalk, ADamagedArchiveGivesWhatCameBefore) {
  std::string content;
  for (int n = 0; n < 200'000; ++n) content += std::to_string(n * 7919 % 100'003);
  const std::string bytes =
      Packer(archive_write_set_format_pax_restricted, true).file("one.txt", "1").file("two.txt", content).pack();

  const Seen seen = walk(bytes.substr(0, bytes.size() / 2));

  EXPECT_EQ(seen.files.front(), "x/one.txt=1");
  EXPECT_THAT(seen.walked.troubles, testing::Not(IsEmpty()));
}

TEST(ExportWalk, MoreFilesThanTheBoundAreNotRead) {
  Packer packer(archive_write_set_format_pax_restricted);
  for (int n = 0; n < 5; ++n) packer.file("f" + std::to_string(n), "x");

  const Seen seen = walk(packer.pack(), {.files = 3});

  EXPECT_EQ(seen.files.size(), 3U);
  EXPECT_THAT(seen.walked.troubles, ElementsAre(HasSubstr("more than 3")));
}

TEST(ExportWalk, ACompressedSingleFileIsThatFile) {
  const std::string bytes = Packer(archive_write_set_format_raw, true).file("log", "line\n").pack();

  const Seen seen = walk(bytes);

  ASSERT_EQ(seen.files.size(), 1U);
  EXPECT_THAT(seen.files[0], HasSubstr("=line"));
}

}  // namespace
}  // namespace ucready::imports
