#include "daemon/server/body_framing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace rowprint::daemon {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

struct Framed {
  std::string body;
  std::string rest;  ///< what was not the body's
  std::string error;
  bool done = false;
  BodyFraming framing = BodyFraming::sized(0);
};

/// Reads bytes that come in pieces of `piece`, with room for `room` each time.
Framed read_framed(const std::string& wire, BodyFraming framing = BodyFraming::chunked(), std::size_t piece = 1000000,
                   std::size_t room = 1000000) {
  Framed outcome;
  std::string buffer;
  for (std::size_t come = 0;;) {
    const auto step = framing.step(buffer, room);
    if (!step) {
      outcome.error = step.error().reason;
      EXPECT_EQ(step.error().code, ErrorCode::bad_input);
      EXPECT_FALSE(framing.step("0\r\n\r\n", room)) << "an error stays";
      break;
    }
    outcome.body += buffer.substr(step->skip, step->data);
    buffer.erase(0, step->skip + step->data);
    if (framing.done() || (step->data == 0 && come == wire.size())) {
      break;
    }
    if (step->data == 0) {
      buffer += wire.substr(come, piece);
      come = std::min(wire.size(), come + piece);
    }
    if (framing.done()) {
      break;
    }
  }
  outcome.rest = buffer;
  outcome.done = framing.done();
  outcome.framing = framing;
  return outcome;
}

/// The reason for which it is refused, in whatever pieces it comes; nothing where it is not.
std::string refusal(const std::string& wire) {
  const Framed whole = read_framed(wire);
  EXPECT_EQ(read_framed(wire, BodyFraming::chunked(), 1, 3).error, whole.error) << wire;
  EXPECT_FALSE(whole.done && !whole.error.empty());
  return whole.error;
}

TEST(BodyFraming, SizedBodyEndsAtItsSize) {
  const Framed outcome = read_framed("hello, next", BodyFraming::sized(5));
  EXPECT_EQ(outcome.body, "hello");
  EXPECT_TRUE(outcome.done);
  EXPECT_EQ(outcome.rest, ", next");
  EXPECT_TRUE(BodyFraming::sized(0).done());
  EXPECT_FALSE(read_framed("hell", BodyFraming::sized(5)).done);
}

TEST(BodyFraming, ChunksAreOneBodyInAnyPieces) {
  const std::string wire = "5\r\nhello\r\n0000a;x;y=z;q=\"a\\\"b;\"\r\n, chunked \r\n1\r\n!\r\n0\r\nX: y\r\n\r\nGET";
  for (std::size_t piece = 1; piece <= wire.size(); ++piece) {
    for (const std::size_t room : {1U, 4U, 100U}) {
      const Framed outcome = read_framed(wire, BodyFraming::chunked(), piece, room);
      EXPECT_EQ(outcome.error, "");
      EXPECT_EQ(outcome.body, "hello, chunked !") << piece;
      EXPECT_TRUE(outcome.done);
      EXPECT_TRUE("GET"s.starts_with(outcome.rest)) << outcome.rest;
    }
  }
}

TEST(BodyFraming, BodyCutAnywhereIsNotDone) {
  const std::string wire = "5\r\nhello\r\n0\r\nX: y\r\n\r\n";
  for (std::size_t size = 0; size < wire.size(); ++size) {
    const Framed outcome = read_framed(wire.substr(0, size));
    EXPECT_FALSE(outcome.done) << size;
    EXPECT_EQ(outcome.error, "") << size;
  }
}

TEST(BodyFraming, DataTakenPastItIsCounted) {
  BodyFraming framing = BodyFraming::chunked();
  ASSERT_TRUE(framing.step("a\r\n01234", 5));
  EXPECT_EQ(framing.data_left(), 5U);
  EXPECT_FALSE(framing.data_is_last());
  framing.took(5);
  EXPECT_EQ(framing.data_left(), 0U);
  const auto step = framing.step("\r\n0\r\n\r\n", 5);
  ASSERT_TRUE(step);
  EXPECT_TRUE(framing.done());
}

TEST(BodyFraming, SizesAreHexadecimalDigitsAndNothingElse) {
  for (const char* size : {"5", "05", "0000000000000005"}) {
    EXPECT_EQ(refusal(size + "\r\nhello\r\n0\r\n\r\n"s), "") << size;
  }
  EXPECT_EQ(read_framed("A\r\n0123456789\r\n0\r\n\r\n").body, "0123456789");
  for (const char* size : {"+5",
                           "-5",
                           "0x5",
                           "x5",
                           " 5",
                           "5 ",
                           "\t5",
                           "5\t",
                           "",
                           "5,5",
                           "5.",
                           "5h",
                           "5\v",
                           "00000000000000005",
                           "8000000000000000",
                           "ffffffffffffffff",
                           "10000000000000005",
                           "5\r5",
                           "\x80",
                           "5 ;x=y",
                           "5; x=y"}) {
    EXPECT_NE(refusal(size + "\r\nhello\r\n0\r\n\r\n"s), "") << size;
  }
  EXPECT_EQ(refusal("7fffffffffffffff\r\nhello"), "");
  EXPECT_NE(refusal("5\0\r\nhello\r\n0\r\n\r\n"s), "");
}

