#include "daemon/routes/push_request.hpp"

#include "connectors/http/content_coding.hpp"

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
  for (const char* type : {"", "text/plain", "application/octet-stream", "application/x-ndjson2",
                           "application/x-ndjson, application/x-ndjson"}) {
    EXPECT_EQ(status(parse({{"content-type", type}})), 415) << type;
  }
  EXPECT_EQ(status(parse({})), 415);
}

TEST(PushRequest, ReferenceIsToldByItsType) {
  const auto push = parse({{"content-type", "application/vnd.rowprint.reference+json"}});
  ASSERT_TRUE(push);
  EXPECT_EQ(push->body, PushBody::reference);
}

TEST(PushRequest, RowsAreOfTheFormatThatTheTypeSays) {
  const auto format = [](const char* type) { return parse({{"content-type", type}})->format.format; };
  EXPECT_EQ(format("application/jsonl"), RowFormat::ndjson);
  EXPECT_EQ(format("application/json"), RowFormat::json);
  EXPECT_EQ(format("Text/CSV; charset=\"UTF-8\""), RowFormat::csv);
  EXPECT_EQ(format("text/tab-separated-values"), RowFormat::tsv);
  EXPECT_EQ(format("application/cbor-seq"), RowFormat::cbor);
  EXPECT_EQ(parse({{"content-type", "application/cbor-seq"}})->body, PushBody::rows);
  EXPECT_EQ(status(parse({{"content-type", "application/cbor"}})), 415);
  EXPECT_EQ(status(parse({{"content-type", "text/csv; charset=latin-1"}})), 415);
}

TEST(PushRequest, ParameterSaysTheFormatWhereTheTypeSaysNothing) {
  EXPECT_EQ(parse({}, {{"format", "csv"}})->format.format, RowFormat::csv);
  EXPECT_EQ(parse({{"content-type", "application/octet-stream"}}, {{"format", "json"}})->format.format,
            RowFormat::json);
  EXPECT_EQ(status(parse({{"content-type", "text/csv"}}, {{"format", "csv"}})), 200);
  EXPECT_EQ(status(parse({{"content-type", "text/csv"}}, {{"format", "json"}})), 415);
  EXPECT_EQ(status(parse({{"content-type", "text/plain"}}, {{"format", "csv"}})), 415);
  EXPECT_EQ(status(parse({}, {{"format", "CSV"}})), 400);
}

TEST(PushRequest, OptionsOfTheFormatAreParametersAndHeaderOneOfTheTypeToo) {
  const auto push =
      parse({{"content-type", "text/csv; header=absent"}},
            {{"schema", "a=int"}, {"delimiter", ";"}, {"quote", "none"}, {"null", ""}, {"infer", "true"}});
  ASSERT_TRUE(push);
  const CsvDialect& dialect = push->format.dialect;
  EXPECT_FALSE(dialect.has_header);
  EXPECT_EQ(dialect.delimiter, ';');
  EXPECT_EQ(dialect.quote, std::nullopt);
  EXPECT_EQ(dialect.null, "");
  EXPECT_TRUE(dialect.infer);
  EXPECT_EQ(status(parse({{"content-type", "text/csv; header=absent"}}, {{"header", "present"}, {"schema", "a=int"}})),
            400);
  EXPECT_EQ(status(parse({{"content-type", "text/csv"}}, {{"header", "absent"}})), 400);
  EXPECT_EQ(status(parse({{"content-type", "application/json"}}, {{"null", ""}})), 400);
  EXPECT_EQ(status(parse({{"content-type", "text/csv"}}, {{"delimiter", "ab"}})), 400);
}

TEST(PushRequest, ContentEncodingIsOneThatIsKnownAndTheMemoryItTakesIsAskedFor) {
  const auto coded = [](Pairs codings) {
    codings.emplace_back("content-type", "application/x-ndjson");
    return parse(std::move(codings));
  };
  EXPECT_EQ(coded({{"content-encoding", "identity"}})->coding, ContentCoding::identity);
  EXPECT_EQ(coded({{"content-encoding", "identity"}})->ingest.source_bytes, 0U);
  EXPECT_EQ(coded({{"content-encoding", "X-GZIP"}})->coding, ContentCoding::gzip);
  const auto zstd = coded({{"content-encoding", "zstd"}});
  EXPECT_EQ(zstd->coding, ContentCoding::zstd);
  EXPECT_EQ(zstd->ingest.source_bytes, decoding_bytes(ContentCoding::zstd));
  for (const Pairs& codings : {Pairs{{"content-encoding", "br"}}, Pairs{{"content-encoding", "gzip, zstd"}},
                               Pairs{{"content-encoding", "gzip"}, {"content-encoding", "gzip"}}}) {
    const auto refused = coded(codings);
    ASSERT_EQ(status(refused), 415);
    EXPECT_EQ(refused.error().headers, (Pairs{{"Accept-Encoding", "gzip, zstd"}}));
  }
  EXPECT_EQ(status(parse({{"content-type", "application/vnd.rowprint.reference+json"}, {"content-encoding", "gzip"}})),
            415);
}

