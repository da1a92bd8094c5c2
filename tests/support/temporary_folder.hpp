#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace rowprint::test {

/// A folder of a test's own, empty when it is made, removed with everything in it. Throws std::runtime_error where none
/// can be made.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rowprint-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error{"cannot make a folder like " + pattern};
    }
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  bool is_empty() const { return std::filesystem::is_empty(path_); }
  /// Where a file of this name is, or would be.
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  /// The same, after it was given this content.
  std::string file(const std::string& name, const std::string& content) const {
    std::ofstream{path_ / name, std::ios::binary} << content;
    return file(name);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace rowprint::test
