#include "config/load.hpp"

#include "config/endpoint.hpp"
#include "config/names.hpp"
#include "config/sources.hpp"
#include "config/units.hpp"
#include "hashing/canonical.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

namespace rowprint::config {
namespace {

Error error_at(const std::string& name, const toml::source_region& where, const std::string& reason) {
  Error error;
  error.code = ErrorCode::bad_input;
  error.reason = fmt::format("{}:{}: {}", name, where.begin.line, reason);
  return error;
}

/// Reads one table: every key that is asked for is taken out, what is left at the end is unknown.
/// Keeps the first error; after it nothing more is read.
class TableReader {
 public:
  TableReader(toml::table& table, std::string prefix, const std::string& name)
      : table_(table), prefix_(std::move(prefix)), name_(name) {}

  void count(std::string_view key, std::size_t& into, std::uint64_t least, std::uint64_t most) {
    take(key, [&](const toml::node& node) -> Result<void> {
      const auto number = node.value_exact<std::int64_t>();
      if (!number || *number < 0) {
        return fail(ErrorCode::bad_input, "must be an integer");
      }
      return store(static_cast<std::uint64_t>(*number), least, most, "", into);
    });
  }

  void size(std::string_view key, std::size_t& into, std::uint64_t least, std::uint64_t most) {
    take(key, [&](const toml::node& node) -> Result<void> {
      if (const auto number = node.value_exact<std::int64_t>(); number && *number >= 0) {
        return store(static_cast<std::uint64_t>(*number), least, most, " bytes", into);
      }
      const auto text = node.value_exact<std::string>();
      if (!text) {
        return fail(ErrorCode::bad_input, "must be a size like \"256 MiB\"");
      }
      const auto bytes = parse_size(*text);
      if (!bytes) {
        return tl::unexpected{bytes.error()};
      }
      return store(*bytes, least, most, " bytes", into);
    });
  }

  void duration(std::string_view key, std::chrono::milliseconds& into, std::chrono::milliseconds least,
                std::chrono::milliseconds most) {
    take_text(key, [&](const std::string& text) -> Result<void> {
      const auto duration = parse_duration(text);
      if (!duration) {
        return tl::unexpected{duration.error()};
      }
      if (*duration < least || *duration > most) {
        return fail(ErrorCode::bad_input, fmt::format("must be from {} ms to {} ms", least.count(), most.count()));
      }
      into = *duration;
      return {};
    });
  }

  /// `parse` gives a Result of the type of `into`.
  template <typename T, typename Parse>
  void text(std::string_view key, T& into, Parse parse) {
    take_text(key, [&](const std::string& text) -> Result<void> {
      auto value = parse(text);
      if (!value) {
        return tl::unexpected{value.error()};
      }
      into = *std::move(value);
      return {};
    });
  }

  template <typename Read>
  void table(std::string_view key, Read read) {
    take(key, [&](toml::node& node) -> Result<void> {
      toml::table* inner = node.as_table();
      if (inner == nullptr) {
        return fail(ErrorCode::bad_input, "must be a table");
      }
      TableReader reader{*inner, prefix_ + std::string{key} + ".", name_};
      read(reader);
      if (auto error = reader.finish(); error && !error_) {
        error_ = std::move(error);
      }
      return {};
    });
  }

  /// Every table below `key`, with its name, in the order of the names.
  template <typename Read>
  void tables(std::string_view key, Read read) {
    table(key, [&](TableReader& outer) {
      std::vector<std::string> names;
      for (const auto& [name, node] : outer.table_) {
        names.emplace_back(name.str());
      }
      for (const std::string& name : names) {
        outer.table(name, [&](TableReader& inner) { read(name, inner); });
      }
    });
  }

  /// For what is wrong with the table as a whole.
  void refuse(std::string_view reason) {
    if (!error_) {
      error_ = error_at(name_, table_.source(), fmt::format("{}{}", prefix_.substr(0, prefix_.size() - 1), reason));
    }
  }

  std::optional<Error> finish() {
    if (!error_ && !table_.empty()) {
      const auto first = table_.begin();
      error_ = error_at(name_, first->first.source(), fmt::format("unknown key {}{}", prefix_, first->first.str()));
    }
    return error_;
  }

