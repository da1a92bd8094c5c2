#include "connectors/file/file_stream.hpp"

#include "connectors/http/ndjson_source.hpp"
#include "tests/support/read_to_end.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/connectors/http/decoding.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <filesystem>
#include <string>
#include <thread>

namespace rowprint::test {
namespace {

class FileStreamTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return folder_.file(name); }
  std::string write(const std::string& name, const std::string& text) const { return folder_.file(name, text); }

 private:
  TemporaryFolder folder_;
};

StreamOutcome read_all(ByteStream& stream, std::size_t room) {
  return wait(decoding_pool(), read_to_end(stream, room));
}

using FileStreamLaws = FileStreamTest;
using FileFactsLaws = FileStreamTest;

}  // namespace

TEST_F(FileStreamLaws, GivesTheBytesOfTheFileAndThenTheEnd) {
  const std::string text(10'000, 'x');
  auto stream = FileStream::open(write("a", text));
  ASSERT_TRUE(stream) << stream.error().text();
  EXPECT_EQ(read_all(**stream, 999).bytes, text);
  EXPECT_EQ(read_all(**stream, 999).bytes, "");
}

TEST_F(FileStreamLaws, AFileThatIsNotThereIsNotFound) {
  const auto stream = FileStream::open(path("missing"));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code, ErrorCode::not_found);
  EXPECT_NE(stream.error().reason.find(path("missing")), std::string::npos);
}

TEST_F(FileStreamLaws, AFolderIsAnErrorOfReading) {
  auto stream = FileStream::open(path("."));
  ASSERT_TRUE(stream);
  const auto got = read_all(**stream, 10);
  ASSERT_TRUE(got.error);
  EXPECT_EQ(got.error->code, ErrorCode::io);
}

TEST_F(FileStreamLaws, ABorrowedDescriptorStaysOpenAndIsReadFromWhereItStands) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::thread writer{[&ends] {
    for (const std::string_view piece : {"{\"a\":", "1}\n", "{\"a\":2}"}) {
      EXPECT_EQ(::write(ends[1], piece.data(), piece.size()), static_cast<ssize_t>(piece.size()));
    }
    ::close(ends[1]);
  }};
  {
    NdjsonSource source{FileStream::borrow(ends[0], "a pipe")};
    const auto rows = wait(decoding_pool(), drain(source));
    ASSERT_TRUE(rows) << rows.error().text();
    EXPECT_EQ(rows->size(), 2U);
  }
  writer.join();
  struct stat status {};
  EXPECT_EQ(::fstat(ends[0], &status), 0);
  ::close(ends[0]);
}

TEST_F(FileStreamLaws, AFileCanBeReadAgain) {
  const std::string name = write("rows.ndjson", "{\"a\":1}\n{\"a\":2}\n");
  NdjsonFileSource source{[&name]() -> Result<std::unique_ptr<ByteStream>> { return FileStream::open(name); }};
  const auto first = wait(decoding_pool(), drain(source));
  source.rewind();
  const auto second = wait(decoding_pool(), drain(source));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->size(), 2U);
  EXPECT_EQ(*first, *second);
}

TEST_F(FileFactsLaws, OnlyARegularFileCanBeReadAgain) {
  const std::string name = write("a", "12345");
  EXPECT_EQ(is_regular_file(name), true);
  EXPECT_EQ(file_facts(name)->size, 5U);
  std::filesystem::create_symlink(name, path("link"));
  EXPECT_EQ(is_regular_file(path("link")), true);
  EXPECT_EQ(is_regular_file(path(".")), false);
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(is_regular_file(path("fifo")), false);
  EXPECT_EQ(is_regular_file("/dev/null"), false);
  EXPECT_EQ(file_facts("/dev/null")->size, 0U);
  const auto missing = is_regular_file(path("missing"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

TEST_F(FileFactsLaws, ADescriptorIsWhatItPointsTo) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_EQ(file_facts(ends[0], "a pipe")->regular, false);
  ::close(ends[0]);
  ::close(ends[1]);
  const auto closed = file_facts(-1, "nothing");
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code, ErrorCode::io);
}

}  // namespace rowprint::test
