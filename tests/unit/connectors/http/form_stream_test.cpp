#include "connectors/http/form_stream.hpp"

#include "tests/unit/connectors/http/coded_text.hpp"

#include <gtest/gtest.h>

namespace rowprint {
namespace {

using test::kWhole;
using test::StreamOutcome;

const std::string kFile = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"r.csv\"\r\n\r\n";
const std::string kField = "--b\r\ncontent-disposition:form-data;name=order\r\nX: y\r\n\r\nset\r\n";
const std::string kEnd = "\r\n--b--";

struct Read {
  Result<FormHead> head = fail(ErrorCode::internal, "");
  StreamOutcome file{};

  const Error& error() const { return head ? *file.error : head.error(); }
  bool is_whole() const { return head && !file.error; }
};

Read read_form(std::string body, std::size_t chunk = kWhole, std::size_t room = 1U << 16U) {
  FormStream stream{std::make_unique<test::TextStream>(std::move(body), chunk), "b"};
  Read read;
  read.head = wait(test::decoding_pool(), stream.open());
  if (read.head) {
    read.file = test::read_all(stream, room);
  }
  return read;
}

TEST(FormStream, GivesTheFileAndTheFieldsBeforeItHoweverTheyAreCut) {
  const std::string file = "a\r\n--c\r\n-\r\n--\r\n\r\r\n--B\n--b\r--b\r\n";
  for (const std::size_t chunk : {1UL, 2UL, 3UL, 5UL, 64UL, kWhole}) {
    for (const std::size_t room : {1UL, 2UL, 7UL, 1000UL}) {
      const Read read = read_form(kField + kFile + file + kEnd + "\r\n", chunk, room);
      ASSERT_TRUE(read.is_whole()) << read.error().text();
      EXPECT_EQ(read.file.bytes, file);
      EXPECT_EQ(read.head->fields, (std::vector<std::pair<std::string, std::string>>{{"order", "set"}}));
      EXPECT_EQ(read.head->file.file_name, "r.csv");
      EXPECT_EQ(read.head->file.content_type, "");
    }
  }
}

TEST(FormStream, FilesOfAnyLengthAreTaken) {
  for (const std::size_t size : {0UL, 1UL, FormStream::kBufferBytes - 70, FormStream::kBufferBytes, 300'000UL}) {
    std::string file(size, 'x');
    for (std::size_t i = 0; i + 5 < size; i += 97) {
      file.replace(i, 5, "\r\n--a");
    }
    for (const std::size_t chunk : {1013UL, kWhole}) {
      EXPECT_EQ(read_form(kFile + file + kEnd, chunk).file.bytes, file) << size;
    }
  }
}

TEST(FormStream, CutAtAnyByteIsTruncated) {
  const std::string body = kField + kFile + "a,b\r\n" + kEnd;
  for (std::size_t size = 0; size < body.size(); ++size) {
    for (const std::size_t chunk : {1UL, kWhole}) {
      const Read read = read_form(body.substr(0, size), chunk);
      ASSERT_FALSE(read.is_whole()) << size;
      EXPECT_EQ(read.error().code, ErrorCode::truncated) << size;
    }
  }
  EXPECT_TRUE(read_form(body).is_whole());
}

TEST(FormStream, WhatStandsBeforeTheFileFitsTheBuffer) {
  const std::string head = "--b\r\nContent-Disposition: form-data; name=schema\r\n\r\n";
  const std::size_t room = FormStream::kBufferBytes - head.size() - 2 - kFile.size();
  for (const std::size_t chunk : {1000UL, kWhole}) {
    const Read fits = read_form(head + std::string(room, 's') + "\r\n" + kFile + "rows" + kEnd, chunk);
    ASSERT_TRUE(fits.is_whole()) << fits.error().text();
    EXPECT_EQ(fits.file.bytes, "rows");
    const Read longer = read_form(head + std::string(room + 1, 's') + "\r\n" + kFile + "rows" + kEnd, chunk);
    ASSERT_FALSE(longer.is_whole());
    EXPECT_EQ(longer.error().code, ErrorCode::limit_exceeded);
    EXPECT_EQ(longer.error().offset, FormStream::kBufferBytes);
  }
}

TEST(FormStream, WhatCanBeReadInTwoWaysIsRefusedWithItsOffset) {
  const std::string good = kFile + "rows" + kEnd;
  const std::size_t end = good.size() - 5;
  const std::vector<std::tuple<std::string, std::uint64_t, std::string>> cases{
      {"\r\n" + good, 0, "begin with the form's boundary"},
      {"preamble\r\n" + good, 0, "begin with the form's boundary"},
      {good + "x", good.size(), "bytes behind the closing boundary"},
      {good + "\r\n\r\n", good.size(), "bytes behind the closing boundary"},
      {good + "\n", good.size(), "bytes behind the closing boundary"},
      {kFile + "rows\r\n--b\n", end + 3, "neither the end of its line nor two hyphens"},
      {kFile + "rows\r\n--bc--", end + 3, "neither the end of its line nor two hyphens"},
      {kFile + "rows\r\n" + kField + "--b--", end, "a part behind the file"},
      {kFile + "rows\r\n" + kFile + kEnd, end, "a part behind the file"},
      {"--b--", 3, "there is no file"},
      {kField + "--b--", kField.size() + 3, "there is no file"},
      {kField + "--b\r\n\r\n", kField.size() + 3, "no content disposition"},
  };
  for (const auto& [body, offset, reason] : cases) {
    for (const std::size_t chunk : {1UL, 6UL, kWhole}) {
      const Read read = read_form(body, chunk);
      ASSERT_FALSE(read.is_whole()) << body;
      EXPECT_NE(read.error().reason.find(reason), std::string::npos) << read.error().reason << " of " << body;
      EXPECT_EQ(read.error().offset, offset) << body;
      EXPECT_EQ(read.error().code, ErrorCode::bad_input) << body;
    }
  }
}

TEST(FormPart, SaysNameFileAndType) {
  const auto part = parse_form_part(
      "Content-Type:  text/csv; header=absent \r\nCONTENT-DISPOSITION: Form-Data; name=\"a \\\"b\\\"\"; "
      "filename=\"\xc3\xa9;.csv\"\r\nContent-Transfer-Encoding: Binary\r\nX-Other:\r\n");
  ASSERT_TRUE(part) << part.error().reason;
  EXPECT_EQ(part->name, "a \"b\"");
  EXPECT_EQ(part->file_name, "\xc3\xa9;.csv");
  EXPECT_EQ(part->content_type, "text/csv; header=absent");
}

TEST(FormPart, WhatIsNoHeaderOfAPartIsRefused) {
  const std::string disposition = "Content-Disposition: form-data; name=\"a\"";
  EXPECT_TRUE(parse_form_part(disposition + "\r\n"));
  for (const std::string& head :
       {std::string{}, std::string{"Content-Type: text/csv\r\n"}, disposition + "\r\n" + disposition + "\r\n",
        disposition + "; name=b\r\n", disposition + "; filename*=UTF-8''x\r\n", disposition + "\n X: y\r\n",
        disposition + "\r\n folded\r\n", disposition + "\r\nX : y\r\n", disposition + "\r\n: y\r\n",
        disposition + "\r\nX: " + std::string(1, '\0') + "\r\n", std::string{"Content-Disposition: form-data\r\n"},
        std::string{"Content-Disposition: inline; name=a\r\n"},
        std::string{"Content-Disposition: form-data; name=\"a\r\n"}, disposition + "\r\nContent-Encoding: gzip\r\n",
        disposition + "\r\nContent-Transfer-Encoding: base64\r\n"}) {
    EXPECT_FALSE(parse_form_part(head)) << head;
  }
}

TEST(FormPart, BoundariesAreThoseOfRfc2046) {
  for (const std::string& boundary : {std::string{"x"}, std::string{"----WebKitFormBoundary7MA4YWxkTrZu0gW"},
                                      std::string{"a b'()+_,-./:=?"}, std::string(70, 'x')}) {
    EXPECT_TRUE(is_form_boundary(boundary)) << boundary;
  }
  for (const std::string& boundary : {std::string{}, std::string{"x "}, std::string{"a\"b"}, std::string{"a\r\nb"},
                                      std::string{"\xc3\xa9"}, std::string(71, 'x')}) {
    EXPECT_FALSE(is_form_boundary(boundary)) << boundary;
  }
}

}  // namespace
}  // namespace rowprint
