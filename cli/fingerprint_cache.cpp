#include "cli/fingerprint_cache.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace rowprint::cli {
namespace {

namespace fs = std::filesystem;
using hashing::Digest;

constexpr std::size_t kEntryBytesMax = 4U << 20U;
constexpr std::string_view kTemporary = ".new-";

std::string hex_of(std::string_view text) {
  return hashing::to_hex(hashing::Sha256::of(hashing::as_bytes(text)));
}

/// Lengths before texts, so that no two keys are written alike.
std::string key_text(const FingerprintCache::Key& key) {
  std::string text = fmt::format("rowprint/fingerprint-cache/3 rp1 {} {} {} {} {} {} {} {}", ROWPRINT_VERSION,
                                 hashing::to_hex(key.file), key.bytes, to_string(key.coding), to_string(key.format),
                                 to_string(key.order), key.row_bytes_max, key.declared.columns.size());
  for (const Column& column : key.declared.columns) {
    text += fmt::format(" {}:{}={}", column.name.size(), column.name, to_string(column.type));
  }
  for (const std::string_view name : FormatOptions::names()) {
    if (const auto& option = key.options.at(name)) {
      text += fmt::format(" {}:{}:{}", name, option->size(), *option);
    }
  }
  return hex_of(text);
}

fs::path entry_path(const std::string& directory, std::uint64_t bytes, const std::string& key) {
  return fs::path{directory} / fmt::format("{}-{}", bytes, key);
}

std::string entry_text(const std::string& key, const RowsIdentity& identity) {
  nlohmann::json columns = nlohmann::json::array();
  for (const Column& column : identity.schema.columns) {
    columns.push_back({column.name, to_string(column.type)});
  }
  const nlohmann::json entry = {{"key", key},
                                {"fingerprint", identity.fingerprint.text()},
                                {"rows", identity.rows},
                                {"bytes", identity.bytes},
                                {"schema", columns}};
  const std::string text = entry.dump();
  return hex_of(text) + "\n" + text;
}

std::optional<Schema> schema_of(const nlohmann::json& columns) {
  Schema schema;
  for (const nlohmann::json& column : columns) {
    const auto type = parse_type(column.at(1).get<std::string>());
    if (!type) {
      return std::nullopt;
    }
    schema.columns.push_back({column.at(0).get<std::string>(), *type});
  }
  return schema;
}

std::optional<RowsIdentity> parse_entry(const std::string& text, const FingerprintCache::Key& wanted,
                                        const std::string& key) {
  const std::size_t line = text.find('\n');
  if (line == std::string::npos || hex_of(std::string_view{text}.substr(line + 1)) != text.substr(0, line)) {
    return std::nullopt;
  }
  try {
    const nlohmann::json entry =
        nlohmann::json::parse(text.begin() + static_cast<std::ptrdiff_t>(line) + 1, text.end());
    const auto fingerprint = hashing::Fingerprint::parse(entry.at("fingerprint").get<std::string>());
    auto schema = schema_of(entry.at("schema"));
    const auto kind =
        wanted.order == Order::set ? hashing::Fingerprint::Kind::multiset : hashing::Fingerprint::Kind::sequence;
    if (!fingerprint || fingerprint->kind != kind || !schema || entry.at("key") != key ||
        entry.at("bytes") != wanted.bytes) {
      return std::nullopt;
    }
    return RowsIdentity{*fingerprint, std::move(*schema), entry.at("rows").get<std::uint64_t>(), wanted.bytes};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // whole, but from a program that writes other entries
  }
}

bool write_file(const fs::path& path, std::string_view text) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return false;
  }
  const bool whole = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return ::close(descriptor) == 0 && whole;
}

/// Drops the entries that were not used for longest, and what writers that died left to the side, which ages the same
/// way.
void prune(const fs::path& directory, std::size_t entries_max) {
  std::vector<std::pair<fs::file_time_type, fs::path>> entries;
  std::error_code error;
  for (fs::directory_iterator at{directory, error}; !error && at != fs::directory_iterator{}; at.increment(error)) {
    std::error_code gone;
    if (const auto used = at->last_write_time(gone); !gone) {
      entries.emplace_back(used, at->path());
    }
  }
  if (entries.size() <= entries_max) {
    return;
  }
  std::sort(entries.begin(), entries.end());
  entries.resize(entries.size() - entries_max);
  for (const auto& [used, path] : entries) {
    fs::remove(path, error);
  }
}

}  // namespace

std::optional<std::string> FingerprintCache::default_directory() {
  // The XDG base directory specification: a relative path is as good as none.
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && cache[0] == '/') {
    return std::string{cache} + "/rowprint/fingerprints";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/') {
    return std::string{home} + "/.cache/rowprint/fingerprints";
  }
  return std::nullopt;
}

bool FingerprintCache::may_hold(std::uint64_t bytes) const {
  const std::string prefix = fmt::format("{}-", bytes);
  std::error_code error;
  for (fs::directory_iterator at{directory_, error}; !error && at != fs::directory_iterator{}; at.increment(error)) {
    if (at->path().filename().native().starts_with(prefix)) {
      return true;
    }
  }
  return false;
}

std::optional<RowsIdentity> FingerprintCache::find(const Key& key) const {
  const std::string name = key_text(key);
  const fs::path path = entry_path(directory_, key.bytes, name);
  std::error_code error;
  if (fs::file_size(path, error) > kEntryBytesMax || error) {
    return std::nullopt;
  }
  std::ifstream file{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  auto identity = parse_entry(text, key, name);
  if (identity) {
    ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // used now
  }
  return identity;
}

void FingerprintCache::store(const Key& key, const RowsIdentity& identity) const {
  const std::string name = key_text(key);
  const std::string text = entry_text(name, identity);
  std::error_code error;
  fs::create_directories(directory_, error);
  if (error || text.size() > kEntryBytesMax) {
    return;
  }
  const fs::path beside = fs::path{directory_} / fmt::format("{}{}-{}", kTemporary, ::getpid(), name);
  if (write_file(beside, text)) {
    fs::rename(beside, entry_path(directory_, key.bytes, name), error);
  }
  fs::remove(beside, error);
  prune(directory_, entries_max_);
}

}  // namespace rowprint::cli
