#include "cli/event_stream.hpp"

#include <gtest/gtest.h>
#include <algorithm>
#include <string>
#include <vector>

namespace rowprint::cli {
namespace {

std::vector<std::string> events(std::string_view stream, std::size_t piece_bytes) {
  EventReader reader;
  std::vector<std::string> seen;
  while (!stream.empty()) {
    const std::string_view piece = stream.substr(0, piece_bytes);
    stream.remove_prefix(piece.size());
    const auto fed = reader.feed(piece, [&](const ServerEvent& event) -> Result<void> {
      seen.push_back(event.name + "=" + event.data);
      return {};
    });
    EXPECT_TRUE(fed);
  }
  return seen;
}

TEST(EventReader, EventsDoNotDependOnHowTheStreamIsCut) {
  const std::string stream =
      ": hello\n\nevent: progress\ndata: {\"rows\": 1}\n\n: still here\n\nevent:end\r\ndata:{}\r\nid: 7\r\nretry: "
      "1\r\n\r\n";
  const std::vector<std::string> expected{"progress={\"rows\": 1}", "end={}"};
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    EXPECT_EQ(events(stream, piece), expected) << piece;
  }
}

TEST(EventReader, DataOfSeveralLinesIsOneText) {
  EXPECT_EQ(events("data: a\ndata:\ndata:  b\n\n", 100), std::vector<std::string>{"message=a\n\n b"});
}

TEST(EventReader, EventWithoutDataOrWithoutItsEndIsNone) {
  EXPECT_TRUE(events("event: end\n\n", 100).empty());
  EXPECT_TRUE(events("event: end\ndata: {}\n", 100).empty());
  EXPECT_EQ(events("event: end\n\ndata: x\n\n", 100), std::vector<std::string>{"message=x"});
}

TEST(EventReader, EventWithoutAnEndIsRefused) {
  EventReader reader;
  const std::string piece(1U << 20U, 'x');
  const EventReader::Take none = [](const ServerEvent&) -> Result<void> { return {}; };
  Result<void> fed;
  for (int i = 0; i < 100 && fed; ++i) {
    fed = reader.feed(i == 0 ? "data: " + piece : piece, none);
  }
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, ErrorCode::limit_exceeded);
}

TEST(EventReader, ErrorOfWhoTakesEndsTheReading) {
  EventReader reader;
  int taken = 0;
  const auto fed = reader.feed("data: 1\n\ndata: 2\n\n", [&](const ServerEvent&) -> Result<void> {
    ++taken;
    return fail(ErrorCode::cancelled, "enough");
  });
  EXPECT_FALSE(fed);
  EXPECT_EQ(taken, 1);
}

}  // namespace
}  // namespace rowprint::cli
