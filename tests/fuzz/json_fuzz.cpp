#include "connectors/http/formats.hpp"
#include "connectors/http/json_array_source.hpp"
#include "connectors/http/json_columns_source.hpp"
#include "connectors/http/peeked_stream.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/rows_fuzz.hpp"
#include "tests/fuzz/stream_fuzz.hpp"

#include <algorithm>
#include <memory>
#include <utility>

/// Input: a schema, a newline, a body. Laws: those of check_rows(), by the source that a push of application/json gets;
/// it reads what the source of an array or of columns reads, whichever the first character chooses, and refuses any
/// other there; looking at the first characters takes none of them away, however they come.
namespace rowprint {
namespace {

using fuzz::must;

RowsSpool spool() {
  return {fuzz::memory_disk(), "columns"};
}

std::unique_ptr<Source> make_json(std::unique_ptr<ByteStream> body, const Schema& declared, const RowLimits& limits) {
  return make_rows_source({RowFormat::json, {}}, std::move(body), declared, limits, spool());
}
std::unique_ptr<Source> make_array(std::unique_ptr<ByteStream> body, const Schema& declared, const RowLimits& limits) {
  return std::make_unique<JsonArraySource>(std::move(body), declared, limits);
}
std::unique_ptr<Source> make_columns(std::unique_ptr<ByteStream> body, const Schema& declared,
                                     const RowLimits& limits) {
  return std::make_unique<JsonColumnsSource>(std::move(body), declared, limits, spool());
}

std::string text_of(const fuzz::Read& read) {
  return read.error ? read.error->text() : std::string{};
}

void check_choice(std::string_view body, std::size_t blanks, const Schema& declared, const fuzz::Read& read) {
  const char first = blanks < body.size() ? body[blanks] : '\0';
  if (first == '[' || first == '{') {
    const fuzz::Read chosen = fuzz::read_whole(body, declared, first == '[' ? make_array : make_columns);
    must(text_of(read) == text_of(chosen), "what is refused is refused as by the source that is chosen");
    must(read.rows == chosen.rows && read.schema == chosen.schema, "rows are those of the source that is chosen");
    return;
  }
  must(read.error && read.error->row == 0U && read.error->offset == blanks, "what is neither is refused where it is");
  must((read.error->code == ErrorCode::truncated) == (blanks == body.size()), "a text that does not begin is cut");
}

struct Peeked {
  std::string first;
  std::uint64_t blanks = 0;
  std::string rest;
};

awaitable<Peeked> peek_and_read(PeekedStream& stream, std::size_t room) {
  Peeked peeked;
  const auto first = co_await stream.peek();
  peeked.first = *first;
  peeked.blanks = stream.blanks();
  const test::StreamOutcome outcome = co_await test::read_to_end(stream, room);
  peeked.rest = outcome.bytes;
  co_return peeked;
}

void check_peeking(std::string_view body, std::size_t blanks) {
  const std::string all = std::string(blanks, ' ').append(body.substr(blanks));
  for (const fuzz::Cut cut : {fuzz::Cut{body.size() + 1, body.size() + 1}, fuzz::Cut{1, 64},
                              fuzz::Cut{1 + body.size() % 7, 1 + body.size() % 301}}) {
    PeekedStream stream{fuzz::stream_of(body, cut)};
    const Peeked peeked = fuzz::run_here(peek_and_read(stream, cut.room));
    must(peeked.blanks == blanks && peeked.first == body.substr(blanks, 3), "the first characters are seen");
    must(peeked.rest == all, "what was looked at is read all the same");
  }
}

void check(std::string_view input) {
  const Schema declared = fuzz::take_schema(input);
  const std::size_t blanks = std::min(input.find_first_not_of(" \t\n\r"), input.size());
  check_choice(input, blanks, declared, fuzz::check_rows(input, declared, make_json));
  check_peeking(input, blanks);
}

}  // namespace
}  // namespace rowprint

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rowprint::check(rowprint::hashing::as_text({data, size}));
  return 0;
}
