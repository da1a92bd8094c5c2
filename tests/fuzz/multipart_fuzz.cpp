#include "connectors/http/form_stream.hpp"
#include "hashing/bytes.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/fuzz/stream_fuzz.hpp"
#include "tests/support/read_to_end.hpp"

/// Input: a form with the boundary `b`. Laws: what is read does not depend on how it is cut; what is taken can be
/// written as a form that reads as the same; a refusal has a reason and its place in the input.
namespace rowprint {
namespace {

struct Outcome {
  std::optional<FormHead> head;
  test::StreamOutcome file;

  const std::optional<Error>& error() const { return file.error; }
};

Outcome read(std::string_view body, fuzz::Cut cut) {
  FormStream stream{fuzz::stream_of(body, cut), "b"};
  Outcome outcome;
  auto head = fuzz::run_here(stream.open());
  if (!head) {
    outcome.file.error = head.error();
    return outcome;
  }
  outcome.head = *std::move(head);
  outcome.file = fuzz::run_here(test::read_to_end(stream, cut.room));
  return outcome;
}

bool same(const Outcome& left, const Outcome& right) {
  const auto text = [](const Outcome& outcome) { return outcome.error() ? outcome.error()->text() : std::string{}; };
  if (text(left) != text(right) || left.file.bytes != right.file.bytes ||
      left.head.has_value() != right.head.has_value()) {
    return false;
  }
  return !left.head || (left.head->fields == right.head->fields && left.head->file.name == right.head->file.name &&
                        left.head->file.file_name == right.head->file.file_name &&
                        left.head->file.content_type == right.head->file.content_type);
}

std::string quoted(std::string_view text) {
  std::string out{"\""};
  for (const char c : text) {
    out += c == '"' || c == '\\' ? "\\" : "";
    out += c;
  }
  return out + "\"";
}

std::string write(const Outcome& outcome) {
  std::string body;
  for (const auto& [name, value] : outcome.head->fields) {
    body += "--b\r\nContent-Disposition: form-data; name=" + quoted(name) + "\r\n\r\n" + value + "\r\n";
  }
  const FormPart& file = outcome.head->file;
  body += "--b\r\nContent-Disposition: form-data; name=" + quoted(file.name) + "; filename=" + quoted(*file.file_name);
  body += "\r\nContent-Type: " + file.content_type + "\r\n\r\n" + outcome.file.bytes + "\r\n--b--\r\n";
  return body;
}

void check(std::string_view body) {
  const Outcome whole = read(body, {body.size() + 1, 1U << 20U});
  for (const fuzz::Cut cut : {fuzz::Cut{1, 64}, fuzz::Cut{1 + body.size() % 11, 1 + body.size() % 13}}) {
    fuzz::must(same(read(body, cut), whole), "what is read does not depend on how it is cut");
  }
  if (whole.error()) {
    fuzz::must(!whole.error()->reason.empty(), "a refusal has a reason");
    fuzz::must(whole.error()->offset && *whole.error()->offset <= body.size(), "a refusal has a place in the input");
    return;
  }
  const std::string written = write(whole);
  fuzz::must(same(read(written, {written.size(), 1U << 20U}), whole),
             "what is taken reads as the same where it is written");
}

}  // namespace
}  // namespace rowprint

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  rowprint::check(rowprint::hashing::as_text({data, size}));
  return 0;
}
