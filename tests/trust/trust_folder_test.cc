#include "trust/trust_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/trust/estate.h"

namespace ucready::trust {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class TrustFolder : public testing::Test {
 protected:
  TrustFolder() {
    std::string name = (fs::temp_directory_path() / "ucready-trust-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
  }
  ~TrustFolder() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, std::string_view content) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }

  fs::path folder_;
};

TEST_F(TrustFolder, ReadsAllFilesOfAllFoldersInTheOrderOfTheirNames) {
  write("b/issuing.pem", nw_issuing().pem());
  write("a.cer", as_text(nw_root().der));
  write("b/c/d/leaf.txt", self_signed_leaf().pem());

  const auto read = read_trust_paths({folder_});

  ASSERT_TRUE(read) << read.error().message;
  ASSERT_THAT(read->files, SizeIs(3));
  EXPECT_EQ(read->files[0].source, (folder_ / "a.cer").string());
  EXPECT_EQ(read->files[1].source, (folder_ / "b/c/d/leaf.txt").string());
  EXPECT_EQ(read->files[2].entries[0].subject, "CN=NW-Issuing-CA2,O=Nordwind");
}

TEST_F(TrustFolder, WhatIsNoCertificateFileIsPassedOverAndSaid) {
  write("README", "these are the roots of Nordwind");
  write(".hidden/broken.pem", "-----BEGIN CERTIFICATE-----");
  mkfifo((folder_ / "pipe.pem").c_str(), 0600);
  fs::create_directory_symlink(folder_, folder_ / "loop");
  write("root.pem", nw_root().pem());

  const auto read = read_trust_paths({folder_});

  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(read->files, SizeIs(1));
  EXPECT_THAT(read->notes, ElementsAre((folder_ / "README").string() + ": no certificate in it; passed over"));
}

// OpenSSL writes such a file beside the certificate of an authority that signs; its first digit is 0 now and then.
TEST_F(TrustFolder, ATextThatBeginsWithTheDigitZeroIsNoDer) {
  const fs::path serial = write("root.srl", "0AAFDD0904075294ECED7A0A7BB90C82B8909F2C\n");
  write("root.pem", nw_root().pem());

  const auto read = read_trust_paths({folder_});

  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(read->files, SizeIs(1));
  EXPECT_THAT(read->notes, ElementsAre(serial.string() + ": no certificate in it; passed over"));
}

TEST_F(TrustFolder, ABrokenCertificateFileIsAnErrorForTheStoreWouldLackIt) {
  write("root.pem", nw_root().pem());
  const fs::path broken = write("x.crt", "no certificate");
  const auto read = read_trust_paths({folder_});
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr(broken.string() + ": no certificate, PKCS#7, CTL or ITL"));
}

TEST_F(TrustFolder, ANamedFileMustBeThereAndHoldACertificate) {
  const fs::path key = write("own.key", self_signed_leaf().key_pem());
  EXPECT_EQ(read_trust_paths({key}).error().message, key.string() + ": holds no certificate; name a file that does");
  EXPECT_THAT(read_trust_paths({folder_ / "none"}).error().message, HasSubstr("does not exist"));
}

TEST_F(TrustFolder, FoldersTooDeepAreAnError) {
  std::string name;
  for (int i = 0; i < kDeepestFolder + 2; ++i) name += "d/";
  write(name + "root.pem", nw_root().pem());
  EXPECT_THAT(read_trust_paths({folder_}).error().message, HasSubstr("too many folders in each other"));
}

}  // namespace
}  // namespace ucready::trust
