#pragma once

#include "ingest/model/error.hpp"

#include <cstdint>
#include <string>

namespace rowprint::cli {

/// What rows are read from: a file, or standard input for "-".
///
/// Lifecycle: open(), then read the descriptor. Ownership: closes what it opened, never standard input. Move-only.
class Input {
 public:
  /// Errors: bad_input that names the file and what the system said; also for a folder.
  static Result<Input> open(const std::string& file);
  Input(Input&& other) noexcept;
  Input& operator=(Input&&) = delete;
  ~Input();

  /// A regular file, by fstat: it can be read again. "-" never is, whatever stands behind it.
  bool is_concrete() const { return concrete_; }
  /// Of a concrete input, when it was opened.
  std::uint64_t size() const { return size_; }
  int descriptor() const { return descriptor_; }
  const std::string& name() const { return name_; }

 private:
  Input() = default;

  int descriptor_ = -1;
  bool owned_ = false;
  bool concrete_ = false;
  std::uint64_t size_ = 0;
  std::string name_;
};

}  // namespace rowprint::cli
