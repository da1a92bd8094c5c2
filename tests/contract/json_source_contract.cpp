#include "connectors/http/json_array_source.hpp"
#include "connectors/http/json_columns_source.hpp"
#include "connectors/http/json_rows.hpp"
#include "connectors/http/json_writer.hpp"
#include "tests/contract/contracted_sources.hpp"
#include "tests/contract/contracted_stream.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/text_stream.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace rowprint::test {
namespace {

RowLimits limits_with(BatchBuilder::Limits batch) {
  RowLimits limits;
  limits.batch = batch;
  limits.read_bytes = read_bytes_within(batch, limits.read_bytes);
  return limits;
}

/// `[{…}, {…}]`
class ContractedJsonArray final : public ContractedStream {
 public:
  std::vector<std::string> cannot_express() const override { return beyond_json(); }

 protected:
  std::string beginning(const Schema& /*schema*/) const override { return "["; }
  std::string ending() const override { return "]"; }
  Result<void> spell(std::string& out, const Schema& schema, Batch& batch, bool is_first) const override {
    JsonRows rows{schema};
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      out += is_first && row == 0 ? "" : ",";
      if (auto written = rows.write(out, batch, row, row + 1); !written) {
        return written;
      }
    }
    return {};
  }
  std::unique_ptr<Source> make(OpenStream open, const Schema& declared, BatchBuilder::Limits batch) override {
    return std::make_unique<JsonArraySource>(open(), declared, limits_with(batch));
  }
};

/// The counted rows as `{"id": […], "text": […]}`, some values at a time. What is wrong is so in the second column.
class CountedColumns final : public ByteStream {
 public:
  CountedColumns(CountedRows counted, std::shared_ptr<const bool> hold) : counted_(counted), hold_(std::move(hold)) {}

  awaitable<Result<std::size_t>> read(std::span<std::uint8_t> into) override {
    if (taken_ == bytes_.size()) {
      bytes_.clear();
      taken_ = 0;
      spell_some();
      if (bytes_.empty() && is_broken_) {
        co_return fail(ErrorCode::truncated, "the stream broke off");
      }
    }
    const std::size_t size = std::min(into.size(), bytes_.size() - taken_);
    std::memcpy(into.data(), bytes_.data() + taken_, size);
    taken_ += size;
    co_return size;
  }

 private:
  enum class Part : std::uint8_t { beginning, ids, texts, nothing };

  void spell_some() {
    switch (part_) {
      case Part::beginning:
        bytes_ = R"({"id":[)";
        part_ = Part::ids;
        return;
      case Part::ids:
        if (!spell_values([](std::uint64_t row) { return std::to_string(row); })) {
          bytes_ = R"(],"text":[)";
          part_ = Part::texts;
          next_ = 1;
        }
        return;
      case Part::texts:
        is_broken_ = next_ == counted_.failing;
        if (!is_broken_ && !spell_values([this](std::uint64_t row) { return text(row); })) {
          bytes_ = "]}";
          part_ = Part::nothing;
        }
        return;
      case Part::nothing:
        return;
    }
  }

  /// False where there are no more.
  template <typename Spell>
  bool spell_values(Spell spell) {
    constexpr std::uint64_t kValuesMax = 200;
    std::uint64_t end = std::min(next_ + kValuesMax, counted_.rows + 1);
    if (part_ == Part::texts && next_ < counted_.failing) {
      end = std::min(end, counted_.failing);
    }
    const bool has_some = next_ < end;
    for (; next_ < end; ++next_) {
      bytes_ += next_ == 1 ? "" : ",";
      bytes_ += spell(next_);
    }
    return has_some;
  }

  std::string text(std::uint64_t row) const { return row == counted_.refused ? "5" : json_string(counted_text(row)); }

  CountedRows counted_;
  std::shared_ptr<const bool> hold_;
  Part part_ = Part::beginning;
  std::uint64_t next_ = 1;
  bool is_broken_ = false;
  std::string bytes_;
  std::size_t taken_ = 0;
};

/// `{"a": […], "b": […]}`, whose first row takes the whole text.
class ContractedJsonColumns final : public ContractedStream {
 public:
  std::vector<std::string> cannot_express() const override { return beyond_json(); }
  bool needs_all() const override { return true; }
  bool is_held() override { return hold_.use_count() > 1 || !folder_.is_empty(); }

  std::unique_ptr<Source> open(const Schema& schema, const std::vector<Row>& rows,
                               BatchBuilder::Limits limits) override {
    std::string text = "{";
    for (const Column& column : schema.columns) {
      text += (text.size() == 1 ? "" : ",") + column_text(column, rows);
    }
    return make([text = text + "}"] { return std::make_unique<TextStream>(text, kChunkBytes); }, schema, limits);
  }
  std::unique_ptr<Source> open_counted(const CountedRows& counted, BatchBuilder::Limits limits) override {
    const Schema schema{{{"id", Type::integer}, {"text", Type::text}}};
    return make([&] { return std::make_unique<CountedColumns>(counted, hold_); }, schema, limits);
  }

 protected:
  Result<void> spell(std::string& out, const Schema& schema, Batch& batch, bool /*is_first*/) const override {
    return JsonRows{schema}.write(out, batch);
  }
  std::unique_ptr<Source> make(OpenStream open, const Schema& declared, BatchBuilder::Limits batch) override {
    RowsSpool spool{posix_disk(), folder_.file(std::to_string(++spools_))};
    return std::make_unique<JsonColumnsSource>(open(), declared, limits_with(batch), std::move(spool));
  }

 private:
  /// Of each row `{"name":value}` only the value.
  std::string column_text(const Column& column, const std::vector<Row>& rows) const {
    std::vector<Row> values;
    for (const Row& row : rows) {
      const auto found = std::ranges::find(row, column.name, &Row::value_type::first);
      values.push_back(found == row.end() ? Row{} : Row{*found});
    }
    std::string lines;
    if (auto spelled = spell_rows(lines, Schema{{column}}, values, true); !spelled) {
      throw std::runtime_error{spelled.error().text()};
    }
    const std::string key = json_string(column.name) + ":";
    std::string text = key + "[";
    for (std::size_t begin = 0; begin < lines.size();) {
      const std::size_t end = lines.find('\n', begin);
      const std::string_view line = std::string_view{lines}.substr(begin, end - begin);
      text += begin == 0 ? "" : ",";
      text += line.substr(1 + key.size(), line.size() - key.size() - 2);
      begin = end + 1;
    }
    return text + "]";
  }

  TemporaryFolder folder_;
  std::uint64_t spools_ = 0;
  std::shared_ptr<const bool> hold_ = std::make_shared<const bool>(true);  ///< by the counted streams
};

}  // namespace

std::unique_ptr<ContractedSource> make_contracted_json_array() {
  return std::make_unique<ContractedJsonArray>();
}

std::unique_ptr<ContractedSource> make_contracted_json_columns() {
  return std::make_unique<ContractedJsonColumns>();
}

}  // namespace rowprint::test
