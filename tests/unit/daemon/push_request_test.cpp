#include "daemon/routes/push_request.hpp"

#include <gtest/gtest.h>

namespace rowprint::daemon {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

tl::expected<PushRequest, PushRefusal> parse(Pairs headers, Pairs query = {}, const std::string& dataset = "d") {
  Request request;
  request.method = "POST";
  request.headers = std::move(headers);
  request.headers.emplace_back("content-length", "0");
  request.query = std::move(query);
  return parse_push(request, {dataset});
}

int status(const tl::expected<PushRequest, PushRefusal>& parsed) {
  return parsed ? 200 : parsed.error().status;
}

const std::string kSequence = "rp1s:" + std::string(64, '0');
const std::string kMultiset = "rp1m:" + std::string(64, '0');

TEST(PushRequest, MediaTypeIsComparedWithoutCaseAndParameters) {
  for (const char* type :
       {"application/x-ndjson", "application/ndjson", "application/jsonl", "Application/X-NDJSON; charset=utf-8"}) {
    EXPECT_EQ(status(parse({{"content-type", type}})), 200) << type;
  }
  for (const char* type :
       {"", "application/json", "text/plain", "application/x-ndjson2", "application/x-ndjson, application/x-ndjson"}) {
    EXPECT_EQ(status(parse({{"content-type", type}})), 415) << type;
  }
  EXPECT_EQ(status(parse({})), 415);
}

TEST(PushRequest, ReferenceIsToldByItsType) {
  const auto push = parse({{"content-type", "application/vnd.rowprint.reference+json"}});
  ASSERT_TRUE(push);
  EXPECT_EQ(push->body, PushBody::reference);
}

TEST(PushRequest, RowsAreJsonOrCborAsTheTypeSays) {
  EXPECT_EQ(parse({{"content-type", "application/jsonl"}})->body, PushBody::ndjson);
  EXPECT_EQ(parse({{"content-type", "application/cbor-seq"}})->body, PushBody::cbor);
  EXPECT_EQ(status(parse({{"content-type", "application/cbor"}})), 415);
}

TEST(PushRequest, EncodedBodyIsRefused) {
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}, {"content-encoding", "gzip"}})), 415);
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}, {"content-encoding", "identity"}})), 200);
}

TEST(PushRequest, OrderIsSequenceUnlessSaid) {
  EXPECT_EQ(parse({{"content-type", "application/x-ndjson"}})->ingest.order, Order::sequence);
  EXPECT_EQ(parse({{"content-type", "application/x-ndjson"}}, {{"order", "set"}})->ingest.order, Order::set);
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}}, {{"order", "SET"}})), 400);
}

TEST(PushRequest, SchemaIsDeclaredOnce) {
  const auto push = parse({{"content-type", "application/x-ndjson"}}, {{"schema", "a=int,b=text"}});
  ASSERT_TRUE(push);
  EXPECT_EQ(push->declared, (Schema{{{"a", Type::integer}, {"b", Type::text}}}));
  EXPECT_EQ(
      status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-schema", "a=int"}}, {{"schema", "a=int"}})),
      400);
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-schema", "a=integer"}})), 400);
}

TEST(PushRequest, ExpectationIsOfTheKindThatTheOrderGives) {
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-expect", kSequence}})), 200);
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-expect", kMultiset}})), 400);
  EXPECT_EQ(
      status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-expect", kMultiset}}, {{"order", "set"}})),
      200);
  EXPECT_EQ(
      status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-expect", kSequence}}, {{"order", "set"}})),
      400);
  EXPECT_EQ(
      status(parse({{"content-type", "application/x-ndjson"}, {"rowprint-expect", kSequence + ", " + kSequence}})),
      400);
}

TEST(PushRequest, BodyOfUnknownLengthIsNotTakenForAnEmptyOne) {
  Request request;
  request.headers = {{"content-type", "application/x-ndjson"}};
  EXPECT_EQ(status(parse_push(request, {"d"})), 411);
  request.headers.emplace_back("transfer-encoding", "chunked");
  EXPECT_EQ(status(parse_push(request, {"d"})), 200);
}

TEST(PushRequest, DatasetNameIsChecked) {
  EXPECT_EQ(status(parse({{"content-type", "application/x-ndjson"}}, {}, "-d")), 400);
}

}  // namespace
}  // namespace rowprint::daemon