 private:
  template <typename Read>
  void take(std::string_view key, Read read) {
    const auto found = table_.find(key);
    if (error_ || found == table_.end()) {
      return;
    }
    const Result<void> result = read(found->second);
    if (!result) {
      error_ = error_at(name_, found->second.source(), fmt::format("{}{}: {}", prefix_, key, result.error().reason));
    }
    table_.erase(found);
  }

  template <typename Read>
  void take_text(std::string_view key, Read read) {
    take(key, [&](const toml::node& node) -> Result<void> {
      const auto text = node.value_exact<std::string>();
      if (!text) {
        return fail(ErrorCode::bad_input, "must be a text in quotes");
      }
      return read(*text);
    });
  }

  static Result<void> store(std::uint64_t value, std::uint64_t least, std::uint64_t most, const char* unit,
                            std::size_t& into) {
    if (value < least || value > most) {
      return fail(ErrorCode::bad_input, fmt::format("must be from {} to {}{}", least, most, unit));
    }
    into = static_cast<std::size_t>(value);
    return {};
  }

  toml::table& table_;
  std::string prefix_;
  const std::string& name_;
  std::optional<Error> error_;
};

void read_memory(TableReader& table, Memory& memory) {
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;
  using namespace std::chrono_literals;
  table.size("budget_bytes", memory.budget_bytes, 8 * kMiB, (std::uint64_t{1} << 44U));
  table.size("share_bytes", memory.share_bytes, kMiB, 4096 * kMiB);
  table.size("sort_bytes", memory.sort_bytes, kMiB, 65536 * kMiB);
  table.duration("patience", memory.patience, 0ms, 1h);
}

/// For bounds that are whatever their owner likes.
constexpr std::uint64_t kAnySize = std::uint64_t{1} << 62U;

void read_limits(TableReader& table, Limits& limits) {
  table.size("row_bytes", limits.row_bytes, 1024, std::uint64_t{1} << 30U);
  table.count("columns", limits.columns, 1, 30'000);
  table.count("nesting", limits.nesting, 1, hashing::kDepthMax);
  table.count("ingests", limits.ingests, 1, 100'000);
  table.size("ingest_bytes", limits.ingest_bytes, 1, kAnySize);
  table.count("ingest_rows", limits.ingest_rows, 0, kAnySize);
  table.size("decoded_bytes", limits.decoded_bytes, 1, kAnySize);
  table.count("decoded_ratio", limits.decoded_ratio, 1, 1'000'000'000);
  table.size("disk_reserve", limits.disk_reserve, 0, kAnySize);
  table.count("connections", limits.connections, 1, 100'000);
  table.count("connections_per_client", limits.connections_per_client, 1, 100'000);
  table.size("header_bytes", limits.header_bytes, 1024, 65536);
  table.count("header_fields", limits.header_fields, 16, 1024);
  table.size("target_bytes", limits.target_bytes, 256, 65536);
  table.size("body_rate", limits.body_rate, 0, std::uint64_t{1} << 30U);
  table.size("drain_bytes", limits.drain_bytes, 0, kAnySize);
}

void read_timeouts(TableReader& table, Timeouts& timeouts) {
  using namespace std::chrono_literals;
  table.duration("idle", timeouts.idle, 10ms, 24h);
  table.duration("header", timeouts.header, 10ms, 1h);
  table.duration("body_stall", timeouts.body_stall, 10ms, 24h);
  table.duration("body_rate_grace", timeouts.body_rate_grace, 0ms, 24h);
  table.duration("body_rate_window", timeouts.body_rate_window, 10ms, 24h);
  table.duration("drain", timeouts.drain, 0ms, 1min);
  table.duration("drain_max", timeouts.drain_max, 0ms, 10min);
  table.duration("grace", timeouts.grace, 0ms, 24h);
}

void read_ingests(TableReader& table, Ingests& ingests) {
  using namespace std::chrono_literals;
  table.size("small_bytes", ingests.small_bytes, 0, 65536);
  table.duration("idempotency_keep", ingests.idempotency_keep, 1s, 8760h);
  table.count("idempotency_keys", ingests.idempotency_keys, 1, 100'000'000);
}

void read_pulls(TableReader& table, Pulls& pulls) {
  using namespace std::chrono_literals;
  table.count("concurrent", pulls.concurrent, 1, 1000);
  table.count("attempts", pulls.attempts, 1, 100);
  table.duration("backoff", pulls.backoff, 1ms, 1h);
  table.duration("backoff_max", pulls.backoff_max, 1ms, 24h);
}

Source read_source(const std::string& name, TableReader& table) {
  using namespace std::chrono_literals;
  Source source;
  source.name = name;
  const auto as_it_is = [](const std::string& text) { return Result<std::string>{text}; };
  table.text("url", source.url, as_it_is);
  table.text("password_file", source.password_file, as_it_is);
  table.text("password_env", source.password_env, as_it_is);
  table.duration("connect", source.connect, 10ms, 1h);
  table.duration("statement", source.statement, 0ms, 240h);
  table.duration("idle", source.idle, 10ms, 240h);
  if (const auto checked = check_source(source); !checked) {
    table.refuse(": " + checked.error().reason);
  }
  return source;
}

Result<std::string> parse_folder(const std::string& text) {
  if (text.empty() || text.find('\0') != std::string::npos) {
    return fail(ErrorCode::bad_input, "must be the path of a folder");
  }
  return text;
}

}  // namespace

std::size_t Config::worker_threads() const {
  return workers != 0 ? workers : std::max(std::size_t{2}, std::size_t{std::thread::hardware_concurrency()});
}

Result<Config> parse_config(std::string_view text, const std::string& name) try {
  toml::table root = toml::parse(text, name);
  Config config;
  TableReader table{root, "", name};
  table.text("listen", config.listen, [](const std::string& value) { return parse_endpoint(value); });
  table.text("data", config.data, parse_folder);
  table.count("workers", config.workers, 0, 1024);
  table.count("io_threads", config.io_threads, 1, 64);
  table.table("memory", [&](TableReader& inner) { read_memory(inner, config.memory); });
  table.table("limits", [&](TableReader& inner) { read_limits(inner, config.limits); });
  table.table("timeouts", [&](TableReader& inner) { read_timeouts(inner, config.timeouts); });
  table.table("ingests", [&](TableReader& inner) { read_ingests(inner, config.ingests); });
  table.table("pulls", [&](TableReader& inner) { read_pulls(inner, config.pulls); });
  table.tables("sources", [&](const std::string& source, TableReader& inner) {
    config.sources.push_back(read_source(source, inner));
  });
  table.table("log", [&](TableReader& inner) {
    inner.text("level", config.log.level, [](const std::string& value) { return parse_log_level(value); });
    inner.text("format", config.log.format, [](const std::string& value) { return parse_log_format(value); });
  });
  if (auto error = table.finish()) {
    return fail(*std::move(error));
  }
  if (const auto checked = check_config(config); !checked) {
    return fail(ErrorCode::bad_input, fmt::format("{}: {}", name, checked.error().reason));
  }
  return config;
} catch (const toml::parse_error& error) {
  return fail(error_at(name, error.source(), std::string{error.description()}));
}

Result<Config> load_config(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    const bool absent = errno == ENOENT;
    return fail(absent ? ErrorCode::not_found : ErrorCode::io, fmt::format("{}: {}", path, std::strerror(errno)));
  }
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) {
    return fail(ErrorCode::io, fmt::format("{}: cannot be read", path));
  }
  return parse_config(text.str(), path);
}

Result<void> check_config(const Config& config) {
  const Memory& memory = config.memory;
  if (memory.share_bytes + memory.sort_bytes > memory.budget_bytes) {
    return fail(
        ErrorCode::bad_input,
        fmt::format(
            "memory.share_bytes ({}) and memory.sort_bytes ({}) together are more than memory.budget_bytes ({})",
            memory.share_bytes, memory.sort_bytes, memory.budget_bytes));
  }
  if (config.limits.row_bytes > memory.share_bytes / 4) {
    return fail(ErrorCode::bad_input,
                fmt::format("limits.row_bytes ({}) is more than a quarter of memory.share_bytes ({})",
                            config.limits.row_bytes, memory.share_bytes));
  }
  return {};
}

}  // namespace rowprint::config
