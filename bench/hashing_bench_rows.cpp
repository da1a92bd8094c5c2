#include "bench/hashing_bench_rows.hpp"

#include "hashing/canonical.hpp"

#include <random>

namespace rowprint::bench {
namespace {

enum Column : std::size_t { kId, kQuantity, kReference, kFlag, kName, kNote, kWhen, kPrice };

std::string words(std::mt19937_64& random, std::size_t size_min, std::size_t size_max) {
  std::string text(std::uniform_int_distribution<std::size_t>{size_min, size_max}(random), ' ');
  for (char& letter : text) {
    letter = static_cast<char>(std::uniform_int_distribution<int>{'a', 'z'}(random));
  }
  return text;
}

}  // namespace

std::vector<BenchRow> make_rows(std::size_t count) {
  std::mt19937_64 random{20240229};
  std::vector<BenchRow> rows;
  rows.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    rows.push_back({static_cast<std::int64_t>(i), words(random, 8, 16),
                    static_cast<double>(std::uniform_int_distribution<int>{0, 99'999}(random)) / 100.0,
                    std::uniform_int_distribution<std::int64_t>{0, 500}(random), (random() & 1U) != 0,
                    words(random, 4, 20), 1'700'000'000 + static_cast<std::int64_t>(i), 123'000'000,
                    std::uniform_int_distribution<std::int64_t>{0, 1'000'000'000}(random)});
  }
  return rows;
}

BenchEncoder::BenchEncoder() {
  const std::array<std::string_view, 8> names{"id", "qty", "ref", "flag", "name", "note", "when", "price"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    hashing::ByteBuffer key;
    hashing::put_text(key, names[i]);
    keys_[i] = hashing::as_text(key.view());
    keys_bytes_ += keys_[i].size();
  }
}

void BenchEncoder::put_row(hashing::ByteBuffer& out, const BenchRow& row) const {
  namespace unchecked = hashing::unchecked;
  std::uint8_t* at = out.grow(keys_bytes_ + 9 * unchecked::kScalarBytesMax + row.name.size() + row.note.size());
  const auto put_key = [&](Column column) {
    at = hashing::detail::write_bytes(at, keys_[column].data(), keys_[column].size());
  };
  at = unchecked::write_map(at, keys_.size());
  put_key(kId);
  at = unchecked::write_int(at, row.id);
  put_key(kQuantity);
  at = unchecked::write_int(at, row.quantity);
  put_key(kReference);
  at = unchecked::write_int(at, row.reference);
  put_key(kFlag);
  at = unchecked::write_bool(at, row.flag);
  put_key(kName);
  at = unchecked::write_text(at, row.name);
  put_key(kNote);
  at = unchecked::write_text(at, row.note);
  put_key(kWhen);
  at = unchecked::write_seconds(at, hashing::kTagInstant, row.when_seconds, row.when_nanoseconds);
  put_key(kPrice);
  out.commit(unchecked::write_float(at, row.price));
}

}  // namespace rowprint::bench
