#include "daemon/routes/checked_body.hpp"

#include "ingest/wait.hpp"
#include "tests/unit/daemon/text_body.hpp"

#include <gtest/gtest.h>
#include <boost/asio/thread_pool.hpp>

namespace rowprint::daemon {
namespace {

std::string sha256_of(const std::string& text) {
  return "sha-256=" + format_digest(hashing::Sha256::of(hashing::as_bytes(text)));
}

std::string sha512_of(const std::string& text) {
  hashing::Sha512 hash;
  hash.update(hashing::as_bytes(text));
  return "sha-512=" + format_digest(hash.finish());
}

struct Checked {
  std::string text;
  std::string error;
  bool refused = false;
};

/// Reads on behind the end once, which must say the same.
Checked read_checked(const std::string& text, std::vector<std::pair<std::string, std::string>> headers,
                     Trailers trailers = {}) {
  boost::asio::thread_pool pool{1};
  Request request;
  request.headers = std::move(headers);
  const auto promised = parse_promised_digests(request);
  EXPECT_TRUE(promised) << promised.error().reason;
  Checked outcome;
  CheckedBody body{std::make_unique<TextBody>(text, std::move(trailers)), *promised, outcome.refused};
  std::vector<std::uint8_t> piece(777);
  while (true) {
    const auto got = wait(pool, body.read(piece));
    if (got && *got != 0) {
      outcome.text.append(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(*got));
      continue;
    }
    const auto again = wait(pool, body.read(piece));
    EXPECT_EQ(again.has_value(), got.has_value());
    outcome.error = got ? "" : got.error().reason;
    EXPECT_TRUE(got || got.error().code == ErrorCode::bad_input);
    return outcome;
  }
}

const std::pair<std::string, std::string> kChunkedField{"transfer-encoding", "chunked"};
const std::pair<std::string, std::string> kAnnounced{"trailer", "x, Repr-DIGEST"};

TEST(CheckedBody, WhatMatchesIsGivenToItsEnd) {
  const std::string text(5000, 'x');
  for (const char* name : {"content-digest", "repr-digest"}) {
    for (const std::string& digest : {sha256_of(text), sha512_of(text), sha256_of(text) + ", " + sha512_of(text)}) {
      for (const Checked& outcome :
           {read_checked(text, {{name, digest}}), read_checked(text, {kChunkedField}, {{name, digest}}),
            read_checked(text, {kChunkedField, kAnnounced, {name, digest}}, {{name, digest}})}) {
        EXPECT_EQ(outcome.error, "");
        EXPECT_EQ(outcome.text, text);
        EXPECT_FALSE(outcome.refused);
      }
    }
  }
}

TEST(CheckedBody, AnyDigestThatDiffersTakesTheEndAwayAndIsNamed) {
  const std::string text = "rows";
  for (const std::string name : {"content-digest", "repr-digest"}) {
    for (const auto& [digest, algorithm] : {std::pair{sha256_of("row"), "sha-256"},
                                            {sha512_of("row"), "sha-512"},
                                            {sha256_of(text) + "," + sha512_of(""), "sha-512"}}) {
      for (const Checked& outcome :
           {read_checked(text, {{name, digest}}), read_checked(text, {kChunkedField}, {{name, digest}}),
            read_checked(text, {kChunkedField, {name, digest}}, {{name, sha256_of(text)}}),
            read_checked(text, {kChunkedField, {name, sha256_of(text)}}, {{name, digest}})}) {
        EXPECT_EQ(outcome.error.find(name + " does not match: the " + algorithm), 0U) << outcome.error;
        EXPECT_EQ(outcome.text, text);
        EXPECT_TRUE(outcome.refused);
      }
    }
  }
}

TEST(CheckedBody, MalformedTrailerIsRefused) {
  EXPECT_NE(read_checked("rows", {kChunkedField}, {{"content-digest", "sha-256=rows"}})
                .error.find("content-digest is malformed"),
            std::string::npos);
}

TEST(CheckedBody, UnknownAlgorithmsAreIgnored) {
  EXPECT_EQ(read_checked("rows", {{"content-digest", "md5=:AAAA:"}}).error, "");
  EXPECT_EQ(read_checked("rows", {kChunkedField}, {{"content-digest", "md5=:AAAA:"}}).error, "");
}

TEST(CheckedBody, UnannouncedTrailerBehindALongBodyIsNotBelieved) {
  const std::string fits(CheckedBody::kUnannouncedBytesMax, 'x');
  const std::string longer = fits + "x";
  EXPECT_EQ(read_checked(fits, {kChunkedField}, {{"content-digest", sha512_of(fits)}}).error, "");
  EXPECT_EQ(read_checked(longer, {kChunkedField, kAnnounced}, {{"content-digest", sha512_of(longer)}}).error, "");
  EXPECT_NE(read_checked(longer, {kChunkedField}, {{"content-digest", sha512_of(longer)}}).error.find("announced"),
            std::string::npos);
  EXPECT_EQ(
      read_checked(longer, {kChunkedField, {"repr-digest", sha512_of(longer)}}, {{"content-digest", sha512_of(longer)}})
          .error,
      "");
}

}  // namespace
}  // namespace rowprint::daemon