TEST(PushRequest, DigestsAreRead) {
  const auto push = parse({{"content-type", "application/x-ndjson"},
                           {"repr-digest", "md5=:AAAA:"},
                           {"repr-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"},
                           {"trailer", "X, Content-Digest"}});
  ASSERT_TRUE(push);
  EXPECT_TRUE(push->digests.in_head[1].sha256);
  EXPECT_TRUE(push->digests.in_head[0].empty());
  EXPECT_TRUE(push->digests.trailers_announced);
  EXPECT_FALSE(push->digests.trailers_possible);
  const auto refused = parse({{"content-type", "application/x-ndjson"}, {"content-digest", "sha-256=1"}});
  ASSERT_EQ(status(refused), 400);
  EXPECT_EQ(refused.error().headers, (Pairs{{"Want-Content-Digest", "sha-256=10, sha-512=5"}}));
}

FormHead form_of(std::string file, std::string type, Pairs fields = {}) {
  return {std::move(fields), {"file", std::move(file), std::move(type)}};
}

TEST(PushRequest, FormSaysBeforeItsFileHowItIsRead) {
  Request request;
  request.headers = {{"content-type", "Multipart/Form-Data; boundary=\"a b\""}, {"content-length", "0"}};
  auto push = parse_push(request, {"d"});
  ASSERT_TRUE(push);
  EXPECT_EQ(push->body, PushBody::form);
  EXPECT_EQ(push->boundary, "a b");
  const FormHead form = form_of("x", "application/octet-stream",
                                {{"order", "set"}, {"schema", "a=int"}, {"format", "csv"}, {"null", ""}});
  ASSERT_TRUE(complete_push(*push, request, form));
  EXPECT_EQ(push->ingest.order, Order::set);
  EXPECT_EQ(push->declared, (Schema{{{"a", Type::integer}}}));
  EXPECT_EQ(push->format.format, RowFormat::csv);
  EXPECT_EQ(push->format.dialect.null, "");
}

TEST(PushRequest, FormatOfAFileIsSaidByItsTypeThenByAFieldThenByItsName) {
  const auto format = [](const FormHead& form) {
    PushRequest push;
    push.body = PushBody::form;
    const auto completed = complete_push(push, Request{}, form);
    return completed ? std::string{to_string(push.format.format)} : std::to_string(completed.error().status);
  };
  EXPECT_EQ(format(form_of("x.json", "text/csv")), "csv");
  EXPECT_EQ(format(form_of("x.json", "text/csv", {{"format", "csv"}})), "csv");
  EXPECT_EQ(format(form_of("x.json", "text/csv", {{"format", "json"}})), "415");
  EXPECT_EQ(format(form_of("x.json", "text/plain", {{"format", "tsv"}})), "tsv");
  EXPECT_EQ(format(form_of("x.json", "text/plain")), "json");
  EXPECT_EQ(format(form_of("x.json", "")), "json");
  EXPECT_EQ(format(form_of("x", "text/plain")), "415");
  EXPECT_EQ(format(form_of("x.csv.gz", "application/gzip")), "415");
  EXPECT_EQ(format(form_of("x", "", {{"format", "xml"}})), "400");
}

TEST(PushRequest, FieldsOfAFormAreParametersAndAreSaidOnce) {
  Request request;
  request.query = {{"order", "set"}};
  request.headers = {{"rowprint-expect", kSequence}, {"rowprint-schema", "a=int"}};
  for (const Pairs& fields : {Pairs{{"order", "set"}}, Pairs{{"null", ""}, {"null", ""}}, Pairs{{"name", "x"}},
                              Pairs{{"schema", "a=int"}}, Pairs{}}) {
    PushRequest push;
    push.body = PushBody::form;
    const auto completed = complete_push(push, request, form_of("x.csv", "text/csv", fields));
    ASSERT_FALSE(completed);
    EXPECT_EQ(completed.error().status, 400);
  }
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

TEST(PushRequest, SchemaThatIsNoneIsNamedOnce) {
  const auto refused = parse({{"content-type", "application/x-ndjson"}}, {{"schema", "a=integer"}});
  ASSERT_EQ(status(refused), 400);
  EXPECT_TRUE(refused.error().error.reason.starts_with("schema: \"integer\" is not a type"))
      << refused.error().error.reason;
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
