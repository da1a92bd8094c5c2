#include "ingest/verify.hpp"

#include "ingest/fingerprint.hpp"
#include "ingest/ingestor.hpp"

#include <limits>

namespace rowprint {
namespace {

std::string differs(std::string_view what, const std::string& expected, const std::string& computed) {
  return std::string{what} + ": sealed as " + expected + ", stored are " + computed;
}

std::string find_difference(const Content& content, const RowHash::Summary& computed) {
  if (computed.rows != content.rows) {
    return differs("rows", std::to_string(content.rows), std::to_string(computed.rows));
  }
  if (computed.schema.digest() != content.schema.digest()) {
    return differs("schema", format_schema(content.schema), format_schema(computed.schema));
  }
  if (computed.sequence != content.sequence) {
    return differs("fingerprint", content.sequence.text(), computed.sequence.text());
  }
  if (content.multiset && computed.multiset != content.multiset) {
    return differs("multiset fingerprint", content.multiset->text(), computed.multiset->text());
  }
  return {};
}

}  // namespace

awaitable<Result<Verification>> verify(Store& store, Disk& disk, Content content, VerifyLimits limits,
                                       std::shared_ptr<Progress> progress) {
  auto reader = co_await store.read(content);
  if (!reader) {
    co_return fail(std::move(reader.error()));
  }
  const Order order = content.multiset ? Order::set : Order::sequence;
  const SortSpace space{disk, limits.spill_directory + "/" + new_ingest_id() + ".spill", limits.sort_bytes};
  auto computed = co_await fingerprint(**reader, make_row_hash(order, (*reader)->declared(), space),
                                       std::numeric_limits<std::size_t>::max(), std::move(progress));
  if (!computed) {
    co_return fail(std::move(computed.error()));
  }
  Verification verification;
  verification.expected = content.sequence;
  verification.computed = computed->sequence;
  verification.rows = computed->rows;
  verification.difference = find_difference(content, *computed);
  verification.agrees = verification.difference.empty();
  co_return verification;
}

}  // namespace rowprint