TEST(BodyFraming, LinesEndInCrLf) {
  for (const char* wire :
       {"5\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r\n0\n\r\n", "5\r\nhello\r\n0\r\n\n", "5\rhello",
        "5\r\nhello\r0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhello\r\n\r\n0\r\n\r\n",
        "\r\n5\r\nhello\r\n0\r\n\r\n", "5;x=y\nhello\r\n0\r\n\r\n", "0\r\nX: y\n\r\n"}) {
    const Framed outcome = read_framed(wire);
    EXPECT_TRUE(!outcome.error.empty() || !outcome.done) << wire;
    EXPECT_FALSE(outcome.done) << wire;
  }
}

TEST(BodyFraming, WhatCannotBecomeASizeIsRefusedBeforeItsLineEnds) {
  EXPECT_NE(refusal("x"), "");
  EXPECT_NE(refusal("5\r\nhelloX"), "");
  EXPECT_NE(refusal(std::string(BodyFraming::kChunkLineBytesMax, '1')), "");
}

TEST(BodyFraming, ExtensionsArePassedOverWhereTheyAreSuch) {
  for (const char* extension : {";a", ";a=b", ";a=\"\"", ";a=\"b c\"", ";a;b;c=d", ";a=\"\\\"\""}) {
    EXPECT_EQ(read_framed("1"s + extension + "\r\nx\r\n0"s + extension + "\r\n\r\n").body, "x") << extension;
    EXPECT_EQ(refusal("1"s + extension + "\r\nx\r\n0\r\n\r\n"), "") << extension;
  }
  for (const char* extension : {";", ";;a", ";a=", "; a", ";a =b", ";a= b", ";a=\"b", ";a=\"b\\\"", ";a=\"b\"c",
                                ";a\rb", ";a=\"\x01\"", ";a=\"\x7f\"", ";a=\"\\\x01\"", "a=b", ";a=b,c"}) {
    EXPECT_NE(refusal("1"s + extension + "\r\nx\r\n0\r\n\r\n"), "") << extension;
  }
  EXPECT_NE(refusal("1;" + std::string(BodyFraming::kChunkLineBytesMax, 'a') + "\r\nx\r\n0\r\n\r\n"), "");
}

TEST(BodyFraming, OnlyDigestsAreTakenFromTrailers) {
  const Framed outcome = read_framed(
      "0\r\nContent-Digest: sha-256=:a:\r\nRepr-Digest:sha-512=:b:\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\n"
      "Host: evil\r\nIdempotency-Key: k\r\ncontent-digest: sha-512=:c:\r\n\r\n");
  ASSERT_TRUE(outcome.done);
  EXPECT_EQ(outcome.framing.trailer("content-digest"), "sha-256=:a:, sha-512=:c:");
  EXPECT_EQ(outcome.framing.trailer("repr-digest"), "sha-512=:b:");
  for (const char* name : {"content-length", "transfer-encoding", "host", "idempotency-key", "x", ""}) {
    EXPECT_EQ(outcome.framing.trailer(name), std::nullopt) << name;
  }
}

TEST(BodyFraming, TrailersAreThereAtTheEndOnly) {
  EXPECT_EQ(read_framed("0\r\nContent-Digest: a\r\n").framing.trailer("content-digest"), std::nullopt);
}

TEST(BodyFraming, MalformedTrailersAreRefused) {
  for (const char* trailer : {"X", "X : y", ": y", " X: y", "X: y\r\n z", "X: a\x01", "X\x80: y", "X: a\rb"}) {
    EXPECT_NE(refusal("0\r\n"s + trailer + "\r\n\r\n"), "") << trailer;
  }
}

TEST(BodyFraming, TrailersHaveALimit) {
  std::string trailers;
  while (trailers.size() + 6 + 2 <= BodyFraming::kTrailerBytesMax) {
    trailers += "X: y\r\n";
  }
  EXPECT_EQ(refusal("0\r\n" + trailers + "\r\n"), "");
  EXPECT_NE(refusal("0\r\n" + trailers + "X: y\r\n\r\n"), "");
  EXPECT_NE(refusal("0\r\nX: " + std::string(BodyFraming::kTrailerBytesMax, 'y')), "");
}

}  // namespace
}  // namespace rowprint::daemon
