#include "cli/temporary_disk.hpp"

#include "ingest/wait.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <cstdlib>

namespace rowprint::cli {
namespace {

using test::TemporaryFolder;

class TemporaryDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const char* before = std::getenv("TMPDIR")) {
      before_ = before;
    }
    ::setenv("TMPDIR", folder_.path().c_str(), 1);
  }
  void TearDown() override { before_.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before_.c_str(), 1); }

  bool is_empty() const { return folder_.is_empty(); }

  TemporaryFolder folder_;
  std::string before_;
};

std::string read_all(ByteStream& stream) {
  boost::asio::thread_pool workers{1};
  std::string text;
  std::uint8_t piece[7];
  while (true) {
    const auto got = wait(workers, stream.read(piece));
    EXPECT_TRUE(got);
    if (!got || *got == 0) {
      return text;
    }
    text.append(hashing::as_text({piece, *got}));
  }
}

TEST_F(TemporaryDiskTest, NewFilesHaveNoNameAndHoldWhatWasWritten) {
  auto file = temporary_disk().open(temporary_folder() + "/run", OpenMode::create_new);
  ASSERT_TRUE(file);
  EXPECT_TRUE(is_empty());
  ASSERT_TRUE((*file)->write(0, hashing::as_bytes("sorted")));
  std::uint8_t bytes[6];
  EXPECT_EQ((*file)->read(0, bytes).value_or(0), 6U);
  EXPECT_EQ(hashing::as_text(bytes), "sorted");
  EXPECT_TRUE(is_empty());
}

TEST_F(TemporaryDiskTest, SpooledBytesAreReadFromTheirBeginningAsOftenAsAsked) {
  auto spool = SpoolFile::make();
  ASSERT_TRUE(spool) << spool.error().text();
  ASSERT_TRUE(spool->write(hashing::as_bytes("first, ")));
  ASSERT_TRUE(spool->write(hashing::as_bytes("second")));
  EXPECT_EQ(spool->size(), 13U);
  EXPECT_TRUE(is_empty());
  const SpoolFile moved = std::move(*spool);
  auto one = moved.open();
  auto other = moved.open();
  ASSERT_TRUE(one && other);
  EXPECT_EQ(read_all(**one), "first, second");
  EXPECT_EQ(read_all(**other), "first, second");
}

TEST_F(TemporaryDiskTest, FolderThatIsNotThereIsNamed) {
  const std::string gone = folder_.file("gone");
  ::setenv("TMPDIR", gone.c_str(), 1);
  const auto spool = SpoolFile::make();
  ASSERT_FALSE(spool);
  EXPECT_EQ(spool.error().code, ErrorCode::io);
  EXPECT_NE(spool.error().reason.find(gone), std::string::npos) << spool.error().reason;
}

}  // namespace
}  // namespace rowprint::cli
